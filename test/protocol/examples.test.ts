import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../functions/scim/json.ts";
import { differences } from "../support/expectation.ts";
import { at } from "../support/wire.ts";
import { expectNothing, onMemory } from "./onWire.ts";
import { clientOf } from "./rows/client.ts";

/**
 * The examples of the RFCs themselves, with their errata: requests as printed, ids and versions as ours. What an example
 * needs to be there first is made by the steps before. `{{name}}` stands for what an earlier answer held.
 */
interface Example {
  readonly rfc: number;
  readonly section: string;
  readonly title: string;
  /** How it differs from what is printed, and why. */
  readonly note?: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Json;
  };
  readonly status: number;
  readonly headers?: Json;
  readonly answer?: Json;
  /** Names for values of the answer, by dotted path. */
  readonly keep?: Readonly<Record<string, string>>;
}

const FOLDER = join(import.meta.dirname, "examples");
const files = readdirSync(FOLDER).sort();

describe.each([7643, 7644, 9865])("the examples of RFC %d", (rfc) => {
  for (const file of files.filter((name) => name.startsWith(`rfc${rfc}-`))) {
    const text = readFileSync(join(FOLDER, file), "utf8");
    // The files are ours.
    const { section, title } = JSON.parse(text) as Example;
    test(`section ${section}: ${title}`, () => play(text));
  }
});

test("there is an example for each of these sections", () => {
  const sections = new Set(files.map((file) => file.split("-").slice(0, 2).join(" ")));
  const wanted = ["3.3", "3.4.1", "3.4.3", "3.5.1", "3.5.2.1", "3.5.2.2", "3.5.2.3", "3.7.1", "3.7.2", "3.7.3", "3.12"];
  for (const section of wanted) expect(sections).toContain(`rfc7644 ${section}`);
  for (const section of ["8.1", "8.2", "8.3", "8.4"]) expect(sections).toContain(`rfc7643 ${section}`);
  for (const section of ["2", "2.1", "3", "4"]) expect(sections).toContain(`rfc9865 ${section}`);
});

async function play(text: string): Promise<void> {
  const scim = await clientOf(onMemory, { preset: "rfc" });
  const known = new Map<string, string>([["base", scim.tenant.tenantUrl]]);
  const count = (JSON.parse(text) as Example).steps.length;
  for (let index = 0; index < count; index += 1) {
    const filled = text.replace(/\{\{([\w.]+)\}\}/g, (whole, name: string) => {
      const value = known.get(name);
      return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
    });
    const step = (JSON.parse(filled) as Example).steps[index];
    if (step === undefined) return;
    const { request, status, headers, answer, keep = {} } = step;
    const title = `${request.method} ${request.path}`;
    const got = await scim.say(title, request, answer === undefined ? { status } : { status, json: answer });
    if (headers !== undefined) {
      for (const line of differences(headers, { ...got.headers }, "headers")) scim.note(title, line);
    }
    for (const [name, path] of Object.entries(keep)) known.set(name, String(at(got.json, path)));
  }
  expectNothing(scim);
}
