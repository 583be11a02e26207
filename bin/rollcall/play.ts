import { readFileSync } from "node:fs";
import { type Command, type GivenOptions, type Invocation, textOption } from "./command.ts";
import { ENTRA_BODY_HEADERS, ENTRA_HEADERS, playEntra } from "./playEntra.ts";
import { Player, PlayStopped } from "./playing.ts";
import { OKTA_BODY_HEADERS, OKTA_HEADERS, playOkta } from "./playOkta.ts";
import { Misused } from "./refused.ts";

const LOCAL_TENANT_URL = "http://127.0.0.1:3000/scim/v2/acme";

const PLAYS = {
  entra: { play: playEntra, title: "Entra ID", headers: ENTRA_HEADERS, bodyHeaders: ENTRA_BODY_HEADERS },
  okta: { play: playOkta, title: "Okta", headers: OKTA_HEADERS, bodyHeaders: OKTA_BODY_HEADERS },
};

/** Goes to a Tenant URL as an identity provider does: it never asks for the administration API. */
export const playCommand: Command = {
  name: "play",
  arguments: ["entra|okta"],
  summary: "play a provisioning life, from Test Connection to delete, with the requests of Entra or Okta",
  options: {
    url: { type: "string", value: "TENANT_URL", help: `the Tenant URL (default ${LOCAL_TENANT_URL})` },
    token: { type: "string", value: "TOKEN", help: "the secret token (default: the environment's ROLLCALL_TOKEN)" },
    "token-file": { type: "string", value: "PATH", help: "a file that holds the secret token" },
  },
  run: play,
};

async function play(invocation: Invocation): Promise<number> {
  const { terminal, json } = invocation;
  const [who = ""] = invocation.arguments;
  if (who !== "entra" && who !== "okta") throw new Misused("Say whom to play: entra or okta.");
  const url = textOption(invocation.options, "url") ?? LOCAL_TENANT_URL;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) throw new Misused("--url takes the Tenant URL.");
  const token = presentedToken(invocation.options);
  const { play: life, title, headers, bodyHeaders } = PLAYS[who];
  const print = (line: string): void => (json ? undefined : terminal.out(line));
  print(`Playing ${title} against ${url}`);
  const player = new Player({ url, token, headers, bodyHeaders, print });
  const reasons = [await untilStopped(() => life(player)), await untilStopped(() => player.cleanUp())];
  const stopped = [...new Set(reasons.filter((reason) => reason !== undefined))];
  for (const reason of stopped) print(`✗ ${reason}`);
  const wrong = player.steps.filter(({ differences }) => differences.length > 0).length;
  const right = player.steps.length - wrong;
  const asNeeded = wrong === 0 && stopped.length === 0;
  print(asNeeded ? `All ${right} steps are as ${title} needs them.` : `${right} steps are right, ${wrong} are not.`);
  if (json) terminal.out(JSON.stringify({ url, asNeeded, stopped, steps: player.steps }, undefined, 2));
  return asNeeded ? 0 : 1;
}

/** @returns why it went no further */
async function untilStopped(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (cause) {
    if (cause instanceof PlayStopped) return cause.message;
    throw cause;
  }
}

/** The token that --token, --token-file or the environment gives. @throws Misused */
export function presentedToken(options: GivenOptions): string {
  const path = textOption(options, "token-file");
  const token = textOption(options, "token") ?? (path === undefined ? process.env.ROLLCALL_TOKEN : readToken(path));
  if (token !== undefined && token.trim() !== "") return token.trim();
  throw new Misused(
    "A token is needed: --token, --token-file or ROLLCALL_TOKEN; token regenerate ORG makes a new one.",
  );
}

/** @throws Misused */
function readToken(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Misused("The token file cannot be read.");
  }
}
