import { randomBytes } from "node:crypto";
import type { AllowedAddresses } from "../../functions/bus/addresses.ts";
import { issuerKeysFrom } from "../../functions/bus/fetchKeys.ts";
import { lookUpAddresses } from "../../functions/bus/resolveAddresses.ts";
import type { IssuerKeys } from "../../functions/provisioning/assertions/issuerKeys.ts";
import { newRecord } from "../../functions/provisioning/token.ts";
import { FEDERATION_HOSTS } from "../../functions/store/rules.ts";
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

/**
 * Issuer keys as on AWS, and of issuers on this machine.
 * @param allowed `public`: of no issuer on this machine
 */
export function localIssuerKeys(allowed: AllowedAddresses = "alsoLoopback"): IssuerKeys {
  return issuerKeysFrom({ allowed, hosts: FEDERATION_HOSTS, resolve: lookUpAddresses });
}
