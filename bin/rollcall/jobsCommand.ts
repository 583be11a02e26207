import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { deadLetters } from "./deadLetters.ts";
import { table } from "./table.ts";

const SIDES = ["managed", "unmanaged"] as const;

export const jobsCommand: Command = {
  name: "jobs",
  arguments: ["ORG"],
  summary:
    "list what was begun and is not at its end: deletions to be swept, large changes; with --stack dead letters too",
  options: {},
  run: jobs,
};

async function jobs({ arguments: [org = ""], connect, json, place, terminal }: Invocation): Promise<undefined> {
  const client = await connect();
  const open: JsonObject[] = [];
  for (const side of SIDES) {
    for (const job of await all(client, org, side, "deletions")) {
      const state = job.swept === true ? "waits for its second sweep" : "not swept yet";
      open.push({ what: "deletion", side, id: job.id ?? "", since: job.at ?? "", state });
    }
    for (const job of await all(client, org, side, "begun")) {
      const what = job.kind === "birth" ? "creation" : "change";
      open.push({ what, side, id: job.id ?? "", since: job.since ?? "", state: "repeat the request to finish it" });
    }
  }
  const letters = place.kind === "stack" ? await deadLetters(place) : [];
  if (json) {
    terminal.out(JSON.stringify({ org, open, deadLetters: letters }, undefined, 2));
    return undefined;
  }
  const oldestFirst = open.toSorted((a, b) => String(a.since).localeCompare(String(b.since)));
  const columns = ["what", "side", "id", "since", "state"];
  const rows = oldestFirst.map((job) => columns.map((column) => String(job[column])));
  terminal.out(rows.length === 0 ? "Nothing is open." : table(["WHAT", "SIDE", "ID", "SINCE", "STATE"], rows));
  for (const { queue, waiting, shown } of letters) {
    terminal.out(`Dead letters of ${queue}: about ${waiting}.`);
    for (const letter of shown) terminal.out(letter);
  }
  return undefined;
}

async function all(client: AdminClient, org: string, side: string, kind: string): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  let after = "";
  do {
    const path = `${adminPath("orgs", org, "data", "jobs", side, kind)}${after}`;
    const page = await client.call("GET", path);
    if (Array.isArray(page.jobs)) found.push(...page.jobs.filter(isObject));
    after = typeof page.next === "string" ? `?after=${encodeURIComponent(page.next)}` : "";
  } while (after !== "");
  return found;
}
