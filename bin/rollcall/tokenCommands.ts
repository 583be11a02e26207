import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { adminPath, neededListIn, objectsIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { makeSecret } from "./makeSecret.ts";
import {
  type CommandOptions,
  flag,
  type GivenOptions,
  given,
  secondsOf,
  text,
  textOption,
  wholeNumber,
} from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { plural, printTable, table, toTheHour, warn } from "./table.ts";

const GENERATE = MEMBER_TEXTS.admin.generateToken;
const WISHES: CommandOptions = {
  description: text("TEXT", GENERATE.description),
  "expires-in-days": text("DAYS", GENERATE.expiresInDays),
  "bound-to": text("USER_ID", GENERATE.boundTo),
  "token-file": text("PATH", "write the token to this file (mode 0600) instead of the terminal"),
};

export const tokenCommands: readonly Command[] = [
  {
    name: "token generate",
    arguments: ["ORG"],
    summary: "make a token; refused while another token is valid, unless the rule liveTokens is many",
    options: WISHES,
    run: (invocation) => makeToken(invocation, [], wishesOf(invocation.options)),
  },
  {
    name: "token regenerate",
    arguments: ["ORG"],
    summary: "make a token that replaces every other token, client secret and trust; these stop working at once",
    options: WISHES,
    run: (invocation) => makeToken(invocation, ["regenerate"], wishesOf(invocation.options)),
  },
  {
    name: "token rotate",
    arguments: ["ORG"],
    summary: "make a second token; the earlier one keeps working for the overlap",
    options: {
      ...WISHES,
      overlap: text("TIME", "e.g. 90s, 30m, 24h or 7d (default 24h, at most 30d)"),
      "on-first-use": flag(MEMBER_TEXTS.admin.rotateToken.onFirstUse),
    },
    run: (invocation) => {
      const overlap = textOption(invocation.options, "overlap");
      const wishes = wishesOf(invocation.options);
      if (overlap !== undefined) wishes.overlapSeconds = secondsOf("overlap", overlap);
      if (invocation.options["on-first-use"] === true) wishes.onFirstUse = true;
      return makeToken(invocation, ["rotate"], wishes);
    },
  },
  {
    name: "token list",
    arguments: ["ORG"],
    summary: "list an organization's tokens with last use and expiry; the tokens themselves are never shown again",
    run: list,
  },
  {
    name: "token report",
    arguments: [],
    summary:
      "list the tokens, client secrets and trusts of all organizations that expire within 30 days or were not used for 30 days",
    run: report,
  },
  {
    name: "token revoke",
    arguments: ["ORG", "TOKEN_ID"],
    summary: "revoke one token, which stops working at once",
    run: revoke,
  },
];

/** @throws UsageError */
function wishesOf(options: GivenOptions): JsonObject {
  return given({
    description: textOption(options, "description"),
    expiresInDays: wholeNumber(options, "expires-in-days"),
    boundTo: textOption(options, "bound-to"),
  });
}

async function makeToken(invocation: Invocation, way: readonly string[], wishes: JsonObject): Promise<undefined> {
  const { json, terminal } = invocation;
  const path = adminPath("orgs", ...invocation.arguments, "tokens", ...way);
  const making = { called: "token", path, wishes, member: "secretToken" } as const;
  const made = await makeSecret(invocation, making, ({ tenantUrl }, secret) => [
    `Tenant URL: ${tenantUrl}`,
    `Secret token: ${secret}`,
  ]);
  for (const token of json ? [] : objectsIn(made.retiring)) {
    const sooner = token.retiredBy === null ? "" : ", or until the new one is used";
    terminal.err(`Token ${token.id} keeps working until ${token.expiresAt}${sooner}.`);
  }
  // An org whose token is regenerated or rotated already had a token, and its warnings.
  if (way.length === 0) warn(terminal, made.warnings);
}

async function list(invocation: Invocation): Promise<undefined> {
  const [org = ""] = invocation.arguments;
  const answer = await (await invocation.connect()).call("GET", adminPath("orgs", org, "tokens"));
  printTable(invocation, {
    rows: neededListIn(answer, "tokens"),
    head: ["ID", "STATUS", "CREATED", "BY", "EXPIRES", "LAST USED", "DESCRIPTION"],
    row: ({ id, status, createdAt, createdBy, expiresAt, lastUsedAt, description }) => {
      return [id, status, createdAt, createdBy, expiresAt ?? "never", toTheHour(lastUsedAt), description];
    },
    none: `There is no token yet. Make one with: ${printedCommand(invocation.place, "token generate", org)}`,
  });
}

async function revoke({ arguments: [org = "", id = ""], connect, print }: Invocation): Promise<undefined> {
  const revoked = await (await connect()).call("DELETE", adminPath("orgs", org, "tokens", id));
  print(revoked, () => `Token ${revoked.id} is ${revoked.status}.`);
}

/** The report that a deployed stack logs daily. */
async function report({ connect, print, terminal }: Invocation): Promise<undefined> {
  const notices: JsonObject[] = [];
  let [orgs, tokens] = [0, 0];
  for await (const page of (await connect()).pages("tokens-report")) {
    notices.push(...neededListIn(page, "notices"));
    orgs += Number(page.orgs);
    tokens += Number(page.tokens);
  }
  const days = (value: Json | undefined): string => (value === undefined ? "" : `${value} days`);
  print({ orgs, tokens, notices }, () => {
    const rows = notices.map(({ org, tokenId, tokenKind, expiresInDays, unusedDays }) => [
      org,
      tokenId,
      tokenKind === "client" ? "client secret" : tokenKind === "trust" ? "trust" : "token",
      days(expiresInDays),
      days(unusedDays),
    ]);
    if (rows.length > 0) terminal.out(table(["ORG", "ID", "KIND", "EXPIRES IN", "UNUSED FOR"], rows));
    terminal.err(
      `Live tokens, client secrets and trusts of ${plural(orgs, "organization")}: ${tokens}; ${notices.length} to look at.`,
    );
  });
}
