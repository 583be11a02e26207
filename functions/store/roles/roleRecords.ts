/** The roles that people have in the application (ADR 64). */

/** One role of the application's catalogue, the same for every org. */
export interface Role {
  /** The application's own key, which an identity provider may send: `billing-admin`. Never changes. */
  readonly key: string;
  readonly displayName: string;
  readonly description: string;
  /** The resource type under which governance products find it. */
  readonly kind: "role" | "entitlement";
  /** False: neither mappings nor identity providers can give it. */
  readonly assignable: boolean;
  /** People without another role get this one; at most one role of a catalogue. */
  readonly default: boolean;
  /** Its last holder in an org keeps it, until there is another holder or the last one is deactivated. */
  readonly keepOne: boolean;
  /** That of the catalogue with which it was put, so that it rises with each change; absent of one put before there was any. */
  readonly version?: number;
}

export interface RoleCatalogue {
  /** Rises with each change; 0 before the first. */
  readonly version: number;
  /** By key, ascending; at most 100. */
  readonly roles: readonly Role[];
}

/** Gives the role to the members of the team. */
export interface TeamMapping {
  /** Id of a team of either side. */
  readonly team: string;
  readonly role: string;
  /** 1 to 1,000: where a person has only one role, the mapping with the highest priority decides. */
  readonly priority: number;
}

/** How users of an org get their roles. */
export interface RoleMappings {
  /** Rises with each change: equals `roles` of the org's settings. */
  readonly version: number;
  /** `highest`: one role each. `union`: all of them. */
  readonly mode: "highest" | "union";
  /** The role of users without another; null: none; undefined: the catalogue's default. */
  readonly defaultRole?: string | null | undefined;
  /** At most 200, in the given order. */
  readonly mappings: readonly TeamMapping[];
}

/** `held`: nothing gives the role any more, but it must not lose its last holder (`keepOne`). */
export type RoleSource =
  | { readonly type: "team"; readonly team: string }
  | { readonly type: "direct" | "default" | "held" };

export interface AssignedRole {
  readonly key: string;
  /** Never empty; teams first, in the order of their ids. */
  readonly sources: readonly RoleSource[];
}

/** Whether the user has the role only because it must not lose its last holder. */
export function isHeld({ sources }: AssignedRole): boolean {
  return sources.some(({ type }) => type === "held");
}

/** The stored roles of one user, written after the change that caused them. */
export interface AssignedRoles {
  readonly userId: string;
  /** Rises whenever `roles` change, and never restarts while the user lives; 0: no roles yet. */
  readonly version: number;
  /** Rises with each look at the user, so that an earlier look cannot overwrite a later one. */
  readonly fence: number;
  /** By key, ascending. */
  readonly roles: readonly AssignedRole[];
}
