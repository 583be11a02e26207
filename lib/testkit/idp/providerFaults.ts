import type { Chance } from "../chance.ts";
import { FaultPlan, type Occasion } from "../faultPlan.ts";

/** When a fault comes, and where it is named to requests of which method. */
export type RequestOccasion = Occasion & { readonly method?: string };

/** What can go wrong between an identity provider and the server. */
export type ProviderFault =
  /** The server gets the request twice; the provider sees the first answer. */
  | { readonly kind: "duplicate" }
  /** The request never arrives. */
  | { readonly kind: "loseRequest" }
  /** The server does what it is asked, and the provider never hears of it. */
  | { readonly kind: "loseAnswer" }
  /** The server does not see the request; somebody before it refuses. */
  | { readonly kind: "answer"; readonly status: number; readonly retryAfter: number | undefined }
  | { readonly kind: "delay"; readonly ms: number }
  /** Waits until another request that is under way was answered. */
  | { readonly kind: "reorder" };

export interface InjectedFault {
  readonly fault: ProviderFault["kind"];
  readonly method: string;
  readonly path: string;
}

/**
 * Faults between the identity providers of a Rollcall and its server, each by its own chance: the same seed and the same
 * requests give the same faults. A request meets at most one, the first of those planned that falls to it.
 */
export class ProviderFaults {
  readonly #plan: FaultPlan<ProviderFault, { readonly method: string }>;
  readonly #injected: InjectedFault[] = [];

  constructor(chance: Chance) {
    this.#plan = new FaultPlan(chance);
  }

  /** What came so far, in order. */
  get injected(): readonly InjectedFault[] {
    return this.#injected;
  }

  /** Sends the request twice, one after the other. */
  duplicate(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "duplicate" });
  }

  /** Loses the request: the provider repeats it. */
  loseRequest(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "loseRequest" });
  }

  /** Loses the answer: the provider repeats what the server has done already; a create from its match query on. */
  loseAnswer(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "loseAnswer" });
  }

  /** Holds the request back on the clock. @param ms 60000 or more: the provider has given up before the answer, and repeats */
  delay(occasion: RequestOccasion, ms: number): void {
    this.#add(occasion, { kind: "delay", ms });
  }

  /** Refuses with 429. @param retryAfter seconds; null: the answer does not say */
  answer429(occasion: RequestOccasion, retryAfter: number | null = 2): void {
    this.#add(occasion, { kind: "answer", status: 429, retryAfter: retryAfter ?? undefined });
  }

  /** Refuses with 503. @param retryAfter seconds; null: the answer does not say */
  answer503(occasion: RequestOccasion, retryAfter: number | null = 2): void {
    this.#add(occasion, { kind: "answer", status: 503, retryAfter: retryAfter ?? undefined });
  }

  /** Lets another request that is under way overtake this one; alone it goes at once. */
  reorder(occasion: RequestOccasion): void {
    this.#add(occasion, { kind: "reorder" });
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#plan.clear();
  }

  /** Asked once for each request that is about to go out. */
  take({ method, path }: { readonly method: string; readonly path: string }): ProviderFault | undefined {
    const fault = this.#plan.take({ method });
    if (fault !== undefined) this.#injected.push({ fault: fault.kind, method, path });
    return fault;
  }

  #add(occasion: RequestOccasion, fault: ProviderFault): void {
    this.#plan.add(occasion, fault, ({ method }) => occasion.method === undefined || method === occasion.method);
  }
}
