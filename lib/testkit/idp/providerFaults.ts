import type { Chance } from "../chance.ts";

/** When a fault comes: with the next so many requests, or with this share of all of them; of one method, where it is named. */
export type Occasion = ({ readonly next: number } | { readonly rate: number }) & { readonly method?: string };

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

interface Planned {
  readonly fault: ProviderFault;
  readonly method: string | undefined;
  readonly rate: number | undefined;
  left: number;
}

/**
 * Faults between the identity providers of a Rollcall and its server, each by its own chance: the same seed and the same
 * requests give the same faults. A request meets at most one, the first of those planned that falls to it.
 */
export class ProviderFaults {
  readonly #chance: Chance;
  #planned: Planned[] = [];
  readonly #injected: InjectedFault[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** What came so far, in order. */
  get injected(): readonly InjectedFault[] {
    return this.#injected;
  }

  /** Sends the request twice, one after the other. */
  duplicate(occasion: Occasion): void {
    this.#plan(occasion, { kind: "duplicate" });
  }

  /** Loses the request: the provider repeats it. */
  loseRequest(occasion: Occasion): void {
    this.#plan(occasion, { kind: "loseRequest" });
  }

  /** Loses the answer: the provider repeats what the server has done already; a create from its match query on. */
  loseAnswer(occasion: Occasion): void {
    this.#plan(occasion, { kind: "loseAnswer" });
  }

  /** Holds the request back on the clock. @param ms 60000 or more: the provider has given up before the answer, and repeats */
  delay(occasion: Occasion, ms: number): void {
    this.#plan(occasion, { kind: "delay", ms });
  }

  /** Refuses with 429. @param retryAfter seconds; null: the answer does not say */
  answer429(occasion: Occasion, retryAfter: number | null = 2): void {
    this.#plan(occasion, { kind: "answer", status: 429, retryAfter: retryAfter ?? undefined });
  }

  /** Refuses with 503. @param retryAfter seconds; null: the answer does not say */
  answer503(occasion: Occasion, retryAfter: number | null = 2): void {
    this.#plan(occasion, { kind: "answer", status: 503, retryAfter: retryAfter ?? undefined });
  }

  /** Lets another request that is under way overtake this one; alone it goes at once. */
  reorder(occasion: Occasion): void {
    this.#plan(occasion, { kind: "reorder" });
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#planned = [];
  }

  /** Asked once for each request that is about to go out. */
  take({ method, path }: { readonly method: string; readonly path: string }): ProviderFault | undefined {
    for (const planned of this.#planned) {
      if (planned.method !== undefined && planned.method !== method) continue;
      const falls = planned.rate === undefined ? planned.left > 0 : this.#chance.next() < planned.rate;
      if (!falls) continue;
      planned.left -= 1;
      this.#injected.push({ fault: planned.fault.kind, method, path });
      return planned.fault;
    }
    return undefined;
  }

  #plan(occasion: Occasion, fault: ProviderFault): void {
    const { method } = occasion;
    const [rate, left] = "rate" in occasion ? [occasion.rate, 0] : [undefined, occasion.next];
    if (rate !== undefined && !(rate >= 0 && rate <= 1)) throw new RangeError("A rate is a number from 0 to 1.");
    this.#planned.push({ fault, method, rate, left });
  }
}
