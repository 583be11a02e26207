import { getOrg } from "../../../functions/provisioning/changeOrg.ts";
import { RequestBudget } from "../../../functions/provisioning/requestBudget.ts";
import { ProcessBuckets } from "../../../functions/store/buckets.ts";
import { eventItem, type Head, headItem } from "../../../functions/store/eventItems.ts";
import { HoldStore } from "../../../functions/store/holds.ts";
import { type OrgRecord, StoreBusy } from "../../../functions/store/records.ts";
import { renewFeed, renewHead } from "../../../functions/store/renewLog.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { type RefusalSetup, replaced } from "./refusalSetup.ts";

type Part = "users" | "groups";

/** What no request brings about, by the name that the files of the families use (`after`). */
export const SITUATIONS: Readonly<Record<string, (setup: RefusalSetup) => void | Promise<void>>> = {
  /** Every question after all users finds more than may be looked at. */
  manyUsers: (setup) => {
    const page = async () => ({ total: 10_001, records: [] });
    replaceIn(setup, "users", { page, withGroups: { page } });
  },
  /** Every write of a user meets a faster one. */
  staleWrites: (setup) => replaceIn(setup, "users", { replace: async () => ({ outcome: "stale" }) }),
  smallBudget: (setup) => {
    setup.budget = new RequestBudget({ rate: 0.001, burst: 1 }, new ProcessBuckets());
  },
  /** One removal is one too many. */
  smallMassChange: (setup) => {
    setup.massChange = { percent: 1, atLeast: 1 };
  },
  heldRemovals: async (setup) => {
    const { org } = await loggedOrgOf(setup);
    const now = setup.endpoint.now();
    const at = new Date(now).toISOString();
    const stamp = { at, tokenId: "tok123456789", reference: "0123456789ab" };
    const current = { start: now, roster: 1, users: 0, members: 0 };
    const hold = { kind: "users", since: at, lost: 0, asked: 1, roster: 1, limit: 0, ...stamp } as const;
    const store = new HoldStore(setup.endpoint.store.begin().view(org.id, "managed"));
    await store.write(undefined, { number: 1, current, past: [], begun: {}, hold }, stamp, "users");
  },
  noWebhooks: (setup) => {
    setup.webhooks = undefined;
  },
  noPortal: (setup) => {
    setup.portal = undefined;
  },
  noRoles: (setup) => {
    setup.roles = undefined;
  },
  noAdoption: (setup) => {
    setup.adoption = undefined;
  },
  otherTxtRecord: (setup) => {
    setup.dns = { records: ["v=spf1 -all", "rollcall-domain=of-somebody-else"] };
  },
  failingNameServers: (setup) => {
    setup.dns = { failure: "servers" };
  },
  silentNameServers: (setup) => {
    setup.dns = { failure: "timeout" };
  },
  tableConflict: (setup) => failWith(setup, () => new StoreBusy("conflict")),
  tableThrottled: (setup) => failWith(setup, () => new StoreBusy("throttled")),
  tableUnreachable: (setup) => failWith(setup, () => new StoreBusy("storage")),
  tableSlow: (setup) => failWith(setup, () => new StoreBusy("timeout")),
  defect: (setup) => failWith(setup, () => new Error("a defect")),
  openingThrottled: (setup) => failToOpen(setup, () => new StoreBusy("throttled")),
  openingDefect: (setup) => failToOpen(setup, () => new Error("a defect")),
  lateChange: (setup) => lateAt(setup, "groups", "change", 27),
  lateUser: (setup) => lateAt(setup, "users", "create", 27),
  /** Two groups that name one another: the first is made without its reference, and then there is no time for it. */
  lateSecondGroup: (setup) => lateAt(setup, "groups", "create", 40, 2),
  /** The store in memory has no places to go on from: every step of its inspection is the whole. */
  shortInspection: (setup) => {
    setup.change = (session) => replaced(session, { inspection: () => ({ step: async () => undefined }) });
  },
  /** The event log of the org has two events. */
  loggedEvents: async (setup) => {
    const { database, org } = await loggedOrgOf(setup);
    const [generation, time] = ["Aaaaaa", setup.endpoint.now()];
    await database.write([{ put: headItem(org.id, logHead(org, { seq: 2, time, generation })) }]);
    for (const seq of [1, 2]) {
      const text = JSON.stringify({ type: "org.updated", version: seq, time: "", actor: "", reference: "" });
      const event = { seq, subject: "META", previousSeq: seq - 1, time, text, values: undefined };
      await database.write([{ put: eventItem(org.id, generation, event, 90) }]);
    }
  },
  /** The second of them was never written. */
  earlierState: async (setup) => {
    const { database, org } = await loggedOrgOf(setup);
    const head = logHead(org, { seq: 1, time: setup.endpoint.now(), generation: "Aaaaaa" });
    await database.write([{ put: headItem(org.id, head) }]);
  },
  renewedLog: async (setup) => {
    const { database, org } = await loggedOrgOf(setup);
    const settings = { slug: org.slug, retentionDays: undefined };
    await renewHead(database, org.id, settings, "Bbbbbb", setup.endpoint.now());
  },
  renewedFeed: async (setup) => renewFeed(setup.endpoint.store.begin().database, () => "Cccccc"),
};

async function loggedOrgOf(setup: RefusalSetup) {
  const { database } = setup.endpoint.store.begin();
  return { database, org: await getOrg(new SettingsStore(database), setup.org.slug) };
}

function logHead({ slug }: OrgRecord, at: Pick<Head, "seq" | "time" | "generation">): Head {
  return { ...at, slug, closed: false, over: false, ended: false };
}

function replaceIn(setup: RefusalSetup, part: Part, members: Readonly<Record<string, unknown>>): void {
  setup.change = (session) =>
    replaced(session, {
      directory: (...args: Parameters<StoreSession["directory"]>) => {
        const directory = session.directory(...args);
        return replaced(directory, { [part]: replaced(directory[part], members) });
      },
    });
}

function failWith(setup: RefusalSetup, error: () => Error): void {
  const fail = () => {
    throw error();
  };
  setup.change = (session) => replaced(session, { directory: fail });
}

/** Nobody's token can be read. */
function failToOpen(setup: RefusalSetup, error: () => Error): void {
  setup.change = (session) => replaced(session, { open: () => Promise.reject(error()) });
}

/** The clock jumps before this method of the store's `part` is called the n-th time: what comes then has no time left. */
function lateAt(setup: RefusalSetup, part: Part, method: string, seconds: number, nth = 1): void {
  let calls = 0;
  setup.change = (session) =>
    replaced(session, {
      directory: (...args: Parameters<StoreSession["directory"]>) => {
        const directory = session.directory(...args);
        const inner = directory[part];
        const late = (...given: unknown[]): unknown => {
          calls += 1;
          if (calls === nth) setup.passSeconds(seconds);
          return Reflect.apply(Reflect.get(inner, method), inner, given);
        };
        return replaced(directory, { [part]: replaced(inner, { [method]: late }) });
      },
    });
}
