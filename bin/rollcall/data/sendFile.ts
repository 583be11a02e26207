import { END, EVENT, FORMAT, HELD_TYPES } from "../../../functions/provisioning/exportFile.ts";
import { isObject, type JsonObject } from "../../../functions/scim/json.ts";
import { SIDES } from "../../../functions/store/keys.ts";
import { type AdminClient, adminPath, neededNumberIn } from "../adminClient.ts";
import { Refused } from "../refused.ts";
import type { CheckedFile } from "./checkFile.ts";
import { FileLines } from "./fileLines.ts";
import type { Progress } from "./progress.ts";

/** Limits of one request: with escapes in a Lambda event it stays below 6 MB. */
const LINES = 2_000;
const CHARACTERS = 1_500_000;
/** A hundred members take as long as a dozen users. */
const MEMBERS = 10_000;

/**
 * Imports a checked file into an org, starting where an earlier run ended. It may be repeated.
 * @throws Refused
 */
export async function sendFile(client: AdminClient, org: string, file: CheckedFile, progress: Progress): Promise<void> {
  const path = (...more: readonly string[]): string => adminPath("orgs", org, ...more);
  await client.insist("POST", path("data", "import"), { file: file.hash, counts: asJson(file.counts) });
  await applySettings(client, org, file);
  const lines = new FileLines(file.path);
  const counted = SIDES.flatMap((side) => HELD_TYPES.map(({ kind }) => file.counts[side][`${kind}s`] ?? 0));
  const total = counted.reduce((sum, count) => sum + count, 0);
  let sent = 0;
  for await (const chunk of chunksOf(lines, await stored(client, org))) {
    let open: readonly JsonObject[] = chunk;
    while (open.length > 0) {
      const lines = [...open];
      const answer = await client.insist("POST", path("data", "import", "lines"), { file: file.hash, lines });
      open = open.slice(neededNumberIn(answer, "done"));
    }
    sent += chunk.filter(({ type }) => type !== "members").length;
    progress.at("users and groups", sent, total);
  }
  if (lines.digest() !== file.hash) throw new Refused(`${file.path} changed while it was imported.`);
  for (const id of file.header.settings.protectedUsers) await client.insist("POST", path("protected", id));
  await client.insist("POST", path("data", "import", "finish"), { file: file.hash });
}

/** Rules that the file does not name return to the preset: the org is to match the source. */
async function applySettings(client: AdminClient, org: string, { header }: CheckedFile): Promise<void> {
  const { protectedUsers: _afterwards, eventRetentionDays = null, ...settings } = header.settings;
  const before = await client.insist("GET", adminPath("orgs", org));
  const others = isObject(before.changedRules) ? Object.keys(before.changedRules) : [];
  const changedRules = { ...Object.fromEntries(others.map((name) => [name, null])), ...settings.changedRules };
  await client.insist("PATCH", adminPath("orgs", org), asJson({ ...settings, changedRules }));
  if (eventRetentionDays === before.eventRetentionDays) return;
  try {
    await client.insist("PATCH", adminPath("orgs", org), { eventRetentionDays });
  } catch (error) {
    // This deployment keeps events for fewer days.
    if (!(error instanceof Refused && error.code === "value.range")) throw error;
  }
}

/** How many resources of each type and side are already stored. They are the file's first ones, because the order is kept. */
async function stored(client: AdminClient, org: string): Promise<Map<string, number>> {
  const totals = await client.insist("GET", adminPath("orgs", org, "data", "totals"));
  return new Map(
    SIDES.flatMap((side) => {
      const counts = isObject(totals[side]) ? totals[side] : {};
      return HELD_TYPES.map(({ kind }) => [`${side} ${kind}`, Number(counts[`${kind}s`])] as const);
    }),
  );
}

/** The lines between header and trailer, without stored ones. */
async function* chunksOf(lines: FileLines, skipping: Map<string, number>): AsyncIterable<readonly JsonObject[]> {
  let chunk: JsonObject[] = [];
  let [characters, members] = [0, 0];
  for await (const { content } of lines.read()) {
    // The file was checked; the end notices a later change.
    if (!("json" in content) || !isObject(content.json)) continue;
    const line = content.json;
    if (line.type === FORMAT || line.type === EVENT || line.type === END) continue;
    const kind = `${line.side} ${line.type}`;
    const skip = skipping.get(kind) ?? 0;
    if (skip > 0) {
      skipping.set(kind, skip - 1);
      continue;
    }
    chunk.push(line);
    characters += JSON.stringify(line).length;
    if (Array.isArray(line.ids)) members += line.ids.length;
    if (chunk.length < LINES && characters < CHARACTERS && members < MEMBERS) continue;
    yield chunk;
    chunk = [];
    [characters, members] = [0, 0];
  }
  if (chunk.length > 0) yield chunk;
}

/** Strings, numbers, lists and objects are JSON already; TypeScript cannot see that through readonly types. */
function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
