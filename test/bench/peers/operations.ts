import { isObject, type Json } from "../../../functions/scim/json.ts";
import { at } from "../../support/wire.ts";
import { groupBody, patchBody, userBody } from "../bodies.ts";
import { Connection, type Reply } from "../connection.ts";
import type { Server } from "./servers.ts";

export const USERS = 2_000;
export const CLIENTS = 8;
const SIZES = [10, 1_000] as const;
const PAGE = 100;

/** A server with the users and groups that the operations need. */
export interface Filled {
  readonly server: Server;
  readonly base: string;
  readonly ids: readonly string[];
  /** By how many of the first users are members. */
  readonly groups: ReadonlyMap<number, string>;
  readonly clients: readonly Connection[];
}

export interface Exchange {
  readonly method: string;
  /** Below the server's base, ready for the request line. */
  readonly path: string;
  readonly body?: unknown;
  readonly status: readonly number[];
  /** What each answer has to contain, as it is written in JSON. */
  readonly holds: readonly string[];
  /** Looks at a whole answer. @returns what is wrong with it */
  readonly wrong?: (answer: Json) => string | undefined;
}

/** Ratios to the best peer that the project wants to reach. */
export interface Goals {
  readonly dynamo: number;
  readonly local: number;
}

export interface Operation {
  readonly name: string;
  readonly goals: Goals;
  /** The n-th request of a client. */
  exchange(filled: Filled, client: number, n: number): Exchange;
  /** Looks at what is stored after `sent` requests of each client. @returns what is wrong with it */
  stored?(filled: Filled, sent: readonly number[]): Promise<string | undefined>;
}

/** Makes the users and groups through SCIM, as an identity provider would. */
export async function fill(server: Server, users = USERS): Promise<Filled> {
  const { origin, pathname: base } = new URL(server.url);
  const clients = Array.from({ length: CLIENTS }, () => new Connection(origin, server.token));
  const ids: string[] = [];
  const numbers = Array.from({ length: users }, (_none, n) => n).values();
  await Promise.all(
    clients.map(async (client) => {
      for (const n of numbers) {
        const made = expectStatus(await client.request("POST", `${base}/Users`, userBody(`user${n}`)), [201]);
        ids[n] = String(at(made, "id"));
      }
    }),
  );
  const groups = new Map<number, string>();
  const [client] = clients;
  for (const size of SIZES.filter((some) => some <= users)) {
    const made = await client?.request("POST", `${base}/Groups`, groupBody(`group of ${size}`));
    const id = String(at(expectStatus(made, [201]), "id"));
    for (let from = 0; from < size; from += PAGE) {
      const value = ids.slice(from, Math.min(size, from + PAGE)).map((member) => ({ value: member }));
      const patch = patchBody({ op: "add", path: "members", value });
      expectStatus(await client?.request("PATCH", `${base}/Groups/${id}`, patch), [200, 204]);
    }
    groups.set(size, id);
  }
  return { server, base, ids, groups, clients };
}

function expectStatus(reply: Reply | undefined, statuses: readonly number[]): Json {
  if (reply !== undefined && statuses.includes(reply.status)) {
    return reply.body.length === 0 ? {} : JSON.parse(reply.body.toString());
  }
  throw new Error(`expected ${statuses}, was answered ${reply?.status}: ${reply?.body.toString().slice(0, 300)}`);
}

const share = ({ ids }: Filled): number => Math.floor(ids.length / CLIENTS);
/** Clients never write the same user. */
const numberOf = (filled: Filled, client: number, n: number): number => client * share(filled) + (n % share(filled));
const idOf = (filled: Filled, client: number, n: number): string => filled.ids[numberOf(filled, client, n)] ?? "";
const holding = (...members: readonly (readonly [name: string, value: unknown])[]): string[] =>
  members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);

const READ: Goals = { dynamo: 2.5, local: 4 };
const CHANGE: Goals = { dynamo: 1.9, local: 3 };
const LIST: Goals = { dynamo: 10, local: 30 };
const CREATE: Goals = { dynamo: 1.1, local: 2.5 };
const MEMBER: Goals = { dynamo: 3, local: 8 };

/** Reads before writes that add users or members: lists and groups show exactly those of the beginning. */
export const OPERATIONS: readonly Operation[] = [
  get("get user", ""),
  get("get user, groups excluded", "?excludedAttributes=groups"),
  {
    name: "filter userName eq",
    goals: READ,
    exchange(filled, client, n) {
      const userName = `user${numberOf(filled, client, n)}@example.com`;
      return {
        method: "GET",
        path: `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`,
        status: [200],
        holds: holding(["totalResults", 1], ["userName", userName], ["id", idOf(filled, client, n)]),
      };
    },
  },
  {
    name: "PATCH active",
    goals: CHANGE,
    exchange(filled, client, n) {
      const active = Math.floor(n / share(filled)) % 2 === 1;
      return {
        method: "PATCH",
        path: `/Users/${idOf(filled, client, n)}`,
        body: patchBody({ op: "replace", path: "active", value: active }),
        status: [200],
        holds: holding(["active", active], ["id", idOf(filled, client, n)]),
      };
    },
  },
  {
    name: "PUT user",
    goals: CHANGE,
    exchange(filled, client, n) {
      const body = userBody(`user${numberOf(filled, client, n)}`, `title ${n} `);
      const id = idOf(filled, client, n);
      return {
        method: "PUT",
        path: `/Users/${id}`,
        body,
        status: [200],
        holds: holding(["title", body.title], ["id", id]),
      };
    },
  },
  list("first", () => 1),
  list("last", ({ ids }) => ids.length - PAGE + 1),
  {
    name: "GET group of 1,000 with members",
    // On DynamoDB's wire the goal is a figure of another database: see the report.
    goals: { dynamo: Number.NaN, local: 3 },
    exchange: ({ ids, groups }) => ({
      method: "GET",
      path: `/Groups/${groups.get(1_000)}`,
      status: [200],
      holds: [JSON.stringify(ids[0]), JSON.stringify(ids[999])],
      wrong: (answer) => {
        const members = membersOf(answer);
        if (members.size === 1_000 && ids.slice(0, 1_000).every((id) => members.has(id))) return undefined;
        return `shows ${members.size} of 1,000 members`;
      },
    }),
  },
  ...SIZES.map(memberChanges),
  {
    name: "create user",
    goals: CREATE,
    exchange(_filled, client, n) {
      const body = userBody(`new${client}-${n}`);
      return { method: "POST", path: "/Users", body, status: [201], holds: holding(["userName", body.userName]) };
    },
  },
  {
    name: "create group",
    goals: CREATE,
    exchange(_filled, client, n) {
      const body = groupBody(`new ${client}-${n}`);
      return {
        method: "POST",
        path: "/Groups",
        body,
        status: [201],
        holds: holding(["displayName", body.displayName]),
      };
    },
  },
];

function get(name: string, query: string): Operation {
  return {
    name,
    goals: READ,
    exchange(filled, client, n) {
      const id = idOf(filled, client, n);
      const userName = `user${numberOf(filled, client, n)}@example.com`;
      return {
        method: "GET",
        path: `/Users/${id}${query}`,
        status: [200],
        holds: holding(["id", id], ["userName", userName]),
      };
    },
  };
}

function list(which: string, startIndex: (filled: Filled) => number): Operation {
  const path = (start: number) => `/Users?startIndex=${start}&count=${PAGE}`;
  return {
    name: `list 100, ${which} of ${USERS.toLocaleString("en")}`,
    goals: LIST,
    exchange: (filled) => ({
      method: "GET",
      path: path(startIndex(filled)),
      status: [200],
      holds: holding(["totalResults", filled.ids.length]),
      wrong(answer) {
        const shown = idsOf(answer);
        const own = new Set(filled.ids);
        if (shown.length !== PAGE) return `shows ${shown.length} resources instead of ${PAGE}`;
        return new Set(shown).size === PAGE && shown.every((id) => own.has(id))
          ? undefined
          : "shows others, or one twice";
      },
    }),
    async stored({ clients: [client], base, ids }) {
      const shown: string[] = [];
      for (const start of [1, PAGE + 1, ids.length - PAGE + 1]) {
        shown.push(...idsOf(expectStatus(await client?.request("GET", base + path(start)), [200])));
      }
      return new Set(shown).size === 3 * PAGE ? undefined : "shows the same users on several pages";
    },
  };
}

function idsOf(answer: Json): string[] {
  const resources = at(answer, "Resources");
  return (Array.isArray(resources) ? resources : []).map((one) => String(at(one, "id")));
}

/** Each client puts a user of its own in, and takes it out again. */
function memberChanges(size: number): Operation {
  const memberOf = ({ ids }: Filled, client: number): string => ids[ids.length - 1 - client] ?? "";
  return {
    name: `member in or out, group of ${size.toLocaleString("en")}`,
    goals: MEMBER,
    exchange(filled, client, n) {
      const value = [{ value: memberOf(filled, client) }];
      return {
        method: "PATCH",
        path: `/Groups/${filled.groups.get(size)}`,
        body: patchBody({ op: n % 2 === 0 ? "add" : "remove", path: "members", value }),
        status: [200, 204],
        holds: [],
      };
    },
    async stored(filled, sent) {
      const members = await shownMembers(filled, size);
      const lost: string[] = [];
      for (const [client, count] of sent.entries()) {
        const id = memberOf(filled, client);
        const isIn = members?.has(id) ?? (await filled.server.isMember?.(filled.groups.get(size) ?? "", id));
        if (isIn !== (count % 2 === 1)) lost.push(id);
      }
      return lost.length === 0 ? undefined : `lost the last change of ${lost.length} of ${sent.length} members`;
    },
  };
}

/** @returns undefined where the server's answers do not show them */
async function shownMembers({ server, clients, base, groups }: Filled, size: number) {
  if (server.isMember !== undefined) return undefined;
  return membersOf(expectStatus(await clients[0]?.request("GET", `${base}/Groups/${groups.get(size)}`), [200]));
}

function membersOf(group: Json): Set<string> {
  const members = isObject(group) && Array.isArray(group.members) ? group.members : [];
  return new Set(members.map((member) => String(at(member, "value"))));
}
