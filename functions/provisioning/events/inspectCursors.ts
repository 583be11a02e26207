import { type Cursor, cursorOf } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import { OrgKeys, SIDES, typeOf } from "../../store/keys.ts";
import type { Item } from "../../store/table.ts";
import { cover } from "./inspectCoverage.ts";
import type { InspectionPlace, LogInspector } from "./logInspector.ts";

const ITEMS_AT_ONCE = 200;
/** It is no longer known who deleted the resource, and when. */
const NOBODY = { at: "", tokenId: "", reference: "" };

/** Compares the log's cursors of resources with the resources. */
export async function inspectCursors(
  inspector: LogInspector,
  { at }: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org, head, types } = inspector;
  const page = await database.query(eventKeys.cursors(org.id), { after: at, limit: ITEMS_AT_ONCE });
  inspector.examined += page.items.length;
  // Cursors of known deletions are erased later, and then have a time to live.
  const open = page.items.filter((item) => {
    const { generation, gone } = cursorOf(item);
    return typeOf(types, String(item.sk)) !== undefined && generation === head?.generation && gone !== true;
  });
  const keys = SIDES.map((side) => new OrgKeys(org.id, side, types));
  const items = await database.getMany(
    open.flatMap(({ sk }) => keys.map((of) => of.resource(String(sk)))),
    ["pk", "sk", "v"],
  );
  const versions = new Map(items.map(({ sk, v }) => [String(sk), Number(v)]));
  for (const item of open) {
    const subject = String(item.sk);
    const version = versions.get(subject);
    if (version === undefined) await inspectGone(inspector, subject);
    else if (cursorOf(item).version > version) await inspectAhead(inspector, subject);
  }
  return page.last === undefined ? undefined : { at: page.last };
}

/** Reads all relevant items at one moment, since separate reads may contradict each other. */
async function atomically(
  { database, org, types }: LogInspector,
  subject: string,
): Promise<
  { readonly cursor: Cursor; readonly resources: readonly Item[]; readonly tombstones: readonly Item[] } | undefined
> {
  const keys = SIDES.map((side) => new OrgKeys(org.id, side, types));
  const [cursorItem, ...items] = await database.getTogether([
    eventKeys.cursor(org.id, subject),
    ...keys.map((of) => of.resource(subject)),
    ...keys.map((of) => of.tombstone(subject)),
  ]);
  if (cursorItem === undefined) return undefined;
  const present = (some: readonly (Item | undefined)[]): Item[] => some.filter((item) => item !== undefined);
  return { cursor: cursorOf(cursorItem), resources: present(items.slice(0, 2)), tombstones: present(items.slice(2)) };
}

async function inspectAhead(inspector: LogInspector, subject: string): Promise<void> {
  const seen = await atomically(inspector, subject);
  const [resource] = seen?.resources ?? [];
  if (seen === undefined || resource === undefined || seen.cursor.version <= Number(resource.v)) return;
  inspector.findings.push({ code: "log.ahead", ids: [subject], repair: "none" });
}

/** The tombstone is gone too: a deletion more than 30 days ago without an event. */
async function inspectGone(inspector: LogInspector, subject: string): Promise<void> {
  const seen = await atomically(inspector, subject);
  const layout = typeOf(inspector.types, subject);
  if (seen === undefined || layout === undefined || seen.resources.length + seen.tombstones.length > 0) return;
  const { version } = seen.cursor;
  await cover(inspector, {
    of: "resource",
    orgId: inspector.org.id,
    subject,
    layout,
    side: "managed",
    version: version + 1,
    previous: version,
    before: undefined,
    after: undefined,
    goneBy: NOBODY,
  });
}
