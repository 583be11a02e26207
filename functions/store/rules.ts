/**
 * The policy switches of an org and what each may be: one of these, or a whole number between two. product.md section 4 gives
 * their meaning, this file their values per preset.
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
  /** Of a null: RFC 7644 section 3.3 lets it override what a create assumes. */
  activeNullOnCreate: ["default", "unassign"],
  activeUnassign: ["refuse", "allow"],
  readOnlyPaths: ["ignore", "refuse"],
  jsonTextValue: ["parse", "refuse"],
  /** `password` is accepted and discarded in every preset; it is listed in /Schemas only where this says so. */
  passwordListed: [true, false],
  /** By which key a user that the application made becomes the identity provider's when that creates one (ADR 0041). */
  adoption: ["off", "userName", "email"],
  /** What an identity provider may present: org tokens; client secrets, and access tokens that one bought. */
  bearerTokens: ["allowed", "forbidden"],
  clientSecrets: ["allowed", "forbidden"],
  /** Of deletions and removals of members beyond the share of a mass change (ADR 66). Deactivations are never held. */
  massChange: ["tell", "hold"],
  /** A value of `roles` or `entitlements` that the application's catalogue of roles does not have. */
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
