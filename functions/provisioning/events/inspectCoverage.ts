import { cursorOf } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import { LISTED_TOKENS, OrgKeys, type Side, settingsKeys } from "../../store/keys.ts";
import { NOTHING_LOGGED } from "../../store/logTransaction.ts";
import { readWriteId, timeOf } from "../../store/resourceItems.ts";
import { roleKeys } from "../../store/roles/roleKeys.ts";
import type { LogStep } from "../../store/steps.ts";
import { type StoredType, typeOf } from "../../store/storedType.ts";
import type { Item } from "../../store/table.ts";
import { appendSteps } from "./append.ts";
import { IMPORT_ACTOR, loggedOf } from "./describe.ts";
import { shownSubject } from "./eventSubjects.ts";
import type { LogFindingCode } from "./logFindings.ts";
import { type InspectionPlace, isOverdue, type LogInspector } from "./logInspector.ts";

const ITEMS_AT_ONCE = 200;

/** A version that the log may lack, and the step that its lost record would have made. */
interface Candidate {
  readonly subject: string;
  readonly version: number;
  /** ISO 8601: when it was written. */
  readonly time: string;
  readonly step: LogStep;
}

/** Checks all resources of one type on one side. */
export async function inspectResources(
  side: Side,
  type: StoredType,
  inspector: LogInspector,
  { at }: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org } = inspector;
  const keys = new OrgKeys(org.id, side, inspector.types);
  const page = await database.query(keys.collection(type), { after: at, limit: ITEMS_AT_ONCE });
  const candidates = page.items.flatMap((item): Candidate[] => {
    const subject = String(item.sk);
    const version = Number(item.v);
    const { at: time, tokenId } = readWriteId(String(item.lr));
    // One event covers a whole import.
    if (tokenId === IMPORT_ACTOR) return [];
    const step = {
      of: "resource",
      orgId: org.id,
      subject,
      layout: type,
      side,
      version,
      ...unknownChange(item, version),
    } as const;
    return [{ subject, version, time, step }];
  });
  await inspectCandidates(inspector, "log.uncovered", candidates);
  return page.last === undefined ? undefined : { at: page.last };
}

/** Checks the settings and all tokens. */
export async function inspectSettings(
  inspector: LogInspector,
  { at }: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org } = inspector;
  const page = await database.query(settingsKeys.org(org.id).pk, { after: at, limit: ITEMS_AT_ONCE });
  const candidates = page.items.flatMap((item): Candidate[] => {
    const subject = String(item.sk);
    // Releases without a log did not store who wrote the item.
    if (item.lr === undefined || item.v === undefined) return [];
    if (subject !== "META" && !subject.startsWith(LISTED_TOKENS)) return [];
    const version = Number(item.v);
    const of = subject === "META" ? "settings" : "token";
    const step = { of, orgId: org.id, subject, version, ...unknownChange(item, version) } as const;
    return [{ subject, version, time: timeOf(String(item.lr)), step }];
  });
  await inspectCandidates(inspector, "log.uncovered", candidates);
  return page.last === undefined ? undefined : { at: page.last };
}

/** Checks the link of each user, which has its own versions. */
export async function inspectLinks(
  inspector: LogInspector,
  { at }: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org, types } = inspector;
  const keys = new OrgKeys(org.id, "unmanaged", types);
  const page = await database.query(keys.linkedUsers(), { after: at, limit: ITEMS_AT_ONCE });
  const candidates = page.items.map((item): Candidate => {
    const subject = String(item.sk);
    const version = Number(item.v);
    const step = { of: "link", orgId: org.id, subject, version, ...unknownChange(item, version) } as const;
    return { subject, version, time: timeOf(String(item.lr)), step };
  });
  await inspectCandidates(inspector, "log.uncovered", candidates);
  return page.last === undefined ? undefined : { at: page.last };
}

/** Checks the roles of each user, which have their own versions. */
export async function inspectRoles(
  inspector: LogInspector,
  { at }: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org } = inspector;
  if (org.roles === undefined) return undefined;
  const page = await database.query(roleKeys.assignedOf(org.id), { after: at, limit: ITEMS_AT_ONCE });
  const candidates = page.items.flatMap((item): Candidate[] => {
    const subject = String(item.sk);
    const version = Number(item.v);
    if (version === 0) return [];
    const step = { of: "roles", orgId: org.id, subject, version, ...unknownChange(item, version) } as const;
    return [{ subject, version, time: timeOf(String(item.lr)), step }];
  });
  await inspectCandidates(inspector, "log.uncovered", candidates);
  return page.last === undefined ? undefined : { at: page.last };
}

/** Checks each deletion whose tombstone still exists. */
export async function inspectDeletions(
  side: Side,
  inspector: LogInspector,
  { at }: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org, types } = inspector;
  const keys = new OrgKeys(org.id, side, types);
  const page = await database.query(keys.tombstones(), { after: at, limit: ITEMS_AT_ONCE });
  const candidates = page.items.flatMap((item): Candidate[] => {
    const subject = String(item.sk);
    const layout = typeOf(types, subject);
    if (layout === undefined) return [];
    const version = Number(item.v);
    const gone = { version, previous: version - 1, before: undefined, after: undefined };
    return [
      {
        subject,
        version,
        time: String(item.at),
        step: { of: "resource", orgId: org.id, subject, layout, side, ...gone },
      },
    ];
  });
  await inspectCandidates(inspector, "log.deletion", candidates);
  return page.last === undefined ? undefined : { at: page.last };
}

/** A write with an unknown change. The first version of an item shows its whole content. */
function unknownChange(after: Item, version: number) {
  return { previous: version === 1 ? undefined : version - 1, before: undefined, after } as const;
}

/** Reads the cursors after the versions, so that the cursor of a logged version has reached it. */
async function inspectCandidates(
  inspector: LogInspector,
  code: LogFindingCode,
  candidates: readonly Candidate[],
): Promise<void> {
  const { database, org, head, begun, now } = inspector;
  inspector.examined += candidates.length;
  const items = await database.getMany(candidates.map(({ subject }) => eventKeys.cursor(org.id, subject)));
  const cursors = new Map(
    items.flatMap((item) => {
      const cursor = cursorOf(item);
      return cursor.generation === head?.generation ? [[String(item.sk), cursor]] : [];
    }),
  );
  for (const { subject, version, time, step } of candidates) {
    const cursor = cursors.get(subject);
    // Links and roles may outlive their user for a while, and need no event then.
    if ((step.of === "link" || step.of === "roles") && cursor?.gone === true) continue;
    const known = loggedOf(step, cursor ?? NOTHING_LOGGED);
    if (version <= known || !isOverdue(time, now)) continue;
    // The version may be older than the log.
    if (known === 0 && Date.parse(time) < begun) continue;
    await cover(inspector, code, subject, step);
  }
}

/** Appends the event of a lost record's step, as the writer of events would have done. */
export async function cover(
  { org, findings, append, repair }: LogInspector,
  code: LogFindingCode,
  subject: string,
  step: LogStep,
): Promise<void> {
  const ids = [shownSubject(org.id, subject)];
  if (!repair) {
    findings.push({ code, ids, repair: "possible" });
    return;
  }
  const { events, failed } = await appendSteps([step], append);
  findings.push({ code, ids, repair: failed === undefined && events.length > 0 ? "done" : "refused" });
}
