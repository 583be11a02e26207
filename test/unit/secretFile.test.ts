import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openSecretFile, openWithRoom, UnfitFile } from "../../bin/local/secretFile.ts";
import { newFolder } from "../support/folders.ts";

const folder = newFolder();
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a file for a secret", () => {
  beforeAll(() => {
    writeFileSync(at("theirs"), "theirs", { mode: 0o644 });
    symlinkSync(at("theirs"), at("link"));
    symlinkSync(at("nothing"), at("dangling"));
    mkdirSync(at("folder"));
    execFileSync("mkfifo", [at("pipe")]);
  });

  test("is made for its owner alone", () => {
    const { file, made } = openSecretFile(at("new"));
    closeSync(file);
    expect([made, statSync(at("new")).mode & 0o777]).toEqual([true, 0o600]);
  });

  test("is taken as it lies there, and closed to all others before anything is written", () => {
    writeFileSync(at("old"), "old", { mode: 0o644 });
    const { file, made } = openSecretFile(at("old"));
    closeSync(file);
    expect([made, statSync(at("old")).mode & 0o777, readFileSync(at("old"), "utf8")]).toEqual([false, 0o600, "old"]);
  });

  test("is refused on a full disk before there is a secret, and is left as it was", () => {
    writeFileSync(at("kept"), "kept");
    const module = JSON.stringify(fileURLToPath(new URL("../../bin/local/secretFile.ts", import.meta.url)));
    const script = `const { openWithRoom } = await import(${module});
      for (const path of process.argv.slice(1)) try { openWithRoom(path) } catch (error) { console.log(error.message) }`;
    // As on a full disk: nothing can be written to a file. Node leaves the signal for it ignored.
    const limited = ["-c", 'ulimit -f 0; exec "$@"', "sh", process.execPath, "--input-type=module", "-e", script];
    const { stdout } = spawnSync("/bin/bash", [...limited, at("fresh"), at("kept")], { encoding: "utf8" });
    expect([stdout, existsSync(at("fresh")), readFileSync(at("kept"), "utf8")]).toEqual([
      "EFBIG\nEFBIG\n",
      false,
      "kept",
    ]);
  });

  test("with room is empty or as it was, so far", () => {
    writeFileSync(at("kept"), "kept");
    for (const name of ["fresh", "kept"]) closeSync(openWithRoom(at(name)).file);
    expect(["fresh", "kept"].map((name) => readFileSync(at(name), "utf8"))).toEqual(["", "kept"]);
  });

  test.each([
    ["link", "it is a link"],
    ["dangling", "it is a link"],
    ["pipe", "it is no plain file"],
    ["folder", "EISDIR"],
    ["no/such/folder", "ENOENT"],
  ])("is not made or taken where it would lie elsewhere: %s", (name, why) => {
    expect(() => openSecretFile(at(name))).toThrow(new UnfitFile(why));
    expect([readFileSync(at("theirs"), "utf8"), statSync(at("theirs")).mode & 0o777]).toEqual(["theirs", 0o644]);
    expect(() => statSync(at("nothing"))).toThrow("ENOENT");
  });
});
