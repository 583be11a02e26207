import { keyItem } from "./actions.ts";
import { settingsKeys } from "./keys.ts";
import type { OrgRecord, TokenRecord } from "./records.ts";
import type { Item, Key } from "./table.ts";

/** The version stands beside the text, because writes are conditional on it. */
export function orgItem(org: OrgRecord): Item {
  return { ...keyItem(settingsKeys.org(org.id)), v: org.version, d: JSON.stringify({ ...org, version: undefined }) };
}

export function orgRecord(item: Item): OrgRecord {
  // Only orgItem writes it. What is undefined in a record is absent in its text.
  const kept = JSON.parse(String(item.d)) as Omit<OrgRecord, "version" | "sso" | "paused"> & Partial<OrgRecord>;
  return { ...kept, version: Number(item.v), sso: kept.sso, paused: kept.paused };
}

export function tokenItem(key: Key, token: TokenRecord): Item {
  return { ...keyItem(key), d: JSON.stringify(token) };
}

export function tokenRecord(item: Item): TokenRecord {
  // Only tokenItem writes it.
  const kept = JSON.parse(String(item.d)) as Omit<TokenRecord, "expiresAt" | "revokedAt"> & Partial<TokenRecord>;
  return { ...kept, expiresAt: kept.expiresAt, revokedAt: kept.revokedAt };
}
