import { randomInt } from "node:crypto";
import { Chance } from "../../lib/testkit/chance.ts";
import { PROVIDER_LIVES, playWhole } from "../../lib/testkit/lives/lives.ts";
import { differenceInWords, Player } from "../../lib/testkit/lives/player.ts";
import { liveOwner } from "../local/claimFolder.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { didYouMean } from "./nearest.ts";
import { type GivenOptions, readGivenFile, refuseBoth, text, textOption } from "./options.ts";
import { type Place, placeBehind } from "./place.ts";
import { printedCommand, printedStart } from "./printedCommand.ts";
import { Refused, UsageError } from "./refused.ts";

/** For servers of another data folder or in a container. */
const USUAL_URL = "http://127.0.0.1:3000";
const USUAL_ORG = "acme";

/** For commands that present a token. */
export const TOKEN_OPTIONS = {
  "token-file": text("PATH", "a file that holds the secret token (default: the environment's ROLLCALL_TOKEN)"),
  token: text("TOKEN", "the secret token itself: other users of this machine can see it while the command runs"),
};

/** Calls a Tenant URL as an identity provider does; with --stack it asks the administration API, but only for that URL. */
export const playCommand: Command = {
  name: "play",
  arguments: ["entra|okta|onelogin", "[ORG]"],
  summary: "send an endpoint the requests of Entra, Okta or OneLogin, from Test Connection to the last deletion",
  options: {
    url: text("TENANT_URL", `the Tenant URL (default: that of ORG or ${USUAL_ORG} at the local server)`),
    ...TOKEN_OPTIONS,
  },
  refuses: ["actor"],
  run: play,
};

async function play(invocation: Invocation): Promise<number> {
  const { terminal, json } = invocation;
  const [who = ""] = invocation.arguments;
  if (who !== "entra" && who !== "okta" && who !== "onelogin") {
    throw new UsageError(`Choose entra, okta or onelogin.${didYouMean(who, Object.keys(PROVIDER_LIVES))}`);
  }
  const given = textOption(invocation.options, "url");
  const token = presentedToken(invocation.options, given === undefined ? invocation.place : placeBehind(given));
  const url = await tenantUrlOf(invocation);
  const life = PROVIDER_LIVES[who];
  const { title, headers, bodyHeaders } = life;
  const print = (line: string): void => (json ? undefined : terminal.out(line));
  print(`Playing ${title} against ${url}`);
  const player = new Player({ url, token, headers, bodyHeaders, print });
  const stopped = await playWhole(life, player, new Chance(randomInt(2 ** 32)));
  for (const reason of stopped) print(`✗ ${reason}`);
  const wrong = player.steps.filter(({ differences }) => differences.length > 0).length;
  const right = player.steps.length - wrong;
  const asNeeded = wrong === 0 && stopped.length === 0;
  print(asNeeded ? `All ${right} steps are as ${title} needs them.` : `${right} steps are right, ${wrong} are not.`);
  if (json) {
    const steps = player.steps.map((step) => ({ ...step, differences: step.differences.map(differenceInWords) }));
    terminal.out(JSON.stringify({ url, asNeeded, stopped, steps }, undefined, 2));
  }
  return asNeeded ? 0 : 1;
}

/** @throws UsageError, Refused */
async function tenantUrlOf({ arguments: [, org = ""], connect, options, place }: Invocation): Promise<string> {
  switch (place.kind) {
    case "url":
      if (org !== "") throw new UsageError("Leave out ORG: the Tenant URL names it.");
      return place.url;
    case "stack": {
      if (org === "") throw new UsageError("Name the organization after the identity provider.");
      return String((await (await connect()).call("GET", adminPath("orgs", org))).tenantUrl);
    }
    case "local": {
      const url = liveOwner(place.folder)?.server?.url;
      if (url === undefined && options.data !== undefined) throw noServer(place);
      return `${url ?? USUAL_URL}/scim/v2/${org === "" ? USUAL_ORG : org}`;
    }
  }
}

/** For commands that test a server. */
export function noServer(place: Extract<Place, { kind: "local" }>): Refused {
  return new Refused(`No server runs on ${place.folder}: start it with ${printedStart(place)}, or give --url.`);
}

/** The token of --token-file, the environment or --token. @param place for the command that makes a new one @throws UsageError, Refused */
export function presentedToken(options: GivenOptions, place: Place): string {
  const path = textOption(options, "token-file");
  refuseBoth(options, "token", "token-file");
  const token =
    textOption(options, "token") ??
    (path === undefined ? process.env.ROLLCALL_TOKEN : readGivenFile(path, "token file"));
  if (token !== undefined && token.trim() !== "") return token.trim();
  throw new UsageError(
    `A token is needed: --token-file FILE or ROLLCALL_TOKEN. A new one: ${printedCommand(place, "token regenerate ORG", "--token-file", "FILE")}.`,
  );
}
