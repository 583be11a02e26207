import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { secondsOf } from "./duration.ts";
import { type CommandOptions, type GivenOptions, textOption } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { Misused } from "./refused.ts";
import { table, toTheHour } from "./table.ts";
import { openTokenFile } from "./tokenFile.ts";
import { warn } from "./warn.ts";

const WISHES: CommandOptions = {
  description: {
    type: "string",
    value: "TEXT",
    help: "for the list of tokens, for example the identity provider's name",
  },
  "expires-in-days": { type: "string", value: "N", help: "the token expires after so many days (default: never)" },
  "bound-to": {
    type: "string",
    value: "USER_ID",
    help: "the token stops when this user is deactivated or deleted",
  },
  "token-file": {
    type: "string",
    value: "PATH",
    help: "write the token to this file (mode 0600) instead of the terminal",
  },
};

export const tokenCommands: readonly Command[] = [
  {
    name: "token generate",
    arguments: ["ORG"],
    summary: "make a token; refused while one lives, unless the org's rules allow many",
    options: WISHES,
    run: (invocation) => make(invocation, [], wishesOf(invocation.options)),
  },
  {
    name: "token regenerate",
    arguments: ["ORG"],
    summary: "make a token in the place of all others, which stop working at once",
    options: WISHES,
    run: (invocation) => make(invocation, ["regenerate"], wishesOf(invocation.options)),
  },
  {
    name: "token rotate",
    arguments: ["ORG"],
    summary: "make a second token; the earlier one goes on to work for the overlap",
    options: {
      ...WISHES,
      overlap: { type: "string", value: "TIME", help: "e.g. 90s, 30m, 24h or 7d (default 24h, at most 30d)" },
      "on-first-use": {
        type: "boolean",
        help: "the earlier one stops as soon as the new one is used, if that is earlier; for clients that send one request at a time",
      },
    },
    run: (invocation) => {
      const overlap = textOption(invocation.options, "overlap");
      const wishes = wishesOf(invocation.options);
      if (overlap !== undefined) wishes.overlapSeconds = secondsOf("overlap", overlap);
      if (invocation.options["on-first-use"] === true) wishes.onFirstUse = true;
      return make(invocation, ["rotate"], wishes);
    },
  },
  {
    name: "token list",
    arguments: ["ORG"],
    summary: "list the tokens of an organization; a token itself can never be shown again",
    options: {},
    run: list,
  },
  {
    name: "token report",
    arguments: [],
    summary:
      "list the tokens and client secrets of all organizations that expire within 30 days or were not used for 30 days",
    options: {},
    run: report,
  },
  {
    name: "token revoke",
    arguments: ["ORG", "TOKEN_ID"],
    summary: "revoke one token, which stops working at once",
    options: {},
    run: async (invocation) => {
      const [org = "", tokenId = ""] = invocation.arguments;
      const token = await (await invocation.connect()).call("DELETE", adminPath("orgs", org, "tokens", tokenId));
      if (invocation.json) invocation.terminal.out(JSON.stringify(token, undefined, 2));
      else invocation.terminal.out(`Token ${token.id} is ${token.status}.`);
      return undefined;
    },
  },
];

async function make(invocation: Invocation, way: readonly string[], wishes: JsonObject): Promise<undefined> {
  const { options, terminal, json } = invocation;
  const path = textOption(options, "token-file");
  const client = await invocation.connect();
  const file = path === undefined ? undefined : openTokenFile(path);
  try {
    const [org = ""] = invocation.arguments;
    const made = await client.call("POST", adminPath("orgs", org, "tokens", ...way), wishes);
    const secret = String(made.secretToken);
    file?.write(secret);
    if (json) {
      terminal.out(
        JSON.stringify(path === undefined ? made : { ...made, secretToken: undefined, tokenFile: path }, undefined, 2),
      );
    } else {
      terminal.out(`Tenant URL: ${made.tenantUrl}`);
      terminal.out(path === undefined ? `Secret token: ${secret}` : `Secret token: written to ${path}`);
      if (path === undefined) terminal.err("Keep the token now: it cannot be shown again.");
      for (const token of objects(made.retiring)) {
        const sooner = token.retiredBy === null ? "" : ", or until the new one is used";
        terminal.err(`Token ${token.id} goes on to work until ${token.expiresAt}${sooner}.`);
      }
    }
    // Who regenerates or rotates had a token before, and the warnings with it.
    if (way.length === 0) warn(terminal, made.warnings);
  } finally {
    file?.close();
  }
  return undefined;
}

async function list(invocation: Invocation): Promise<undefined> {
  const { json, terminal } = invocation;
  const [org = ""] = invocation.arguments;
  const answer = await (await invocation.connect()).call("GET", adminPath("orgs", org, "tokens"));
  const tokens = objects(answer.tokens);
  if (json) terminal.out(JSON.stringify(tokens, undefined, 2));
  else if (tokens.length === 0)
    terminal.err(`There is no token yet. Make one with: ${printedCommand(invocation.place, "token generate", org)}`);
  else {
    const rows = tokens.map((token) => [
      String(token.id),
      String(token.status),
      String(token.createdAt),
      String(token.createdBy),
      token.expiresAt === null ? "never" : String(token.expiresAt),
      toTheHour(token.lastUsedAt),
      String(token.description),
    ]);
    terminal.out(table(["ID", "STATUS", "CREATED", "BY", "EXPIRES", "LAST USED", "DESCRIPTION"], rows));
  }
  return undefined;
}

/** @throws Misused */
function wishesOf(options: GivenOptions): JsonObject {
  const [description, days] = [textOption(options, "description"), textOption(options, "expires-in-days")];
  const boundTo = textOption(options, "bound-to");
  if (days !== undefined && !/^\d{1,6}$/.test(days)) throw new Misused("--expires-in-days takes a whole number.");
  return {
    ...(description === undefined ? {} : { description }),
    ...(days === undefined ? {} : { expiresInDays: Number(days) }),
    ...(boundTo === undefined ? {} : { boundTo }),
  };
}

function objects(value: JsonObject[string] | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** What a deployed stack logs once a day by itself. */
async function report({ connect, json, terminal }: Invocation): Promise<undefined> {
  const client = await connect();
  const notices: JsonObject[] = [];
  let [orgs, tokens] = [0, 0];
  let next: string | undefined;
  do {
    const page = await client.call("GET", `tokens-report${next === undefined ? "" : `?after=${next}`}`);
    notices.push(...(Array.isArray(page.notices) ? page.notices : []).filter(isObject));
    orgs += Number(page.orgs);
    tokens += Number(page.tokens);
    next = typeof page.next === "string" ? page.next : undefined;
  } while (next !== undefined);
  if (json) {
    terminal.out(JSON.stringify({ orgs, tokens, notices }, undefined, 2));
    return undefined;
  }
  const days = (value: JsonObject[string] | undefined): string => (value === undefined ? "" : `${value} days`);
  const rows = notices.map(({ org, tokenId, tokenKind, expiresInDays, unusedDays }) => [
    String(org),
    String(tokenId),
    tokenKind === "client" ? "client secret" : "token",
    days(expiresInDays),
    days(unusedDays),
  ]);
  if (rows.length > 0) terminal.out(table(["ORG", "ID", "KIND", "EXPIRES IN", "UNUSED FOR"], rows));
  terminal.err(
    `Live tokens and client secrets of ${orgs === 1 ? "1 organization" : `${orgs} organizations`}: ${tokens}, of which ${notices.length} to look at.`,
  );
  return undefined;
}
