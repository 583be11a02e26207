import { feedShardOf } from "../../../functions/store/eventKeys.ts";
import { type OrgId, OrgKeys } from "../../../functions/store/keys.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import type { Chance } from "../world.ts";
import { type Copy, canonical, EMPTY, follow, type Shown, shownOf } from "./consumer.ts";
import { type FeedCopy, followShard, NO_ORGS } from "./feedConsumer.ts";
import type { Orgs } from "./orgs.ts";
import type { Reader } from "./reader.ts";

/** One step; it may crash in between without keeping anything. @returns whether there is nothing more to read now */
type ConsumerStep = (session: StoreSession, now: number) => Promise<boolean>;

const MOST_STEPS = 2_000;

/** The readers of the logs: a consumer for each login name, and one worker over all orgs. */
export class Consumers {
  readonly #reader: Reader;
  readonly #orgs: Orgs;
  readonly #chance: Chance;
  readonly #copies = new Map<string, Copy>();
  #feed: FeedCopy = NO_ORGS;
  readonly #shards = new Set<number>();

  constructor(reader: Reader, orgs: Orgs, chance: Chance) {
    this.#reader = reader;
    this.#orgs = orgs;
    this.#chance = chance;
  }

  /** Each consumer at its own pace; some sleep throughout. */
  lanes(consume: (step: ConsumerStep) => Promise<void>): Promise<void>[] {
    return this.#steps().flatMap((step) => (this.#chance.next() < 0.2 ? [] : [consume(step)]));
  }

  #steps(): ConsumerStep[] {
    return [
      ...this.#orgs.slugs.map(
        (slug): ConsumerStep =>
          (...given) =>
            this.#followOrg(slug, ...given),
      ),
      this.#followFeed,
    ];
  }

  async #followOrg(slug: string, session: StoreSession, now: number): Promise<boolean> {
    // A disaster of the consumer: it loses its whole copy.
    if (this.#chance.next() < 0.08) this.#copies.delete(slug);
    const orgId = await this.#reader.orgIdOf(session, slug);
    if (orgId === undefined) {
      this.#copies.delete(slug);
      return true;
    }
    const { copy, outcome } = await follow(this.#reader, session, orgId, this.#copies.get(slug) ?? EMPTY, now);
    this.#copies.set(slug, copy);
    return outcome === "end";
  }

  readonly #followFeed: ConsumerStep = async (session, now) => {
    for (const id of this.#orgs.living) this.#shards.add(feedShardOf(id));
    const shards = [...this.#shards];
    let isEnd = true;
    let copy = this.#feed;
    for (const shard of shards) {
      const followed = await followShard(this.#reader, session, shard, copy, now);
      copy = followed.copy;
      isEnd &&= followed.isEnd;
    }
    this.#feed = copy;
    return isEnd;
  };

  /** Lets all read to the end, when nothing changes any more. */
  async catchUp(session: StoreSession, now: number): Promise<void> {
    for (const step of this.#steps()) {
      for (let steps = 0; !(await step(session, now)); steps += 1)
        if (steps > MOST_STEPS) throw new Error("a consumer never ends");
    }
  }

  async problems(session: StoreSession): Promise<string[]> {
    const problems: string[] = [];
    const compare = (who: string, shown: Shown | undefined, truth: Shown | undefined) => {
      const [has, should] = [linesOf(shown), linesOf(truth)];
      const differences = [
        ...[...has].filter((line) => !should.has(line)).map((line) => `+ ${line}`),
        ...[...should].filter((line) => !has.has(line)).map((line) => `- ${line}`),
      ];
      if (differences.length > 0) problems.push(`${who} differs: ${differences.slice(0, 4).join(", ")}`);
    };
    for (const slug of this.#orgs.slugs) {
      const orgId = await this.#reader.orgIdOf(session, slug);
      const truth = orgId && shownOf(await truthOf(session, orgId));
      const copy = this.#copies.get(slug);
      compare(`the consumer of ${slug}`, copy && shownOf(copy), truth);
    }
    for (const orgId of this.#orgs.living) {
      const copy = this.#feed.orgs.get(orgId);
      compare(`the worker of ${orgId}`, copy && shownOf(copy), shownOf(await truthOf(session, orgId)));
    }
    const extra = [...this.#feed.orgs.keys()].filter((id) => !this.#orgs.living.includes(id));
    return extra.length === 0 ? problems : [...problems, `the worker still has ${extra}`];
  }
}

function linesOf(shown: Shown | undefined): ReadonlySet<string> {
  if (shown === undefined) return new Set(["nothing"]);
  const contents = Object.entries(shown.contents).map(([id, text]) => `${id} ${text}`);
  return new Set([...contents, ...shown.pairs, ...shown.links]);
}

/** The directory itself. */
async function truthOf(session: StoreSession, orgId: OrgId): Promise<Copy> {
  const held = new Map<string, { version: number; managed: boolean; attributes: string }>();
  const pairs = new Set<string>();
  for (const managed of [true, false]) {
    const directory = session.directory(orgId, managed ? "managed" : "unmanaged");
    for (const resources of [directory.users, directory.groups]) {
      for await (const page of resources.scan()) {
        for (const { id, version, attributes } of page)
          held.set(id, { version, managed, attributes: canonical(JSON.parse(attributes)) });
      }
    }
    for (const id of [...held.keys()].filter((one) => one.startsWith("g")))
      for (const member of await directory.memberships.stored(id)) pairs.add(`${id} ${member}`);
  }
  const { items } = await session.database.query(new OrgKeys(orgId, "unmanaged").linkedUsers());
  const links = new Map(
    items.map(({ sk, v, a }) => [String(sk), { version: Number(v), applicationId: a as string | undefined }]),
  );
  return { cursor: undefined, held, pairs, links };
}
