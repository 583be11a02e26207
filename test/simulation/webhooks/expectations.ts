import { isOneOf } from "../../../functions/provisioning/events/eventTypes.ts";
import { feedEntry, type StoredFeedEntry, storedEvent } from "../../../functions/store/eventItems.ts";
import { feedShardOf } from "../../../functions/store/eventKeys.ts";
import { EVERY_ORG, keyText } from "../../../functions/store/keys.ts";
import type { Item, ItemChange, Key } from "../../../functions/store/table.ts";
import { endpointRecord, endpointState } from "../../../functions/store/webhookItems.ts";
import { type WebhookOwner, webhookKeys } from "../../../functions/store/webhookKeys.ts";

interface Known {
  readonly owner: WebhookOwner;
  types: readonly string[] | undefined;
  isEnabled: boolean;
  /** Position of the answer to its last change; absent during a change, or where the answer was lost. */
  settled: number | undefined;
}

interface Logged {
  readonly shard: number;
  readonly generation: string;
  readonly entry: StoredFeedEntry;
  readonly order: number;
}

/** Checks every transaction when it is decided: where a place in the feed moves, the messages of everything it passes exist. */
export class Expectations {
  readonly problems: string[] = [];
  /** Keys of all messages ever made. */
  readonly made = new Map<string, Item>();
  readonly #endpoints = new Map<string, Known>();
  /** By shard and sort key. */
  readonly #entries = new Map<string, Logged>();
  readonly #types = new Map<string, string>();
  readonly #resets = new Map<number, number>();
  #order = 0;

  /** In the single order of transactions and answers. */
  answered(endpoint: string): void {
    this.#order += 1;
    const known = this.#endpoints.get(endpoint);
    if (known !== undefined) known.settled = this.#order;
  }

  decided(commit: readonly ItemChange[]): void {
    this.#order += 1;
    for (const { key, after } of commit) {
      if (key.pk.endsWith("#M") && after !== undefined && !this.made.has(keyText(key)))
        this.made.set(keyText(key), after);
    }
    for (const change of commit) this.#note(change);
    for (const change of commit) if (change.key.pk === webhookKeys.position(0).pk) this.#check(change);
  }

  #note({ key: { pk, sk }, before, after }: ItemChange): void {
    const [kind, owner = "", part] = pk.split("#");
    const entry = kind === "F" && sk !== "H" && after !== undefined ? feedEntry(after) : undefined;
    if (entry !== undefined) {
      const [shard, generation] = [Number(owner), sk.slice(0, -16)];
      this.#entries.set(`${owner} ${sk}`, { shard, generation, entry, order: this.#order });
    }
    if (kind === "E" && part === "L" && after !== undefined) {
      const { seq, text } = storedEvent(after);
      this.#types.set(`${owner} ${seq}`, String(JSON.parse(text).type));
    }
    if (kind !== "H") return;
    // Only owners occur here.
    const of = owner as WebhookOwner;
    if (part === undefined && after?.d !== undefined) {
      const { types } = endpointRecord(of, after);
      const known = this.#endpoints.get(sk);
      const isSame = known !== undefined && JSON.stringify(known.types) === JSON.stringify(types);
      if (known === undefined) this.#endpoints.set(sk, { owner: of, types, isEnabled: true, settled: undefined });
      else Object.assign(known, { types, ...(!isSame && { settled: undefined }) });
    }
    if (part === "S") {
      const known = this.#endpoints.get(sk);
      const isEnabled = after !== undefined && endpointState(after).disabled === undefined;
      if (known !== undefined && known.isEnabled !== isEnabled) Object.assign(known, { isEnabled, settled: undefined });
      if (after === undefined && before !== undefined) this.#endpoints.delete(sk);
    }
  }

  #check({ key: { sk }, before, after }: ItemChange): void {
    const shard = Number(sk);
    if (after?.ra !== undefined && before?.ra === undefined) this.#resets.set(shard, this.#order);
    if (after === undefined) return;
    if (before?.ra !== undefined && after.ra === undefined && this.#isReset(before, after)) {
      this.#checkReset(shard, before);
      return;
    }
    // The first endpoint puts the place at the end of the feed: it gets nothing of what is passed.
    for (const logged of this.#entries.values()) {
      if (logged.shard === shard && isPassed(logged, before, after)) this.#checkEntry(logged);
    }
  }

  #isReset(before: Item, after: Item): boolean {
    return before.rh === after.h && before.rg === after.g;
  }

  #checkEntry({ entry, order, generation }: Logged): void {
    const { orgId, range, time } = entry;
    for (const [endpoint, { owner, types, isEnabled, settled }] of this.#endpoints) {
      if (owner !== EVERY_ORG && (owner !== orgId || range === undefined)) continue;
      if (!isEnabled || settled === undefined || settled > order || !this.#wants(types, entry)) continue;
      const name = `${orgId}.${generation}.${range?.from ?? "ended"}`;
      this.#checkMade(webhookKeys.message({ owner, endpoint, name, time }));
    }
  }

  #wants(types: readonly string[] | undefined, { orgId, range }: StoredFeedEntry): boolean {
    if (types === undefined || range === undefined) return true;
    const wants = isOneOf(types);
    for (let seq = range.from; seq <= range.to; seq += 1)
      if (wants(this.#types.get(`${orgId} ${seq}`) ?? "")) return true;
    return false;
  }

  #checkReset(shard: number, { ra }: Item): void {
    const order = this.#resets.get(shard) ?? 0;
    for (const [endpoint, { owner, isEnabled, settled }] of this.#endpoints) {
      if (owner !== EVERY_ORG && feedShardOf(owner) !== shard) continue;
      if (!isEnabled || settled === undefined || settled > order) continue;
      this.#checkMade(webhookKeys.message({ owner, endpoint, name: `${owner}.reset.${shard}`, time: Number(ra) }));
    }
  }

  #checkMade(key: Key): void {
    if (!this.made.has(keyText(key))) this.problems.push(`no message ${key.sk} though the place passed it`);
  }
}

/** @param before the earlier place @param after the new place */
function isPassed({ generation, entry: { number } }: Logged, before: Item | undefined, after: Item): boolean {
  const isBeginning = before === undefined || before.g === "";
  const isBehind = isBeginning || generation !== before.g || number > Number(before.h);
  if (generation === after.g) return isBehind && number <= Number(after.h);
  // The feed began anew: its earlier entries are skipped.
  return !isBeginning && generation === before.g && isBehind;
}
