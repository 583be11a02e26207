import { isObject, type Json, type JsonObject } from "../../scim/json.ts";
import type { Item } from "../../store/table.ts";

/** What applications may see of an org's settings, and of a token: no hash, no epoch, no secret. */
export const LOGGED_SETTINGS = [
  "displayName",
  "entitled",
  "sso",
  "paused",
  "deletion",
  "protectedUsers",
  "domains",
  "admins",
  "preset",
  "changedRules",
  "eventRetentionDays",
  "roles",
  "hold",
];
export const LOGGED_TOKEN = [
  "description",
  "createdAt",
  "createdBy",
  "expiresAt",
  "revokedAt",
  "kind",
  "boundTo",
  "retiredBy",
  "trust",
];

/** The stored settings of an org, or a stored token, without the challenges of domains. */
export function settingsIn(item: Item): JsonObject {
  // The store writes an object as JSON text.
  const record = JSON.parse(String(item.d)) as JsonObject;
  const { domains } = record;
  return domains === undefined ? record : { ...record, domains: domainsIn(domains) };
}

function domainsIn(domains: Json): Json[] {
  if (!Array.isArray(domains)) return [];
  return domains.flatMap((domain: Json) => {
    if (!isObject(domain) || typeof domain.name !== "string") return [];
    const { name, verified } = domain;
    return [{ name, ...(typeof verified === "string" && { verified }) }];
  });
}
