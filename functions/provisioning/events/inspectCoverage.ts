import { cursorOf } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import { LISTED_TOKENS, type OrgId, OrgKeys, type Side, settingsKeys, typeOf } from "../../store/keys.ts";
import { NOTHING_LOGGED } from "../../store/logTransaction.ts";
import { stampIn, timeOf } from "../../store/resourceItems.ts";
import { roleKeys } from "../../store/roles/roleKeys.ts";
import type { LogStep } from "../../store/steps.ts";
import type { StoredType } from "../../store/storedTypes.ts";
import type { Item } from "../../store/table.ts";
import { appendSteps } from "./append.ts";
import { IMPORT_ACTOR, loggedOf } from "./describe.ts";
import { type InspectionPlace, isOverdue, type LogInspector } from "./logInspector.ts";
import { shownSubject } from "./showEvent.ts";

const ITEMS_AT_ONCE = 200;

/** A version that the log may lack. */
interface Candidate {
  /** ISO 8601: when it was written. */
  readonly time: string;
  /** The step that its lost record would have made. */
  readonly step: LogStep;
}

/** Checks all resources of one type on one side. */
export async function inspectResources(
  side: Side,
  type: StoredType,
  inspector: LogInspector,
  place: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { org, types } = inspector;
  return inspectPage(inspector, place, new OrgKeys(org.id, side, types).collection(type), (item) => {
    const time = timeOfChange(item);
    if (time === undefined) return undefined;
    return { time, step: { of: "resource", layout: type, side, ...unknownChange(org.id, item) } };
  });
}

/** Checks the settings and all tokens. */
export async function inspectSettings(
  inspector: LogInspector,
  place: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { org } = inspector;
  return inspectPage(inspector, place, settingsKeys.org(org.id).pk, (item) => {
    const subject = String(item.sk);
    // Releases without a log did not store who wrote the item.
    if (item.lr === undefined || item.v === undefined) return undefined;
    if (subject !== "META" && !subject.startsWith(LISTED_TOKENS)) return undefined;
    const of = subject === "META" ? "settings" : "token";
    return { time: timeOf(String(item.lr)), step: { of, ...unknownChange(org.id, item) } };
  });
}

/** Checks the link of each user, which has its own versions. */
export async function inspectLinks(
  inspector: LogInspector,
  place: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { org, types } = inspector;
  return inspectPage(inspector, place, new OrgKeys(org.id, "unmanaged", types).linkedUsers(), (item) => {
    const time = timeOfChange(item);
    return time === undefined ? undefined : { time, step: { of: "link", ...unknownChange(org.id, item) } };
  });
}

/** Checks the roles of each user, which have their own versions. */
export async function inspectRoles(
  inspector: LogInspector,
  place: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { org } = inspector;
  if (org.roles === undefined) return undefined;
  return inspectPage(inspector, place, roleKeys.assignedOf(org.id), (item) => {
    if (Number(item.v) === 0) return undefined;
    return { time: timeOf(String(item.lr)), step: { of: "roles", ...unknownChange(org.id, item) } };
  });
}

/** Checks each deletion whose tombstone still exists. */
export async function inspectDeletions(
  side: Side,
  inspector: LogInspector,
  place: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { org, types } = inspector;
  return inspectPage(inspector, place, new OrgKeys(org.id, side, types).tombstones(), (item) => {
    const subject = String(item.sk);
    const layout = typeOf(types, subject);
    if (layout === undefined) return undefined;
    const version = Number(item.v);
    const gone = { version, previous: version - 1, before: undefined, after: undefined };
    return { time: String(item.at), step: { of: "resource", orgId: org.id, subject, layout, side, ...gone } };
  });
}

/** Undefined for a write of an import, which one event covers as a whole, and for a damaged item, which no event can describe. */
function timeOfChange(item: Item): string | undefined {
  const stamp = stampIn(item);
  return stamp?.tokenId === IMPORT_ACTOR ? undefined : stamp?.at;
}

/** A write with an unknown change. The first version of an item shows its whole content. */
function unknownChange(orgId: OrgId, after: Item) {
  const version = Number(after.v);
  const previous = version === 1 ? undefined : version - 1;
  return { orgId, subject: String(after.sk), version, previous, before: undefined, after };
}

/** @param pk of the items @param candidateOf undefined for an item that needs no event */
async function inspectPage(
  inspector: LogInspector,
  { at }: InspectionPlace,
  pk: string,
  candidateOf: (item: Item) => Candidate | undefined,
): Promise<InspectionPlace | undefined> {
  const page = await inspector.database.query(pk, { after: at, limit: ITEMS_AT_ONCE });
  await inspectCandidates(
    inspector,
    page.items.flatMap((item) => candidateOf(item) ?? []),
  );
  return page.last === undefined ? undefined : { at: page.last };
}

/** Reads the cursors after the versions, so that the cursor of a logged version has reached it. */
async function inspectCandidates(inspector: LogInspector, candidates: readonly Candidate[]): Promise<void> {
  const { database, org, head, begun, now } = inspector;
  inspector.examined += candidates.length;
  const items = await database.getMany(candidates.map(({ step }) => eventKeys.cursor(org.id, step.subject)));
  const cursors = new Map(
    items.flatMap((item) => {
      const cursor = cursorOf(item);
      return cursor.generation === head?.generation ? [[String(item.sk), cursor]] : [];
    }),
  );
  for (const { time, step } of candidates) {
    const cursor = cursors.get(step.subject);
    // Links and roles may outlive their user for a while, and need no event then.
    if ((step.of === "link" || step.of === "roles") && cursor?.gone === true) continue;
    const known = loggedOf(step, cursor ?? NOTHING_LOGGED);
    if (step.version <= known || !isOverdue(time, now)) continue;
    // The version may be older than the log.
    if (known === 0 && Date.parse(time) < begun) continue;
    await cover(inspector, step);
  }
}

/** Appends the event of a lost record's step, as the writer of events would have done. */
export async function cover({ org, findings, append, repair }: LogInspector, step: LogStep): Promise<void> {
  const code = step.after === undefined ? "log.deletion" : "log.uncovered";
  const ids = [shownSubject(org.id, step.subject)];
  if (!repair) {
    findings.push({ code, ids, repair: "possible" });
    return;
  }
  const { events, failed } = await appendSteps([step], append);
  findings.push({ code, ids, repair: failed === undefined && events.length > 0 ? "done" : "refused" });
}
