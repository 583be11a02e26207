import { AwsV4Signer } from "aws4fetch";
import { LOCAL_REGION } from "../../bin/local/credentials.ts";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import { sendPlainly } from "../../functions/probe/sendPlainly.ts";
import { isOrigin, isRuleName, type PortalSettings } from "../../functions/provisioning/portal/portalSettings.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { Chance } from "./chance.ts";
import { type KitClock, kitClock } from "./clock.ts";
import { createIdentityProviders, type IdentityProviders, type ScimConnection } from "./idp/identityProviders.ts";
import { ProviderFaults } from "./idp/providerFaults.ts";
import { WebhookFaults } from "./webhookFaults.ts";

export type RulesPreset = "standard" | "fulcrum-compat" | "open" | "rfc";

export interface RollcallOptions {
  /** Login names of organizations that are there from the beginning (default: one, `acme`). */
  readonly orgs?: readonly string[];
  /** Rules of the organizations (default `standard`). */
  readonly preset?: RulesPreset;
  /** Ids, tokens, names and faults follow from it: the same run gives the same ones (default 1). */
  readonly seed?: number;
  /**
   * A time at which the clock stands until `clock.advance`: milliseconds since the epoch, an ISO 8601 text or a Date. Absent:
   * the clock runs as the machine's does, and `advance` sets it ahead.
   */
  readonly now?: number | string | Date;
  /** Takes each line of the request log: no personal data. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
  /**
   * Of its portal: origins of pages that may embed it, such as `http://localhost:8080`, and names of rules that organizations may
   * change in it (default: none).
   */
  readonly portal?: { readonly origins?: readonly string[]; readonly rules?: readonly string[] };
}

/** An organization of a Rollcall in a test. */
export interface KitOrg extends ScimConnection {
  /** The login name. */
  readonly name: string;
  /** An application key with the scope directory.write, of this organization. */
  readonly key: string;
  /** An application key with the scope admin, of this organization: for a settings page. */
  readonly adminKey: string;
}

/** A webhook as the admin API made it. */
export interface KitWebhook {
  readonly id: string;
  readonly url: string;
  /** `whsec_…`: what `verifyWebhook` of rollcall/client takes. */
  readonly secret: string;
}

export interface KitWebhookWishes {
  /** Where messages are sent: any address of this machine. */
  readonly url: string;
  /** Event types such as `user.created` or `user.*`; absent: all. */
  readonly types?: readonly string[];
  /** Whose events; absent: those of every organization. */
  readonly org?: KitOrg;
}

/** A whole Rollcall in this process, in memory. */
export interface KitRollcall extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:41234`: what a client of the application calls. */
  readonly url: string;
  readonly clock: KitClock;
  readonly idp: IdentityProviders;
  /** Between the identity providers of `idp` and their servers. */
  readonly faults: ProviderFaults;
  /** Between Rollcall and the receivers of its webhooks. */
  readonly webhookFaults: WebhookFaults;
  /** What signs calls of `/admin/v1` and `/directory/v1` (SigV4, service execute-api, any region). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The organization of this login name, made where it is not there yet. @throws Error with the server's reason */
  org(name?: string): Promise<KitOrg>;
  /** What `createClient` of rollcall/client takes for that organization. */
  clientOptions(org: KitOrg): { readonly url: string; readonly key: string };
  /** A call of the administration API, signed. @param path below `/admin/v1/` @throws Error with the server's reason */
  admin(method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: JsonObject): Promise<JsonObject>;
  /** Makes a webhook, which gets what happens from now on. @throws Error with the server's reason */
  webhook(wishes: KitWebhookWishes): Promise<KitWebhook>;
  /**
   * Resolves when every change that was answered before is in the event log, and an attempt was made at each webhook that is due by
   * the clock: no test has to sleep. What failed comes again when the clock is ahead (5 seconds, 1 minute, 5 minutes …).
   */
  settled(): Promise<void>;
  /** Ends it: requests under way are answered, and everything is forgotten. */
  close(): Promise<void>;
}

const FIRST_ORG = "acme";
const TIMEOUT_MS = 28_000;
/** A test knows when the next attempt is due. */
const WITHOUT_JITTER = (): number => 0.5;

/** Starts a Rollcall on a free port of 127.0.0.1. Needs Node 24. */
export async function startRollcall(options: RollcallOptions = {}): Promise<KitRollcall> {
  const { orgs = [FIRST_ORG], preset = "standard", seed = 1 } = options;
  const [first = FIRST_ORG] = orgs;
  const chance = new Chance(seed);
  const clock = kitClock(options.now === undefined ? undefined : timeOf(options.now));
  const webhookFaults = new WebhookFaults(chance.fork("webhook faults"), clock);
  const serverChance = chance.fork("server");
  const server = await startServer({
    port: 0,
    memory: true,
    org: first,
    preset,
    now: clock.now,
    randomBytes: (count) => serverChance.bytes(count),
    webhooks: { around: (deliver) => webhookFaults.around(deliver), random: WITHOUT_JITTER },
    onLine: options.log,
    portal: portalOf(options.portal),
  });
  try {
    const rollcall = rollcallOver(server, { chance, clock, preset, webhookFaults });
    for (const name of orgs) await rollcall.org(name);
    return rollcall;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** @throws RangeError */
function timeOf(now: number | string | Date): number {
  const time = new Date(now).getTime();
  if (Number.isNaN(time))
    throw new RangeError(`now is no time: ${now}. Give milliseconds, an ISO 8601 text or a Date.`);
  return time;
}

/** @throws RangeError for what is no origin, or no rule */
function portalOf({ origins = [], rules = [] }: NonNullable<RollcallOptions["portal"]> = {}): PortalSettings {
  const wrong = [...origins.filter((text) => !isOrigin(text)), ...rules.filter((text) => !isRuleName(text))];
  if (wrong.length > 0) throw new RangeError(`The portal has no use for ${wrong.join(", ")}: no origin, no rule.`);
  return { origins, rules: rules.filter(isRuleName) };
}

interface KitMeans {
  readonly chance: Chance;
  readonly clock: KitClock;
  readonly preset: RulesPreset;
  readonly webhookFaults: WebhookFaults;
}

function rollcallOver(server: LocalServer, { chance, clock, preset, webhookFaults }: KitMeans): KitRollcall {
  const admin: KitRollcall["admin"] = (method, path, body) => callSigned(server, clock, method, path, body);
  const orgs = new Map<string, Promise<KitOrg>>();
  const makeOrg = async (name: string): Promise<KitOrg> => {
    const isFirst = server.tenantUrl.endsWith(`/${name}`);
    if (!isFirst) await admin("POST", "orgs", { org: name, sso: {}, preset });
    const tenantUrl = `${server.url}/scim/v2/${name}`;
    const token =
      isFirst && server.token !== undefined
        ? server.token
        : textOf(await admin("POST", `orgs/${name}/tokens`, { description: "test kit" }), "secretToken");
    const keyOf = async (scope: string): Promise<string> =>
      textOf(await admin("POST", "app-keys", { scope, org: name, description: "test kit" }), "secretKey");
    return { name, tenantUrl, token, key: await keyOf("directory.write"), adminKey: await keyOf("admin") };
  };
  const faults = new ProviderFaults(chance.fork("faults"));
  const close = () => server.close();
  return {
    url: server.url,
    clock,
    idp: createIdentityProviders(chance, { faults, wait: async (milliseconds) => clock.advance(milliseconds) }),
    faults,
    webhookFaults,
    credentials: server.credentials,
    org(name = FIRST_ORG) {
      const made = orgs.get(name) ?? makeOrg(name);
      orgs.set(name, made);
      return made;
    },
    clientOptions: ({ key }) => ({ url: server.url, key }),
    admin,
    async webhook({ url, types, org }) {
      // A webhook begins with what is logged next: what happened before it is no news to it.
      await server.settled();
      const path = org === undefined ? "webhooks" : `orgs/${org.name}/webhooks`;
      const { secret, webhook } = await admin("POST", path, { url, ...(types !== undefined && { types: [...types] }) });
      const { id } = isObject(webhook) ? webhook : {};
      return { id: String(id), url, secret: String(secret) };
    },
    async settled() {
      do await server.settled();
      while ((await webhookFaults.arriveLate()) > 0);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function callSigned(
  { credentials, url }: LocalServer,
  clock: KitClock,
  method: string,
  path: string,
  body: JsonObject | undefined,
): Promise<JsonObject> {
  const target = `${url}/admin/v1/${path}`;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const signer = new AwsV4Signer({
    ...credentials,
    service: "execute-api",
    region: LOCAL_REGION,
    method,
    url: target,
    headers: { "Content-Type": "application/json" },
    datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    ...(text !== undefined && { body: text }),
  });
  const { headers } = await signer.sign();
  const options = { method, headers: Object.fromEntries(headers), timeout: TIMEOUT_MS };
  const answer = await sendPlainly(new URL(target), options, text);
  const json: Json = answer.text === "" ? {} : JSON.parse(answer.text);
  if (answer.status < 300 && isObject(json)) return json;
  const detail = isObject(json) ? json.detail : undefined;
  throw new Error(typeof detail === "string" ? detail : `${method} ${path} was answered with ${answer.status}`);
}

function textOf(answer: JsonObject, name: string): string {
  const value = answer[name];
  if (typeof value !== "string") throw new Error(`The answer has no ${name}.`);
  return value;
}
