import { DatabaseSync } from "node:sqlite";
import { expect, test } from "@jest/globals";
import { type Batch, createClient } from "rollcall/client";
import { endAll, run } from "../local/processes.ts";
import { Browser } from "./browser.ts";
import { startInMemory } from "./inMemory.ts";
import { openDatabase } from "./product/database.ts";
import { applyBatch, readCursor } from "./product/directoryCopy.ts";
import { FIELDS } from "./product/members.ts";
import { signIn } from "./product/sessions.ts";
import { ADA, BEFORE, GRACE, OWNER } from "./story.ts";

test("where the product throws in the middle of a batch, nothing of it is stored and nothing is lost", async () => {
  await using scene = await startInMemory();
  const { rollcall, org, product } = scene;
  const owner = new Browser(product.url);
  expect(await owner.signIn(BEFORE.org, OWNER)).toBe(303);
  await scene.caughtUp();
  using database = new DatabaseSync(scene.database);
  const stored = () => ({
    cursor: database.prepare("SELECT cursor FROM cursors").get(),
    members: database.prepare("SELECT id FROM members").all(),
    accounts: database.prepare("SELECT id FROM accounts").all(),
  });
  database.exec("CREATE TRIGGER fail BEFORE INSERT ON team_members BEGIN SELECT RAISE(ABORT, 'disk on fire'); END");
  const before = stored();
  const entra = rollcall.idp.entra(org);
  await entra.assign(ADA);
  await entra.pushGroup("Engineering", [ADA]);
  await scene.caughtUp();
  expect(scene.reports).toEqual([expect.stringContaining("disk on fire")]);
  expect(stored()).toEqual(before);

  database.exec("DROP TRIGGER fail");
  await scene.caughtUp();
  expect(await owner.json("/api/people")).toEqual({
    people: [expect.objectContaining({ id: 2, email: ADA, teams: ["Engineering"] })],
  });
});

test("who was added a moment ago signs in at once, and whom the directory has known comes in by it alone", async () => {
  await using scene = await startInMemory();
  const { rollcall, org, product } = scene;
  const entra = rollcall.idp.entra(org);
  const status = (email: string) => new Browser(product.url).signIn(BEFORE.org, email);
  await scene.caughtUp();
  expect(await status(GRACE)).toBe(403);
  await entra.assign(GRACE);
  await rollcall.settled();
  expect(await status(GRACE)).toBe(303);
  // Nobody has told the product yet; the gate knows.
  await entra.disable(GRACE);
  expect(await status(GRACE)).toBe(403);

  const owner = new Browser(product.url);
  expect(await owner.signIn(BEFORE.org, OWNER)).toBe(303);
  await entra.assign(OWNER);
  await scene.caughtUp();
  expect(await owner.isSignedIn()).toBe(true);
  await entra.remove(OWNER);
  await scene.caughtUp();
  expect(await owner.isSignedIn()).toBe(false);
  expect(await status(OWNER)).toBe(403);
  expect(await new Browser(product.url).signIn("nowhere", OWNER)).toBe(404);
});

test("a batch that follows another cursor than the stored one changes nothing: two processes of the product may run", async () => {
  await using scene = await startInMemory();
  const { rollcall, org } = scene;
  await scene.caughtUp();
  await rollcall.idp.entra(org).assign(ADA);
  await rollcall.settled();
  using database = openDatabase(scene.database);
  const cursorStore = { read: () => readCursor(database, org.name) };
  const apply = async (batch: Batch<(typeof FIELDS)[number]>): Promise<boolean> => {
    await scene.caughtUp();
    return applyBatch(database, { ...batch, changes: [{ type: "org.end", because: "notFound" }] });
  };
  const client = createClient(rollcall.clientOptions(org));
  const { outcome } = await client.sync({ org: org.name, fields: FIELDS, cursorStore, apply });
  expect(outcome).toBe("overtaken");
  expect(database.prepare("SELECT email FROM members").all()).toEqual([{ email: ADA }]);
});

test("an answer of the gate that is older than what sync has applied begins no session", async () => {
  await using scene = await startInMemory();
  const { rollcall, org } = scene;
  const entra = rollcall.idp.entra(org);
  await entra.assign(ADA);
  const identity = { org: org.name, email: ADA };
  const before = await createClient(rollcall.clientOptions(org)).gate(identity);
  expect(before.member).toBe(true);
  await entra.disable(ADA);
  await scene.caughtUp();
  using database = openDatabase(scene.database);
  const late = await signIn(database, { gate: async () => before }, identity, scene.caughtUp);
  expect(late).toHaveProperty("refused");
  expect(database.prepare("SELECT 1 FROM sessions").all()).toEqual([]);
});

test("a wrong address or key is said in words that lead on, at the start or in the product's log", async () => {
  const withUrl = (rollcall: string) => startInMemory({ rollcall });
  await expect(withUrl("https://scim.example.com/scim/v2/acme")).rejects.toThrow(
    /Tenant URL.*https:\/\/scim\.example\.com\./,
  );
  await expect(withUrl("scim.example.com")).rejects.toThrow(/begins with https:\/\//);
  await expect(startInMemory({ key: "rollcall_abc" })).rejects.toThrow(/app-key create/);

  await using refused = await startInMemory({ key: `rollcallapp_${"a".repeat(43)}_abcdef` });
  await refused.caughtUp();
  expect(refused.reports[0]).toMatch(/^acme: client\.key: .*app-key list/);
  await using elsewhere = await startInMemory({ rollcall: refused.product.url });
  await elsewhere.caughtUp();
  expect(elsewhere.reports[0]).toMatch(/^acme: client\.url: .*look at the url/);

  const started = run(["test/consumer/product/main.ts"], {
    ROLLCALL_URL: refused.rollcall.url,
    ROLLCALL_KEY: undefined,
  });
  expect(await started.ended).toBe(1);
  expect(started.stderr()).toMatch(/^Set ROLLCALL_KEY: .*app-key create/);
  await endAll();
});
