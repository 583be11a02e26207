import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createDynamoStore } from "../../functions/store/store.ts";
import { clientAround } from "../support/faultyClient.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { brokenInvariants } from "../support/invariants.ts";
import { type RunningDynamo, startDynamo } from "../support/storeKinds.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import type { Answer, Tenant } from "../support/wire.ts";
import { created, group, inLanes, membersOf, patch, person, statusOf, values } from "./crowd.ts";

/** More calls to the database than any of these requests makes. */
const MOST_CALLS = 60;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

interface Case {
  readonly what: string;
  /** Makes what the request is about. @returns its id */
  readonly prepare?: (name: string) => Promise<string>;
  readonly request: (name: string, id: string) => Request;
  /** What the request answers when nothing fails, and what it may answer to who repeats it. */
  readonly answers: readonly [number, ...number[]];
  readonly members?: () => readonly string[];
}

describe("a request whose n-th call to the database is lost", () => {
  let dynamo: RunningDynamo;
  let tableName: string;
  let org: Tenant;
  let people: string[];
  /** Which call fails, counted from 1, and whether it came to that. */
  const fault = { nth: Number.POSITIVE_INFINITY, after: false, calls: 0, hit: false };

  beforeAll(async () => {
    dynamo = await startDynamo();
    tableName = await dynamo.freshTable();
    const client = clientAround(dynamo.client, async (send) => {
      fault.calls++;
      if (fault.calls !== fault.nth) return send();
      fault.hit = true;
      if (fault.after) await send();
      throw Object.assign(new Error("the connection is lost"), { code: "ECONNRESET" });
    });
    const store = createDynamoStore({ client, tableName });
    org = await inProcessTarget("dynoxide", testEndpoint(store), 1).org({ preset: "open" });
    people = await inLanes(16, 240, (index) => created(org, "/Users", person(`person${index}`)));
  });

  afterAll(() => dynamo.stop());

  const user = (name: string) => created(org, "/Users", person(name));
  const groupOf = (count: number) => (name: string) =>
    created(org, "/Groups", group(name, values(people.slice(0, count))));

  const cases: readonly Case[] = [
    {
      what: "creates a user",
      request: (name) => ({ method: "POST", path: "/Users", body: person(name) }),
      answers: [201, 409],
    },
    {
      what: "replaces a user",
      prepare: user,
      request: (name, id) => ({ method: "PUT", path: `/Users/${id}`, body: { ...person(name), title: "new" } }),
      answers: [200],
    },
    {
      what: "renames a user",
      prepare: user,
      request: (name, id) => {
        const body = patch({
          op: "replace",
          value: { userName: `${name}.new@example.com`, externalId: `new-${name}` },
        });
        return { method: "PATCH", path: `/Users/${id}`, body };
      },
      answers: [200],
    },
    {
      what: "deletes a user who is in groups",
      prepare: async (name) => {
        const id = await user(name);
        await inLanes(3, 3, (n) => created(org, "/Groups", group(`${name} ${n}`, values([id, people[0] ?? ""]))));
        return id;
      },
      request: (_name, id) => ({ method: "DELETE", path: `/Users/${id}` }),
      answers: [204, 404],
    },
    {
      what: "finds a user with its groups",
      request: () => ({ method: "GET", path: '/Users?filter=userName eq "person1@example.com"' }),
      answers: [200],
    },
    { what: "lists users", request: () => ({ method: "GET", path: "/Users?startIndex=30" }), answers: [200] },
    {
      what: "creates a group",
      request: (name) => ({ method: "POST", path: "/Groups", body: group(name, values(people.slice(0, 3))) }),
      answers: [201, 409],
    },
    {
      what: "creates a group of more members than a transaction carries",
      request: (name) => ({ method: "POST", path: "/Groups", body: group(name, values(people.slice(0, 120))) }),
      answers: [201, 409],
    },
    {
      what: "adds a member",
      prepare: groupOf(0),
      request: (_name, id) => {
        const body = patch({ op: "add", path: "members", value: values(people.slice(0, 1)) });
        return { method: "PATCH", path: `/Groups/${id}`, body };
      },
      answers: [204],
      members: () => people.slice(0, 1),
    },
    {
      what: "replaces a group and its name",
      prepare: groupOf(5),
      request: (name, id) => {
        const body = group(`${name} new`, values(people.slice(3, 9)));
        return { method: "PUT", path: `/Groups/${id}`, body };
      },
      answers: [200],
      members: () => people.slice(3, 9),
    },
    {
      what: "replaces more members than a transaction carries",
      prepare: groupOf(120),
      request: (name, id) => ({ method: "PUT", path: `/Groups/${id}`, body: group(name, values(people.slice(110))) }),
      answers: [200],
      members: () => people.slice(110),
    },
    {
      what: "deletes a group",
      prepare: groupOf(3),
      request: (_name, id) => ({ method: "DELETE", path: `/Groups/${id}` }),
      answers: [204, 404],
    },
  ];

  describe.each([
    { when: "before it is done", after: false },
    { when: "after it was done", after: true },
  ])("$when", ({ after }) => {
    test.each(cases)("$what or answers 503, and its repetition finishes", async (tried) => {
      const { prepare, request, answers, members } = tried;
      for (let nth = 1; nth <= MOST_CALLS; nth++) {
        const name = `case${cases.indexOf(tried)}${after}${nth}`;
        const id = (await prepare?.(name)) ?? "";
        const { method, path, body } = request(name, id);
        Object.assign(fault, { nth, after, calls: 0, hit: false });
        const first = await org.request({ method, path, body });
        fault.nth = Number.POSITIVE_INFINITY;
        if (first.status !== answers[0]) {
          expectBusy(first);
          expect(answers).toContain(await statusOf(org, method, path, body));
        }
        if (members !== undefined) expect(await membersOf(org, id)).toEqual(members().toSorted());
        if (!fault.hit) {
          // The token names the org whose data this is.
          expect(await brokenInvariants(dynamo.client, tableName, org.token.split("_")[1] ?? "")).toEqual([]);
          return;
        }
      }
      throw new Error("the request never came through");
    });
  });
});

function expectBusy(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
}
