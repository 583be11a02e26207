import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath, objectsIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { historyTable } from "./eventLines.ts";
import type { LogReader } from "./log/logReader.ts";
import { lifeTable } from "./log/story.ts";
import { didYouMean } from "./nearest.ts";
import { secondsOf, text, textOption } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { openLog } from "./reach.ts";
import { Missing, Refused, UsageError } from "./refused.ts";
import { plural, printable } from "./table.ts";

export const historyCommand: Command = {
  name: "history",
  arguments: ["ORG", "user|team", "NAME"],
  summary:
    "show what happened to one user or team, from the event log and the log of requests; NAME is a userName, e-mail address or team name, or the id of a deleted user or team",
  options: { since: text("TIME", "how far back to look (default 90d)") },
  run: history,
};

const MOST = 1000;
const ID = { user: /^u[0-9A-Za-z]{22}$/, team: /^g[0-9A-Za-z]{22}$/ };

async function history(invocation: Invocation): Promise<number> {
  const { arguments: words, options, json, place, terminal } = invocation;
  const [org = "", kind = "", name = ""] = words;
  if (kind !== "user" && kind !== "team")
    throw new UsageError(
      `The second word is user or team, not ${printable(kind)}.${didYouMean(kind, ["user", "team"])}`,
    );
  const since = textOption(options, "since") ?? "90d";
  const now = Date.now();
  const from = now - 1000 * secondsOf("since", since);
  const id = ID[kind].test(name) ? name : await (kind === "user" ? userId : teamId)(invocation, org, name);
  const events = await eventsOf(invocation, org, id, from);
  const log = await logBeside(invocation, events);
  const life = (await log?.find({ equal: { org, resourceId: id }, from, to: now + 60_000, most: MOST })) ?? [];
  const found = events.length + life.length > 0;
  if (json) {
    terminal.out(JSON.stringify({ org, kind, id, events, lines: life }, undefined, 2));
    return found ? 0 : 1;
  }
  if (!found && log !== undefined) {
    const others = await log.find({ equal: { org }, from, to: now + 60_000, most: 1 });
    terminal.err(
      others.length === 0
        ? `No line of ${printable(org)} from the last ${since} is in ${log.name}.`
        : `No request about ${id} from the last ${since} is in ${log.name}. Lines about what the application made have no ids.`,
    );
    return 1;
  }
  terminal.out(`${kind === "user" ? "User" : "Team"} ${printable(name)}${name === id ? "" : ` (${id})`}`);
  if (events.length > 0) terminal.out(historyTable(events));
  if (life.length === 0) {
    terminal.err(`${plural(events.length, "event")}.`);
    return 0;
  }
  if (events.length > 0) terminal.out("");
  terminal.out(lifeTable(life, id));
  const refused = life.filter(({ status }) => Number(status) >= 400).length;
  const kept = life.length === MOST ? `The last ${MOST} requests` : plural(life.length, "request");
  terminal.err(`${kept}, ${refused} refused. For more of one: ${printedCommand(place, "explain REF")}`);
  return 0;
}

/** Oldest first. @param from milliseconds since the epoch */
async function eventsOf(invocation: Invocation, org: string, id: string, from: number): Promise<JsonObject[]> {
  const events: JsonObject[] = [];
  for (let before = ""; events.length < MOST; ) {
    const page = await historyPage(invocation, `${adminPath("orgs", org, "history", id)}${before}`);
    const young = objectsIn(page.events).filter(({ time }) => time === "" || Date.parse(String(time)) >= from);
    events.push(...young);
    if (typeof page.next !== "string" || young.length < objectsIn(page.events).length) break;
    before = `?before=${encodeURIComponent(page.next)}`;
  }
  return events.reverse();
}

/** Requests' lines appear without events where the organization was purged, or where only the log may be read. */
async function historyPage({ connect, terminal }: Invocation, path: string): Promise<JsonObject> {
  try {
    return await (await connect("directory")).call("GET", path);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (!(error instanceof Missing)) terminal.err(`The event log cannot be read: ${error.message}`);
    return {};
  }
}

/** The request log also has refused requests. With events it is optional. */
async function logBeside(
  { place, terminal }: Invocation,
  events: readonly JsonObject[],
): Promise<LogReader | undefined> {
  try {
    return await openLog(place, terminal.err);
  } catch (error) {
    if (events.length === 0 || !(error instanceof Refused || error instanceof UsageError)) throw error;
    terminal.err(`The log of requests, which also has refused ones, cannot be read: ${error.message}`);
    return undefined;
  }
}

const WAYS = ["userName", "email", "externalId"] as const;

/** @throws Refused when nobody or several people have this name */
async function userId({ connect, place }: Invocation, org: string, name: string): Promise<string> {
  const client = await connect("directory");
  for (const way of WAYS) {
    const answer = await client.call("GET", `${adminPath("orgs", org, "access")}?${way}=${encodeURIComponent(name)}`);
    if (isObject(answer.user) && typeof answer.user.id === "string") return answer.user.id;
    const candidates = objectsIn(answer.candidates);
    if (candidates.length > 0) {
      const ids = candidates.map(({ id }) => String(id)).join(", ");
      throw new Refused(`Several users match; give the id of one: ${ids}.`);
    }
  }
  throw new Refused(
    `No user of ${printable(org)} has the userName, e-mail address or external id ${printable(name)}. To find a deleted user, give the id: resourceId in the log. To see why a user did not arrive: ${printedCommand(place, "tail", org, "--op", "users.create", "--errors")}`,
  );
}

/** @throws Refused */
async function teamId({ connect }: Invocation, org: string, name: string): Promise<string> {
  const client = await connect();
  const { team } = await client.call("GET", adminPath("orgs", org, "teams", name));
  if (isObject(team) && typeof team.id === "string") return team.id;
  throw new Refused(`${printable(org)} has no team of this name.`);
}
