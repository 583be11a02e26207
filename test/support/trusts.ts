import { randomBytes } from "node:crypto";
import { newRecord } from "../../functions/provisioning/token.ts";
import type { Store } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import type { TokenRecord, Trust } from "../../functions/store/tokenRecords.ts";
import { STAMP } from "./records.ts";

/** Puts an org's trust into the table, like administration. @returns its id */
export async function makeTrust(store: Store, slug: string, trust: Trust): Promise<string> {
  const settings = new SettingsStore(store.begin().database);
  const org = await settings.orgBySlug(slug);
  if (org === undefined) throw new Error(`there is no ${slug}`);
  const by = { now: Date.now(), randomBytes, actor: "test" };
  const nobodys = randomBytes(32).toString("hex");
  const record: TokenRecord = { ...newRecord(by, org, nobodys, "Entra"), kind: "trust", trust };
  const saved = await settings.save(org, { ...org, trusts: [...(org.trusts ?? []), record.id] }, [record], STAMP);
  if (saved !== "saved") throw new Error(`${slug} was changed meanwhile`);
  return record.id;
}

/** Changes an existing trust, for example ends it. */
export async function changeTrust(store: Store, slug: string, id: string, change: Partial<TokenRecord>): Promise<void> {
  const settings = new SettingsStore(store.begin().database);
  const org = await settings.orgBySlug(slug);
  const record = org && (await settings.tokens(org.id)).find((one) => one.id === id);
  if (org === undefined || record === undefined) throw new Error(`there is no trust ${id} of ${slug}`);
  await settings.save(org, org, [{ ...record, ...change }], STAMP);
}
