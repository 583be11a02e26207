import { adminPath, neededListIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { makeSecret } from "./makeSecret.ts";
import { given, text, textOption, wholeNumber } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { UsageError } from "./refused.ts";
import { printTable, toTheHour } from "./table.ts";

const WISHES = MEMBER_TEXTS.admin.createApplicationKey;

/** Keys for applications outside AWS that call `/app/v1`. */
export const appKeyCommands: readonly Command[] = [
  {
    name: "app-key create",
    arguments: [],
    summary: "make an application key; at most two keys with the same scope and description may be valid at a time",
    options: {
      scope: text("SCOPE", WISHES.scope),
      org: text("ORG", WISHES.org),
      description: text("TEXT", WISHES.description),
      "expires-in-days": text("DAYS", WISHES.expiresInDays),
      "key-file": text("PATH", "write the key to this file (mode 0600) instead of the terminal"),
    },
    run: create,
  },
  {
    name: "app-key list",
    arguments: [],
    summary: "list application keys with last use and expiry; the keys themselves are never shown again",
    options: { org: text("ORG", MEMBER_TEXTS.admin.listApplicationKeys.org) },
    run: list,
  },
  {
    name: "app-key revoke",
    arguments: ["KEY_ID"],
    summary: "revoke one application key, which stops working at once",
    options: { org: text("ORG", MEMBER_TEXTS.admin.revokeApplicationKey.org) },
    run: revoke,
  },
];

async function create(invocation: Invocation): Promise<undefined> {
  const { options } = invocation;
  const scope = textOption(options, "scope");
  if (scope === undefined) throw new UsageError("Say with --scope what the key opens.");
  const wishes = given({
    scope,
    org: textOption(options, "org"),
    description: textOption(options, "description"),
    expiresInDays: wholeNumber(options, "expires-in-days"),
  });
  await makeSecret(invocation, { called: "key", path: "app-keys", wishes, member: "secretKey" }, (_made, secret) => [
    `Application key: ${secret}`,
  ]);
}

async function list(invocation: Invocation): Promise<undefined> {
  const answer = await (await invocation.connect()).call("GET", `app-keys${ofOrg(invocation.options)}`);
  const make = printedCommand(invocation.place, "app-key create --scope directory.read");
  printTable(invocation, {
    rows: neededListIn(answer, "keys"),
    head: ["ID", "STATUS", "SCOPE", "ORG", "CREATED", "BY", "EXPIRES", "LAST USED", "DESCRIPTION"],
    row: ({ id, status, scope, org, createdAt, createdBy, expiresAt, lastUsedAt, description }) => {
      return [id, status, scope, org ?? "all", createdAt, createdBy, expiresAt, toTheHour(lastUsedAt), description];
    },
    none: `There is no application key yet. Make one with: ${make}`,
  });
}

async function revoke({ arguments: [id = ""], connect, options, print }: Invocation): Promise<undefined> {
  const path = `${adminPath("app-keys", id)}${ofOrg(options)}`;
  const revoked = await (await connect()).call("DELETE", path);
  print(revoked, () => `Application key ${revoked.id} is ${revoked.status}.`);
}

function ofOrg(options: Invocation["options"]): string {
  const org = textOption(options, "org");
  return org === undefined ? "" : `?org=${encodeURIComponent(org)}`;
}
