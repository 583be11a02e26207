import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMBINATIONS } from "./combinations.ts";
import { synthesise } from "./synthesis.ts";

/** `node test/infra/writeTemplates.ts FOLDER`: the templates of all combinations of options, for a judge that is no Node. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("name the folder to write to");

mkdirSync(folder, { recursive: true });
for (const [name, settings] of COMBINATIONS) {
  const { tableTemplate, template } = synthesise(settings);
  const all = { [name]: template, ...(tableTemplate && { [`${name}; its table`]: tableTemplate }) };
  for (const [title, one] of Object.entries(all)) {
    writeFileSync(join(folder, `${title}.json`), JSON.stringify(one.toJSON(), null, 1));
  }
}
