import assert from "node:assert/strict";
import { type Edit, edit } from "./edited.ts";

/** Drill: clients that send 1 and 0 for true and false are served, and the log says so. One file, with a test beside it. */
const EDITS: readonly Edit[] = [
  {
    file: "functions/scim/readValue.ts",
    behind: "stringBoolean: 'true or false",
    lines: ['  numberBoolean: "true or false came as a number (1)",'],
  },
  {
    file: "functions/scim/readValue.ts",
    behind: 'if (typeof value === "boolean") return value;',
    lines: [
      "  if (value === 1 || value === 0) {",
      '    reading.quirks.note<typeof VALUE_QUIRKS>("numberBoolean", name);',
      "    return value === 1;",
      "  }",
    ],
  },
];
edit(EDITS);

// Not before the edits stand.
const { memoryTarget } = await import("../support/memoryTarget.ts");
const { at } = await import("../support/wire.ts");
const { quirkInWords } = await import("../../bin/rollcall/log/quirks.ts");
const quirks: string[] = [];
const target = memoryTarget(({ bent }) => {
  if (typeof bent === "object" && bent !== null) quirks.push(...Object.keys(bent));
});
const org = await target.org({ preset: "standard" });
const user = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: "ada@example.com",
  active: 0,
  emails: [{ value: "ada@example.com", type: "work", primary: 1 }],
};
const made = await org.request({ method: "POST", path: "/Users", body: JSON.stringify(user) });
assert.equal(made.status, 201, made.text);
assert.deepEqual([at(made.json, "active"), at(made.json, "emails.0.primary")], [false, true]);
assert.ok(quirks.includes("numberBoolean:active"), quirks.join());
assert.match(quirkInWords("numberBoolean:active", 1), /came as a number/);
console.log(JSON.stringify({ files: new Set(EDITS.map(({ file }) => file)).size }));
