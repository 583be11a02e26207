import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { type CommandOptions, textOption } from "./options.ts";
import { Misused } from "./refused.ts";
import { printable, table } from "./table.ts";

const LIMIT: CommandOptions = {
  limit: { type: "string", value: "N", help: "show at most so many (default 1000)" },
};

/** What an identity provider made, to be compared with its console (P15). */
export const directoryCommands: readonly Command[] = [
  {
    name: "users",
    arguments: ["ORG"],
    summary: "list the users that the identity provider made",
    options: LIMIT,
    run: (invocation) =>
      list(invocation, "users", ["USER NAME", "ID", "DISPLAY NAME", "ACTIVE", "E-MAIL", "MADE BY"], (user) => [
        String(user.userName),
        String(user.id),
        textOf(user.displayName),
        user.active === true ? "yes" : "no",
        objects(user.emails)
          .map((email) => textOf(email.value))
          .join(", "),
        madeBy(user),
      ]),
  },
  {
    name: "teams",
    arguments: ["ORG"],
    summary: "list the teams that the identity provider made",
    options: LIMIT,
    run: (invocation) =>
      list(invocation, "teams", ["NAME", "ID", "EXTERNAL ID", "MADE BY"], (team) => [
        String(team.name),
        String(team.id),
        textOf(team.externalId),
        madeBy(team),
      ]),
  },
  {
    name: "team",
    arguments: ["ORG", "NAME"],
    summary: "show a team, by name or id, and its members",
    options: {},
    run: showTeam,
  },
];

async function list(
  invocation: Invocation,
  name: "users" | "teams",
  head: readonly string[],
  row: (one: JsonObject) => readonly string[],
): Promise<undefined> {
  const limit = limitOf(invocation);
  const client = await invocation.connect();
  const [org = ""] = invocation.arguments;
  const found: JsonObject[] = [];
  let total = 0;
  for (let more = true; more && found.length < limit; ) {
    const query = `startIndex=${found.length + 1}&count=${Math.min(100, limit - found.length)}`;
    const page = await client.call("GET", `${adminPath("orgs", org, name)}?${query}`);
    const shown = objects(page[name]);
    found.push(...shown);
    total = Number(page.totalResults);
    more = shown.length > 0 && found.length < total;
  }
  if (invocation.json) invocation.terminal.out(JSON.stringify(found, undefined, 2));
  else if (total === 0) invocation.terminal.err(`There are no ${name} yet.`);
  else invocation.terminal.out(table(head, found.map(row)));
  if (total > found.length) invocation.terminal.err(`${found.length} of ${total} shown; --limit shows more.`);
  return undefined;
}

async function showTeam(invocation: Invocation): Promise<undefined> {
  const client = await invocation.connect();
  const [org = "", name = ""] = invocation.arguments;
  const path = adminPath("orgs", org, "teams", name);
  const first = await client.call("GET", path);
  const members = objects(first.members);
  for (let next = first.next; typeof next === "string"; ) {
    const page = await client.call("GET", `${path}?after=${encodeURIComponent(next)}`);
    members.push(...objects(page.members));
    next = page.next;
  }
  const { terminal } = invocation;
  const team = isObject(first.team) ? first.team : {};
  if (invocation.json) {
    terminal.out(JSON.stringify({ team, members }, undefined, 2));
    return undefined;
  }
  terminal.out(`Team: ${printable(String(team.name))}`);
  terminal.out(`Id: ${team.id}`);
  terminal.out(`Made by: ${madeBy(team)}`);
  terminal.out(`Members: ${members.length}`);
  if (members.length > 0) {
    const rows = members.map((member) =>
      member.kind === "team"
        ? [String(member.name), "team", "", madeBy(member)]
        : [
            String(member.userName),
            "user",
            member.active === true ? "yes" : "no (left out of the team)",
            madeBy(member),
          ],
    );
    terminal.out(table(["MEMBER", "KIND", "ACTIVE", "MADE BY"], rows));
  }
  return undefined;
}

/** @throws Misused */
function limitOf({ options }: Invocation): number {
  const text = textOption(options, "limit");
  if (text === undefined) return 1000;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Misused("--limit takes a whole number from 1.");
  return Number(text);
}

function madeBy(one: JsonObject): string {
  return one.managed === true ? "SCIM" : "application";
}

function textOf(value: JsonObject[string] | undefined): string {
  return typeof value === "string" ? value : "";
}

function objects(value: JsonObject[string] | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
