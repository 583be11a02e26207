import type { OrgId } from "../../../functions/store/keys.ts";
import { OrgData } from "../../../functions/store/orgData.ts";
import type { Stamp } from "../../../functions/store/records.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { orgIdOf, orgRecord } from "../../support/records.ts";
import type { Chance, Scheduler } from "../world.ts";
import type { GradualTable } from "./gradualTable.ts";
import type { Traffic } from "./traffic.ts";

interface OrgsOptions {
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly traffic: Traffic;
  /** Other work may come between any two of its calls. */
  session(): StoreSession;
}

interface LivingOrg {
  readonly slug: string;
  readonly id: OrgId;
}

/** All of one shard of the feed; the last one has another. */
const IDS = ["Acme0000", "Other008", "Other022", "Third014", "Other000"].map(orgIdOf);

const QUIET_MS = 30_000;

/** The orgs and their login names: they are made, filled, purged, and made again. */
export class Orgs {
  readonly #options: OrgsOptions;
  #living: LivingOrg[] = [];
  readonly purged: OrgId[] = [];
  /** Pending requests by org: a purge waits until there are none. */
  readonly #underWay = new Map<OrgId, number>();
  readonly #ids: OrgId[];

  constructor(options: OrgsOptions) {
    this.#options = options;
    this.#ids = options.chance.next() < 0.5 ? [...IDS] : IDS.toReversed();
  }

  get living(): readonly OrgId[] {
    return this.#living.map(({ id }) => id);
  }

  get slugs(): readonly string[] {
    return ["acme", "other"];
  }

  async createAll(session: StoreSession): Promise<void> {
    for (const slug of this.slugs) await this.#create(session, slug);
  }

  async #create(session: StoreSession, slug: string): Promise<OrgId> {
    const id = this.#ids.shift() ?? orgIdOf("Spare000");
    const kept = this.#options.chance.next() < 0.4 ? { eventRetentionDays: 7 } : {};
    await new SettingsStore(session.database).createOrg(orgRecord(id, slug, kept), this.#stamp());
    this.#living.push({ slug, id });
    return id;
  }

  #stamp(): Stamp {
    return { at: new Date(this.#options.scheduler.now).toISOString(), tokenId: "admin", reference: "a" };
  }

  /** Changes each of them, so that there is a later record. */
  async touchSettings(session: StoreSession): Promise<void> {
    const settings = new SettingsStore(session.database);
    for (const id of this.living) {
      const org = await settings.orgById(id);
      if (org !== undefined) await settings.save(org, { ...org, displayName: "Begun" }, [], this.#stamp());
    }
  }

  /** One request to one org. */
  async request(): Promise<void> {
    const id = this.living[this.#options.chance.below(this.#living.length)];
    if (id === undefined) return;
    await this.#counted(id, () => this.#options.traffic.request(id));
  }

  async #counted(id: OrgId, work: () => Promise<void>): Promise<void> {
    this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1);
    try {
      await work();
    } finally {
      this.#underWay.set(id, (this.#underWay.get(id) ?? 0) - 1);
    }
  }

  async touch(session: StoreSession, org: string, subject: string): Promise<void> {
    const id = this.living.find((one) => one === org);
    if (id !== undefined) await this.#options.traffic.touch(session, id, subject);
  }

  /** Possible events of one org in a phase. */
  async life(): Promise<void> {
    const { chance, scheduler, traffic } = this.#options;
    if (chance.next() > 0.25) return;
    await scheduler.point(chance.below(200));
    const org = this.#living.find(({ slug }) => slug === "other");
    if (org === undefined) return;
    await this.#purge(org);
    await scheduler.point(chance.below(100));
    if (chance.next() < 0.3) return;
    const id = await this.#create(this.#options.session(), "other");
    if (chance.next() < 0.5) await this.#counted(id, () => traffic.bringIn(id));
  }

  /** In steps, so that records of the org's last changes come between. */
  async #purge({ slug, id }: LivingOrg): Promise<void> {
    const { chance, scheduler } = this.#options;
    this.#living = this.#living.filter((one) => one.id !== id);
    while ((this.#underWay.get(id) ?? 0) > 0) await scheduler.point(chance.below(2_000));
    // Longer than any pending request lives.
    await scheduler.point(QUIET_MS);
    const data = new OrgData(this.#options.session().database, id);
    do {
      await scheduler.point(chance.below(60));
      await data.close(slug);
    } while ((await data.remove(40)) > 0);
    await scheduler.point(chance.below(60));
    await data.finish(slug, scheduler.now);
    this.purged.push(id);
  }

  /** The orgs are those in the table. */
  restored(table: GradualTable): void {
    const slugs = table.partition("S#orgs").map(({ sk, id }) => ({ slug: String(sk), id: orgIdOf(String(id)) }));
    this.#living = slugs;
    this.purged.length = 0;
    this.#underWay.clear();
  }
}
