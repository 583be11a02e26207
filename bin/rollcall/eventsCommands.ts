import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { outputEnd, pause } from "../local/terminal.ts";
import { type AdminClient, adminPath, neededListIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { eventSummary } from "./eventLines.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { flag, type GivenOptions, secondsOf, text, textOption, wholeNumber } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { Missing, UsageError } from "./refused.ts";
import { everyOrg } from "./retryJobs.ts";
import { plural, printable } from "./table.ts";

export const eventsCommands: readonly Command[] = [
  // Before the shorter name, which begins with the same words.
  {
    name: "events renew",
    arguments: ["[ORG]"],
    summary:
      "begin a new event log for ORG; with --all, for every organization. Run it after a restore, so that consumers notice the restore",
    options: { all: flag("all organizations, and the feed over them") },
    run: renew,
  },
  {
    name: "events",
    arguments: ["ORG"],
    summary: "show what happened to an organization's users, teams, tokens and settings, from its event log",
    options: {
      since: text("TIME", "only events of the last TIME, e.g. 2h (default: the last 20 events)"),
      types: text("LIST", "only these types, e.g. user.created,team.*"),
      resource: text("ID", MEMBER_TEXTS.directory.listEvents.resource),
      last: text("N", "begin with the last N events that pass the filters"),
      follow: flag("then show new ones as they come; Ctrl-C ends it"),
    },
    refuses: ["actor"],
    run: showEvents,
  },
];

const USUAL = 20;
const PER_PAGE = 1_000;
const WAIT_SECONDS = 20;
/** For servers that do not wait themselves. */
const PAUSE_MS = 2_000;

async function showEvents(invocation: Invocation): Promise<number> {
  const { arguments: words, connect, json, options, place, terminal } = invocation;
  const [org = ""] = words;
  const client = await connect("directory");
  const path = adminPath("orgs", org, "events");
  const filter = filterOf(options);
  const shown: JsonObject[] = [];
  const show = (event: JsonObject): void => {
    if (json && options.follow !== true) shown.push(event);
    else terminal.out(json ? JSON.stringify(event) : eventSummary(event));
  };
  const { events, next } = await firstEvents(client, path, filter, options);
  for (const event of events) show(event);
  if (options.follow === true) return follow(client, path, filter, next, show);
  if (json) terminal.out(JSON.stringify(shown, undefined, 2));
  if (events.length === 0) {
    const passing = filter.size > 0 ? " that passes the filters" : "";
    terminal.err(`There is no event of ${printable(org)}${passing}.`);
    return 1;
  }
  if (!json) {
    terminal.err(
      `${plural(events.length, "event")}. Values of one resource: ${printedCommand(place, "history", org, "user", "NAME")}`,
    );
  }
  return 0;
}

/** The filter of each page. */
function filterOf(options: GivenOptions): URLSearchParams {
  const filter = new URLSearchParams();
  for (const name of ["types", "resource"]) {
    const value = textOption(options, name);
    if (value !== undefined) filter.set(name, value);
  }
  return filter;
}

interface Found {
  readonly events: JsonObject[];
  /** The end of the log. */
  readonly next: string;
}

/** Steps of looking back for the last events, in seconds: this avoids reading the whole log. */
const LOOKING_BACK = [600, 3_600, 86_400, 30 * 86_400];

/** The events shown first. */
async function firstEvents(
  client: AdminClient,
  path: string,
  filter: URLSearchParams,
  options: GivenOptions,
): Promise<Found> {
  const since = textOption(options, "since");
  const most = wholeNumber(options, "last") ?? (since === undefined ? USUAL : Number.POSITIVE_INFINITY);
  const latest = ({ events, next }: Found): Found => ({
    events: Number.isFinite(most) ? events.slice(-most) : events,
    next,
  });
  if (most === 0) return { ...(await eventsSince(client, path, filter, 0)), events: [] };
  if (since !== undefined) return latest(await eventsSince(client, path, filter, secondsOf("since", since)));
  for (const seconds of LOOKING_BACK) {
    const found = await eventsSince(client, path, filter, seconds);
    if (found.events.length >= most) return latest(found);
  }
  return latest(await eventsSince(client, path, filter, undefined));
}

/** @param seconds how far back; undefined: from the oldest event */
async function eventsSince(
  client: AdminClient,
  path: string,
  filter: URLSearchParams,
  seconds: number | undefined,
): Promise<Found> {
  const query = new URLSearchParams([...filter, ["limit", String(PER_PAGE)]]);
  if (seconds !== undefined) query.set("since", new Date(Date.now() - 1000 * seconds).toISOString());
  const events: JsonObject[] = [];
  for (;;) {
    const page = await client.call("GET", `${path}?${query}`);
    events.push(...neededListIn(page, "events"));
    if (page.next === page.head) return { events, next: String(page.next) };
    query.delete("since");
    query.set("after", String(page.next));
  }
}

async function follow(
  client: AdminClient,
  path: string,
  filter: URLSearchParams,
  from: string,
  show: (event: JsonObject) => void,
): Promise<number> {
  const end = outputEnd();
  let after = from;
  while (!end.aborted) {
    const query = new URLSearchParams([...filter, ["after", after], ["wait", String(WAIT_SECONDS)]]);
    const begun = Date.now();
    const page = await client.insist("GET", `${path}?${query}`, undefined, end).catch((error: unknown) => {
      if (!end.aborted) throw error;
    });
    if (page === undefined) break;
    for (const event of neededListIn(page, "events")) show(event);
    after = String(page.next);
    const isIdle = page.next === page.head && Date.now() - begun < PAUSE_MS;
    if (isIdle) await pause(PAUSE_MS, end);
  }
  return 0;
}

async function renew({ arguments: [org = ""], connect, options, print, terminal }: Invocation): Promise<undefined> {
  const all = options.all === true;
  if (all === (org !== "")) throw new UsageError("Give ORG, or --all for every organization.");
  const client = await connect();
  const renewed = all ? await renewAll(client, terminal.err) : [{ org, removed: await renewOne(client, org, {}) }];
  print({ logs: renewed }, () => {
    const logs = all
      ? `The logs of ${plural(renewed.length, "organization")} begin`
      : `The log of ${printable(org)} begins`;
    return `${logs} anew: consumers get 410 for their cursors, and take a snapshot.`;
  });
}

interface Renewed {
  readonly org: string;
  readonly removed: number;
}

/** Parallel organizations: providers are stopped meanwhile, and each organization takes a few calls. */
const LANES = 8;

/** The first organization also begins the feed anew. */
async function renewAll(client: AdminClient, say: (text: string) => void): Promise<Renewed[]> {
  const renewed: Renewed[] = [];
  const orgs = everyOrg(client);
  const renewNext = async (begin: JsonObject): Promise<boolean> => {
    const { done, value } = await orgs.next();
    if (done === true) return false;
    try {
      renewed.push({ org: value.org, removed: await renewOne(client, value.org, begin) });
    } catch (error) {
      // The org was purged meanwhile.
      if (!(error instanceof Missing)) throw error;
    }
    if (renewed.length % 100 === 0) say(`${plural(renewed.length, "log")} begun anew so far.`);
    return true;
  };
  while (renewed.length === 0 && (await renewNext({ feed: true })));
  const lane = async (): Promise<void> => {
    while (await renewNext({}));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return renewed;
}

/** In steps; nobody reads the leftovers of an interrupted step. @returns the number of removed items */
async function renewOne(client: AdminClient, org: string, begin: JsonObject): Promise<number> {
  let removed = 0;
  for (let wishes = begin; ; ) {
    const step = await client.call("POST", adminPath("orgs", org, "data", "events", "renew"), wishes);
    removed += Number(step.removed);
    if (typeof step.next !== "string") return removed;
    wishes = { from: step.next };
  }
}

export const eraseCommand: Command = {
  name: "erase",
  arguments: ["ORG", "ID"],
  summary:
    "erase the values of one user or team from the event log now. After a user or team is deleted, Rollcall does it within 30 days. Exports and backups keep the values",
  run: async ({ arguments: [org = "", id = ""], connect, print }) => {
    const done = await (await connect()).call("POST", adminPath("orgs", org, "data", "events", id, "erase"));
    print(done, () =>
      isObject(done) && done.erased === 0
        ? `No event of ${printable(id)} has values.`
        : `${plural(Number(done.erased), "event")} of ${printable(id)} lost their values; what changed and when is still there.`,
    );
  },
};
