import type { ScimCode } from "../../scim/error.ts";
import type { HOLDS } from "../../scim/errors/access.ts";
import type { Rules } from "../../store/rules.ts";

/** For each code, the org's rule that refuses with it, as in the code's help. A copy, so that functions need not load the help. */
const RULE_OF: ReadonlyMap<string, keyof Rules> = new Map<ScimCode | keyof typeof HOLDS, keyof Rules>([
  ["org.bearerTokens", "bearerTokens"],
  ["org.clientSecrets", "clientSecrets"],
  ["org.removalsRefused", "massChange"],
  ["busy.removalsHeld", "massChange"],
  ["conflict.adoption", "adoption"],
  ["syntax.schemas", "schemasRequired"],
  ["syntax.unknownSchema", "unknownAttributes"],
  ["syntax.unknownAttribute", "unknownAttributes"],
  ["path.unknown", "unknownPaths"],
  ["noTarget.replace", "replaceWithoutTarget"],
  ["value.workEmail", "workEmailRequired"],
  ["value.activeUnassigned", "activeUnassign"],
  ["value.unknownMembers", "unknownMembers"],
  ["value.unknownRole", "unknownRoles"],
  ["value.teamNameLength", "teamNameMaxLength"],
  ["mutability.userName", "userNameMutability"],
  ["mutability.readOnly", "readOnlyPaths"],
  ["uniqueness.displayName", "groupNameUnique"],
]);

export function ruleOfCode(code: string): keyof Rules | undefined {
  return RULE_OF.get(code);
}
