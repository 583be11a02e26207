import { AwsV4Signer } from "aws4fetch";
import { LOCAL_REGION } from "../../bin/local/credentials.ts";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import { sendPlainly } from "../../functions/probe/sendPlainly.ts";
import { isOrigin, isRuleName, type PortalSettings } from "../../functions/provisioning/portal/portalSettings.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { A_FUNCTION, A_PRESET, type OptionKind, refuseOptions, TEXTS } from "../server/refuseOptions.ts";
import { Chance } from "./chance.ts";
import {
  assertConnection,
  createIdentityProviders,
  type IdentityProviders,
  type ScimConnection,
} from "./idp/identityProviders.ts";
import { ProviderFaults } from "./idp/providerFaults.ts";
import { WebhookFaults } from "./webhookFaults.ts";

/** The time of a Rollcall in a test. Nothing waits for it; a test advances it. */
export interface KitClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @param milliseconds 0 or more @throws RangeError for less */
  advance(milliseconds: number): void;
}

export type RulesPreset = "standard" | "fulcrum-compat" | "open" | "rfc";

export interface RollcallOptions {
  /** Login names of the first organizations (default: one, `acme`). */
  readonly orgs?: readonly string[];
  /** The organizations' rules (default `standard`). */
  readonly preset?: RulesPreset;
  /** Source of ids, tokens, names and faults: the same run gives the same ones (default 1). */
  readonly seed?: number;
  /**
   * The clock stands at this time until `clock.advance`: milliseconds since the epoch, an ISO 8601 text or a Date. Absent: it
   * runs with the machine's, and `advance` sets it ahead.
   */
  readonly now?: number | string | Date;
  /** Receives each line of the request log: no personal data. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
  /**
   * The portal's settings: origins that may embed it, such as `http://localhost:8080`, and rules that organizations may change
   * in it (default: none).
   */
  readonly portal?: { readonly origins?: readonly string[]; readonly rules?: readonly string[] };
}

/** An organization of a Rollcall in a test. */
export interface KitOrg extends ScimConnection {
  /** The login name. */
  readonly name: string;
  /** An application key of this organization with the scope directory.write. */
  readonly key: string;
  /** An application key of this organization with the scope admin, for a settings page. */
  readonly adminKey: string;
}

/** A webhook made by the admin API. */
export interface KitWebhook {
  readonly id: string;
  readonly url: string;
  /** `whsec_…`, for `verifyWebhook` of rollcall/client. */
  readonly secret: string;
}

export interface KitWebhookWishes {
  /** Receiver of the messages: any address of this machine. */
  readonly url: string;
  /** Event types such as `user.created` or `user.*`; absent: all. */
  readonly types?: readonly string[];
  /** Source of the events; absent: every organization. */
  readonly org?: KitOrg;
}

/** A complete Rollcall in this process, in memory. */
export interface KitRollcall extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:41234`, for the application's client. */
  readonly url: string;
  readonly clock: KitClock;
  readonly idp: IdentityProviders;
  /** Between the identity providers of `idp` and their servers. */
  readonly faults: ProviderFaults;
  /** Between Rollcall and the receivers of its webhooks. */
  readonly webhookFaults: WebhookFaults;
  /** Sign calls of `/admin/v1` and `/directory/v1` with these (SigV4, service execute-api, any region). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The organization with this login name; it is made where it is missing. @throws Error with the server's reason */
  org(name?: string): Promise<KitOrg>;
  /** For `createClient` of rollcall/client. */
  clientOptions(org: KitOrg): { readonly url: string; readonly key: string };
  /** A signed call of the administration API. @param path below `/admin/v1/` @throws Error with the server's reason */
  admin(method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: JsonObject): Promise<JsonObject>;
  /** Makes a webhook for everything that happens from now on. @throws Error with the server's reason */
  webhook(wishes: KitWebhookWishes): Promise<KitWebhook>;
  /**
   * Resolves when every answered change is in the event log, and each webhook due by the clock has had an attempt: no test has
   * to sleep. Failed attempts repeat when the clock is ahead (5 seconds, 1 minute, 5 minutes …).
   */
  settled(): Promise<void>;
  /** Answers active requests, then ends; all data is lost. */
  close(): Promise<void>;
}

const FIRST_ORG = "acme";
const TIMEOUT_MS = 28_000;
/** Makes the next attempt's time predictable. */
const WITHOUT_JITTER = (): number => 0.5;

const OPTIONS: Readonly<Record<keyof RollcallOptions, OptionKind>> = {
  orgs: TEXTS,
  preset: A_PRESET,
  seed: { fits: Number.isSafeInteger, takes: "a whole number" },
  now: {
    fits: (value) => typeof value === "number" || typeof value === "string" || isDate(value),
    takes: "milliseconds, an ISO 8601 text or a Date",
  },
  log: A_FUNCTION,
  portal: { fits: (value) => typeof value === "object", takes: "an object" },
};
const PORTAL_OPTIONS = { origins: TEXTS, rules: TEXTS };

/** Starts a Rollcall on a free port of 127.0.0.1. Needs Node 24. @throws TypeError for an unknown or wrong option */
export async function startRollcall(options: RollcallOptions = {}): Promise<KitRollcall> {
  refuseOptions("options", options, OPTIONS);
  if (options.portal !== undefined) refuseOptions("options.portal", options.portal, PORTAL_OPTIONS);
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

/** A test runner may have replaced the class since. */
function isDate(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** @throws RangeError */
function timeOf(now: number | string | Date): number {
  const time = new Date(now).getTime();
  if (Number.isNaN(time))
    throw new RangeError(`now is no time: ${now}. Give milliseconds, an ISO 8601 text or a Date.`);
  return time;
}

/** @throws RangeError for an invalid origin or rule */
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
    clientOptions(org) {
      assertConnection(org);
      return { url: server.url, key: org.key };
    },
    admin,
    async webhook({ url, types, org }) {
      if (org !== undefined) assertConnection(org);
      // A webhook starts with the next logged event: log everything earlier first.
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

/** @param start milliseconds since the epoch; the clock stands there until it is advanced. Absent: it runs with the machine's */
function kitClock(start: number | undefined): KitClock {
  let ahead = 0;
  return {
    now: () => (start ?? Date.now()) + ahead,
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError("A clock is advanced by 0 milliseconds or more.");
      ahead += milliseconds;
    },
  };
}
