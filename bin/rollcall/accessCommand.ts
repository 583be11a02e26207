import { isObject, type JsonObject, own } from "../../functions/scim/json.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { textOption } from "./options.ts";
import { Misused } from "./refused.ts";
import { printable, table } from "./table.ts";

/** The sign-in gate as the application asks it (P21). */
export const accessCommand: Command = {
  name: "access",
  arguments: ["ORG"],
  summary: "say whether a person may sign in, and of which teams the person is",
  options: {
    email: { type: "string", value: "ADDRESS", help: "the person by e-mail address" },
    "user-name": { type: "string", value: "NAME", help: "the person by userName" },
    "external-id": { type: "string", value: "ID", help: "the person by the identity provider's id" },
  },
  run: showAccess,
};

const WAYS = [
  ["email", "email"],
  ["user-name", "userName"],
  ["external-id", "externalId"],
] as const;

const REASONS = {
  noSuchUser: "nobody of this organization is called so",
  inactive: "the identity provider deactivated this user",
  ambiguous: "several users are called so",
};

/** @returns 0 for a member, 1 for anybody else */
async function showAccess(invocation: Invocation): Promise<number> {
  const query = queryOf(invocation);
  const client = await invocation.connect("directory");
  const [org = ""] = invocation.arguments;
  const access = await client.call("GET", `${adminPath("orgs", org, "access")}?${query}`);
  const code = access.member === true ? 0 : 1;
  const { terminal, json } = invocation;
  if (json) {
    terminal.out(JSON.stringify(access, undefined, 2));
    return code;
  }
  const reason = typeof access.reason === "string" ? (own(REASONS, access.reason) ?? access.reason) : "";
  terminal.out(`Member: ${access.member === true ? "yes" : `no (${reason})`}`);
  if (isObject(access.user)) terminal.out(`User: ${printable(String(access.user.userName))} (${access.user.id})`);
  const candidates = objects(access.candidates);
  if (candidates.length > 0) {
    const rows = candidates.map((user) => [String(user.userName), String(user.id), yesOrNo(user.active), madeBy(user)]);
    terminal.out(table(["USER NAME", "ID", "ACTIVE", "MADE BY"], rows));
  }
  const teams = objects(access.teams);
  if (teams.length > 0) {
    const rows = teams.map((team) => [String(team.displayName), String(team.id), madeBy(team)]);
    terminal.out(table(["TEAM", "ID", "MADE BY"], rows));
  }
  return code;
}

/** @throws Misused */
function queryOf({ options }: Invocation): string {
  const given = WAYS.flatMap(([option, name]) => {
    const value = textOption(options, option);
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  const [query, ...others] = given;
  if (query === undefined || others.length > 0)
    throw new Misused("Give one of --email, --user-name and --external-id.");
  return query;
}

function yesOrNo(value: JsonObject[string] | undefined): string {
  return value === true ? "yes" : "no";
}

function madeBy(one: JsonObject): string {
  return one.managed === true ? "SCIM" : "application";
}

function objects(value: JsonObject[string] | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
