import { type Answer, at, type Tenant } from "../support/wire.ts";

/** What tests say to an org with many requests at once. */

export function person(name: string) {
  const userName = `${name}@example.com`;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    externalId: `ext-${name}`,
    active: true,
    emails: [{ type: "work", value: userName, primary: true }],
  };
}

export function group(displayName: string, members?: readonly { readonly value: string }[]) {
  return { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName, members };
}

export function patch(...Operations: readonly object[]) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
}

export function values(ids: readonly string[]): { value: string }[] {
  return ids.map((value) => ({ value }));
}

export async function statusOf(org: Tenant, method: string, path: string, body?: unknown): Promise<number> {
  return (await org.request({ method, path, body })).status;
}

/** @returns the new id */
export async function created(org: Tenant, path: string, body: unknown): Promise<string> {
  const answer = await org.request({ method: "POST", path, body });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
  return String(at(answer.json, "id"));
}

/** Ascending. */
export async function membersOf(org: Tenant, groupId: string): Promise<string[]> {
  const answer = await org.request({ method: "GET", path: `/Groups/${groupId}` });
  const members = at(answer.json, "members");
  if (!Array.isArray(members)) throw new Error(`no members in ${answer.status} ${answer.text.slice(0, 300)}`);
  return members.map((member) => String(at(member, "value"))).toSorted();
}

/** Runs `count` pieces of work, so many at a time, and gives their answers in order. */
export async function inLanes<T>(lanes: number, count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  const queue = Array.from({ length: count }, (_none, index) => index).values();
  const lane = async (): Promise<void> => {
    for (const index of queue) answers[index] = await work(index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return answers;
}

/** From when to when: numbers of one order in which everything happened that the clients saw. */
export interface Span {
  readonly asked: number;
  readonly answered: number;
}

export interface PendingLine extends Span {
  readonly asking: Asking;
  readonly answer: Answer;
}

export interface Asking {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Every status that the client itself can have brought about. */
  readonly may: readonly number[];
}

/** The clients of one org, and what they were told. */
export class Clients {
  readonly #org: Tenant;
  readonly told: PendingLine[] = [];
  #clock = 0;

  constructor(org: Tenant) {
    this.#org = org;
  }

  async ask(asking: Asking): Promise<PendingLine> {
    this.#clock += 1;
    const asked = this.#clock;
    const { may: _, ...request } = asking;
    const answer = await this.#org.request(request);
    this.#clock += 1;
    const told = { asking, answer, asked, answered: this.#clock };
    this.told.push(told);
    return told;
  }

  /** Answers that nothing the clients did explains: a line each. */
  unforeseen(): string[] {
    return this.told
      .filter(({ asking, answer }) => !asking.may.includes(answer.status))
      .map(({ asking, answer }) => `${asking.method} ${asking.path} ${answer.status} ${answer.text.slice(0, 200)}`);
  }
}

export function succeeded({ answer }: PendingLine): boolean {
  return answer.status < 300;
}

/** Whether the two may have happened in either order. */
export function overlap(one: Span, other: Span): boolean {
  return one.asked < other.answered && other.asked < one.answered;
}

/**
 * What may be stored in the end, of a thing that each of these sets, whatever it was: that of any behind which nobody else
 * began to write. Every other value there would be an update that was lost.
 */
export function lastOf<T>(writes: readonly (Span & { readonly value: T })[]): Set<T> {
  const lastAsked = Math.max(...writes.map(({ asked }) => asked));
  return new Set(writes.filter(({ answered }) => answered > lastAsked).map(({ value }) => value));
}
