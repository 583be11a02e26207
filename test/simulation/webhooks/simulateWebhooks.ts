import { replayFailed, replayMessage, sendTest } from "../../../functions/provisioning/webhooks/deliveries.ts";
import {
  changeEndpoint,
  createEndpoint,
  disableEndpoint,
  enableEndpoint,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
} from "../../../functions/provisioning/webhooks/endpoints.ts";
import { notifyWebhooks } from "../../../functions/provisioning/webhooks/notify.ts";
import { sendWebhooks } from "../../../functions/provisioning/webhooks/send.ts";
import { ScimError } from "../../../functions/scim/error.ts";
import { Database } from "../../../functions/store/database.ts";
import { feedShardOf } from "../../../functions/store/eventKeys.ts";
import { keyText, type OrgId } from "../../../functions/store/keys.ts";
import { OrgData } from "../../../functions/store/orgData.ts";
import { StoreBusy } from "../../../functions/store/records.ts";
import { renewFeed } from "../../../functions/store/renewLog.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import type { ItemChange, Table } from "../../../functions/store/table.ts";
import { messagePlace, type WebhookOwner, webhookId } from "../../../functions/store/webhookKeys.ts";
import { logEnd, logEntry } from "../../support/loggedEntries.ts";
import { orgIdOf, orgRecord, STAMP } from "../../support/records.ts";
import { PLAIN_SECRETS, webhookAdministration } from "../../support/webhooks.ts";
import { type Commit, GradualTable } from "../eventLog/gradualTable.ts";
import { Chance, Crash, FAIR, Fate, FOUL, Scheduler, simulatedTable, type Weather } from "../world.ts";
import { Expectations } from "./expectations.ts";
import { LaggingStates } from "./laggingStates.ts";
import { Receivers } from "./receivers.ts";

interface WebhookOutcome {
  readonly problems: readonly string[];
  /** Messages that were made. */
  readonly messages: number;
  readonly attempts: number;
}

interface Org {
  readonly id: OrgId;
  readonly slug: string;
}

const ORGS: readonly Org[] = [
  { id: orgIdOf("Acme0000"), slug: "acme" },
  { id: orgIdOf("Other008"), slug: "other" },
  { id: orgIdOf("Third014"), slug: "third" },
];
const SHARDS = [...new Set(ORGS.map(({ id }) => feedShardOf(id)))];
const TYPES = ["user.created", "user.updated", "team.created", "membership.added"] as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MOST_PICKS = 80_000;
/** Longer than all retries and the disabling of a failing endpoint. */
const DRAIN_MS = 8 * 24 * HOUR;
/** Most attempts of a run at a failing endpoint that it does not know as failing. */
const MOST_OF_RUN = 8;
const STORM: Weather = { throttled: 0.04, lost: 0.05, conflict: 0.04, crash: 0.04, staleIndex: 0 };

/**
 * Entries of the feed, endpoints that come, change and go, notifiers and senders that meet, crash, freeze and lose answers,
 * half-visible transactions, a lagging index, purged orgs, a feed that begins anew, and receivers of every mood. In the end
 * each message has arrived, or was given up, or its endpoint is deleted.
 */
class WebhookRun {
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #weather: Weather;
  readonly #table: GradualTable;
  readonly #expected = new Expectations();
  readonly #states = new LaggingStates();
  readonly #receivers: Receivers;
  readonly #slowness: number;
  readonly #pace: number;
  readonly #faults: string[] = [];
  #living: Org[] = [...ORGS];
  readonly #purged: Org[] = [];
  #entries = 0;
  #busy = 0;

  constructor(seed: number) {
    const chance = new Chance(seed);
    this.#chance = chance;
    this.#scheduler = new Scheduler(chance);
    const foul = chance.next() < 0.5 ? STORM : FOUL;
    this.#weather = chance.next() < 0.2 ? FAIR : { ...foul, frozen: chance.next() < 0.4 ? 0.03 : 0.004 };
    this.#slowness = chance.one([0, 0.05, 0.3, 0.6]);
    this.#pace = chance.one([2_000, 20_000, 20 * MINUTE]);
    this.#receivers = new Receivers(chance, this.#scheduler);
    this.#table = new GradualTable({
      pause: () =>
        this.#busy > 0 && chance.next() < this.#slowness ? this.#scheduler.point(chance.below(300)) : undefined,
      shuffled: (commit) => (this.#slowness === 0 ? commit : this.#shuffled(commit)),
      decided: (commit) => this.#expected.decided(commit),
      written: (change) => this.#states.written(change),
    });
  }

  async carryOut(): Promise<WebhookOutcome> {
    const settings = new SettingsStore(this.#calm());
    for (const { id, slug } of ORGS) await settings.createOrg(orgRecord(id, slug), STAMP);
    const lanes = [
      ...ORGS.map((org) => this.#busily(() => this.#log(org))),
      this.#busily(() => this.#administer()),
      this.#busily(() => this.#life()),
      this.#visits((database) => this.#notify(database)),
      this.#visits(this.#both),
      ...[1, 2].map(() => this.#visits((database, fate) => this.#send(database, fate))),
    ];
    await this.#scheduler.run(MOST_PICKS);
    await Promise.all(lanes);
    await this.#drain();
    return this.#verdict();
  }

  /** Often the states come first, while what they announce is not there yet. */
  #shuffled(commit: Commit): Commit {
    const mixed = commit.toSorted(() => this.#chance.next() - 0.5);
    if (this.#chance.next() < 0.5) return mixed;
    const isState = ({ key: { pk } }: ItemChange) => pk.endsWith("#S");
    return [...mixed.filter(isState), ...mixed.filter((change) => !isState(change))];
  }

  async #busily(work: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    await this.#noted(work());
    this.#busy -= 1;
  }

  async #noted(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof StoreBusy || error instanceof Crash) return;
      // The org is being purged, or was.
      if (error instanceof ScimError && (error.status === 404 || error.status === 409)) return;
      this.#faults.push(String(error instanceof Error ? error.stack : error));
    }
  }

  #calm(): Database {
    return this.#over(this.#table);
  }

  #over(table: Table): Database {
    const { chance } = this.#scheduler;
    const wait = (milliseconds: number) => this.#scheduler.point(Math.round(milliseconds));
    return new Database({ table, now: () => this.#scheduler.now, random: () => chance.next(), wait });
  }

  #open(weather: Weather, fate = new Fate()): Database {
    const late = this.#states.over(this.#table, this.#chance, 0.3);
    return this.#over(simulatedTable(late, this.#scheduler, weather, fate));
  }

  async #visits(work: (database: Database, fate: Fate) => Promise<unknown>): Promise<void> {
    while (this.#busy > 0) {
      await this.#scheduler.point(this.#chance.below(this.#pace > MINUTE ? 10 * MINUTE : MINUTE));
      await this.#once(work);
    }
  }

  async #once(work: (database: Database, fate: Fate) => Promise<unknown>): Promise<void> {
    const fate = new Fate();
    await this.#noted(Promise.race([work(this.#open(this.#weather, fate), fate), fate.death]));
  }

  /** A sender that starts while messages are being made. */
  readonly #both = (database: Database, fate: Fate): Promise<unknown> =>
    Promise.all([this.#notify(database), this.#send(database, fate)]);

  #notify(database: Database) {
    const now = () => this.#scheduler.now;
    return notifyWebhooks(SHARDS, { database, now, until: now() + MINUTE });
  }

  #send(database: Database, fate: Fate) {
    const now = () => this.#scheduler.now;
    return sendWebhooks({
      database,
      deliver: (attempt) => this.#receivers.deliver(attempt, fate),
      secrets: PLAIN_SECRETS,
      now,
      random: () => this.#chance.next(),
      until: now() + this.#chance.one([30_000, 90_000]),
    });
  }

  async #log(org: Org): Promise<void> {
    for (let left = 3 + this.#chance.below(10); left > 0; left -= 1) {
      await this.#scheduler.point(this.#chance.next() < 0.5 ? this.#chance.below(200) : this.#chance.below(this.#pace));
      if (!this.#living.includes(org)) return;
      this.#entries += 1;
      const types = TYPES.filter(() => this.#chance.next() < 0.4);
      const entry = { orgId: org.id, slug: org.slug, types: types.length > 0 ? types : [TYPES[0]], n: this.#entries };
      await this.#noted(this.#untilDone(() => logEntry(this.#open(FAIR), entry, () => this.#name())));
    }
  }

  /** Others may have been faster. */
  async #untilDone(work: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 9; tries += 1) if (await work()) return;
  }

  #name(): string {
    return [...this.#chance.bytes(3)].map((byte) => byte.toString(36).padStart(2, "0")).join("");
  }

  async #administer(): Promise<void> {
    for (let left = 6 + this.#chance.below(8); left > 0; left -= 1) {
      await this.#scheduler.point(this.#chance.below(this.#pace));
      const fate = new Fate();
      const database = this.#open({ ...this.#weather, frozen: 0 }, fate);
      // A change wakes both at once, as an invocation does.
      const beside = this.#chance.next() < 0.4 ? [this.#once(this.#both)] : [];
      await Promise.all([this.#noted(Promise.race([this.#act(database), fate.death])), ...beside]);
    }
  }

  async #act(database: Database): Promise<void> {
    const { chance } = this.#scheduler;
    const acting = this.#acting(database);
    const org = chance.next() < 0.4 ? undefined : this.#living[chance.below(this.#living.length)]?.slug;
    const { endpoints } = await listEndpoints(acting, org);
    const known = endpoints[chance.below(Math.max(1, endpoints.length))];
    const kind = chance.below(100);
    if (known === undefined || (kind < 25 && endpoints.length < 3)) {
      const types = chance.next() < 0.4 ? { types: ["user.*"] } : {};
      const made = await createEndpoint(acting, org, { url: "https://app.example/", ...types });
      this.#expected.answered(made.endpoint.id);
      this.#receivers.change(made.endpoint.id);
      return;
    }
    const { id } = known;
    const name = { org, endpoint: id };
    try {
      if (kind < 45) this.#receivers.change(id);
      else if (kind < 55) await disableEndpoint(acting, org, id);
      else if (kind < 66) await enableEndpoint(acting, org, id);
      else if (kind < 72) await changeEndpoint(acting, org, id, { types: chance.next() < 0.5 ? [] : ["team.*"] });
      else if (kind < 74) await rotateSecret(acting, org, id);
      else if (kind < 77) await sendTest({ ...acting, database }, name);
      else if (kind < 83) await this.#replayOne(database, name);
      else if (kind < 86) await replayFailed({ ...acting, database }, name, { since: 0 });
      else {
        await removeEndpoint(acting, org, id);
        this.#receivers.removed.set(id, this.#scheduler.now);
      }
    } catch (error) {
      // A refusal about the webhook is an answer as well.
      if (!(error instanceof ScimError && /webhook|delivery/i.test(error.code))) throw error;
    }
    this.#expected.answered(id);
  }

  async #replayOne(database: Database, name: { readonly org: string | undefined; readonly endpoint: string }) {
    const ids = [...this.#receivers.received.keys()].filter((id) => id.startsWith(name.endpoint));
    const id = ids[this.#chance.below(ids.length)];
    if (id !== undefined) await replayMessage({ ...this.#acting(database), database }, name, id);
  }

  #acting(database: Database) {
    const settings = new SettingsStore(database);
    const directory = () => {
      throw new Error("nobody asks for the directory");
    };
    const parts = { settings, directory, actor: "a", reference: "r", adoption: false, now: this.#scheduler.now };
    const randomBytes = (count: number) => this.#chance.bytes(count);
    return webhookAdministration(
      { ...parts, randomBytes, wait: (ms) => this.#scheduler.point(Math.round(ms)) },
      database,
    );
  }

  /** An event of an org or of the feed, at most once. */
  async #life(): Promise<void> {
    await this.#scheduler.point(this.#chance.below(3 * this.#pace));
    const luck = this.#chance.next();
    if (luck < 0.35) await this.#purge();
    else if (luck < 0.5) await renewFeed(this.#open(FAIR), () => this.#name());
  }

  async #purge(): Promise<void> {
    const org = this.#living[this.#chance.below(3)];
    if (org === undefined) return;
    this.#living = this.#living.filter((one) => one !== org);
    const database = this.#open(FAIR);
    const settings = new SettingsStore(database);
    for (let isSaved = false; !isSaved; ) {
      const stored = await settings.orgById(org.id);
      if (stored === undefined) return;
      const deletion = { since: STAMP.at, reason: "left", purging: true } as const;
      isSaved = (await settings.save(stored, { ...stored, deletion }, [], STAMP)) === "saved";
    }
    await this.#scheduler.point(MINUTE);
    const data = new OrgData(database, org.id);
    for (let left = 2; left > 1; ) {
      await data.close(org.slug);
      while ((await data.remove(30)) > 0) await this.#scheduler.point(this.#chance.below(60));
      left = (await data.remains()).reduce((sum, { items }) => sum + items, 0);
    }
    await data.finish(org.slug, this.#scheduler.now);
    this.#purged.push(org);
    await this.#untilDone(() => logEnd(database, org.id));
  }

  /** Lets time pass without faults: waiting messages are sent or given up, or their endpoint is disabled. */
  async #drain(): Promise<void> {
    for (const { id } of await this.#endpoints()) this.#receivers.settle(id, this.#chance.next() < 0.7);
    const end = this.#scheduler.now + DRAIN_MS;
    // Leases of crashed processes end.
    this.#scheduler.now += 2 * MINUTE;
    while (this.#scheduler.now < end) {
      this.#receivers.ofRun.clear();
      await this.#calmly(() => this.#notify(this.#calm()));
      await this.#calmly(() => this.#send(this.#calm(), new Fate()));
      for (const [endpoint, count] of this.#receivers.ofRun) {
        if (this.#receivers.isDown(endpoint) && count > MOST_OF_RUN)
          this.#faults.push(`${count} attempts in a run at ${endpoint}, where nobody answers`);
      }
      const due = this.#due();
      if (due === undefined) return;
      this.#scheduler.now = Math.max(this.#scheduler.now, due) + 1_000;
    }
  }

  /** The earliest due time in the endpoints' states. */
  #due(): number | undefined {
    const due = this.#table.contents().flatMap(({ pk, sk, g1s }) => {
      const isThere = this.#table.at({ pk: pk.slice(0, -2), sk }) !== undefined;
      return pk.endsWith("#S") && g1s !== undefined && isThere ? [Number(g1s)] : [];
    });
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async #calmly(work: () => Promise<unknown>): Promise<void> {
    const done = work();
    await this.#scheduler.run(MOST_PICKS);
    await done;
  }

  async #endpoints() {
    const acting = this.#acting(this.#calm());
    const all = await Promise.all(
      [undefined, ...this.#living.map(({ slug }) => slug)].map((org) => listEndpoints(acting, org)),
    );
    return all.flatMap(({ endpoints }) => endpoints);
  }

  async #verdict(): Promise<WebhookOutcome> {
    const problems = [...this.#faults, ...this.#expected.problems, ...this.#receivers.problems];
    const enabled = new Set<string>();
    for (const { id, state } of await this.#endpoints()) if (state.disabled === undefined) enabled.add(id);
    const items = new Map(this.#table.contents().map((item) => [keyText(item), item]));
    for (const [key, made] of this.#expected.made) {
      const [pk = "", sk = ""] = key.split("\n");
      const place = messagePlace(pk.slice(2, 10) as WebhookOwner, sk);
      const item = items.get(key);
      if (!enabled.has(place.endpoint)) continue;
      const id = webhookId(place);
      const received = this.#receivers.received.get(id);
      if (item === undefined) problems.push(`${id} is gone`);
      else if (item.s === "open") problems.push(`${id} is never sent to its end`);
      else if (item.s === "delivered" && (received?.accepted ?? 0) === 0) problems.push(`${id} did not arrive`);
      else if (item.s === "givenUp" && Number(item.lt ?? this.#scheduler.now) - Number(made.u) < 8 * HOUR)
        problems.push(`${id} is given up too soon`);
      if (received !== undefined && received.body !== item?.d) problems.push(`${id} has another text`);
    }
    for (const { id, slug } of this.#purged) {
      const left = [...items.values()].filter(({ pk, sk }) => pk.startsWith(`H#${id}`) || sk.startsWith(`${id}#`));
      if (left.length > 0) problems.push(`${left.length} items of ${slug} are left: ${left[0]?.pk} ${left[0]?.sk}`);
    }
    for (const { pk, sk } of items.values()) {
      if (pk.endsWith("#S") && !items.has(keyText({ pk: pk.slice(0, -2), sk })))
        problems.push(`${sk} has a state only`);
    }
    const left = [...items.values()].filter(({ pk, sk }) => pk.endsWith("#Q") && enabled.has(sk.slice(0, 12)));
    if (left.length > 0) problems.push(`${left.length} attempts are left: ${left[0]?.sk}`);
    const times = [...this.#receivers.received.values()].map((one) => one.times.length);
    return { problems, messages: this.#expected.made.size, attempts: times.reduce((sum, count) => sum + count, 0) };
  }
}

export async function simulateWebhooks(seed: number): Promise<WebhookOutcome> {
  try {
    return await new WebhookRun(seed).carryOut();
  } catch (error) {
    return { problems: [String(error instanceof Error ? error.stack : error)], messages: 0, attempts: 0 };
  }
}
