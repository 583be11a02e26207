import { isObject, type JsonObject, own } from "../../functions/scim/json.ts";
import { adminPath, neededListIn, objectsIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { type CommandOptions, text, textOption, wholeNumber } from "./options.ts";
import { UsageError } from "./refused.ts";
import { printable, printTable, table, yesOrNo } from "./table.ts";

const LIMIT: CommandOptions = {
  limit: text("N", "show at most N (default 1000)"),
};

/** The identity provider's resources, to compare with its console (P15), and the sign-in gate (P21). */
export const directoryCommands: readonly Command[] = [
  {
    name: "users",
    arguments: ["ORG"],
    summary: "list the users that the identity provider made",
    options: LIMIT,
    run: (invocation) =>
      list(
        invocation,
        "users",
        ["USER NAME", "ID", "DISPLAY NAME", "ACTIVE", "E-MAIL", "APPLICATION ID", "MADE BY"],
        (user) => {
          const emails = objectsIn(user.emails).map(({ value = "" }) => value);
          const active = yesOrNo(user.active);
          const shown = [user.userName, user.id, user.displayName, active, emails.join(", "), user.applicationId];
          return [...shown, madeBy(user)];
        },
      ),
  },
  {
    name: "teams",
    arguments: ["ORG"],
    summary: "list the teams that the identity provider made",
    options: LIMIT,
    run: (invocation) =>
      list(invocation, "teams", ["NAME", "ID", "EXTERNAL ID", "MADE BY"], (team) => {
        return [team.name, team.id, team.externalId, madeBy(team)];
      }),
  },
  {
    name: "team",
    arguments: ["ORG", "NAME"],
    summary: "show a team, by name or id, and its members",
    run: showTeam,
  },
  {
    name: "access",
    arguments: ["ORG"],
    summary: "say whether a person may sign in, and list the person's teams and roles",
    options: {
      email: text("ADDRESS", MEMBER_TEXTS.directory.getAccess.email),
      "user-name": text("NAME", MEMBER_TEXTS.directory.getAccess.userName),
      "external-id": text("ID", MEMBER_TEXTS.directory.getAccess.externalId),
      "application-id": text("ID", MEMBER_TEXTS.directory.getAccess.applicationId),
    },
    run: showAccess,
  },
  {
    name: "link",
    arguments: ["ORG", "USER_ID", "APPLICATION_ID"],
    summary: "link a user, made by SCIM or by the application, to the application's own id of that person",
    run: linkUser,
  },
  {
    name: "unlink",
    arguments: ["ORG", "USER_ID"],
    summary: "end the link of a user",
    run: unlinkUser,
  },
];

async function list(
  invocation: Invocation,
  name: "users" | "teams",
  head: readonly string[],
  row: (one: JsonObject) => readonly unknown[],
): Promise<undefined> {
  const { arguments: words, connect, options, terminal } = invocation;
  const [org = ""] = words;
  const limit = wholeNumber(options, "limit", 1) ?? 1000;
  const client = await connect();
  const found: JsonObject[] = [];
  let total = 0;
  for (let more = true; more && found.length < limit; ) {
    const query = `startIndex=${found.length + 1}&count=${Math.min(100, limit - found.length)}`;
    const page = await client.call("GET", `${adminPath("orgs", org, name)}?${query}`);
    const shown = neededListIn(page, name);
    found.push(...shown);
    total = Number(page.totalResults);
    more = shown.length > 0 && found.length < total;
  }
  printTable(invocation, { rows: found, head, row, none: `The identity provider has made no ${name} yet.` });
  if (total > found.length) terminal.err(`${found.length} of ${total} shown; --limit shows more.`);
}

async function showTeam({ arguments: [org = "", name = ""], connect, print }: Invocation): Promise<undefined> {
  const pages: JsonObject[] = [];
  for await (const page of (await connect()).pages(adminPath("orgs", org, "teams", name))) pages.push(page);
  const members = pages.flatMap((page) => neededListIn(page, "members"));
  const team = isObject(pages[0]?.team) ? pages[0].team : {};
  print({ team, members }, () => {
    const rows = members.map((member) =>
      member.kind === "team"
        ? [member.name, "team", "", madeBy(member)]
        : [member.userName, "user", member.active === true ? "yes" : "no (left out of the team)", madeBy(member)],
    );
    return [
      `Team: ${printable(String(team.name))}`,
      `Id: ${team.id}`,
      `Made by: ${madeBy(team)}`,
      `Members: ${members.length}`,
      ...(rows.length === 0 ? [] : [table(["MEMBER", "KIND", "ACTIVE", "MADE BY"], rows)]),
    ].join("\n");
  });
}

const WAYS = {
  email: "email",
  "user-name": "userName",
  "external-id": "externalId",
  "application-id": "applicationId",
};

const REASONS = {
  noSuchUser: "no user of this organization matches",
  inactive: "the identity provider deactivated this user",
  ambiguous: "several users match",
};

/** @returns 0 for a member, 1 for anybody else */
async function showAccess({ arguments: [org = ""], connect, options, print, terminal }: Invocation): Promise<number> {
  const given = Object.entries(WAYS).flatMap(([option, name]) => {
    const value = textOption(options, option);
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  if (given.length !== 1) throw new UsageError("Give one of --email, --user-name, --external-id and --application-id.");
  const access = await (await connect("directory")).call("GET", `${adminPath("orgs", org, "access")}?${given[0]}`);
  const { candidates, member, reason, roles, teams, user } = access;
  print(access, () => {
    const why = typeof reason === "string" ? (own(REASONS, reason) ?? reason) : "";
    terminal.out(`Member: ${member === true ? "yes" : `no (${why})`}`);
    if (isObject(user)) terminal.out(`User: ${printable(String(user.userName))} (${user.id})`);
    const people = objectsIn(candidates).map((one) => [one.userName, one.id, yesOrNo(one.active), madeBy(one)]);
    if (people.length > 0) terminal.out(table(["USER NAME", "ID", "ACTIVE", "MADE BY"], people));
    const rows = objectsIn(teams).map((team) => [team.displayName, team.id, madeBy(team)]);
    if (rows.length > 0) terminal.out(table(["TEAM", "ID", "MADE BY"], rows));
    const given = objectsIn(roles).map(({ key, sources }) => [key, objectsIn(sources).map(sourceOf).join(", ")]);
    if (given.length > 0) terminal.out(table(["ROLE", "FROM"], given));
  });
  return member === true ? 0 : 1;
}

function sourceOf({ type, team }: JsonObject): string {
  return String(type === "team" ? team : type);
}

async function linkUser({ arguments: given, connect, print }: Invocation): Promise<undefined> {
  const [org = "", id = "", applicationId = ""] = given;
  const client = await connect("directory");
  const user = await client.call("PUT", adminPath("orgs", org, "users", id, "link"), { applicationId });
  print(user, () => `${printable(String(user.userName))} (${id}) is linked to ${printable(applicationId)}.`);
}

async function unlinkUser({ arguments: [org = "", id = ""], connect, print }: Invocation): Promise<undefined> {
  const user = await (await connect("directory")).call("DELETE", adminPath("orgs", org, "users", id, "link"));
  print(user, () => `${printable(String(user.userName))} (${id}) is not linked.`);
}

function madeBy(one: JsonObject): string {
  return one.managed === true ? "SCIM" : "application";
}
