import { randomUUID } from "node:crypto";
import {
  LOSS_WINDOW_MS,
  type LossCounts,
  type Losses,
  type LossKind,
  NO_LOSSES,
  sumOf,
} from "../provisioning/massChange.ts";
import type { OrgId } from "../provisioning/ports.ts";
import { storedText } from "./actions.ts";
import { readCounts } from "./counters.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import type { Item } from "./table.ts";
import { OrgView, ReadAhead } from "./view.ts";

/** An hour is added up from spans of this length: the oldest of them may reach back ten minutes more. */
const SPAN_MS = 600_000;
/** Long after anybody asks for it. */
const KEPT_SECONDS = 2 * 86_400;

/** The loss counts of all processes, an item for every ten minutes in which an org lost somebody (SCHEMA.md). */
export class DynamoLossCounts implements LossCounts {
  readonly #options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  async add(orgId: OrgId, losses: Losses, now: number): Promise<Losses> {
    const { keys, view } = this.#open(orgId);
    const start = Math.floor(now / SPAN_MS) * SPAN_MS;
    await view.write([
      {
        update: keys.losses(new Date(start).toISOString()),
        set: { sv: SCHEMA_VERSION, ttl: Math.floor(now / 1_000) + KEPT_SECONDS },
        add: { de: losses.deactivated, dx: losses.deleted, mr: losses.membersRemoved },
      },
    ]);
    let sums = NO_LOSSES;
    const from = new Date(start - LOSS_WINDOW_MS + SPAN_MS).toISOString();
    for await (const items of view.pages(keys.losses("").pk, { from })) {
      for (const item of items) sums = sumOf(sums, lossesOf(item));
    }
    return sums;
  }

  async users(orgId: OrgId): Promise<number> {
    return (await readCounts(this.#open(orgId).view, "user")).total;
  }

  async claim(orgId: OrgId, kind: LossKind, now: number): Promise<boolean> {
    const { keys, view } = this.#open(orgId);
    const by = randomUUID();
    const [refusal] = await view.write([
      {
        update: keys.lossClaim(kind),
        set: { sv: SCHEMA_VERSION, at: now, by, ttl: Math.floor(now / 1_000) + KEPT_SECONDS },
        condition: { orAbsent: true, all: [{ atMost: ["at", now - LOSS_WINDOW_MS] }] },
      },
    ]);
    // The SDK sends it again when an answer is lost: a claim that met itself would be nobody's, and nobody would hear of it.
    return refusal === undefined || storedText(refusal, "by") === by;
  }

  #open(orgId: OrgId): { readonly keys: OrgKeys; readonly view: OrgView } {
    const keys = new OrgKeys(orgId);
    return { keys, view: new OrgView(new Database(this.#options), keys, new ReadAhead()) };
  }
}

function lossesOf({ de, dx, mr }: Item): Losses {
  return { deactivated: Number(de ?? 0), deleted: Number(dx ?? 0), membersRemoved: Number(mr ?? 0) };
}
