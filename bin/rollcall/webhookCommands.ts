import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath, neededListIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { makeSecret } from "./makeSecret.ts";
import {
  type CommandOption,
  eitherFlag,
  flag,
  given,
  refuseBoth,
  secondsOf,
  text,
  textOption,
  wholeNumber,
} from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { UsageError } from "./refused.ts";
import { printable, printTable } from "./table.ts";
import { DELIVERY_COLUMNS, WEBHOOK_COLUMNS, webhookText } from "./webhookLines.ts";

const ONE = ["WEBHOOK_ID", "[ORG]"];
const WISHES = MEMBER_TEXTS.admin.createWebhook;
const CHANGES = MEMBER_TEXTS.admin.updateWebhook;
const TYPES = "only events of these types, e.g. user.created,team.*";
const SECRET_FILE: CommandOption = text("PATH", "write the secret to this file (mode 0600) instead of the terminal");

/** The endpoints that receive an organization's events; without ORG, the events of all. */
export const webhookCommands: readonly Command[] = [
  {
    name: "webhook create",
    arguments: ["URL", "[ORG]"],
    summary: "make a webhook for the events of one organization; without ORG, of all organizations. Prints its secret",
    options: {
      types: text("LIST", `${TYPES} (default all)`),
      description: text("TEXT", WISHES.description),
      "secret-file": SECRET_FILE,
    },
    run: create,
  },
  {
    name: "webhook list",
    arguments: ["[ORG]"],
    summary: "list the webhooks of one organization; without ORG, those that get the events of all organizations",
    run: list,
  },
  { name: "webhook show", arguments: ONE, summary: "show a webhook, and how its deliveries go", run: show },
  {
    name: "webhook update",
    arguments: ONE,
    summary: "change the properties of a webhook that you name; the others stay as they are",
    options: {
      url: text("URL", "send to this address from now on"),
      types: text("LIST", TYPES),
      "all-types": flag("events of all types"),
      description: text("TEXT", CHANGES.description),
      enable: flag("send messages again; those that wait are sent at once"),
      disable: flag("send nothing; events that are logged meanwhile make no messages"),
    },
    run: update,
  },
  {
    name: "webhook remove",
    arguments: ONE,
    summary: "remove a webhook: nothing is sent to it any more",
    run: remove,
  },
  {
    name: "webhook rotate",
    arguments: ONE,
    summary: "make another secret; until the overlap is over, the earlier one signs too",
    options: {
      overlap: text("TIME", "e.g. 30m, 24h or 7d (default 24h, at most 7d); 0s ends every earlier secret now"),
      "secret-file": SECRET_FILE,
    },
    run: rotate,
  },
  {
    name: "webhook test",
    arguments: ONE,
    summary: "send a test message, of the type webhook.test",
    run: test,
  },
  {
    name: "webhook deliveries",
    arguments: ONE,
    summary: "list the messages of the last 14 days with their results, newest first",
    options: {
      status: text("STATUS", "only open, delivered or given-up ones"),
      last: text("N", "show at most N (default 20)"),
    },
    run: deliveries,
  },
  {
    name: "webhook replay",
    arguments: ONE,
    summary: "send one message again, or all since a given time that did not arrive",
    options: {
      delivery: text("ID", "this one, as webhook deliveries lists it"),
      since: text("TIME", "all of the last TIME that did not arrive, e.g. 2h or 14d"),
    },
    run: replay,
  },
];

async function create(invocation: Invocation): Promise<undefined> {
  const [url = "", org = ""] = invocation.arguments;
  const { options } = invocation;
  const wishes = given({ url, types: typesIn(options), description: textOption(options, "description") });
  await makeSigningSecret(invocation, webhooksPath(org), wishes, (webhook) => {
    const command = printedCommand(invocation.place, "webhook test", ...idAndOrg(webhook, org));
    return `Webhook ${webhook.id} is made. Try it with: ${command}`;
  });
}

async function rotate(invocation: Invocation): Promise<undefined> {
  const { arguments: words, options } = invocation;
  const [id = "", org = ""] = words;
  const overlap = textOption(options, "overlap");
  const wishes = given({ overlapSeconds: overlap === undefined ? undefined : secondsOf("overlap", overlap) });
  await makeSigningSecret(invocation, webhooksPath(org, id, "rotate"), wishes, ({ secondSecretUntil: until }) =>
    until === null ? "Every earlier secret has ended." : `The earlier secret signs as well until ${until}.`,
  );
}

async function makeSigningSecret(
  invocation: Invocation,
  path: string,
  wishes: JsonObject,
  then: (webhook: JsonObject) => string,
): Promise<void> {
  await makeSecret(invocation, { called: "secret", path, wishes, member: "secret" }, ({ webhook = null }, secret) => [
    `Signing secret: ${secret}`,
    then(isObject(webhook) ? webhook : {}),
  ]);
}

async function list(invocation: Invocation): Promise<undefined> {
  const [org = ""] = invocation.arguments;
  const answer = await (await invocation.connect()).call("GET", webhooksPath(org));
  const make = printedCommand(invocation.place, "webhook create URL", ...(org === "" ? [] : [org]));
  const none = `There is no webhook yet. Make one with: ${make}`;
  printTable(invocation, { rows: neededListIn(answer, "webhooks"), ...WEBHOOK_COLUMNS, none });
}

async function show({ arguments: [id = "", org = ""], connect, print }: Invocation): Promise<undefined> {
  const webhook = await (await connect()).call("GET", webhooksPath(org, id));
  print(webhook, () => webhookText(webhook));
}

async function update(invocation: Invocation): Promise<undefined> {
  const { arguments: words, connect, options, print } = invocation;
  const [id = "", org = ""] = words;
  const enabled = eitherFlag(options, "enable", "disable");
  refuseBoth(options, "types", "all-types");
  const changes = given({
    url: textOption(options, "url"),
    types: options["all-types"] === true ? [] : typesIn(options),
    description: textOption(options, "description"),
    enabled,
  });
  if (Object.keys(changes).length === 0) throw new UsageError("Name at least one change, as an option.");
  const webhook = await (await connect()).call("PATCH", webhooksPath(org, id), changes);
  print(webhook, () => webhookText(webhook));
}

async function remove({ arguments: [id = "", org = ""], connect, print }: Invocation): Promise<undefined> {
  const left = await (await connect()).call("DELETE", webhooksPath(org, id));
  print(left, () => `Webhook ${printable(id)} is removed.`);
}

async function test({ arguments: [id = "", org = ""], connect, place, print }: Invocation): Promise<undefined> {
  const sent = await (await connect()).call("POST", webhooksPath(org, id, "test"));
  const command = printedCommand(place, "webhook deliveries", ...idAndOrg({ id }, org));
  print(sent, () => `Message ${sent.id} will be sent. To see what becomes of it: ${command}`);
}

const USUAL = 20;
const PER_PAGE = 100;

async function deliveries(invocation: Invocation): Promise<undefined> {
  const { arguments: words, connect, options } = invocation;
  const [id = "", org = ""] = words;
  const most = wholeNumber(options, "last", 1) ?? USUAL;
  // The API writes it as one word.
  const status = textOption(options, "status")?.replace(/^given-up$/, "givenUp");
  const client = await connect();
  const found: JsonObject[] = [];
  const query = new URLSearchParams({ ...(status !== undefined && { status }) });
  query.set("count", String(Math.min(most, PER_PAGE)));
  for await (const page of client.pages(`${webhooksPath(org, id, "deliveries")}?${query}`)) {
    found.push(...neededListIn(page, "deliveries"));
    if (found.length >= most) break;
  }
  printTable(invocation, { rows: found.slice(0, most), ...DELIVERY_COLUMNS, none: "There is no such message." });
}

async function replay({ arguments: [id = "", org = ""], connect, options, print }: Invocation): Promise<undefined> {
  const [delivery, since] = [textOption(options, "delivery"), textOption(options, "since")];
  if ((delivery === undefined) === (since === undefined)) {
    throw new UsageError("Give --delivery for one message, or --since for those that did not arrive.");
  }
  const client = await connect();
  let replayed = 0;
  if (delivery !== undefined) {
    const done = await client.call("POST", webhooksPath(org, id, "deliveries", delivery, "replay"));
    replayed = Number(done.replayed);
  } else {
    const begin = { since: new Date(Date.now() - 1000 * secondsOf("since", since ?? "")).toISOString() };
    for (let wishes: JsonObject = begin; ; ) {
      const step = await client.insist("POST", webhooksPath(org, id, "replay"), wishes);
      replayed += Number(step.replayed);
      if (typeof step.next !== "string") break;
      wishes = { ...begin, from: step.next };
    }
  }
  print({ replayed }, () => `To be sent again: ${replayed === 1 ? "1 message" : `${replayed} messages`}.`);
}

function typesIn(options: Invocation["options"]): string[] | undefined {
  return textOption(options, "types")
    ?.split(",")
    .map((name) => name.trim());
}

function webhooksPath(org: string, ...segments: readonly string[]): string {
  return adminPath(...(org === "" ? [] : ["orgs", org]), "webhooks", ...segments);
}

function idAndOrg({ id }: JsonObject, org: string): string[] {
  return [String(id), ...(org === "" ? [] : [org])];
}
