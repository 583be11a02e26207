import { objectIn } from "../../scim/json.ts";
import { type Head, storedEvent } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import { SIDES, settingsKeys } from "../../store/keys.ts";
import { timeOf } from "../../store/resourceItems.ts";
import type { StoredType } from "../../store/storedTypes.ts";
import { isSortKey } from "../../store/table.ts";
import type { AppendOptions } from "./append.ts";
import { inspectDeletions, inspectLinks, inspectResources, inspectRoles, inspectSettings } from "./inspectCoverage.ts";
import { inspectCursors } from "./inspectCursors.ts";
import { inspectEvents, inspectFeed } from "./inspectNumbers.ts";
import type { InspectionPlace, LogInspector } from "./logInspector.ts";
import type { LogReading } from "./readEvents.ts";
import { readHead } from "./readLog.ts";

/** @returns undefined when the part is done */
type Part = (inspector: LogInspector, place: InspectionPlace) => Promise<InspectionPlace | undefined>;

/** A step ends once it has so many findings, so that the answer stays small. */
const MOST_FINDINGS = 200;
const LONGEST_POSITION = 4_000;

interface Position extends InspectionPlace {
  readonly part: string;
  readonly begun: number;
  /** The generation of the log; undefined where nothing was logged yet. */
  readonly log: string | undefined;
}

/**
 * Checks an org's log against its rules and the directory, one step at a time: numbers without gaps, the chain of each resource's
 * events, a cursor for each version. Changes that are under way are no findings.
 * @returns undefined for an invalid `from`, also one of a log that was begun anew since
 */
export async function inspectLog(
  reading: LogReading,
  wishes: { readonly repair: boolean; readonly from: string | undefined; readonly append: AppendOptions },
  types: readonly StoredType[],
) {
  const head = await readHead(reading.database, reading.org.id);
  const parts = partsOf(types);
  const begin = async (): Promise<Position> => ({
    part: "events",
    begun: await beginningOf(reading, head),
    log: head?.generation,
  });
  let position = wishes.from === undefined ? await begin() : readPosition(wishes.from, parts, head?.generation);
  if (position === undefined) return undefined;
  const inspector: LogInspector = {
    ...reading,
    head,
    begun: position.begun,
    types,
    repair: wishes.repair,
    append: wishes.append,
    findings: [],
    examined: 0,
  };
  do position = await inspectPiece(parts, inspector, position);
  while (
    position !== undefined &&
    wishes.append.now() < wishes.append.until &&
    inspector.findings.length < MOST_FINDINGS
  );
  const next = position && Buffer.from(JSON.stringify(position)).toString("base64url");
  return { findings: inspector.findings, examined: inspector.examined, next };
}

/** @returns where the next piece begins; undefined at the end */
async function inspectPiece(
  parts: ReadonlyMap<string, Part>,
  inspector: LogInspector,
  { part, begun, log, ...place }: Position,
): Promise<Position | undefined> {
  const next = await parts.get(part)?.(inspector, place);
  if (next !== undefined) return { part, begun, log, ...next };
  const names = [...parts.keys()];
  const following = names[names.indexOf(part) + 1];
  return following === undefined ? undefined : { part: following, begun, log };
}

function partsOf(types: readonly StoredType[]): ReadonlyMap<string, Part> {
  return new Map<string, Part>([
    ["events", inspectEvents],
    ["cursors", inspectCursors],
    ["settings", inspectSettings],
    ...SIDES.flatMap((side) =>
      types.map((type): [string, Part] => [
        `${side}.${type.kind}s`,
        (...given) => inspectResources(side, type, ...given),
      ]),
    ),
    ["links", inspectLinks],
    ["roles", inspectRoles],
    ...SIDES.map((side): [string, Part] => [`${side}.deletions`, (...given) => inspectDeletions(side, ...given)]),
    ["feed", inspectFeed],
  ]);
}

/** When the log began, as far as known: at its oldest event, or when the org was created with a log. */
async function beginningOf({ database, org }: LogReading, head: Head | undefined): Promise<number> {
  if (head === undefined) {
    // Releases without a log did not store who wrote the settings.
    const settings = await database.get(settingsKeys.org(org.id));
    return settings?.lr === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(timeOf(String(settings.lr)));
  }
  const { items } = await database.query(eventKeys.events(org.id), { prefix: head.generation, limit: 1 });
  const [oldest] = items.map(storedEvent);
  return oldest?.time ?? head.time;
}

function readPosition(text: string, parts: ReadonlyMap<string, Part>, log: string | undefined): Position | undefined {
  const json = text.length > LONGEST_POSITION ? undefined : objectIn(Buffer.from(text, "base64url").toString("utf8"));
  if (json === undefined || json.log !== log) return undefined;
  const { part, begun, at, seen, time } = json;
  if (typeof part !== "string" || !parts.has(part) || typeof begun !== "number") return undefined;
  if (at !== undefined && !isSortKey(at)) return undefined;
  if (part === "events" && at !== undefined && !at.startsWith(log ?? "")) return undefined;
  if (seen !== undefined && typeof seen !== "number") return undefined;
  if (time !== undefined && typeof time !== "number") return undefined;
  return { part, begun, log, at, seen, time };
}
