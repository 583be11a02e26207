import assert from "node:assert/strict";
import { type Edit, edit } from "./edited.ts";

/** Drill: a new attribute of a user, `costumeSize`, takes one line. Everything else follows from the schema. */
const EDITS: readonly Edit[] = [
  {
    file: "functions/scim/resourceTypes.ts",
    behind: 'define("nickName"',
    lines: ['  define("costumeSize", "The size of the user\'s costume."),'],
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
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const made = await call("POST", "/Users", { schemas: [USER], userName: "ada", costumeSize: "XL" });
assert.equal(at(made, "costumeSize"), "XL");
const one = `/Users/${at(made, "id")}`;
const operations = [{ op: "replace", path: "COSTUMESIZE", value: "S" }];
await call("PATCH", one, { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: operations });
assert.equal(at(await call("GET", `${one}?attributes=costumeSize`), "costumeSize"), "S");
const found = await call("GET", '/Users?filter=costumeSize eq "s"&sortBy=costumeSize');
assert.equal(at(found, "totalResults"), 1);
assert.match(JSON.stringify(await call("GET", `/Schemas/${USER}`)), /costumeSize/);
console.log(
  JSON.stringify({ files: EDITS.length, lines: EDITS.flatMap((one) => ("lines" in one ? one.lines : [])).length }),
);
