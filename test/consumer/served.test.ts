import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { identityProviders, type ScimConnection } from "rollcall/testkit";
import { rollcallHere } from "../local/commandLine.ts";
import { endAll, eventually, type Run, run } from "../local/processes.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { freePort } from "../support/freePort.ts";
import { Browser } from "./browser.ts";
import { playStory } from "./playStory.ts";
import { prepareDatabase } from "./setUp.ts";
import { BEFORE, OWNER, storyOf } from "./story.ts";

let folder: string;
beforeEach(() => {
  folder = newFolder();
  prepareDatabase(join(folder, "product.db"));
});
afterEach(async () => {
  await endAll();
  removeData(folder);
});

/** A program that can be killed, and comes back at the same address with the same data. */
class Program {
  readonly #start: () => Run;
  readonly #address: RegExp;
  #run: Run | undefined;
  url = "";

  constructor(start: () => Run, address: RegExp) {
    this.#start = start;
    this.#address = address;
  }

  async start(): Promise<void> {
    const made = this.#start();
    this.#run = made;
    const [, url = ""] = await eventually(() => {
      if (made.child.exitCode !== null) throw new Error(made.stderr());
      return this.#address.exec(made.stdout());
    });
    this.url = url;
  }

  async kill(): Promise<void> {
    this.#run?.child.kill("SIGKILL");
    await this.#run?.ended;
  }
}

/** `npm start` on a file, and the product beside it as somebody starts it. */
async function startBoth(): Promise<{ server: Program; product: Program; connection: ScimConnection }> {
  const data = join(folder, "rollcall");
  const tokenFile = join(folder, "token");
  const ports = { server: String(await freePort()), product: String(await freePort()) };
  const server = new Program(
    () => run(["bin/local.ts", "--port", ports.server, "--data", data, "--token-file", tokenFile, "--quiet"]),
    /Tenant URL: (http:\/\/[^/]+)/,
  );
  await server.start();
  const secretOf = async (name: string, ...words: string[]): Promise<string> => {
    const file = join(folder, name);
    const made = await rollcallHere([...words, file, "--data", data]);
    if (made.code !== 0) throw new Error(made.err);
    return readFileSync(file, "utf8").trim();
  };
  const keyOf = (scope: string) =>
    secretOf(scope, "app-key", "create", "--org", BEFORE.org, "--scope", scope, "--description", scope, "--key-file");
  const webhook = `http://127.0.0.1:${ports.product}/webhooks/rollcall`;
  const [key, adminKey, secret] = await Promise.all([
    keyOf("directory.write"),
    keyOf("admin"),
    secretOf("secret", "webhook", "create", webhook, "--secret-file"),
  ]);
  const environment = {
    PORT: ports.product,
    DATABASE: join(folder, "product.db"),
    ROLLCALL_URL: server.url,
    ROLLCALL_KEY: key,
    ROLLCALL_ADMIN_KEYS: `${BEFORE.org}=${adminKey}`,
    ROLLCALL_WEBHOOK_SECRETS: secret,
    // Longer than the test: what it sees was told by webhooks, or read at a start.
    SYNC_FALLBACK_SECONDS: "3600",
  };
  const product = new Program(() => run(["test/consumer/product/main.ts"], environment), /listens on (http:\S+\d)/);
  await product.start();
  const token = readFileSync(tokenFile, "utf8").trim();
  return { server, product, connection: { tenantUrl: `${server.url}/scim/v2/${BEFORE.org}`, token } };
}

test("from hire to deletion by Entra, then a flood by Okta, against npm start, over kill -9 of either side: nothing is lost", async () => {
  const { server, product, connection } = await startBoth();
  const { idp } = identityProviders();
  await playStory(storyOf({ deletes: true }), {
    idp: idp.entra(connection),
    product: product.url,
    org: BEFORE.org,
    print: (line) => process.stdout.write(`npm start, ${line}\n`),
    between: async ({ name }) => {
      if (name === "team change") {
        await server.kill();
        await server.start();
      }
      if (name === "reactivate") {
        await product.kill();
        await product.start();
      }
    },
  });

  const owner = new Browser(product.url);
  expect(await owner.signIn(BEFORE.org, OWNER)).toBe(303);
  const before = await peopleIn(owner);
  const flood = idp.okta(connection).flood(40, 4);
  await eventually(async () => (await peopleIn(owner)).length > before.length + 5);
  // In the middle of what it copies.
  await product.kill();
  const { users, failures } = await flood;
  expect(failures).toEqual([]);
  await server.kill();
  await product.start();
  await server.start();
  const expected = [...before, ...users].map(({ email }) => email).sort();
  await eventually(async () => (await peopleIn(owner)).length === expected.length);
  const shown = await peopleIn(owner);
  expect(shown.map(({ email }) => email).sort()).toEqual(expected);
  expect(new Set(shown.map(({ id }) => id)).size).toBe(expected.length);
});

async function peopleIn(browser: Browser): Promise<readonly { readonly email: string; readonly id: number }[]> {
  return ((await browser.json("/api/people")) as { people: { email: string; id: number }[] }).people;
}
