import { closeSync, ftruncateSync, writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Endpoint } from "../../functions/http/endpoint.ts";
import type { Administration } from "../../functions/provisioning/changeOrg.ts";
import { createOrg } from "../../functions/provisioning/orgs.ts";
import { createPortalSession } from "../../functions/provisioning/portal/portalSessions.ts";
import { generateToken, refuseUnlessAllowed } from "../../functions/provisioning/tokens.ts";
import { ScimError } from "../../functions/scim/error.ts";
import type { Database } from "../../functions/store/database.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { PortalSessionStore } from "../../functions/store/portalSessions.ts";
import type { Preset } from "../../functions/store/rules.ts";
import type { Store } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { StartRefused } from "../rollcall/refused.ts";
import { openWithRoom, UnfitFile } from "./secretFile.ts";

export interface Welcome {
  /** The org's first token; undefined when an earlier start made it, because it cannot be shown again. */
  readonly token: string | undefined;
  readonly preset: Preset;
  /** Why an org that never had a token gets none: it is scheduled for deletion, has no SSO, … */
  readonly tokenRefused?: ScimError;
}

export interface FirstWishes {
  /** Login name. */
  readonly org: string;
  readonly preset?: Preset;
  /** The token is written here, mode 0600. */
  readonly tokenFile?: string;
}

/**
 * Makes the org (entitled, SSO marked as configured) and its first token where they are missing: a start completes what a
 * killed one began. It does not replace a token that was revoked on purpose.
 * @throws ScimError 400 for an invalid login name
 * @throws StartRefused where the token file cannot be written, before it makes anything: no token is lost
 */
export async function firstStart(
  store: Store,
  { org: slug, preset, tokenFile }: FirstWishes,
  { now, randomBytes }: Pick<Endpoint, "now" | "randomBytes">,
): Promise<Welcome> {
  const administration = administrationOn(store, { now, randomBytes });
  const { settings } = administration;
  const known = await settings.orgBySlug(slug);
  if (known !== undefined && (await settings.tokens(known.id)).length > 0)
    return { token: undefined, preset: known.preset };
  const tokenRefused = known && refusalOf(() => refuseUnlessAllowed(known));
  if (known && tokenRefused) return { token: undefined, preset: known.preset, tokenRefused };
  const file = tokenFile === undefined ? undefined : openPrivately(tokenFile);
  try {
    const org =
      known ?? (await createOrg(administration, slug, { entitled: true, sso: {}, preset: preset ?? "standard" })).org;
    const { secret } = await generateToken(administration, slug, { description: "made by the first start" });
    if (file !== undefined) {
      ftruncateSync(file);
      writeSync(file, `${secret}\n`, 0);
    }
    return { token: secret, preset: org.preset };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function openPrivately(path: string): number {
  try {
    return openWithRoom(path).file;
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    const why = error.message;
    throw new StartRefused(`The token file ${path} cannot be written (${why}). Choose another one with --token-file.`);
  }
}

function refusalOf(check: () => void): ScimError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

/**
 * A portal link of the org for the person who started the server.
 * @param url of the portal's page
 * @throws ScimError 409 if deletion is scheduled
 */
export async function firstPortalLink(
  store: Store,
  slug: string,
  url: string,
  means: Pick<Endpoint, "now" | "randomBytes">,
): Promise<string> {
  const { database, ...administration } = administrationOn(store, means);
  const portal = { ...administration, sessionsOf: (orgId: OrgId) => new PortalSessionStore(database, orgId) };
  const { text } = await createPortalSession(portal, slug, { actor: "local", expiresIn: 86_400 });
  return `${url}#link=${text}`;
}

function administrationOn(
  store: Store,
  { now, randomBytes }: Pick<Endpoint, "now" | "randomBytes">,
): Administration & { readonly database: Database } {
  const session = store.begin();
  return {
    database: session.database,
    settings: new SettingsStore(session.database),
    directory: (orgId) => session.directory(orgId),
    now: now(),
    randomBytes,
    adoption: true,
    actor: "local:start",
    reference: "start",
    wait,
  };
}
