import assert from "node:assert/strict";
import { type Edit, edit } from "./edited.ts";

/** Drill: a type of resource more. One file defines it, three name it; every path without a function is served already. */
const EDITS: readonly Edit[] = [
  {
    file: "functions/provisioning/resources/entitlement.ts",
    lines: [
      'import { groupError, ScimError } from "../../scim/error.ts";',
      'import { nameKey, namePrefix } from "../../scim/paths.ts";',
      'import { COMMON, define, type ResourceType } from "../../scim/schema.ts";',
      'import type { Directory } from "../../store/session.ts";',
      'import { ResourceStore } from "../../store/resourceStore.ts";',
      'import { STORED_ENTITLEMENTS } from "../../store/storedTypes.ts";',
      'import { commonIndexes } from "./commonIndexes.ts";',
      'import type { QueryDefinition, ResourceDefinition } from "./definition.ts";',
      'import { plainActions } from "./plainActions.ts";',
      "const TYPE: ResourceType = {",
      '  name: "Entitlement", endpoint: "/Entitlements", description: "What somebody may do", extensions: [], common: COMMON, unlisted: [],',
      '  schema: { id: "urn:example:Entitlement", name: "Entitlement", description: "What somebody may do.", attributes: [',
      '    define("externalId", "The identifier the identity provider gives it.", { caseExact: true }),',
      '    define("displayName", "The name.", { required: true, uniqueness: "server" }),',
      '    define("parent", "What it is part of.", { caseExact: true }),',
      "  ] },",
      "};",
      "const store = ({ view }: Directory) => new ResourceStore(view, STORED_ENTITLEMENTS);",
      "const OF = {",
      "  ...STORED_ENTITLEMENTS, type: () => TYPE, store,",
      '  missing: () => ScimError.notFound("document"),',
      '  taken: (holder: string) => groupError("uniqueness.displayName", [], {}, holder),',
      "};",
      "export const ENTITLEMENT_QUERIES: QueryDefinition = {",
      "  ...OF, indexes: new Map(commonIndexes({ layout: STORED_ENTITLEMENTS, store, nameKey, namePrefix })),",
      "};",
      "export const ENTITLEMENTS: ResourceDefinition = { ...ENTITLEMENT_QUERIES, actions: plainActions(OF) };",
    ],
  },
  {
    file: "functions/provisioning/resources/registry.ts",
    behind: 'from "./userActions.ts"',
    lines: ['import { ENTITLEMENTS } from "./entitlement.ts";'],
  },
  {
    file: "functions/provisioning/resources/registry.ts",
    instead: "[USERS, GROUPS]",
    by: "[USERS, GROUPS, ENTITLEMENTS]",
  },
  {
    file: "functions/provisioning/resources/queries.ts",
    behind: 'from "./userQueries.ts"',
    lines: ['import { ENTITLEMENT_QUERIES } from "./entitlement.ts";'],
  },
  {
    file: "functions/provisioning/resources/queries.ts",
    instead: "[USER_QUERIES, GROUP_QUERIES]",
    by: "[USER_QUERIES, GROUP_QUERIES, ENTITLEMENT_QUERIES]",
  },
  {
    file: "functions/store/storedTypes.ts",
    behind: 'from "../scim/readValue.ts"',
    lines: [
      'const ENTITLEMENT_LAYOUT: TypeLayout = { kind: "entitlement", letter: "e", nameAttribute: "displayName", naming: "unique", hasMembers: false };',
      "export const STORED_ENTITLEMENTS = stored(ENTITLEMENT_LAYOUT, ({ displayName, externalId }) => ({",
      "  name: nameKey(textOf(displayName)), externalId: textOrNothing(externalId), values: [],",
      "}));",
    ],
  },
  {
    file: "functions/store/storedTypes.ts",
    instead: "[USER_LAYOUT, GROUP_LAYOUT]",
    by: "[USER_LAYOUT, GROUP_LAYOUT, ENTITLEMENT_LAYOUT]",
  },
  {
    file: "functions/store/storedTypes.ts",
    instead: "[STORED_USERS, STORED_GROUPS]",
    by: "[STORED_USERS, STORED_GROUPS, STORED_ENTITLEMENTS]",
  },
];
edit(EDITS);

// Not before the edits stand.
const { memoryTarget } = await import("../support/memoryTarget.ts");
const { at } = await import("../support/wire.ts");
const org = await memoryTarget().org({ preset: "rfc" });
const call = async (method: string, path: string, body?: object) => {
  const answer = await org.request({ method, path, ...(body && { body: JSON.stringify(body) }) });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
};
const made = await call("POST", "/Entitlements", { schemas: ["urn:example:Entitlement"], displayName: "Deck" });
const id = at(made, "id");
const patch = {
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "add", path: "parent", value: id }],
};
await call("PATCH", `/Entitlements/${id}`, patch);
assert.equal(at(await call("GET", '/Entitlements?filter=displayName eq "deck"'), "Resources.0.parent"), id);
assert.equal(at(await call("GET", '/?filter=meta.resourceType eq "Entitlement"'), "totalResults"), 1);
assert.equal(at(await call("GET", "/ResourceTypes/Entitlement"), "endpoint"), "/Entitlements");
assert.equal(at(await call("GET", "/Schemas/urn:example:Entitlement"), "name"), "Entitlement");
await call("DELETE", `/Entitlements/${id}`);
console.log(JSON.stringify({ files: new Set(EDITS.map(({ file }) => file)).size }));
