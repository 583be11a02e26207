import { randomBytes } from "node:crypto";
import type { Administration } from "../../functions/provisioning/changeOrg.ts";
import type { OrgRecord, Settings, TokenRecord } from "../../functions/provisioning/ports.ts";

/** Settings in this process's memory; every call ends in a later turn of the event loop, so that calls can interleave. */
export function settingsInMemory(): Settings {
  const orgs = new Map<string, OrgRecord>();
  const tokens = new Map<string, TokenRecord>();
  const later = () => new Promise((resolve) => setImmediate(resolve));
  return {
    orgBySlug: async (slug) => {
      await later();
      return orgs.get(slug);
    },
    orgs: async (limit, after = "") => {
      const found = [...orgs.values()].filter(({ slug }) => slug > after).sort((a, b) => (a.slug < b.slug ? -1 : 1));
      return { orgs: found.slice(0, limit), next: found.length > limit ? found[limit - 1]?.slug : undefined };
    },
    createOrg: async (org) => {
      await later();
      if (orgs.has(org.slug)) return "slugTaken";
      orgs.set(org.slug, org);
      return "created";
    },
    tokens: async (orgId) => {
      await later();
      return [...tokens.values()].filter((token) => token.orgId === orgId).reverse();
    },
    save: async (previous, next, changed) => {
      await later();
      if (orgs.get(previous.slug)?.version !== previous.version) return "stale";
      orgs.set(next.slug, next);
      for (const token of changed) tokens.set(token.hash, token);
      return "saved";
    },
  };
}

/** @param now an ISO 8601 time */
export function administrationOf(settings: Settings, now = "2026-01-01T00:00:00.000Z"): Administration {
  return {
    settings,
    now: Date.parse(now),
    randomBytes,
    actor: "000000000000:user/local",
    wait: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
