/** The policy switches of an org: product.md section 4 gives their meaning, this file their values per preset. */
export interface Rules {
  readonly userNameMutability: "immutable" | "readWrite";
  readonly workEmailRequired: boolean;
  /** Unicode code points. */
  readonly teamNameMaxLength: number;
  readonly groupNameUnique: boolean;
  readonly liveTokens: "one" | "many";
  readonly unknownMembers: "skip" | "refuse";
  readonly additiveMembersReplace: boolean;
  readonly replaceWithoutTarget: "create" | "refuse";
  readonly unknownAttributes: "ignore" | "refuse";
  readonly unknownPaths: "ignore" | "refuse";
  readonly groupPatchAnswer: 204 | 200;
  readonly membersOmittedInPut: "clear" | "keep";
  readonly schemasRequired: boolean;
  /** Of a null: RFC 7644 section 3.3 lets it override what a create assumes. */
  readonly activeNullOnCreate: "default" | "unassign";
  readonly activeUnassign: "refuse" | "allow";
  readonly readOnlyPaths: "ignore" | "refuse";
  readonly jsonTextValue: "parse" | "refuse";
  /** `password` is accepted and discarded in every preset; it is listed in /Schemas only where this says so. */
  readonly passwordListed: boolean;
}

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

/** The rules in force: the preset's, with those an org changed one by one. */
export function rulesOf(preset: Preset, changed: Partial<Rules>): Rules {
  return { ...PRESETS[preset], ...changed };
}
