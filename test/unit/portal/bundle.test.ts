import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { ASSETS, ENTRY } from "../../../functions/http/generated/portalAssets.js";

const root = join(import.meta.dirname, "../../..");
const sources = readdirSync(join(root, "lib/portal"), { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.tsx?$/.test(file),
);

test("what the first page needs is at most 60 KB on the wire, and names nothing of another origin", () => {
  const assets = new Map(Object.entries(ASSETS));
  const sizes = [...assets].map(([name, { text }]) => ({ name, bytes: gzipSync(text, { level: 9 }).length }));
  const first = sizes.filter(({ name }) => [ENTRY.script, ENTRY.style, ...ENTRY.parts].includes(name));
  expect(first).toHaveLength(2 + ENTRY.parts.length);
  // What they import besides is loaded later, by import().
  const statics = first.flatMap(({ name }) =>
    [...(assets.get(name)?.text ?? "").matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)].map(([, target]) => target),
  );
  expect(statics.filter((target) => !first.some(({ name }) => name === target))).toEqual([]);
  console.info(sizes.map(({ name, bytes }) => `${name} ${bytes}`).join("\n"));
  expect(first.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(60 * 1024);
  for (const { text } of assets.values())
    expect(text).not.toMatch(/\b(?:src|import\()\s*=?\s*"https?:|url\((?!#)|\beval\(/);
});

test("a part says nothing of its own to people: labels, titles and placeholders come from the texts", () => {
  const spoken = /\b(?:aria-label|title|placeholder|alt|label|hint|caption|intro|text)="[^"]*\p{L}/u;
  const files = sources.filter((file) => file.endsWith(".tsx"));
  expect(files.length).toBeGreaterThan(10);
  const found = files.filter((file) => spoken.test(readFileSync(join(root, "lib/portal", file), "utf8")));
  expect(found).toEqual([]);
  expect(spoken.test('<p aria-label="Über uns">')).toBe(true);
});

test("nothing of the pages writes markup as text, styles by attribute, or what a browser keeps", () => {
  const unsafe = /dangerouslySetInnerHTML|innerHTML|\bstyle=|localStorage|sessionStorage|document\.cookie|data-testid/;
  expect(sources.filter((file) => unsafe.test(readFileSync(join(root, "lib/portal", file), "utf8")))).toEqual([]);
});
