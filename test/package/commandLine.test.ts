import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { failureOf, ownProject, readPacked, run, strange } from "./packed.ts";

/** An empty project with the tarball in it, and nothing else. */
const project = ownProject("empty");
/** The Node that a person has who reads that 24.15 is needed. */
const PATH = [dirname(nodeOnPath()), strange.PATH].join(delimiter);

function nodeOnPath(): string {
  const path = join(readPacked().folder, "bin/node");
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(process.execPath, path);
  return path;
}

/** `npx rollcall` in the project. @returns what it printed, or with what it ended and what it said */
async function rollcall(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = { cwd: project, env: { ...strange, NODE_OPTIONS: "", PATH, ...env } };
  return run("npx", ["--no-install", "rollcall", ...words], options).then(({ stdout }) => stdout, failureOf);
}

/** Has Node write the files of the package that it loads. */
function loadsTo(file: string): Readonly<Record<string, string>> {
  const hook = `import { appendFileSync } from "node:fs";
    import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) {
      if (url.includes("/rollcall/dist/")) appendFileSync(${JSON.stringify(file)}, url + "\\n");
      return next(url, context);
    } });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
}

/** Files that were loaded, and hold a part of the AWS SDK. */
function ofSdk(file: string): string[] {
  const loaded = readFileSync(file, "utf8").trim().split("\n");
  return loaded.filter((url) => /smithy|CredentialsProvider/i.test(readFileSync(new URL(url), "utf8")));
}

describe("npx rollcall where nothing but the package is", () => {
  test("works on a Rollcall in the working directory, without loading anything of AWS", async () => {
    expect(await rollcall(["org", "list"])).toMatch(
      new RegExp(`^1 There is no Rollcall in ${join(project, ".rollcall")}\\.`),
    );
    const made = await rollcall(["org", "create", "acme", "--entitled", "--sso-url", "https://sso.example.com"]);
    expect(made).toContain("Tenant URL: http://127.0.0.1:3000/scim/v2/acme");
    const file = join(project, "local.txt");
    expect(await rollcall(["org", "list"], loadsTo(file))).toMatch(/^acme /m);
    expect(ofSdk(file)).toEqual([]);
    expect(await rollcall(["token", "generate", "acme"])).toMatch(/^Secret token: rollcall_/m);
    expect(await rollcall(["fsck", "acme"])).toContain("acme: nothing is broken");
  });

  test("has the clients of AWS with it, and says in one line that nobody answers", async () => {
    const file = join(project, "deployed.txt");
    const said = await rollcall(["org", "list", "--stack", "Nothing", "--region", "eu-central-1"], {
      ...loadsTo(file),
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    });
    expect(said).toBe("1 CloudFormation does not answer (ECONNREFUSED).\n");
    expect(ofSdk(file).length).toBeGreaterThan(3);
  });

  test("prints commands that can be typed there", async () => {
    expect(await rollcall(["org"])).toMatch(/^2 Usage: npx rollcall COMMAND \[OPTIONS\]$/m);
    expect(await rollcall(["token", "list", "--colour"])).toContain("See: npx rollcall token list --help");
  });
});
