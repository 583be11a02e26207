import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "@jest/globals";
import { failureOf, git, manifestIn, oldNode, ownProject, ROOT, readPacked, run, strange } from "./packed.ts";

const { repository, tarball } = readPacked();
/** An empty project with the tarball in it. */
const project = ownProject("project");

/** Runs a module of the project. @returns what it printed, or with what it ended */
async function played(code: string, node = process.execPath, ...options: string[]): Promise<string> {
  const file = join(project, "play.mjs");
  writeFileSync(file, code);
  try {
    return (await run(node, [...options, file], { cwd: project, env: strange })).stdout.trim();
  } catch (error) {
    return failureOf(error);
  }
}

/** Bytes of a bundle and of the parts that it shares with others. */
function sizeWithImports(path: string): number {
  const text = readFileSync(path, "utf8");
  const parts = new Set([...text.matchAll(/\bfrom"(\.[^"]+)"/g)].map(([, part = ""]) => join(dirname(path), part)));
  return [...parts].reduce((sum, part) => sum + sizeWithImports(part), Buffer.byteLength(text));
}

/** Relative links of the Markdown files that lead to no file. */
function deadLinks(folder: string): string[] {
  const documents = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  expect(documents).toEqual(expect.arrayContaining(["README.md", "lib/docs/change.md", "lib/docs/connect/okta.md"]));
  return documents.flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8").replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
    const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = ""]) => target);
    const relative = targets.filter((target) => !/^[a-z]+:/.test(target));
    return relative.filter((target) => !existsSync(join(folder, dirname(name), target))).map((to) => `${name}: ${to}`);
  });
}

describe("npm pack", () => {
  test("makes a tarball with a manifest of its own, and leaves the repository's as it was", () => {
    expect(manifestIn(repository)).toBe(manifestIn(ROOT));
    const { version } = JSON.parse(manifestIn(ROOT));
    expect(tarball.filename).toBe(`rollcall-${version}.tgz`);
    const manifest = JSON.parse(manifestIn(join(project, "node_modules/rollcall")));
    expect(Object.keys(manifest).sort()).toEqual(
      [
        ...["bin", "description", "engines", "exports", "files", "license", "name", "scripts", "type", "typesVersions"],
        "version",
        ...["peerDependencies", "peerDependenciesMeta"],
      ].sort(),
    );
    // What older settings of TypeScript resolve is what newer ones do.
    const entries = ["client", "testkit", "server", "cdk"];
    expect(manifest.typesVersions["*"]).toEqual(
      Object.fromEntries(entries.map((name) => [name, [manifest.exports[`./${name}`].types]])),
    );
    expect(manifest.peerDependenciesMeta).toEqual({
      "aws-cdk-lib": { optional: true },
      constructs: { optional: true },
    });
    expect(manifest).toMatchObject({ version, license: "Apache-2.0", engines: { node: ">=20" } });
    // No bin of another package takes the place of the project's own node.
    expect(readdirSync(join(project, "node_modules/.bin"))).toEqual(["rollcall", "rollcall-server"]);
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["rollcall"]);
    for (const name of ["README.md", "LICENSE"])
      expect(existsSync(join(project, "node_modules/rollcall", name))).toBe(true);
    // README and command line name documents, which are there.
    const linked = readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/\]\((lib\/docs\/[^)#]+\.md)/g);
    const documents = [...linked].map(([, path = ""]) => path);
    expect(documents).toContain("lib/docs/RUNBOOK.md");
    expect(documents.filter((path) => !existsSync(join(project, "node_modules/rollcall", path)))).toEqual([]);
    // Neither do they link to what is not there, nor does the repository's README lose a link by that.
    expect(deadLinks(join(project, "node_modules/rollcall"))).toEqual([]);
    expect(readFileSync(join(repository, "README.md"), "utf8")).toBe(readFileSync(join(ROOT, "README.md"), "utf8"));
    const licences = readFileSync(join(project, "node_modules/rollcall/dist/THIRD-PARTY-LICENSES.txt"), "utf8");
    const named = licences.match(/^\S+ \d+\.\d+\.\d+$/gm)?.map((line) => line.split(" ")[0]);
    expect(named).toEqual(expect.arrayContaining(["@middy/core", "aws4fetch", "@aws-sdk/client-cloudformation"]));
    // What it calls ours only where a package has no file of its own.
    expect(named?.filter((name) => !existsSync(join(ROOT, "node_modules", `${name}`)))).toEqual([]);
  });

  test("keeps to the size that the chapter of the application says", () => {
    const [, client, whole, unpacked] =
      /`client` has (\d+) KB, the tarball (\d+) KB, unpacked (\d+) KB/.exec(
        readFileSync(join(ROOT, "lib/docs/application.md"), "utf8").replaceAll(/\s+/g, " "),
      ) ?? [];
    const sizes = [
      sizeWithImports(join(project, "node_modules/rollcall/dist/client.js")),
      tarball.size,
      tarball.unpackedSize,
    ];
    const stated = [client, whole, unpacked].map(Number);
    for (const [index, size] of sizes.entries()) {
      const most = (stated[index] ?? 0) * 1_000;
      expect({ index, size, fits: size <= most && size > 0.75 * most }).toEqual({ index, size, fits: true });
    }
  });

  test("puts the repository's manifest and documents back where an earlier run was ended in between, and nothing over what somebody changed", async () => {
    const own = manifestIn(repository);
    writeFileSync(join(repository, "package.json.kept"), own);
    copyFileSync(join(project, "node_modules/rollcall/package.json"), join(repository, "package.json"));
    await run("npm", ["run", "postpack"], { cwd: repository, env: strange });
    expect(manifestIn(repository)).toBe(own);
    const edited = own.replace("A self-hosted", "An edited");
    writeFileSync(join(repository, "package.json.kept"), own);
    writeFileSync(join(repository, "package.json"), edited);
    await run(process.execPath, ["bin/package.ts", "restore"], { cwd: repository });
    expect(manifestIn(repository)).toBe(edited);
    writeFileSync(join(repository, "package.json"), own);
    const kept = join(repository, "package.documents.kept");
    const [operate, change] = ["lib/docs/operate.md", "lib/docs/change.md"] as const;
    const texts = [operate, change].map((path) => readFileSync(join(repository, path), "utf8"));
    mkdirSync(join(kept, "lib/docs"), { recursive: true });
    for (const path of [operate, change]) {
      copyFileSync(join(repository, path), join(kept, path));
      copyFileSync(join(project, "node_modules/rollcall", path), join(kept, `${path}.packed`));
    }
    copyFileSync(join(kept, `${operate}.packed`), join(repository, operate));
    writeFileSync(join(repository, change), "Edited.");
    await run(process.execPath, ["bin/package.ts", "restore"], { cwd: repository });
    expect(readFileSync(join(repository, change), "utf8")).toBe("Edited.");
    writeFileSync(join(repository, change), texts[1] ?? "");
    expect(readFileSync(join(repository, operate), "utf8")).toBe(texts[0]);
    expect(await git(repository, "status", "--porcelain")).toBe("");
    expect(readdirSync(repository).filter((name) => name.startsWith("package."))).toEqual(["package.json"]);
  });
});

describe("the package in an empty folder", () => {
  const KIT = `
    import { createClient } from "rollcall/client";
    import { startRollcall } from "rollcall/testkit";
    await using rollcall = await startRollcall();
    const acme = await rollcall.org("acme");
    await rollcall.idp.entra(acme).assign("ada@example.com");
    const client = createClient(rollcall.clientOptions(acme));
    const { member } = await client.gate({ org: "acme", userName: "ada@example.com" });
    const seen = [];
    let cursor;
    await rollcall.settled();
    const { outcome } = await client.sync({
      org: "acme",
      cursorStore: { read: () => cursor },
      apply: (batch) => { cursor = batch.cursor; seen.push(...batch.changes.map(({ type }) => type)); },
    });
    console.log(JSON.stringify([member, outcome, seen]));`;

  test("plays an identity provider and reads it with the client", async () => {
    expect(await played(KIT)).toBe('[true,"upToDate",["user.put","snapshot.end"]]');
  });

  test("plays the test kit as README prints it", async () => {
    const printed = blocksOf("README.md").find((text) => text.includes("startRollcall"));
    const shows = `const { member, reason } = await createClient(rollcall.clientOptions(await rollcall.org("acme"))).gate({ org: "acme", userName: "ada@example.com" });
      console.log(member, reason);
      await rollcall.close();`;
    expect(await played(`import { createClient } from "rollcall/client";\n${printed}\n${shows}`)).toBe(
      "false inactive",
    );
  });

  test("carries the product of test/consumer as it stands, from hire to deletion, woken by webhooks", async () => {
    for (const name of PRODUCT) cpSync(join(ROOT, "test/consumer", name), join(project, name), { recursive: true });
    const play = `
      import { startInMemory } from "./inMemory.ts";
      import { playStory } from "./playStory.ts";
      import { storyOf } from "./story.ts";
      await using scene = await startInMemory({}, "sent");
      const { org, product, rollcall } = scene;
      const idp = rollcall.idp.entra(org);
      await playStory(storyOf({ deletes: true }), { idp, org: org.name, product: product.url, print: () => undefined });
      console.log(scene.reports.length);`;
    expect(await played(play)).toBe("0");
    const started = run(process.execPath, ["product/main.ts"], { cwd: project, env: strange }).catch(failureOf);
    expect(await started).toMatch(/^1 Set ROLLCALL_URL: /);
  });

  test("has a client for Node 20, and says that the rest needs Node 24", async () => {
    const [node, ...options] = oldNode();
    const client = `import { createClient, verifyWebhook } from "rollcall/client";
      try { createClient({ url: "https://scim.example.com/scim/v2/acme", key: "" }); } catch ({ code }) { console.log(process.versions.node.split(".")[0], code, typeof verifyWebhook); }`;
    expect(await played(client, node, ...options)).toMatch(/^2[0-3] client\.url function$/);
    for (const entry of ["testkit", "server"]) {
      const said = await played(`await import("rollcall/${entry}");`, node, ...options);
      expect(said).toContain("rollcall/testkit and rollcall/server need Node 24.15 or later; this is 2");
    }
    for (const bin of ["rollcall", "rollcall-server"]) {
      const words = [...options, join(project, `node_modules/rollcall/dist/${bin}.cjs`), "--help"];
      const refused = await run(node, words, { cwd: project, env: strange }).catch(failureOf);
      expect(refused).toMatch(new RegExp(`^2 ${bin} needs Node 24\\.15 or later; this is 2\\S+\\.\n$`));
    }
  });

  test.each([
    ["cdk/rollcall.js", 300],
    ["client.js", 2_000],
  ])("throws, in %s, in lines that leave room for what is wrong", (name, most) => {
    const code = readFileSync(join(project, "node_modules/rollcall/dist", name), "utf8");
    const throwing = code.split("\n").filter((line) => /throw new \w*Error/.test(line));
    expect(throwing.length).toBeGreaterThan(5);
    expect(throwing.filter((line) => line.length > most)).toEqual([]);
  });

  test("says which peer of the construct is missing, or too old, and what to type", async () => {
    const modules = join(project, "node_modules");
    const peer = (name: string, version: string) => {
      mkdirSync(join(modules, name), { recursive: true });
      writeFileSync(join(modules, name, "package.json"), JSON.stringify({ name, version }));
    };
    const imported = () => played(`await import("rollcall/cdk").catch(({ message }) => console.log(message));`);
    const said: string[] = [await imported()];
    peer("aws-cdk-lib", "2.275.9");
    said.push(await imported());
    peer("aws-cdk-lib", "2.300.0");
    said.push(await imported());
    rmSync(join(modules, "aws-cdk-lib"), { recursive: true });
    expect(said).toEqual([
      "rollcall/cdk needs aws-cdk-lib 2.276.0 or later in your project: npm install aws-cdk-lib",
      "rollcall/cdk needs aws-cdk-lib 2.276.0 or later of that major version; this is 2.275.9",
      "rollcall/cdk needs constructs 10.5.0 or later in your project: npm install constructs",
    ]);
  });

  test("starts a server, by its bin and in a process", async () => {
    const bin = join(project, "node_modules/rollcall/dist/rollcall-server.cjs");
    const server = spawn(process.execPath, [bin, "--port", "0", "--memory", "--json"], { cwd: project, env: strange });
    const [line] = await once(createInterface(server.stdout), "line");
    const { tenantUrl, token } = JSON.parse(line);
    const answer = await fetch(`${tenantUrl}/Users`, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    server.kill();
    expect(await once(server, "exit")).toEqual([0, null]);
    const help = await run(process.execPath, [bin, "--help"], { cwd: project, env: strange });
    expect(help.stdout).toMatch(/^npx rollcall start \[options\] /);
    const library = `import { createClient } from "rollcall/client";
      import { startRollcallServer } from "rollcall/server";
      await using server = await startRollcallServer({ dataFolder: "data", org: "initech" });
      const client = createClient(server);
      const { orgs } = await client.call("admin.listOrgs");
      console.log(orgs.map(({ org }) => org).join(), server.token.slice(0, 9));`;
    expect(await played(library)).toBe("initech rollcall_");
    expect(readdirSync(join(project, "data"))).toContain("rollcall.db");
  });

  test("has types that need no package besides its peers", () => {
    const folder = join(project, "node_modules/rollcall/dist");
    const typed = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d.ts"));
    const named = typed.flatMap((name) =>
      [...readFileSync(join(folder, name), "utf8").matchAll(/\b(?:from|import)\s*\(?\s*"([^."\s][^"\s]*)"/g)].map(
        ([, from = ""]) => from.split("/")[0] ?? "",
      ),
    );
    expect([...new Set(named)].sort()).toEqual(["aws-cdk-lib", "constructs"]);
  });

  test("has types that hold a stranger to them", async () => {
    copyFileSync(join(ROOT, "test/package/consumer.ts"), join(project, "consumer.ts"));
    writeFileSync(join(project, "names.d.ts"), NAMES);
    const required = 'import { createClient } from "rollcall/client";\nconsole.log(typeof createClient);\n';
    writeFileSync(join(project, "required.cts"), required);
    for (const name of PRODUCT) cpSync(join(ROOT, "test/consumer", name), join(project, name), { recursive: true });
    const printed = ["README.md", "lib/docs/application.md", "lib/docs/portal.md"].flatMap(blocksOf);
    for (const [index, text] of printed.entries()) writeFileSync(join(project, `printed${index}.ts`), text);
    const compilerOptions = {
      strict: true,
      declaration: true,
      emitDeclarationOnly: true,
      outDir: "declared",
      allowImportingTsExtensions: true,
      target: "es2022",
      lib: ["es2024", "esnext.disposable"],
      module: "nodenext",
      types: ["node"],
      typeRoots: [join(ROOT, "node_modules/@types")],
    };
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["*.ts", "*.cts", "product"] }),
    );
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const said = await run(process.execPath, [tsc, "-p", project], { cwd: project }).then(
      ({ stdout }) => stdout,
      (error) => `${(error as { stdout: string }).stdout}`,
    );
    expect(said).toBe("");
    const loaded = ["-p", 'typeof require("rollcall/client").createClient'];
    expect((await run(process.execPath, loaded, { cwd: project })).stdout).toBe("function\n");
  });
});

/** The product of test/consumer, and what plays its story: they know the package and node: only. */
const PRODUCT = ["product", "browser.ts", "inMemory.ts", "playStory.ts", "setUp.ts", "story.ts"];

/** What the blocks of documents name and do not make. */
const NAMES = `
  declare const url: string, key: string, org: string, email: string, applicationId: string;
  declare const request: import("node:http").IncomingMessage, body: Buffer, secrets: string[];
  declare const cursorStore: import("rollcall/client").SyncOptions["cursorStore"];
  declare const apply: import("rollcall/client").SyncOptions["apply"];
  declare const client: import("rollcall/client").Client;
`;

/** The blocks of TypeScript in a document, as printed. */
function blocksOf(path: string): string[] {
  const blocks = [...readFileSync(join(ROOT, path), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)];
  if (blocks.length === 0) throw new Error(`${path} has no block of TypeScript`);
  return blocks.map(([, text = ""]) => text);
}
