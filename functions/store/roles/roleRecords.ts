/** What the application lets people be in it, and who is what (ADR 64). */

/** One role of the application's catalogue, the same for every org. */
export interface Role {
  /** As the application knows it, and as an identity provider may send it: `billing-admin`. Never changes. */
  readonly key: string;
  readonly displayName: string;
  readonly description: string;
  /** Under which resource type governance products find it. */
  readonly kind: "role" | "entitlement";
  /** False: nobody gets it by a mapping or from an identity provider. */
  readonly assignable: boolean;
  /** People without another role have this one; at most one of a catalogue has it. */
  readonly default: boolean;
  /** Its last holder in an org keeps it, until there is another one or the last one is deactivated. */
  readonly keepOne: boolean;
  /** That of the catalogue with which it was put, so that it rises with each change; absent of one put before there was any. */
  readonly version?: number;
}

export interface RoleCatalogue {
  /** Rises with each change; 0 before the first one. */
  readonly version: number;
  /** By key, ascending; at most 100. */
  readonly roles: readonly Role[];
}

/** Members of the team have the role. */
export interface TeamMapping {
  /** Id of a team of either side. */
  readonly team: string;
  readonly role: string;
  /** 1 to 1,000: where a person has one role, the mapping of the highest priority decides which. */
  readonly priority: number;
}

/** How an org's people come to their roles. */
export interface RoleMappings {
  /** Rises with each change: `roles` of the org's settings. */
  readonly version: number;
  /** `highest`: one role each. `union`: all of them. */
  readonly mode: "highest" | "union";
  /** For those who have no other one; null: nothing; undefined: the catalogue's. */
  readonly defaultRole?: string | null | undefined;
  /** At most 200, in the order in which they were given. */
  readonly mappings: readonly TeamMapping[];
}

/** `held`: nothing gives it any more, and it may not lose its last holder (`keepOne`). */
export type RoleSource =
  | { readonly type: "team"; readonly team: string }
  | { readonly type: "direct" | "default" | "held" };

export interface AssignedRole {
  readonly key: string;
  /** Never empty: teams in the order of their ids first. */
  readonly sources: readonly RoleSource[];
}

/** Whether the person has it only because it may not lose its last holder. */
export function isHeld({ sources }: AssignedRole): boolean {
  return sources.some(({ type }) => type === "held");
}

/** The roles of one user as they are kept: written behind the change that led to them. */
export interface AssignedRoles {
  readonly userId: string;
  /** Rises whenever `roles` change, and never begins anew while the user lives; 0: there are none yet. */
  readonly version: number;
  /** Rises with each look at the user, so that an earlier look cannot be written over a later one. */
  readonly fence: number;
  /** By key, ascending. */
  readonly roles: readonly AssignedRole[];
}
