import { randomInt } from "node:crypto";
import type { Patient } from "../../../functions/probe/expectations.ts";
import type { Findings } from "../../../functions/probe/faults.ts";
import { playRound } from "../../../functions/probe/round.ts";
import { hasCome } from "../../../functions/provisioning/timeBudget.ts";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { Chance } from "../../../lib/testkit/chance.ts";
import { PROVIDER_LIVES, playWhole } from "../../../lib/testkit/lives/lives.ts";
import { differenceInWords, Player } from "../../../lib/testkit/lives/player.ts";
import { type AdminClient, adminPath, neededNumberIn, objectsIn } from "../adminClient.ts";
import { Refused } from "../refused.ts";
import { examine } from "./examine.ts";

/** Reserved: the doctor makes and removes an organization of this name. */
export const SANDBOX = "rollcall-doctor";
const DISPLAY_NAME = "Sandbox of rollcall doctor";
/** A sandbox of this age belongs to no running doctor. */
const FORGOTTEN_MS = 10 * 60_000;
const TWO_WEEKS_MS = 14 * 86_400_000;

export interface Surgery {
  readonly client: AdminClient;
  readonly findings: Findings;
  readonly send: Patient["send"];
  now(): number;
  wait(milliseconds: number, signal?: AbortSignal): Promise<unknown>;
  say(text: string): void;
  readonly slow: number;
  /** Aborted when the person stops the run. */
  readonly signal: AbortSignal;
}

/**
 * What the organization's settings say: whether it may provision, and with which token. Without a token it checks client
 * secrets and trusts.
 */
export async function examineSettings({ client, findings, now }: Surgery, org: string): Promise<void> {
  await findings.check("the organization may provision, and has a token that lasts", async () => {
    const { paused, sso, entitled, deletion, ...shown } = await client.call("GET", adminPath("orgs", org));
    const reasonOf = (state: unknown): string =>
      isObject(state as JsonObject) ? `: ${(state as JsonObject).reason}` : "";
    if (deletion !== null) findings.add("orgState", `${shown.org} is scheduled for deletion${reasonOf(deletion)}`);
    if (entitled !== true) findings.add("orgState", `${shown.org} is not entitled to SCIM`);
    if (sso === null) findings.add("orgState", `${shown.org} has no SAML SSO`);
    if (paused !== null) findings.add("orgState", `${shown.org} is paused${reasonOf(paused)}`);
    const { tokens } = await client.call("GET", adminPath("orgs", org, "tokens"));
    const live = liveIn(tokens);
    if (live.length === 0 && !(await getsTokens(client, org))) findings.add("noToken", String(shown.org));
    const lasting = live.filter(({ expiresAt }) => millisecondsLeft(expiresAt, now()) >= TWO_WEEKS_MS);
    for (const { id, createdAt, expiresAt } of live) {
      const left = millisecondsLeft(expiresAt, now());
      if (left >= TWO_WEEKS_MS) continue;
      const newer = lasting.find((one) => String(one.createdAt) > String(createdAt));
      const when = `token ${id} in ${Math.floor(left / 86_400_000)} days`;
      if (newer === undefined) findings.add("tokenExpires", when);
      else findings.add("tokenOverlaps", `${when}; the newer one is ${newer.id}`);
    }
  });
}

/** Whether the identity provider may get access tokens itself, by a client secret or a trust. */
async function getsTokens(client: AdminClient, org: string): Promise<boolean> {
  const { secrets } = await client.call("GET", adminPath("orgs", org, "clients"));
  if (liveIn(secrets).length > 0) return true;
  const { trusts } = await client.call("GET", adminPath("orgs", org, "trusts"));
  return liveIn(trusts).length > 0;
}

function liveIn(listed: Json | undefined): JsonObject[] {
  return objectsIn(listed).filter(({ status }) => status === "live");
}

function millisecondsLeft(expiresAt: Json | undefined, now: number): number {
  return typeof expiresAt === "string" ? Date.parse(expiresAt) - now : Number.POSITIVE_INFINITY;
}

/**
 * Examines the endpoint through a temporary organization, which is always purged.
 * @throws Refused, also on the signal
 */
export async function examineInSandbox(surgery: Surgery): Promise<void> {
  const { client, say } = surgery;
  await removeSandbox(surgery);
  await client.call("POST", "orgs", {
    org: SANDBOX,
    displayName: DISPLAY_NAME,
    sso: { entityId: "urn:rollcall:doctor" },
  });
  try {
    const work = operate(surgery);
    // Nobody waits for the rest after the signal.
    work.catch(() => undefined);
    await Promise.race([work, stopped(surgery.signal)]);
  } finally {
    await removeSandbox(surgery, true).catch((error: unknown) => {
      say(`The organization ${SANDBOX} is still there: the next doctor removes it.`);
      throw error;
    });
  }
}

async function operate(surgery: Surgery): Promise<void> {
  const { client, findings, signal } = surgery;
  const made = await client.call("POST", adminPath("orgs", SANDBOX, "tokens"), { description: "doctor" });
  const send: Patient["send"] = async (ask) => {
    if (signal.aborted) throw new Refused(STOPPED);
    return surgery.send(ask);
  };
  const patient: Patient = { ...surgery, send, tenantUrl: String(made.tenantUrl), token: String(made.secretToken) };
  await examine(patient);
  const final = ["unreachable", "authorizationStripped", "redirected", "wrongAddress"] as const;
  if (final.some((fault) => findings.has(fault))) return;
  await findings.check("a user and a group go there, and each change shows afterwards", () => playRound(patient));
  await findings.check("all requests of Entra ID, from Test Connection to delete", () => life(patient));
}

const STOPPED = "Stopped before the examination was over.";

async function stopped(signal: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  throw new Refused(STOPPED);
}

async function life({ findings, tenantUrl, token }: Patient): Promise<void> {
  const { headers, bodyHeaders } = PROVIDER_LIVES.entra;
  const player = new Player({ url: tenantUrl, token, headers, bodyHeaders, print: () => undefined });
  for (const reason of await playWhole(PROVIDER_LIVES.entra, player, new Chance(randomInt(2 ** 32)))) {
    findings.add("unexpected", reason);
  }
  for (const { title, method, path, differences } of player.steps) {
    const words = differences.map(differenceInWords).join("; ");
    if (words !== "") findings.add("unexpected", `${title} (${method} ${path}): ${words}`);
  }
}

/** The sandbox of this run or of an interrupted one. @throws Refused where another doctor runs, or somebody owns the name */
async function removeSandbox({ client, now, wait, say, signal }: Surgery, ours = false): Promise<void> {
  const found = await foundSandbox(client);
  if (found === undefined) return;
  if (found.displayName !== DISPLAY_NAME) {
    throw new Refused(
      `The organization ${SANDBOX} was not made by doctor, which needs this name: delete and purge it first.`,
    );
  }
  if (found.deletion === null) {
    const forgottenAt = Date.parse(String(found.created)) + FORGOTTEN_MS;
    // The clock of this machine may be behind the service's by as much as it may be ahead.
    if (!ours && !hasCome(forgottenAt, now(), 2 * FORGOTTEN_MS)) {
      throw new Refused(`Another doctor is running in ${SANDBOX}: try again in ten minutes.`);
    }
    await client.call("POST", adminPath("orgs", SANDBOX, "deletion"), { reason: "the examination is over" });
  }
  for (;;) {
    if (!ours && signal.aborted) throw new Refused(STOPPED);
    const step = await client.call("POST", adminPath("orgs", SANDBOX, "purge"), { confirm: SANDBOX });
    if (step.done === true) return;
    const seconds = neededNumberIn(step, "waitSeconds");
    if (seconds > 1) say(`The sandbox is purged in ${seconds} s; if you do not wait, the next doctor does it.`);
    await wait(seconds * 1000, ours ? undefined : signal);
  }
}

async function foundSandbox(client: AdminClient): Promise<JsonObject | undefined> {
  try {
    return await client.call("GET", adminPath("orgs", SANDBOX));
  } catch (error) {
    if (error instanceof Refused && error.message.startsWith("No organization has this login name")) return undefined;
    throw error;
  }
}
