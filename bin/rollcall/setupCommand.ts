import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { isRules, type OrgSetup } from "../../lib/guides/guide.ts";
import { DOCUMENTS_FOLDER } from "../installation.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { didYouMean } from "./nearest.ts";
import { text, textOption } from "./options.ts";
import type { Place } from "./place.ts";
import { printedCommand, printedStart } from "./printedCommand.ts";
import { Refused, UsageError } from "./refused.ts";
import { GUIDES, isIdp } from "./setup/renderChapter.ts";
import { renderText } from "./setup/renderText.ts";
import { printable } from "./table.ts";

const NAMES = Object.keys(GUIDES).join(", ");

export const setupCommand: Command = {
  name: "org setup",
  arguments: ["ORG"],
  summary: "print the steps to connect an identity provider, with this organization's values",
  options: { idp: text("NAME", `one of ${NAMES}`) },
  run: setup,
};

async function setup(invocation: Invocation): Promise<undefined> {
  const { options, place, print, terminal } = invocation;
  const idp = textOption(options, "idp");
  if (!isIdp(idp)) {
    const near = didYouMean(idp ?? "", Object.keys(GUIDES));
    throw new UsageError(`--idp takes one of ${NAMES}.${near} For any other: ${DOCUMENTS_FOLDER}/connect/other.md.`);
  }
  const answer = await (await invocation.connect()).call("GET", adminPath("orgs", ...invocation.arguments));
  const org = orgSetupOf(answer, place);
  const guide = GUIDES[idp];
  const obstacles = obstaclesOf(answer, org, place);
  const { org: name, tenantUrl } = org;
  print({ org: name, tenantUrl, idp, obstacles, steps: guide.steps(org), sources: guide.sources }, () => {
    terminal.out(renderText(guide, org));
    for (const obstacle of obstacles) terminal.err(`Before you begin: ${printable(obstacle)}`);
  });
}

/** @throws Refused when the server's release has unknown rules */
function orgSetupOf(answer: JsonObject, place: Place): OrgSetup {
  const { org, tenantUrl, rules } = answer;
  if (typeof org !== "string" || typeof tenantUrl !== "string" || !isRules(rules)) {
    throw new Refused(
      "The server's answer does not name this release's rules: deploy the release of this command first.",
    );
  }
  return { org, tenantUrl, rules, command: (words) => printedCommand(place, words) };
}

/** Obstacles to connecting an identity provider, each with what to do. */
function obstaclesOf(answer: JsonObject, { org, tenantUrl, command }: OrgSetup, place: Place): string[] {
  const obstacles: string[] = [];
  if (answer.entitled !== true) {
    obstacles.push(`The plan does not include SCIM, so SCIM answers 403: ${command(`org update ${org} --entitled`)}`);
  }
  if (answer.sso === null) {
    obstacles.push(
      `SAML SSO is not configured, so no token is made and SCIM answers 403: ${command(`org update ${org} --sso-url URL`)}`,
    );
  }
  if (isObject(answer.paused)) obstacles.push("The organization is paused, so SCIM answers 403.");
  if (Array.isArray(answer.admins) && answer.admins.length < 2) {
    obstacles.push(
      `Fewer than two org admins are named; more than one is recommended: ${command(`org update ${org} --admin ID --admin ID`)}`,
    );
  }
  if (/^(?:127\.|localhost$|\[::1\]$)/.test(URL.parse(tenantUrl)?.hostname ?? "")) {
    const start = printedStart(place.kind === "local" ? place : undefined, "--public-url URL");
    obstacles.push(`No identity provider reaches this machine's own address: deploy, or put a tunnel before ${start}.`);
  }
  return obstacles;
}
