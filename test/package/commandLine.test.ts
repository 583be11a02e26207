import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { failureOf, manifestIn, ownProject, readPacked, run, strange } from "./packed.ts";

/** An empty project with the tarball in it, and nothing else. */
const project = ownProject("empty");
/** The Node of a person who has read that 24.15 is needed. */
const node = join(readPacked().folder, "bin/node");
mkdirSync(dirname(node), { recursive: true });
symlinkSync(process.execPath, node);
const PATH = [dirname(node), strange.PATH].join(delimiter);

const inProject = (env: Readonly<Record<string, string>> = {}) => ({
  cwd: project,
  env: { ...strange, NODE_OPTIONS: "", PATH, ...env },
});

/** What `npx rollcall` runs; npx itself takes as long again. */
const bin = join(project, "node_modules/.bin/rollcall");

/** A command in the project. @returns what it printed, or with what it ended and what it said */
async function rollcall(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return await run(bin, words, inProject(env)).then(({ stdout }) => stdout, failureOf);
}

/**
 * A program in a terminal: once it has said this, something is done, and Ctrl-C goes to all that runs there.
 * @returns with what it ended, and what it printed
 */
async function untilCtrlC(
  program: string,
  words: readonly string[],
  said: RegExp,
  use: (found: RegExpExecArray) => Promise<void>,
) {
  const child = spawn(program, words, { ...inProject(), detached: true });
  const ended = once(child, "close");
  let text = "";
  const found = new Promise<RegExpExecArray>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
      const match = said.exec(text);
      if (match !== null) resolve(match);
    });
    ended.then(([code]) => reject(new Error(`it ended with ${code} and said: ${text}`)));
  });
  try {
    await use(await found);
  } finally {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), "SIGINT");
  }
  return [...(await ended), text];
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

const STARTED = /^Tenant URL: (?<url>.*)\nSecret token: (?<token>.*)\n[\s\S]*Ctrl-C stops the server\.\n/m;

describe("npx rollcall where nothing but the package is", () => {
  test("starts a Rollcall, whose first requests get 200 and 201, and doctor finds nothing wrong, until Ctrl-C", async () => {
    const words = ["--no-install", "rollcall", "start", "--port", "0"];
    const [, , said] = await untilCtrlC("npx", words, STARTED, async ({ groups: { url, token } = {} }) => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" };
      expect((await fetch(`${url}/Users`, { headers })).status).toBe(200);
      const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
      const emails = [{ type: "work", value: "ada@example.com" }];
      const body = JSON.stringify({ schemas, userName: "ada@example.com", emails });
      expect((await fetch(`${url}/Users`, { method: "POST", headers, body })).status).toBe(201);
      expect(await rollcall(["doctor", "--url", url ?? "", "--token", token ?? ""])).toContain("Nothing is wrong.");
    });
    expect(said).toContain(`\nData: ${join(project, ".rollcall")}\n`);
    expect(said).toContain("\nFor calls of your application: npx rollcall app env\n");
    // npx itself ends with the signal, but not before what it started has ended as it should.
    expect(said).toMatch(/\nStopping: answering the requests under way\.\n$/);
    expect(existsSync(join(project, ".rollcall/server.json"))).toBe(false);
  });

  test("works on it afterwards, without loading anything of AWS", async () => {
    const file = join(project, "local.txt");
    expect(await rollcall(["users", "acme"], loadsTo(file))).toContain("ada@example.com");
    expect(ofSdk(file)).toEqual([]);
    const org = ["org", "create", "initech", "--entitled", "--sso-url", "https://sso.example.com"];
    expect(await rollcall(org)).toContain("/scim/v2/initech\n");
    expect(await rollcall(["token", "generate", "initech"])).toMatch(/^Secret token: rollcall_/m);
    expect(await rollcall(["org", "list"])).toMatch(/^acme .*\ninitech /m);
    expect(await rollcall(["fsck", "acme"])).toContain("acme: nothing is broken");
  });

  test("serves the pages of the console", async () => {
    const ended = await untilCtrlC(bin, ["console"], /^Console: (.*)\n/m, async ([, address = ""]) => {
      const page = await fetch(address);
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
      expect((await fetch(new URL(script, address))).status).toBe(200);
    });
    expect(ended.slice(0, 2)).toEqual([0, null]);
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
    // A way to find credentials that is loaded only where a profile asks for it.
    const config = join(project, "config");
    const keys = JSON.stringify({ Version: 1, AccessKeyId: "a", SecretAccessKey: "b" });
    writeFileSync(config, `[profile desk]\ncredential_process = echo '${keys}'\n`);
    const asked = ["org", "list", "--url", "http://127.0.0.1:1/admin/v1", "--region", "eu-central-1"];
    const nobody = await rollcall(asked, { AWS_CONFIG_FILE: config, AWS_PROFILE: "desk" });
    expect(nobody).toMatch(/^1 127\.0\.0\.1:1 does not answer \(.*\)\.\n$/);
  });

  test("says its release, and prints commands that can be typed there", async () => {
    expect(await rollcall(["--version"])).toBe(
      `${JSON.parse(manifestIn(join(project, "node_modules/rollcall"))).version}\n`,
    );
    expect(await rollcall(["org"])).toMatch(/^2 Usage: npx rollcall COMMAND \[OPTIONS\]$/m);
    expect(await rollcall(["start", "--help"])).toMatch(
      /^Usage: npx rollcall start \[OPTIONS\]\n.* --all --stack NAME\n/,
    );
    const nowhere = await rollcall(["org", "list", "--data", "elsewhere"]);
    expect(nowhere).toContain("begin one there: npx rollcall start --data elsewhere, or npx rollcall org create ORG");
  });
});
