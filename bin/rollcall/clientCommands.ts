import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { textOption } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { Misused } from "./refused.ts";
import { table, toTheHour } from "./table.ts";
import { openTokenFile } from "./tokenFile.ts";
import { warn } from "./warn.ts";

export const clientCommands: readonly Command[] = [
  {
    name: "client create",
    arguments: ["ORG"],
    summary: "make a client secret for OAuth 2.0 client credentials; earlier ones go on working",
    options: {
      description: { type: "string", value: "TEXT", help: "for the list of client secrets" },
      "expires-in-days": { type: "string", value: "N", help: "365 to 1095 (default 730)" },
      "secret-file": {
        type: "string",
        value: "PATH",
        help: "write the client secret to this file (mode 0600) instead of the terminal",
      },
    },
    run: create,
  },
  {
    name: "client list",
    arguments: ["ORG"],
    summary: "list the client secrets of an organization; a secret itself can never be shown again",
    options: {},
    run: list,
  },
  {
    name: "client revoke",
    arguments: ["ORG", "SECRET_ID"],
    summary: "revoke one client secret: it and its access tokens stop working at once",
    options: {},
    run: async (invocation) => {
      const [org = "", secretId = ""] = invocation.arguments;
      const secret = await (await invocation.connect()).call("DELETE", adminPath("orgs", org, "clients", secretId));
      if (invocation.json) invocation.terminal.out(JSON.stringify(secret, undefined, 2));
      else invocation.terminal.out(`Client secret ${secret.id} is ${secret.status}.`);
      return undefined;
    },
  },
];

async function create(invocation: Invocation): Promise<undefined> {
  const { options, terminal, json } = invocation;
  const [org = ""] = invocation.arguments;
  const [description, days] = [textOption(options, "description"), textOption(options, "expires-in-days")];
  if (days !== undefined && !/^\d{1,6}$/.test(days)) throw new Misused("--expires-in-days takes a whole number.");
  const path = textOption(options, "secret-file");
  const client = await invocation.connect();
  const file = path === undefined ? undefined : openTokenFile(path);
  try {
    const made = await client.call("POST", adminPath("orgs", org, "clients"), {
      ...(description === undefined ? {} : { description }),
      ...(days === undefined ? {} : { expiresInDays: Number(days) }),
    });
    const secret = String(made.clientSecret);
    file?.write(secret);
    if (json) {
      const shown = path === undefined ? made : { ...made, clientSecret: undefined, secretFile: path };
      terminal.out(JSON.stringify(shown, undefined, 2));
    } else {
      terminal.out(`Token endpoint: ${made.tokenEndpoint}`);
      terminal.out(`Client identifier: ${made.clientId}`);
      terminal.out(path === undefined ? `Client secret: ${secret}` : `Client secret: written to ${path}`);
      if (path === undefined) terminal.err("Keep the secret now: it cannot be shown again.");
    }
    warn(terminal, made.warnings);
  } finally {
    file?.close();
  }
  return undefined;
}

async function list(invocation: Invocation): Promise<undefined> {
  const { json, terminal } = invocation;
  const [org = ""] = invocation.arguments;
  const answer = await (await invocation.connect()).call("GET", adminPath("orgs", org, "clients"));
  const secrets: JsonObject[] = Array.isArray(answer.secrets) ? answer.secrets.filter(isObject) : [];
  if (json) terminal.out(JSON.stringify(secrets, undefined, 2));
  else if (secrets.length === 0)
    terminal.err(
      `There is no client secret yet. Make one with: ${printedCommand(invocation.place, "client create", org)}`,
    );
  else {
    const rows = secrets.map((secret) => [
      String(secret.id),
      String(secret.status),
      String(secret.createdAt),
      String(secret.createdBy),
      String(secret.expiresAt),
      toTheHour(secret.lastUsedAt),
      String(secret.description),
    ]);
    terminal.out(table(["ID", "STATUS", "CREATED", "BY", "EXPIRES", "LAST USED", "DESCRIPTION"], rows));
  }
  return undefined;
}
