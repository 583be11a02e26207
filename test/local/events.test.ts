import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { eventLine } from "../../bin/local/consoleLine.ts";
import { createEventPoster } from "../../bin/local/eventPoster.ts";
import { startEvents } from "../../bin/local/localEvents.ts";
import { openLocalFile } from "../../bin/local/localFile.ts";
import { openStore } from "../../bin/local/openStore.ts";
import { readOptions } from "../../bin/local/readOptions.ts";
import { startServer } from "../../bin/local/server.ts";
import { StartRefused } from "../../bin/rollcall/refused.ts";
import type { Envelope } from "../../functions/provisioning/events/busEvents.ts";
import { readHead } from "../../functions/provisioning/events/readLog.ts";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { createStore } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { beginLogged } from "../support/eventLogs.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { ACME, makeUser, present } from "../support/records.ts";
import { listening } from "../support/serving.ts";
import { eventually } from "./processes.ts";

/** A receiver of events on a port of its own; answers each with what `answer` says. */
interface Receiver {
  readonly url: string;
  readonly received: Envelope[];
  answer: (envelope: Envelope) => number;
  readonly server: Server;
}

let folder: string;
let receiver: Receiver;

beforeEach(async () => {
  folder = newFolder();
  receiver = await startReceiver();
});
afterEach(async () => {
  await new Promise((resolve) => receiver.server.close(resolve));
  removeData(folder);
});

async function startReceiver(): Promise<Receiver> {
  const received: Envelope[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      const envelope: Envelope = JSON.parse(text);
      const status = made.answer(envelope);
      if (status < 300) received.push(envelope);
      response.writeHead(status, { connection: "close" }).end();
    });
  });
  const url = `http://127.0.0.1:${await listening(server)}/hook`;
  const made: Receiver = { url, received, answer: () => 204, server };
  return made;
}

function envelope(id: string, version: number): Envelope {
  const detail = {
    org: "Acme0000",
    orgName: "acme",
    managed: true,
    seq: version,
    id,
    version,
    at: "2026-01-02T03:04:05.678Z",
    tokenId: "token1",
    reference: "0a1b2c3d4e5f",
    changed: ["active"],
  };
  return { source: "rollcall", "detail-type": "user.deactivated", time: detail.at, detail };
}

/** Its type; nothing for those of the org and its tokens. */
function ofResources({ "detail-type": type }: Envelope): string[] {
  return /^(?:org|token)\./.test(type) ? [] : [type];
}

describe("a server that was asked for events", () => {
  test("POSTs each change it answered, by id, version and names of attributes", async () => {
    const printed: Envelope[] = [];
    const server = await startServer({
      port: 0,
      dataFolder: folder,
      org: "acme",
      memory: false,
      events: { url: receiver.url, onEvent: (event) => printed.push(event), say: () => {} },
    });
    const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const response = await fetch(server.tenantUrl + path, {
        method,
        headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return text === "" ? undefined : JSON.parse(text);
    };
    const idOf = (made: unknown): string =>
      typeof made === "object" && made !== null && "id" in made ? String(made.id) : "";
    const emails = [{ type: "work", value: "ada@acme.example" }];
    const user = idOf(
      await call("POST", "/Users", { schemas: [USER_SCHEMA], userName: "ada@acme.example", emails, active: true }),
    );
    const team = idOf(
      await call("POST", "/Groups", { schemas: [GROUP_SCHEMA], displayName: "Engines", members: [{ value: user }] }),
    );
    const replace = (path: string, value: unknown): unknown => ({
      schemas: [PATCH_OP],
      Operations: [{ op: "replace", path, value }],
    });
    await call("PATCH", `/Users/${user}`, replace("active", false));
    await call("PATCH", `/Groups/${team}`, replace("displayName", "Machines"));
    await call("DELETE", `/Users/${user}`);
    await server.close();

    const told = receiver.received.map(({ "detail-type": type, detail }) => `${type} ${detail.id} ${detail.version}`);
    const about = (id: string): string[] => told.filter((line) => line.includes(id));
    expect(about(user)).toEqual([`user.created ${user} 1`, `user.deactivated ${user} 2`, `user.deleted ${user} 3`]);
    expect(about(team)).toEqual([`team.created ${team} 1`, `membership.added ${team} 1`, `team.renamed ${team} 2`]);
    expect(JSON.stringify(receiver.received)).not.toMatch(/ada@|acme\.example|Engines|Machines/);
    expect(new Set(receiver.received.map(({ detail }) => detail.orgName))).toEqual(new Set(["acme"]));
    expect(printed).toHaveLength(told.length);
    const seqs = [...new Set(receiver.received.map(({ detail }) => detail.seq))].sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  test("publishes what a command wrote while no server ran, also where everything before was confirmed", async () => {
    const printed: string[] = [];
    const wishes = { say: () => {}, onEvent: (event: Envelope) => printed.push(...ofResources(event)) };
    const options = { port: 0, dataFolder: folder, org: "acme", preset: "open" as const, memory: false };
    const first = await startServer({ ...options, events: wishes });
    const body = { schemas: [USER_SCHEMA], userName: "ada@acme.example" };
    const headers = { Authorization: `Bearer ${first.token}`, "Content-Type": "application/scim+json" };
    const posted = { method: "POST", headers, body: JSON.stringify(body) };
    expect((await fetch(`${first.tenantUrl}/Users`, posted)).status).toBe(201);
    await first.close();
    expect(printed).toEqual(["user.created"]);

    const command = openLocalFile(folder, "test");
    const session = createStore(command.table).begin();
    const { id: org } = present(await new SettingsStore(session.database).orgBySlug("acme"));
    await makeUser(session.directory(org).users, 1);
    command.close();
    const second = await startServer({ ...options, events: wishes });
    await second.close();
    expect(printed).toEqual(["user.created", "user.created"]);
  });

  test("publishes what happens in memory as well", async () => {
    const printed: Envelope[] = [];
    const events = { say: () => {}, onEvent: (event: Envelope) => printed.push(event) };
    const server = await startServer({ port: 0, org: "acme", memory: true, events });
    const headers = { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" };
    const body = JSON.stringify({ schemas: [GROUP_SCHEMA], displayName: "Engines" });
    await fetch(`${server.tenantUrl}/Groups`, { method: "POST", headers, body });
    await server.close();
    expect(printed.flatMap(ofResources)).toEqual(["team.created"]);
  });
});

test("what was logged is not published again because its change could not be confirmed", async () => {
  const opened = await openStore({ folder: undefined });
  const source = await opened.follow();
  const confirm = (): void => {
    throw new Error("database or disk is full");
  };
  const [printed, said, failures]: [string[], string[], unknown[]] = [[], [], []];
  const wishes = {
    say: (text: string) => said.push(text),
    onEvent: (event: Envelope) => printed.push(...ofResources(event)),
  };
  await beginLogged(opened.store.begin().database);
  await makeUser(opened.store.begin().directory(ACME).users, 1);
  const following = { ...opened, follow: async () => ({ next: source.next, confirm }) };
  const events = await startEvents(following, wishes, (error) => failures.push(error));
  // Looks once more.
  await events.stop();
  expect(printed).toEqual(["user.created"]);
  expect(said).toEqual(["Events: changes cannot be read or logged (database or disk is full)."]);
  expect(failures).toHaveLength(1);
  opened.close();
});

test("a receiver that takes nothing holds up no log, no stop, and no other run: the next one hands on what is left", async () => {
  const opened = await openStore({ folder: undefined });
  const { database } = opened.store.begin();
  await beginLogged(database);
  const asked = Promise.withResolvers<void>();
  receiver.answer = () => {
    asked.resolve();
    return 503;
  };
  const wishes = { url: receiver.url, say: () => {} };
  const fail = (error: unknown): void => {
    throw error;
  };
  const stuck = await startEvents(opened, wishes, fail);
  await makeUser(opened.store.begin().directory(ACME).users, 1);
  await asked.promise;
  const before = (await readHead(database, ACME))?.seq ?? 0;
  await makeUser(opened.store.begin().directory(ACME).users, 2);
  await eventually(async () => (await readHead(database, ACME))?.seq === before + 1);

  // As one would find it that follows on a run that was killed.
  const printed: string[] = [];
  const beside = await startEvents(
    opened,
    { say: () => {}, onEvent: (one) => printed.push(...ofResources(one)) },
    fail,
  );
  await beside.stop();
  expect(printed).toEqual(["user.created", "user.created"]);

  await makeUser(opened.store.begin().directory(ACME).users, 3);
  await stuck.stop();
  expect(receiver.received).toEqual([]);
  receiver.answer = () => 204;
  await (await startEvents(opened, wishes, fail)).stop();
  expect(receiver.received.flatMap(ofResources)).toEqual(["user.created"]);
  opened.close();
});

describe("the delivery to a URL", () => {
  const poster = (said: string[], pauses: number[] = []) =>
    createEventPoster({
      url: receiver.url,
      wait: async (milliseconds) => pauses.push(milliseconds),
      say: (text) => said.push(text),
    });

  test("tries again with longer and longer pauses, and keeps the order of one resource meanwhile", async () => {
    let refusals = 3;
    receiver.answer = () => (refusals-- > 0 ? 503 : 204);
    const [said, pauses]: [string[], number[]] = [[], []];
    await poster(said, pauses).deliver([1, 2, 3].map((version) => envelope("uA", version)));
    expect(receiver.received.map(({ detail }) => detail.version)).toEqual([1, 2, 3]);
    expect(pauses).toEqual([250, 500, 1000]);
    expect(said).toEqual([]);
  });

  test("gives up in the end, says so once, and says when the receiver is back", async () => {
    receiver.answer = ({ detail }) => (detail.id === "uBack" ? 204 : 500);
    const said: string[] = [];
    const delivery = poster(said);
    await delivery.deliver([1, 2, 3].map((version) => envelope("uA", version)));
    expect(said).toEqual([expect.stringContaining("(status 500)")]);
    await delivery.deliver([envelope("uBack", 1)]);
    expect(said.slice(1)).toEqual([expect.stringContaining("3 were not delivered")]);
  });

  test("follows no redirect: its end takes no events", async () => {
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(request.url === "/" ? 302 : 200, { location: "/sign-in", connection: "close" }).end();
    });
    const url = `http://127.0.0.1:${await listening(elsewhere)}`;
    const said: string[] = [];
    await createEventPoster({ url, wait: async () => undefined, say: (text) => said.push(text) }).deliver([
      envelope("uA", 1),
    ]);
    await new Promise((resolve) => elsewhere.close(resolve));
    expect({ asked, said }).toEqual({ asked: ["POST /"], said: [expect.stringContaining("(status 302)")] });
  });

  test("does not repeat what is refused for good", async () => {
    let asked = 0;
    receiver.answer = () => {
      asked++;
      return 404;
    };
    await poster([]).deliver([envelope("uA", 1)]);
    expect(asked).toBe(1);
  });
});

test("the options name the receiver, which has to be a URL", () => {
  expect(readOptions(["--events"], undefined)).toMatchObject({ printEvents: true });
  expect(readOptions(["--events-url", "http://127.0.0.1:9/x"], undefined)).toMatchObject({
    eventsUrl: "http://127.0.0.1:9/x",
  });
  expect(() => readOptions(["--events-url", "somewhere"], undefined)).toThrow(StartRefused);
});

test("a printed event says what changed without saying to what", () => {
  expect(eventLine(envelope("uA", 2))).toBe("event  user.deactivated uA version 2 (active) ref 0a1b2c3d4e5f acme");
});
