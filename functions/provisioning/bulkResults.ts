import type { BulkEntry, BulkRequest } from "../scim/bulk/bulk.ts";
import { bulkError, ScimError } from "../scim/error.ts";
import type { QuirkMeanings } from "../scim/quirks.ts";
import type { ResourceType } from "../scim/schema.ts";
import type { Session } from "./session.ts";

export const TIME_QUIRKS = {
  bulkNotReached: "operations of the bulk request were not begun, because its time was over",
} as const satisfies QuirkMeanings;

/** The result of one operation of a bulk request. `path` is the resource's, relative to the service root. */
export interface BulkResult {
  readonly entry: BulkEntry;
  readonly path: string | undefined;
  readonly outcome:
    | { readonly status: 200 | 201 | 204; readonly version: number | undefined }
    /** The error that the use case threw, expected or not. */
    | { readonly error: unknown };
}

/** The results of one bulk request so far, by the places of its operations. */
export class BulkResults {
  readonly #request: BulkRequest;
  readonly #results = new Map<number, BulkResult>();
  #errors = 0;

  constructor(request: BulkRequest) {
    this.#request = request;
  }

  /** Whether as many operations failed as `failOnErrors` allows: no further operation is begun. */
  get failedTooOften(): boolean {
    return this.#request.failOnErrors !== undefined && this.#errors >= this.#request.failOnErrors;
  }

  has(index: number): boolean {
    return this.#results.has(index);
  }

  inOrder(): readonly BulkResult[] {
    return [...this.#results].sort(([left], [right]) => left - right).map(([, result]) => result);
  }

  succeed(index: number, type: ResourceType, id: string, status: 200 | 201 | 204, version: number | undefined): void {
    this.#results.set(index, { entry: this.#entry(index), path: pathOf(type, id), outcome: { status, version } });
  }

  fail(index: number, error: unknown, path?: string): void {
    const entry = this.#entry(index);
    this.#errors += 1;
    // RFC 7644 section 3.7.3: every answer has a location, except that of a failed POST.
    const named = entry.method?.toUpperCase() === "POST" ? undefined : pathNamed(entry);
    this.#results.set(index, { entry, path: path ?? named, outcome: { error } });
  }

  #entry(index: number): BulkEntry {
    const entry = this.#request.entries[index];
    if (entry === undefined) throw new Error("a bulk operation got lost");
    return entry;
  }
}

export function pathOf({ endpoint }: ResourceType, id: string): string {
  return `${endpoint}/${id}`;
}

function pathNamed({ path }: BulkEntry): string | undefined {
  return path === undefined || path.startsWith("/") ? path : `/${path}`;
}

/** It refers to an operation that gives no id: that one failed, or there is none. */
export const unresolvable = (): ScimError => bulkError("conflict.bulkId", []);

/** It was not begun in the time of the request. */
export function notReached(session: Session): ScimError {
  session.quirks.note<typeof TIME_QUIRKS>("bulkNotReached");
  return ScimError.busy("bulkTime", 2);
}
