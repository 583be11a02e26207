import { keyStatus } from "../../provisioning/applicationKey.ts";
import {
  createApplicationKey,
  type KeyAdministration,
  listApplicationKeys,
  type OneApplicationKey,
  revokeApplicationKey,
} from "../../provisioning/applicationKeys.ts";
import { ApplicationKeyStore } from "../../store/applicationKeys.ts";
import type { APPLICATION_KEY_OPERATIONS } from "./declarations/applicationKeys.ts";
import type { AdminMeans, Called, Handlers } from "./route.ts";

export const applicationKeyHandlers: Handlers<AdminMeans, typeof APPLICATION_KEY_OPERATIONS> = {
  listApplicationKeys: async (call) => {
    const { org, keys, lastUsed } = await listApplicationKeys(administrationOf(call), call.query.org);
    if (org !== undefined) call.ctx.logFields.org = org.slug;
    return { keys: keys.map((key) => keyView(call, { org, key }, lastUsed)) };
  },
  createApplicationKey: async (call) => {
    const { secret, ...made } = await createApplicationKey(administrationOf(call), call.body);
    note(call, made);
    return { secretKey: secret, key: keyView(call, made) };
  },
  revokeApplicationKey: async (call) => {
    const revoked = await revokeApplicationKey(administrationOf(call), call.query.org, call.parameters.keyId);
    note(call, revoked);
    const lastUsed = await call.administration.settings.lastUsed([revoked.key.id]);
    return keyView(call, revoked, lastUsed);
  },
};

function administrationOf({ ctx, administration }: Called<AdminMeans>): KeyAdministration {
  return { ...administration, applicationKeys: new ApplicationKeyStore(ctx.store.database) };
}

function note({ ctx: { logFields } }: Called<AdminMeans>, { org, key }: OneApplicationKey): void {
  if (org !== undefined) logFields.org = org.slug;
  logFields.tokenId = key.id;
}

/** A key without its secret text and its hash. */
function keyView(
  { administration: { now } }: AdminMeans,
  { org, key }: OneApplicationKey,
  lastUsed: ReadonlyMap<string, string> = new Map(),
) {
  return {
    id: key.id,
    scope: key.scope,
    org: org?.slug ?? null,
    description: key.description,
    createdAt: key.createdAt,
    createdBy: key.createdBy,
    expiresAt: key.expiresAt,
    revokedAt: key.revokedAt ?? null,
    lastUsedAt: lastUsed.get(key.id) ?? null,
    status: keyStatus(key, now),
  };
}
