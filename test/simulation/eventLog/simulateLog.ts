import { appendSteps } from "../../../functions/provisioning/events/append.ts";
import { eraseDue, eraseValues } from "../../../functions/store/eraseEvents.ts";
import { eventKeys } from "../../../functions/store/eventKeys.ts";
import type { OrgId } from "../../../functions/store/keys.ts";
import { OrgData } from "../../../functions/store/orgData.ts";
import { type GroupRecord, type ResourceWrite, type Stamp, StoreBusy } from "../../../functions/store/records.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { loggedChange } from "../../../functions/store/sqliteRows.ts";
import { SqliteTable } from "../../../functions/store/sqliteTable.ts";
import { type ResourceStep, readStep } from "../../../functions/store/steps.ts";
import type { ItemChange } from "../../../functions/store/table.ts";
import { ACME, idOf, OTHER, orgRecord, STAMP } from "../../support/records.ts";
import { contents } from "../../support/tables.ts";
import { storeOver } from "../simulatedSession.ts";
import { Chance, FAIR, Fate, FOUL, IndexPast, Scheduler, simulatedTable, type Weather } from "../world.ts";
import { checkLog, checkPurged } from "./checkLog.ts";
import { Consumer, canonical } from "./consumer.ts";
import { Feed } from "./feed.ts";

export interface LogOutcome {
  readonly problems: readonly string[];
  readonly events: number;
  readonly changes: number;
}

const ORGS = [ACME, OTHER] as const;
const RETENTION_DAYS = 90;
const table = new SqliteTable(undefined, { turn: () => undefined });

/**
 * Random changes of two orgs, and beside them everything that may happen to whoever writes the log: batches that come
 * again, late, side by side and in another order, processes that die, answers that get lost.
 */
class LogRun {
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #weather: Weather;
  readonly #feed: Feed;
  readonly #past = new IndexPast();
  readonly #committed: ItemChange[] = [];
  readonly #consumers = new Map<OrgId, Consumer>(ORGS.map((orgId) => [orgId, new Consumer()]));
  /** Records that the stream forgot: the log has to cover them by a later one. */
  readonly #lost = new Map<ItemChange, { readonly orgId: OrgId; readonly id: string }>();
  readonly #purged = new Set<OrgId>();
  readonly #faults: string[] = [];
  #seen = 0;
  #number = 0;
  #changing = true;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
    this.#scheduler = new Scheduler(this.#chance);
    this.#weather = this.#chance.next() < 0.3 ? FAIR : FOUL;
    this.#feed = new Feed(this.#chance);
    table.db.exec("delete from items; delete from changes");
    this.#seen = Number(
      table.db.prepare("select coalesce(max(seq), 0) as seq from sqlite_sequence where name = 'changes'").get()?.seq ??
        0,
    );
  }

  async carryOut(): Promise<LogOutcome> {
    const calm = this.#session();
    for (const orgId of ORGS)
      await new SettingsStore(calm.database).createOrg(orgRecord(orgId, `org-${orgId.toLowerCase()}`), STAMP);
    this.#collect();
    const lanes = [
      this.#changes(6 + this.#chance.below(14)),
      this.#pump(),
      this.#pump(),
      ...ORGS.map((orgId) => this.#follow(orgId)),
    ];
    await this.#scheduler.run();
    await Promise.all(lanes);
    await this.#touchLost();
    await this.#drain();
    return this.#verdict();
  }

  #session(weather?: Weather, fate = new Fate()): StoreSession {
    const over = weather === undefined ? table : simulatedTable(table, this.#scheduler, weather, fate, this.#past);
    return storeOver(over, this.#scheduler).begin();
  }

  /** What was committed since the last look goes into the feed. */
  #collect(): void {
    const rows = table.db
      .prepare("select seq, pk, sk, before, after from changes where seq > ? order by seq")
      .all(this.#seen);
    for (const row of rows) {
      const change = loggedChange(row);
      this.#seen = change.seq;
      this.#committed.push(change);
      if (this.#chance.next() < 0.03 && this.#isLosable(change)) continue;
      this.#feed.push(change);
    }
  }

  #isLosable(change: ItemChange): boolean {
    const step = readStep(change);
    if (step === undefined || step.of !== "resource" || step.after === undefined || step.side !== "managed")
      return false;
    this.#lost.set(change, { orgId: step.orgId, id: step.subject });
    return true;
  }

  async #changes(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await this.#scheduler.point(this.#chance.below(40));
      if (this.#chance.next() < 0.02) await this.#purge(OTHER);
      const orgId = this.#chance.one(ORGS);
      if (!this.#purged.has(orgId)) await this.#change(orgId);
      this.#collect();
      if (this.#chance.next() < 0.05) this.#feed.split();
      if (this.#chance.next() < 0.1) await this.#erase();
    }
    this.#changing = false;
  }

  /** LogStep by step, so that records of the org's last changes come between. */
  async #purge(orgId: OrgId): Promise<void> {
    if (this.#purged.has(orgId)) return;
    this.#purged.add(orgId);
    const data = new OrgData(this.#session().database, orgId);
    do {
      await this.#scheduler.point(this.#chance.below(60));
      await data.close(`org-${orgId.toLowerCase()}`);
      this.#collect();
    } while ((await data.remove(3)) > 0);
    this.#collect();
    await this.#scheduler.point(this.#chance.below(60));
    await data.finish(`org-${orgId.toLowerCase()}`, this.#scheduler.now);
  }

  /** As somebody who may not wait asks for it: of any resource that was deleted. */
  async #erase(): Promise<void> {
    const gone = this.#deleted();
    const one = gone[this.#chance.below(Math.max(1, gone.length))];
    if (one !== undefined) await eraseValues(this.#session().database, one.orgId, one.subject);
  }

  #deleted() {
    const steps = this.#committed.map((change) => readStep(change));
    return steps.filter(
      (step) => step !== undefined && step.of === "resource" && step.after === undefined,
    ) as ResourceStep[];
  }

  #stamp(): Stamp {
    this.#number += 1;
    const at = new Date(this.#scheduler.now).toISOString();
    return { at, tokenId: "token1", reference: `r${this.#number}` };
  }

  async #change(orgId: OrgId): Promise<void> {
    const session = this.#session();
    const chance = this.#chance;
    const directory = chance.next() < 0.85 ? session.directory(orgId) : session.unmanaged(orgId);
    const users = [];
    for await (const page of directory.users.scan()) users.push(...page);
    const groups: GroupRecord[] = [];
    for await (const page of directory.groups.scan()) groups.push(...page);
    const user = users[chance.below(Math.max(1, users.length))];
    const group = groups[chance.below(Math.max(1, groups.length))];
    const stamp = this.#stamp();
    const people = users.map(({ id }) => id);
    const some = people.filter(() => chance.next() < 0.5);
    const n = this.#number;
    switch (chance.below(13)) {
      case 0:
      case 1:
      case 2:
        await directory.users.create(idOf("u", n), userOf(`n${n}`, { title: "a" }), stamp);
        return;
      case 3:
      case 4:
        if (user !== undefined) await directory.users.replace(user, changedUser(user.attributes, chance), stamp);
        return;
      case 5:
        if (user !== undefined) await directory.users.delete(user, stamp);
        return;
      case 6:
        await directory.groups.create(idOf("g", n), groupOf(`t${n}`), some, stamp);
        return;
      case 7:
      case 8: {
        if (group === undefined) return;
        const among = await directory.memberships.among(group.id, people);
        const add = some.filter((id) => !among.has(id));
        const remove = people.filter((id) => among.has(id) && chance.next() < 0.4);
        const write = chance.next() < 0.3 ? { write: groupOf(`t${n}`) } : {};
        if (add.length + remove.length + Object.keys(write).length > 0)
          await directory.groups.change(group, { ...write, add, remove }, stamp);
        return;
      }
      case 9:
        if (group !== undefined) await directory.groups.replace(group, groupOf(`t${n}`), stamp);
        return;
      case 10:
        if (group !== undefined && chance.next() < 0.4) await directory.groups.delete(group, stamp);
        return;
      case 11: {
        const settings = new SettingsStore(session.database);
        const org = await settings.orgById(orgId);
        if (org === undefined) return;
        const next = { ...org, displayName: chance.one(["Acme", "Acme Inc"]), version: org.version + 1 };
        await settings.save(org, next, [], stamp);
        return;
      }
      default:
        await directory.memberships.sweep(this.#scheduler.now + 60_000, stamp);
    }
  }

  /** An event source mapping: takes batches as long as there are any. */
  async #pump(): Promise<void> {
    while (this.#changing || !this.#feed.isEmpty) {
      await this.#scheduler.point(this.#chance.below(60));
      const batch = this.#feed.take(6);
      if (batch === undefined) continue;
      const records = batch.records;
      const { running, taken } = this.#invoke(records, this.#weather);
      const chance = this.#chance.next();
      if (chance < 0.1) {
        // Timed out: its retry runs beside it.
        batch.done(0);
        continue;
      }
      const count = await Promise.race([taken, running]);
      // Delivered again although it was done.
      batch.done(chance < 0.2 ? 0 : count);
    }
  }

  /** @returns how many records, from the first on, are done: 0 where the process died */
  #invoke(
    records: readonly ItemChange[],
    weather: Weather,
  ): { readonly running: Promise<number>; readonly taken: Promise<number> } {
    const fate = new Fate();
    const session = this.#session(weather, fate);
    const running = this.#append(session, records);
    // A late end of it is looked at by nobody; its faults are.
    running.catch((error: unknown) => this.#faults.push(String(error instanceof Error ? error.stack : error)));
    return { running, taken: fate.death.catch(() => 0) };
  }

  async #append(session: StoreSession, records: readonly ItemChange[]): Promise<number> {
    const steps = records.map((record) => readStep(record));
    const known = steps.flatMap((step, index) => (step === undefined ? [] : [{ step, index }]));
    const skew = this.#chance.below(2_000) - 1_000;
    const { failed } = await appendSteps(
      known.map(({ step }) => step),
      {
        database: session.database,
        now: () => this.#scheduler.now + skew,
        until: Number.POSITIVE_INFINITY,
        retentionDays: RETENTION_DAYS,
        keepsValues: true,
        newGeneration: () =>
          this.#chance.bytes(3).reduce((text, byte) => text + byte.toString(36).padStart(2, "0"), ""),
      },
    );
    if (failed !== undefined && !(failed.cause instanceof StoreBusy)) throw failed.cause;
    return failed === undefined ? records.length : (known[failed.index]?.index ?? 0);
  }

  async #follow(orgId: OrgId): Promise<void> {
    while (this.#changing || !this.#feed.isEmpty) {
      await this.#scheduler.point(this.#chance.below(100));
      await this.#consume(orgId, this.#weather);
    }
  }

  /** One step of a consumer, which may die in it: then nothing of the step is kept. */
  async #consume(orgId: OrgId, weather?: Weather): Promise<boolean> {
    const consumer = this.#consumers.get(orgId);
    if (consumer === undefined) throw new Error("no consumer");
    const fate = new Fate();
    const before = consumer.kept;
    try {
      return await Promise.race([consumer.step(this.#session(weather, fate), orgId, this.#scheduler.now), fate.death]);
    } catch {
      consumer.kept = before;
      return false;
    }
  }

  /** A version that the stream forgot is covered by the record of the next one. */
  async #touchLost(): Promise<void> {
    for (const { orgId, id } of this.#lost.values()) {
      if (this.#purged.has(orgId)) continue;
      const directory = this.#session().directory(orgId);
      const stamp = this.#stamp();
      if (id.startsWith("u")) {
        const user = await directory.users.find(id);
        if (user !== undefined) await directory.users.replace(user, changedUser(user.attributes, this.#chance), stamp);
      } else {
        const group = await directory.groups.find(id);
        if (group !== undefined) await directory.groups.replace(group, groupOf(`z${this.#number}`), stamp);
      }
      const rows = table.db
        .prepare("select seq, pk, sk, before, after from changes where seq > ? order by seq")
        .all(this.#seen);
      for (const row of rows) {
        const change = loggedChange(row);
        this.#seen = change.seq;
        this.#committed.push(change);
        this.#feed.push(change);
      }
    }
  }

  async #drain(): Promise<void> {
    for (let batch = this.#feed.take(6); batch !== undefined; batch = this.#feed.take(6)) {
      batch.done(await this.#append(this.#session(), batch.records));
    }
    for (const orgId of ORGS) {
      for (let steps = 0; !(await this.#consume(orgId)); steps += 1)
        if (steps > 500) throw new Error("a consumer never ends");
    }
  }

  async #verdict(): Promise<LogOutcome> {
    const problems: string[] = [...this.#faults];
    this.#scheduler.now += 30 * 86_400_000;
    await eraseDue(this.#session().database, RETENTION_DAYS, Number.POSITIVE_INFINITY);
    for (const { orgId, subject } of this.#deleted()) {
      const own = contents(table).filter(({ pk, r }) => pk === eventKeys.events(orgId) && r === subject);
      if (own.some(({ b }) => b !== undefined)) problems.push(`${orgId}: values of ${subject} are left`);
    }
    let events = 0;
    for (const orgId of ORGS) {
      const found = this.#purged.has(orgId)
        ? checkPurged(table, orgId)
        : checkLog(table, orgId, this.#committed, new Set(this.#lost.keys()));
      problems.push(...found.problems);
      events += found.events;
      const shown = this.#consumers.get(orgId)?.shown();
      const truth = await this.#truth(orgId);
      if (JSON.stringify(shown) !== JSON.stringify(truth)) {
        problems.push(`${orgId}: the consumer shows ${JSON.stringify(shown)} instead of ${JSON.stringify(truth)}`);
      }
    }
    return { problems, events, changes: this.#committed.length };
  }

  /** What the directory shows: contents, and the pairs of which both ends live. */
  async #truth(orgId: OrgId) {
    const directory = this.#session().directory(orgId);
    const all: [string, string][] = [];
    const pairs: string[] = [];
    for await (const page of directory.users.scan())
      for (const { id, attributes } of page) all.push([id, canonical(JSON.parse(attributes))]);
    for await (const page of directory.groups.scan()) {
      for (const { id, attributes } of page) {
        all.push([id, canonical(JSON.parse(attributes))]);
        for (const member of await directory.memberships.stored(id)) pairs.push(`${id} ${member}`);
      }
    }
    const living = new Map(all.sort());
    const visible = pairs.filter((pair) => pair.split(" ").every((id) => living.has(id)));
    return { contents: Object.fromEntries(living), pairs: visible.sort() };
  }
}

export function simulateLog(seed: number): Promise<LogOutcome> {
  return new LogRun(seed).carryOut();
}

function userOf(name: string, more: Record<string, unknown>): ResourceWrite {
  const attributes = JSON.stringify({ userName: name, active: true, ...more });
  return { attributes, keys: { name, externalId: undefined, values: [] } };
}

function changedUser(text: string, chance: Chance): ResourceWrite {
  // Written by userOf.
  const { userName, ...more } = JSON.parse(text) as { userName: string };
  const active = chance.next() < 0.5 ? { active: chance.next() < 0.5 } : {};
  const title = chance.next() < 0.7 ? { title: chance.one(["a", "b", "c"]) } : {};
  return userOf(userName, { ...more, ...active, ...title });
}

function groupOf(name: string): ResourceWrite {
  return { attributes: JSON.stringify({ displayName: name }), keys: { name, externalId: undefined, values: [] } };
}
