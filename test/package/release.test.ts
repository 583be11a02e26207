import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { COMMITTER, entriesOf, failureOf, git, ROOT, readPacked, run } from "./packed.ts";

const { dryRun, folder, installed, repository, tarball } = readPacked();
/** A clone of it, as somebody would release it. */
const released = join(folder, "released");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
/** What the registry was sent. */
const got: { readonly path: string; readonly body: string }[] = [];
let refuses = false;

const registry = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  if (request.method === "PUT") got.push({ path: request.url ?? "", body });
  const status =
    request.method === "PUT" && refuses ? 403 : request.url === "/-/whoami" || request.method === "PUT" ? 200 : 404;
  response.writeHead(status, { "Content-Type": "application/json" }).end('{ "username": "owner" }');
});

/** @returns what it said, or with what it failed */
const release = (...words: string[]) =>
  run(process.execPath, ["bin/release.ts", ...words], { cwd: released, env: environment() }).then(
    ({ stdout }) => stdout,
    failureOf,
  );

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ...COMMITTER, NODE_OPTIONS: "", NPM_CONFIG_USERCONFIG: join(folder, "npmrc") };
}

beforeAll(async () => {
  await git(folder, "clone", "--quiet", repository, released);
  rmSync(join(released, "node_modules"), { force: true });
  symlinkSync(join(ROOT, "node_modules"), join(released, "node_modules"));
  registry.listen(0, "127.0.0.1");
  await once(registry, "listening");
  const address = registry.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  writeFileSync(join(folder, "npmrc"), `//${host}/:_authToken=secret\n`);
  const manifest = JSON.parse(readFileSync(join(released, "package.json"), "utf8"));
  const published = { ...manifest, publishConfig: { registry: `http://${host}/`, access: "public" } };
  writeFileSync(join(released, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
  await git(released, "commit", "--quiet", "--all", "--message", "Say where it is published");
  mkdirSync(join(released, "coverage"));
});
afterAll(() => {
  registry.close();
});

test("npm run release refuses what was not checked; else it publishes what npm pack makes, tags the commit and records the release", async () => {
  const unchecked = "The checks did not pass for this commit. Run: bash .ci/run\n";
  expect(await release()).toBe(`1 ${unchecked}`);
  expect(existsSync(join(released, "dist"))).toBe(false);
  expect(got).toEqual([]);
  expect(dryRun.said).toContain(`npm run release would refuse:\n  ${unchecked}`);
  expect(dryRun.left).toBe("");
  const head = await git(released, "rev-parse", "HEAD");
  writeFileSync(join(released, "coverage/checked-commit"), head);
  expect(await release()).toContain(`Published and recorded ${version}.`);

  const made = join(released, "dist/release");
  const file = (name: string) => readFileSync(join(made, name));
  // As the dry run made it, in another folder, at another time.
  const own = entriesOf(file(tarball.filename));
  const packed = entriesOf(readFileSync(tarball.path));
  expect([...own.keys()]).toEqual([...packed.keys()]);
  const others = [...own].filter(([name, { bytes }]) => packed.get(name)?.bytes.equals(bytes) !== true);
  expect(others.map(([name]) => name)).toEqual([]);
  const [{ path, body } = { path: "", body: "{}" }] = got.splice(0);
  const data = JSON.parse(body)._attachments?.[tarball.filename]?.data;
  expect([path, data]).toEqual(["/rollcall", file(tarball.filename).toString("base64")]);
  expect(await git(released, "rev-parse", `v${version}^{commit}`)).toBe(head);
  expect((await git(released, "show", "--stat", "--format=%s", "HEAD")).split("\n")[0]).toBe(
    `Record release ${version}`,
  );
  expect(await git(released, "status", "--porcelain")).toBe("");
  const records = join(released, "test/releases");
  expect(readdirSync(join(records, version)).sort()).toEqual(["items.json", "server.json.br", "templates"]);
  expect(readdirSync(join(records, "0.0.1"))).toEqual(["items.json"]);

  const sums = file("SHA256SUMS").toString("utf8");
  const sumOf = (name: string) => createHash("sha256").update(file(name)).digest("hex");
  const names = ["NOTES.md", `rollcall-${version}.build.cdx.json`, `rollcall-${version}.cdx.json`, tarball.filename];
  expect(sums).toBe(names.map((name) => `${sumOf(name)}  ${name}\n`).join(""));
  expect(sums).toBe(readFileSync(join(repository, "dist/release/SHA256SUMS"), "utf8"));
  expect(file("NOTES.md").toString("utf8")).toMatch(
    /^# rollcall [\d.]+\n\n- New\.\n\n## Package\n\n- rollcall-[\d.]+tgz: \d+ KB, unpacked \d+ KB, \d+ files\n- licence: Apache-2\.0; .*\n- engines: node >=20; /,
  );
  expect(await release()).toMatch(/\nVersion (.*) is not above \1, the last release\..*\nThe tag v\1 exists\./);
}, 400_000);

test("its bill of materials names each package in the tarball, with version, licence and the hash of its archive", () => {
  const bill = JSON.parse(readFileSync(join(released, `dist/release/rollcall-${version}.cdx.json`), "utf8"));
  const licences = readFileSync(join(installed, "node_modules/rollcall/dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const named = bill.components.map(({ name, version: of }: { name: string; version: string }) => `${name} ${of}`);
  expect(named).toEqual(
    expect.arrayContaining([expect.stringMatching(/^aws4fetch /), expect.stringMatching(/^@middy\/core /)]),
  );
  expect(named.filter((name: string) => !`\n${licences}`.includes(`\n${name}\n`))).toEqual([]);
  const aws4fetch = packages["node_modules/aws4fetch"];
  expect(bill.components.find(({ name }: { name: string }) => name === "aws4fetch")).toMatchObject({
    purl: `pkg:npm/aws4fetch@${aws4fetch.version}`,
    licenses: [{ license: { id: "MIT" } }],
    hashes: [{ alg: "SHA-512", content: Buffer.from(aws4fetch.integrity.slice(7), "base64").toString("hex") }],
  });
  const sha512 = createHash("sha512")
    .update(readFileSync(join(released, "dist/release", tarball.filename)))
    .digest("hex");
  expect(bill.metadata.component).toMatchObject({ name: "rollcall", version, hashes: [{ content: sha512 }] });
});

test("CycloneDX's own library takes both bills of materials", async () => {
  const judges = (await run("bash", [join(ROOT, "test/judges.sh")])).stdout.trim();
  const bills = ["", ".build"].map((kind) => join(released, `dist/release/rollcall-${version}${kind}.cdx.json`));
  const { stdout } = await run(join(judges, "python"), [join(ROOT, "test/package/verify_bills.py"), ...bills]);
  expect(stdout.trim().split("\n")).toHaveLength(2);
}, 240_000);

test("where the registry refuses the package, there is no tag either", async () => {
  refuses = true;
  const config = JSON.parse(readFileSync(join(released, "package.json"), "utf8")).publishConfig;
  const publication = { version: "9.9.9", tarball: tarball.path, config };
  const code = `(await import("./bin/release/makeArtefacts.ts")).publish(".", ${JSON.stringify(publication)})`;
  const words = ["--input-type=module", "--eval", code];
  const said = await run(process.execPath, words, { cwd: released, env: environment() }).catch(failureOf);
  expect([said, got.length]).toEqual([expect.stringContaining("403"), 1]);
  expect(await git(released, "tag", "--list")).toBe(`v${version}\n`);
});
