import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { isLive } from "../../functions/provisioning/token.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import { createStore } from "../../functions/store/session.ts";
import { orgRecord, tokenRecord } from "../../functions/store/settings.ts";
import { STORED_GROUPS, STORED_USERS } from "../../functions/store/storedTypes.ts";
import { type Table, TableBusy } from "../../functions/store/table.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { contradictionsIn, type StoredItem, scan } from "../support/invariants.ts";
import { PlainTable } from "../support/plainTable.ts";
import { isProof } from "../support/proof.ts";
import { startDynamo } from "../support/storeKinds.ts";
import { tableAround } from "../support/tableAround.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { connect, type Tenant } from "../support/wire.ts";
import { withinLimits } from "../support/withinLimits.ts";

/** How a call to the database goes wrong. */
export const WAYS = [
  /** The process ends there: nothing that follows is done, and nobody is answered. */
  "the last of its process",
  /** It never arrived. */
  "lost before it was done",
  /** It was done, and the answer never arrived. */
  "lost after it was done",
  /** Nobody waits any more when it is done: that is after the answer to the client, and before the client repeats. */
  "done after the answer",
  /** The same, only after the repetition as well. */
  "done after the repetition",
] as const;
export type Way = (typeof WAYS)[number];

/** An identity provider, an operator and the application, on one deployment. */
export interface Parties {
  readonly org: Tenant;
  readonly admin: Target["admin"];
  readonly directory: Target["directory"];
  readonly transport: Target["transport"];
  /** Time passes. */
  later(milliseconds: number): void;
  /** What every name server says from now on. */
  publish(record: string): void;
}

export interface Attempt {
  readonly parties: Parties;
  /** Whether it came to the fault; `asLost` where it was a read: whether that was done nobody can tell. */
  readonly outcome: () => "missed" | "hit" | "asLost";
  /** Whether the request called the database again after the fault. */
  readonly wentOn: () => boolean;
  /** None when a request has been answered: what is written behind an answer comes from nowhere. */
  readonly writesUnderWay: () => number;
  /** Does what was sent and not waited for. */
  settle(): Promise<void>;
}

const ITEMS_PER_WRITE = 25;

/** A table that can be brought back to what it held. */
interface Ground {
  readonly table: Table;
  items(): Promise<StoredItem[]>;
  /** @param current what it holds now */
  restore(current: readonly StoredItem[], wanted: readonly StoredItem[]): Promise<void>;
  stop(): Promise<void>;
}

function plainGround(): Ground {
  const plain = new PlainTable();
  return {
    table: withinLimits(plain),
    items: async () => plain.contents(),
    restore: async (_current, wanted) => plain.replaceAll(wanted),
    stop: async () => undefined,
  };
}

async function dynoxideGround(): Promise<Ground> {
  const { client, freshTable, stop } = await startDynamo();
  const tableName = await freshTable();
  return {
    table: dynamoTable(client, tableName),
    items: () => scan(client, tableName),
    restore: async (current, wanted) => {
      const texts = new Map(current.map((item) => [nameOf(item), textOf(item)]));
      const kept = new Set(wanted.map(nameOf));
      const puts = wanted.filter((item) => texts.get(nameOf(item)) !== textOf(item));
      const requests = [
        ...puts.map((Item) => ({ PutRequest: { Item } })),
        ...current.flatMap((item) => (kept.has(nameOf(item)) ? [] : [{ DeleteRequest: { Key: keyOf(item) } }])),
      ];
      const starts = Array.from({ length: Math.ceil(requests.length / ITEMS_PER_WRITE) }, (_none, n) => n);
      await Promise.all(
        starts.map((n) => {
          const part = requests.slice(n * ITEMS_PER_WRITE, (n + 1) * ITEMS_PER_WRITE);
          return client.send(new BatchWriteCommand({ RequestItems: { [tableName]: part } }));
        }),
      );
    },
    stop,
  };
}

/** One org in a table that can be brought back to where it was, and requests to it that meet a fault. */
export class CrashBench {
  readonly #ground: Ground;
  #connection: Pick<Tenant, "slug" | "tenantUrl" | "token"> = { slug: "", tenantUrl: "", token: "" };
  #ahead = 0;
  #published = "";

  private constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** On plain maps, which take a tenth of the time; as a proof on dynoxide, through the client of the functions that answer requests. */
  static async start(): Promise<CrashBench> {
    const bench = new CrashBench(isProof ? await dynoxideGround() : plainGround());
    bench.#connection = await bench.#target(bench.#ground.table).org({ preset: "open" });
    return bench;
  }

  stop(): Promise<void> {
    return this.#ground.stop();
  }

  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Requests that meet no fault. */
  sound(): Parties {
    return this.#parties(this.#ground.table);
  }

  /** A process of its own, whose n-th call goes wrong. */
  attempt(way: Way, nth: number): Attempt {
    let calls = 0;
    let asLost = false;
    let writesUnderWay = 0;
    const late: Array<() => Promise<unknown>> = [];
    const table = tableAround(this.#ground.table, async (send, kind) => {
      calls++;
      if (calls < nth || (calls > nth && way !== "the last of its process")) {
        if (kind === "read") return send();
        writesUnderWay++;
        return send().finally(() => {
          writesUnderWay--;
        });
      }
      asLost =
        calls === nth && kind === "read" && way !== "lost before it was done" && way !== "the last of its process";
      switch (way) {
        case "lost after it was done":
          await send();
          throw unreached("ECONNRESET");
        case "done after the answer":
        case "done after the repetition":
          late.push(send);
          throw unreached("TimeoutError");
        case "lost before it was done":
        case "the last of its process":
          throw unreached("ECONNREFUSED");
      }
    });
    return {
      parties: this.#parties(table),
      wentOn: () => calls > nth,
      writesUnderWay: () => writesUnderWay,
      outcome: () => (calls < nth ? "missed" : asLost ? "asLost" : "hit"),
      settle: async () => {
        // A condition that does not hold any more is what it is there for.
        for (const send of late.splice(0)) await send().catch(() => undefined);
      },
    };
  }

  /** A process whose SDK loses each first answer to a write of one item, and sends it again by itself. */
  stammering(): Parties {
    const table = tableAround(this.#ground.table, async (send, kind) => {
      // A transaction has a token, and DynamoDB applies it once.
      if (kind === "single") await send();
      return send();
    });
    return this.#parties(table);
  }

  items(): Promise<StoredItem[]> {
    return this.#ground.items();
  }

  /** Brings the table back. @param current what it holds now */
  restore(current: readonly StoredItem[], wanted: readonly StoredItem[]): Promise<void> {
    return this.#ground.restore(current, wanted);
  }

  #parties(table: Table): Parties {
    const { admin, directory, transport } = this.#target(table);
    const org = connect(transport, this.#connection);
    const later = (milliseconds: number): void => {
      this.#ahead += milliseconds;
    };
    const publish = (record: string): void => {
      this.#published = record;
    };
    return { org, admin, directory, transport, later, publish };
  }

  /** Its process remembers nothing of another one. */
  #target(table: Table): Target {
    const store = createStore(table, { wait: async () => undefined });
    const endpoint: AdminEndpoint = {
      ...testEndpoint(store),
      now: () => this.now(),
      wait: async () => undefined,
      resolveTxt: async () => ({ records: [this.#published] }),
    };
    return inProcessTarget("crashing", endpoint, 1);
  }
}

/** By code, each made once: to say where an error was made costs more than all else about a lost call. */
const UNREACHED = new Map<string, TableBusy>();

function unreached(code: string): TableBusy {
  const error =
    UNREACHED.get(code) ?? new TableBusy("outage", Object.assign(new Error("the connection is lost"), { code }));
  UNREACHED.set(code, error);
  return error;
}

/** What no fault may break, in every org of the table; none when all is well. */
export async function contradictionsOf(items: readonly StoredItem[]): Promise<string[]> {
  const orgIds = new Set(items.flatMap(({ pk }) => /^[CON]#([0-9A-Za-z]{8})/.exec(pk)?.[1] ?? []));
  const found = await Promise.all([...orgIds].map((orgId) => contradictionsIn(items, orgId)));
  return found.flat();
}

/**
 * What changed between two states as nothing may: versions that went back, resources that went without a trace.
 * @param purged whether everything may go
 */
export function steppedBack(before: readonly StoredItem[], after: readonly StoredItem[], purged: boolean): string[] {
  const now = new Map(after.map((item) => [nameOf(item), item]));
  return before.flatMap((item) => {
    const [, prefix] = /^([ON]#[0-9A-Za-z]{8}#)[UG]$/.exec(item.pk) ?? [];
    if (prefix === undefined) return [];
    const later = now.get(nameOf(item));
    // The identity provider adopted it.
    const adopted = now.get(nameOf({ ...item, pk: item.pk.replace(/^N/, "O") }));
    if (later === undefined && adopted !== undefined) {
      return Number(adopted.v) > Number(item.v) ? [] : [`${item.sk} was adopted as ${adopted.v}`];
    }
    if (later !== undefined) return Number(later.v) >= Number(item.v) ? [] : [`${item.sk} went back to ${later.v}`];
    const trace = now.get(`${prefix}X\n${item.sk}`);
    const complete = trace !== undefined && Number(trace.v) > Number(item.v) && typeof trace.tokenId === "string";
    return purged || complete ? [] : [`${item.sk} went without a trace`];
  });
}

/** What anybody can see of all orgs, without ids, versions and times: equal for states that mean the same. */
export function essenceOf(items: readonly StoredItem[], now: number): string[] {
  const lines = items
    .filter(({ pk, sk }) => pk.startsWith("C#") && sk === "META")
    .flatMap((item) => {
      const org = orgRecord(item);
      const tokens = items.filter(({ pk, sk }) => pk.startsWith("T#") && sk === "T").map(tokenRecord);
      const live = tokens.filter((token) => token.orgId === org.id && isLive(token, org, now));
      const { id, version, created, tokenEpoch, paused, deletion, domains, ...settings } = org;
      return [
        JSON.stringify({
          ...settings,
          paused: paused?.reason,
          deletion: deletion?.reason,
          domains: domains?.map(({ name, verified }) => [name, verified !== undefined]),
        }),
        ...live.map(({ kind, description, expiresAt }) => `token ${kind} ${description} ${expiresAt === undefined}`),
        ...essenceOfSide(items, new OrgKeys(id), new OrgKeys(id, "unmanaged")),
        ...essenceOfSide(items, new OrgKeys(id, "unmanaged"), new OrgKeys(id)),
      ];
    });
  return lines.sort();
}

function essenceOfSide(items: readonly StoredItem[], keys: OrgKeys, other: OrgKeys): string[] {
  const labels = new Map<string, string>();
  for (const { pk, sk, d } of items) {
    const mine =
      pk === keys.collection(STORED_USERS) ||
      pk === keys.collection(STORED_GROUPS) ||
      pk === other.collection(STORED_USERS);
    if (mine) labels.set(sk, attributesOf(d));
  }
  const dead = new Set(items.filter(({ pk }) => pk === keys.dead()).map(({ sk }) => sk));
  return items.flatMap(({ pk, sk, d, b }) => {
    if (pk === keys.collection(STORED_USERS)) return [`${keys.prefix.charAt(0)} ${attributesOf(d)}`];
    if (pk !== keys.collection(STORED_GROUPS)) return [];
    const members = items.filter(
      (edge) => edge.pk === keys.memberships(sk) && !dead.has(edge.sk) && labels.has(edge.sk),
    );
    const shown = members.map((edge) => nameIn(labels.get(edge.sk) ?? "")).sort();
    return [`${keys.prefix.charAt(0)} ${attributesOf(d)} ${b === undefined ? "" : "unfinished"} ${shown.join()}`];
  });
}

function attributesOf(text: unknown): string {
  const stored = String(text);
  return stored.slice(stored.indexOf("\n") + 1);
}

function nameIn(attributes: string): string {
  const { userName, displayName } = JSON.parse(attributes);
  return String(userName ?? displayName);
}

function nameOf({ pk, sk }: StoredItem): string {
  return `${pk}\n${sk}`;
}

function keyOf({ pk, sk }: StoredItem) {
  return { pk, sk };
}

function textOf(item: StoredItem): string {
  const sorted = Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(sorted, (_name, value) => (value instanceof Set ? [...value].sort() : value));
}
