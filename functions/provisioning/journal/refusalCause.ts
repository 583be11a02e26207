/** Whom a problem affects: a resource, or a person or group that could not be created. */
export interface Affected {
  readonly resource: "user" | "group";
  /** Ids that it may have: the resource's own, or for a taken name the id of its holder. */
  readonly ids: readonly string[];
  readonly subject: string | undefined;
  readonly tokenId: string | undefined;
  /** When it was last refused. */
  at: string;
}

/** Refused requests with the same cause. */
export interface RefusalCause {
  readonly code: string;
  readonly rule: string | undefined;
  /** Of the latest request. */
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
