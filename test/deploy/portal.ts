import { setTimeout as wait } from "node:timers/promises";
import type { OpenStack } from "../aws/openStack.ts";
import { expectStatus } from "../support/org.ts";
import type { Check, Target } from "../support/target.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";
import { rollcall } from "./cli.ts";
import { wants } from "./smoke.ts";

/** CloudWatch Logs delivers within seconds on AWS, the emulator when a function ends. */
const PATIENCE_MS = 120_000;
const POLL_MS = 500;
/** Log groups whose lines the journal is made of. */
const SUBSCRIBED = 7;
/** Bytes from which API Gateway compresses, which the emulator does not. */
const LEAST_PACKED = 16_384;
/** Of the page: nothing inline, nothing from elsewhere, in nobody's frame. */
const POLICY = ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"];

/** What a browser holds after it redeemed a link. */
interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}

/** Against the stack with the portal: what a browser does, without one. What the pages show, test/browser tries. */
export function portalIsOpened(stack: OpenStack): Check {
  const { outputs, place, stackName } = stack;
  return {
    name: "the portal: pages, a link that works once, what arrived, a token rotated, and the same reads signed for the console",
    run: async (target) => {
      const filters = await filterByWords(stack);
      const tenant = await target.org();
      const org = tenant.slug;
      const shown = await pages(target, stack);
      const printed = await rollcall(place.env, "portal", "link", org, "--person", "ada-17", "--stack", stackName);
      const link = /#link=(rollcalllink_\w+)/.exec(printed.stdout)?.[1];
      if (link === undefined) return [`no link: ${printed.code} ${printed.stdout}${printed.stderr}`];
      const { browser, differences } = await redeemed(target, link, stack);
      if (browser === undefined) return differences;
      const own = { headers: { cookie: browser.cookie } };
      const foreign = await target.org();
      const signed = await place.open("execute-api");
      const read = await signed(
        place.reachable(outputs.AdminUrl).replace(/\/admin\/v1$/, `/console/v1/orgs/${org}/overview`),
        {},
      );
      const overview = (slug: string, more: { readonly headers?: Readonly<Record<string, string>> }) =>
        ask(target, "GET", `/portal/v1/orgs/${slug}/overview`, more);
      return [
        ...(filters === SUBSCRIBED ? [] : [`${filters} log groups are subscribed, not ${SUBSCRIBED}`]),
        ...shown,
        ...differences,
        ...wants("a link that was used", await redeem(target, link), 410),
        ...wants("its own organization", await overview(org, own), 200),
        ...wants("another organization", await overview(foreign.slug, own), 404),
        ...wants("without a session", await overview(org, {}), 401),
        ...wants("the console unsigned", await ask(target, "GET", `/console/v1/orgs/${org}/overview`), 404),
        ...(read.status === 200 ? [] : [`the console signed: ${read.status} ${await read.text()}`]),
        ...(await rotated(target, tenant, browser)),
        ...(await journaled(target, tenant, own)),
        ...wants("after signing out", await signedOut(target, org, browser), 401),
      ];
    },
  };
}

/**
 * The emulator delivers what the filters of a log group let through, and knows no condition on a field, but words that a line
 * has to contain: the filters that were deployed get such ones here.
 * @returns how many there are
 */
async function filterByWords({ aws, emulated, resources }: OpenStack): Promise<number> {
  let count = 0;
  for (const { physicalId: logGroupName, type } of resources) {
    if (type !== "AWS::Logs::LogGroup") continue;
    const found = await aws.json("logs", "Logs_20140328.DescribeSubscriptionFilters", { logGroupName });
    // The shape is that of the CloudWatch Logs API reference.
    for (const filter of (found as { readonly subscriptionFilters: readonly object[] }).subscriptionFilters) {
      count += 1;
      if (!emulated) continue;
      await aws.json("logs", "Logs_20140328.PutSubscriptionFilter", { ...filter, filterPattern: "orgId" });
    }
  }
  return count;
}

/** The page, and each file that it names, wherever below the stage it is. */
async function pages(target: Target, { emulated }: OpenStack): Promise<string[]> {
  const page = await ask(target, "GET", "/portal");
  const policy = page.headers["content-security-policy"] ?? "";
  const files = [...page.text.matchAll(/ (?:src|href)="([^"#:]+)"/g)].map(([, name = ""]) => name);
  const found: string[] = [];
  for (const name of files) {
    const path = new URL(name, `${target.base}/portal`).pathname.slice(new URL(target.base).pathname.length);
    const file = await ask(target, "GET", path);
    const packed = await ask(target, "GET", path, { headers: { "accept-encoding": "gzip" } });
    const isPacked = packed.headers["content-encoding"] === "gzip";
    if (!emulated && file.text.length > LEAST_PACKED && !isPacked) found.push(`${name} comes unpacked`);
    found.push(...wants(`${name}, which the page names,`, file, 200));
    if (file.text.length === 0) found.push(`${name} is empty`);
  }
  return [
    ...wants("the page", page, 200),
    ...(page.headers["content-type"]?.startsWith("text/html") ? [] : [`the page is ${page.headers["content-type"]}`]),
    ...POLICY.filter((part) => !policy.includes(part)).map((part) => `the page's policy lacks ${part}: ${policy}`),
    ...(/unsafe|\*/.test(policy) ? [`the page's policy lets too much in: ${policy}`] : []),
    ...(files.length >= 2 ? found : [`the page names ${files.length} files: ${page.text.slice(0, 500)}`]),
  ];
}

async function redeemed(
  target: Target,
  link: string,
  { emulated }: OpenStack,
): Promise<{ readonly browser?: Browser; readonly differences: string[] }> {
  const answer = await redeem(target, link);
  const set = answer.headers["set-cookie"] ?? "";
  const [cookie = ""] = set.split(";");
  // A browser takes the prefix over TLS only (RFC 6265bis), which the emulator does not speak.
  const name = emulated ? "rollcall-portal=" : "__Host-rollcall-portal=";
  const differences = [
    ...wants("the link", answer, 200),
    ...(set.startsWith(name) ? [] : [`another cookie than ${name}: ${set.split("=")[0]}`]),
    ...["HttpOnly", "SameSite=Lax", "Path=/"].filter((part) => !set.includes(part)).map((part) => `no ${part}: ${set}`),
  ];
  const session = await ask(target, "GET", "/portal/v1/session", { headers: { cookie } });
  const csrf = at(session.json, "csrf");
  if (typeof csrf !== "string") return { differences: [...differences, `no session: ${session.text}`] };
  return { browser: { cookie, csrf }, differences };
}

function redeem(target: Target, link: string): Promise<Answer> {
  return ask(target, "POST", "/portal/v1/admin/redeem", { body: { link } });
}

/** The organization's token by a new one, which then opens SCIM; a page that cannot say the session's secret changes nothing. */
async function rotated(target: Target, tenant: Tenant, { cookie, csrf }: Browser): Promise<string[]> {
  const tokens = `/portal/v1/admin/orgs/${tenant.slug}/tokens`;
  const own = { cookie, "rollcall-csrf": csrf };
  const listed = await ask(target, "GET", tokens, { headers: { cookie } });
  const blind = await ask(target, "POST", `${tokens}/rotate`, { headers: { cookie }, body: {} });
  const done = await ask(target, "POST", `${tokens}/rotate`, { headers: own, body: {} });
  const secret = at(done.json, "secretToken");
  const headers = { Authorization: `Bearer ${secret}` };
  return [
    ...wants("the tokens", listed, 200),
    ...wants("a change without Rollcall-Csrf", blind, 403),
    ...wants("the rotation", done, 201),
    ...wants("SCIM with the new token", await tenant.request({ method: "GET", path: "/Users", headers }), 200),
  ];
}

/** A user who is refused: the pages show the request within seconds, without the value that was refused. */
async function journaled(
  target: Target,
  tenant: Tenant,
  own: { readonly headers: Readonly<Record<string, string>> },
): Promise<string[]> {
  const emails = [{ type: "work", value: "kept@example.com" }];
  const body = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], emails };
  const refused = await tenant.request({ method: "POST", path: "/Users", body });
  let text = "";
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(POLL_MS)) {
    const activity = await ask(target, "GET", `/portal/v1/orgs/${tenant.slug}/activity?outcome=refused`, own);
    text = activity.text;
    if (at(activity.json, "entries.0.op") !== "users.create") continue;
    const leaks = /kept@/.test(text) ? [`the journal holds a value: ${text}`] : [];
    const ref = String(at(activity.json, "entries.0.ref"));
    const same = refused.text.includes(ref) ? [] : [`the journal's reference ${ref} is not that of ${refused.text}`];
    return [...wants("a user without a userName", refused, 400), ...leaks, ...same];
  }
  return [`the journal has no refused request after ${PATIENCE_MS / 1000} s: ${text.slice(0, 500)}`];
}

async function signedOut(target: Target, org: string, { cookie, csrf }: Browser): Promise<Answer> {
  const headers = { cookie, "rollcall-csrf": csrf };
  expectStatus(await ask(target, "DELETE", "/portal/v1/admin/session", { headers }), 204);
  return ask(target, "GET", `/portal/v1/orgs/${org}/overview`, { headers });
}

function ask(
  target: Target,
  method: string,
  path: string,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } = {},
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const given = text === undefined ? headers : { ...headers, "content-type": "application/json" };
  return target.transport({ method, target: path, headers: given, body: text });
}
