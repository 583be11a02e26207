/** Whom a problem affects: a resource, or who could not become one. */
export interface Affected {
  readonly resource: "user" | "group";
  /** Ids that it may have: its own; of a name that is taken, who has it. */
  readonly ids: readonly string[];
  readonly subject: string | undefined;
  readonly tokenId: string | undefined;
  /** When it was refused last. */
  at: string;
}

/** Refused requests of one cause. */
export interface RefusalCause {
  readonly code: string;
  readonly rule: string | undefined;
  /** Of the latest. */
  readonly status: number;
  readonly idp: string;
  requests: number;
  first: string;
  readonly last: string;
  readonly attributes: Set<string>;
  readonly refs: string[];
  /** By id or subject. */
  readonly affected: Map<string, Affected>;
}
