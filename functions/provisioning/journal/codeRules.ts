import type { ScimCode } from "../../scim/error.ts";
import type { HOLDS } from "../../scim/errors/access.ts";
import type { Rules } from "../../store/rules.ts";

/** The rules of an org that refuse with a code, as the help of each says: apart from it, so that no function carries the help. */
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
