/**
 * The policy rules of an org and their values: one of a list, or a whole number in a range. product.md section 4 explains
 * them; this file has the values per preset.
 */
export const RULE_VALUES = {
  userNameMutability: ["immutable", "readWrite"],
  workEmailRequired: [true, false],
  /** Unicode code points. */
  teamNameMaxLength: { least: 1, most: 256 },
  groupNameUnique: [true, false],
  liveTokens: ["one", "many"],
  unknownMembers: ["skip", "refuse"],
  additiveMembersReplace: [true, false],
  replaceWithoutTarget: ["create", "refuse"],
  unknownAttributes: ["ignore", "refuse"],
  unknownPaths: ["ignore", "refuse"],
  groupPatchAnswer: [204, 200],
  membersOmittedInPut: ["clear", "keep"],
  schemasRequired: [true, false],
  /** For `active: null`: RFC 7644 section 3.3 lets null override the default of a create. */
  activeNullOnCreate: ["default", "unassign"],
  activeUnassign: ["refuse", "allow"],
  readOnlyPaths: ["ignore", "refuse"],
  jsonTextValue: ["parse", "refuse"],
  /** Every preset accepts and discards `password`; with `true`, /Schemas lists it. */
  passwordListed: [true, false],
  /** The key by which a user made by the application becomes the identity provider's when it creates such a user (ADR 0041). */
  adoption: ["off", "userName", "email"],
  /** What an identity provider may present: org tokens; client secrets and the access tokens that they buy. */
  bearerTokens: ["allowed", "forbidden"],
  clientSecrets: ["allowed", "forbidden"],
  /** For deletions and member removals beyond the mass-change share (ADR 66). Deactivations are never held. */
  massChange: ["tell", "hold"],
  /** For a value of `roles` or `entitlements` that is not in the application's catalogue of roles. */
  unknownRoles: ["ignore", "refuse"],
} as const;

type RuleValues = typeof RULE_VALUES;
export type Rules = {
  readonly [R in keyof RuleValues]: RuleValues[R] extends readonly (infer V)[] ? V : number;
};

export type Preset = "standard" | "fulcrum-compat" | "open" | "rfc";

const standard: Rules = {
  userNameMutability: "immutable",
  workEmailRequired: true,
  teamNameMaxLength: 40,
  groupNameUnique: true,
  liveTokens: "one",
  unknownMembers: "skip",
  additiveMembersReplace: false,
  replaceWithoutTarget: "create",
  unknownAttributes: "ignore",
  unknownPaths: "ignore",
  groupPatchAnswer: 204,
  membersOmittedInPut: "clear",
  schemasRequired: false,
  activeNullOnCreate: "default",
  activeUnassign: "refuse",
  readOnlyPaths: "ignore",
  jsonTextValue: "parse",
  passwordListed: false,
  adoption: "off",
  bearerTokens: "allowed",
  clientSecrets: "allowed",
  massChange: "tell",
  unknownRoles: "ignore",
};

const fulcrumCompat: Rules = { ...standard, teamNameMaxLength: 256, liveTokens: "many" };

const open: Rules = {
  ...fulcrumCompat,
  userNameMutability: "readWrite",
  workEmailRequired: false,
  groupPatchAnswer: 200,
};

const rfc: Rules = {
  ...open,
  unknownMembers: "refuse",
  replaceWithoutTarget: "refuse",
  unknownPaths: "refuse",
  schemasRequired: true,
  activeNullOnCreate: "unassign",
  activeUnassign: "allow",
  readOnlyPaths: "refuse",
  jsonTextValue: "refuse",
  passwordListed: true,
};

export const PRESETS: Readonly<Record<Preset, Rules>> = { standard, "fulcrum-compat": fulcrumCompat, open, rfc };

export function isPreset(name: unknown): name is Preset {
  return typeof name === "string" && Object.hasOwn(PRESETS, name);
}

/** Hosts of issuers that orgs may trust, where the deployment sets none (ADR 65). */
export const FEDERATION_HOSTS: readonly string[] = ["login.microsoftonline.com"];
