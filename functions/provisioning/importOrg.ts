import { ScimError } from "../scim/error.ts";
import type { Json } from "../scim/json.ts";
import type { FileCounts, ImportedResource, ImportState, OrgImport, SideCounts } from "../store/import.ts";
import { SIDES, type Side } from "../store/keys.ts";
import { scanOf } from "../store/listing.ts";
import type { OrgRecord, Stamp } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import type { StoredType } from "../store/storedTypes.ts";
import type { OrgView } from "../store/view.ts";
import { IMPORT_ACTOR } from "./events/describe.ts";
import { type DataLine, type HeldType, isMembersLine, type MembersLine, type ResourceLine } from "./exportFile.ts";
import { sideTotals } from "./exportOrg.ts";
import { OperatorError } from "./operatorError.ts";
import { readDataLine } from "./readExportFile.ts";

/** What an import needs. */
export interface ImportMeans {
  readonly org: OrgRecord;
  readonly types: readonly HeldType[];
  readonly orgImport: OrgImport;
  readonly directories: Readonly<Record<Side, Directory>>;
  readonly stamp: Stamp;
  /** Whether there is time for more lines. */
  mayGoOn(): boolean;
}

/** Reads only. */
export async function lookAhead({ org, orgImport }: ImportMeans) {
  const [untouched, state] = await Promise.all([orgImport.isUntouched(), orgImport.state()]);
  return { paused: org.paused !== undefined, untouched, import: state ?? null };
}

/**
 * Begins the import of a file, or finds the import of the same file. Until it is finished SCIM stays paused and the directory
 * API does not answer, so that nobody reads half an org.
 * @throws ScimError 409 unless the org is paused and untouched, or where another file's import is under way
 */
export async function beginImport(means: ImportMeans, file: string, counts: FileCounts): Promise<ImportState> {
  assertPaused(means.org);
  const { orgImport, stamp } = means;
  const before = await orgImport.state();
  if (before !== undefined) return sameFile(before, file);
  if (!(await orgImport.isUntouched())) throw OperatorError.conflict("notUntouched", means.org.slug);
  const state: ImportState = { file, begun: stamp.at, counts };
  if ((await orgImport.begin(state)) === "begun") return state;
  const other = await orgImport.state();
  if (other === undefined) throw new Error("an import is there and is not");
  return sameFile(other, file);
}

/**
 * Imports lines of the file in their order, until the time is over.
 * @returns number of stored lines, counted from the first
 * @throws ScimError 400 for a bad line, 409 for a line that contradicts stored data
 */
export async function importLines(means: ImportMeans, file: string, lines: readonly Json[]): Promise<number> {
  await assertUnderWay(means, file);
  const read = lines.map((line) => readDataLine(line, means.types));
  let done = 0;
  while (done < read.length && (done === 0 || means.mayGoOn())) {
    done += await importNext(means, read, done);
  }
  return done;
}

/** Lines between two looks at the clock. */
const LINES_AT_ONCE = 100;

/** Stores lines of the same kind, beginning with the line at `start`. @returns their number */
async function importNext(means: ImportMeans, lines: readonly DataLine[], start: number): Promise<number> {
  const first = lines[start];
  if (first === undefined) return 0;
  if (isMembersLine(first)) {
    await importMembers(means, first);
    return 1;
  }
  const alike: ResourceLine[] = [];
  for (const line of lines.slice(start, start + LINES_AT_ONCE)) {
    if (isMembersLine(line) || line.type !== first.type || line.side !== first.side) break;
    alike.push(line);
  }
  const { orgImport, types } = means;
  const stamp = importStamp(means);
  const type = types.find(({ kind }) => kind === first.type);
  if (type === undefined) throw new Error("a line of a type that was not read");
  const records = alike.map((line) => importedOf(type, line));
  const [different] = await orgImport.addResources(first.side, type, records, isNameUnique(first.side), stamp);
  if (different !== undefined) {
    throw OperatorError.conflict("importedResource", type.kind, different, type.nameAttribute);
  }
  return alike.length;
}

/**
 * Ends the import once the org holds everything in the file and nothing else.
 * @throws ScimError 409 when a count of resources or memberships differs from the file's
 */
export async function finishImport(means: ImportMeans, file: string): Promise<ImportState> {
  const { orgImport, directories, stamp, types } = means;
  const state = await orgImport.state();
  if (state?.file === file && state.finished !== undefined) return state;
  const open = await assertUnderWay(means, file);
  for (const side of SIDES) {
    const found = await countsOf(directories[side].view, types);
    for (const [what, wanted] of Object.entries(open.counts[side])) {
      const count = found[what] ?? 0;
      if (count !== wanted) throw OperatorError.conflict("importCount", count, side, what, wanted);
    }
  }
  await orgImport.finish(stamp);
  return { ...open, finished: stamp.at };
}

async function countsOf(view: OrgView, types: readonly HeldType[]): Promise<SideCounts> {
  let memberships = 0;
  for (const type of types.filter(({ hasMembers }) => hasMembers)) {
    const counts = scanOf(view, { type, only: ["n"], recordOf: ({ n }) => Number(n) });
    for await (const some of counts) for (const count of some) memberships += count;
  }
  return { ...(await sideTotals(view, types)), memberships };
}

function importedOf(type: StoredType, line: ResourceLine): ImportedResource {
  const { id, version, created, lastModified, attributes, link } = line;
  return {
    record: {
      id,
      version,
      created,
      lastModified,
      attributes: JSON.stringify(attributes),
      keys: type.keysOf(attributes),
    },
    link: link && { applicationId: link.applicationId ?? undefined, version: link.version },
  };
}

/**
 * Teams of the application always have distinct names. Two groups of an identity provider can share one under the rule
 * `groupNameUnique`, too: they are older than the rule.
 */
export function isNameUnique(side: Side): boolean {
  return side === "unmanaged";
}

/** The event log skips writes with this stamp. The end of an import is one event. */
function importStamp({ stamp }: ImportMeans): Stamp {
  return { ...stamp, tokenId: IMPORT_ACTOR };
}

async function importMembers(means: ImportMeans, line: MembersLine): Promise<void> {
  const { directories, orgImport } = means;
  const { group, ids, side } = line;
  const living = await directories[side].memberships.living(ids);
  const others = ids.filter((id) => !living.has(id));
  // An unmanaged team may hold managed users.
  const elsewhere =
    side === "unmanaged" && others.length > 0
      ? await directories.managed.memberships.living(others.filter((id) => id.startsWith("u")))
      : new Set<string>();
  const unknown = others.find((id) => !elsewhere.has(id));
  if (unknown !== undefined) throw OperatorError.conflict("importedMember", unknown);
  if ((await orgImport.addMembers(side, group, ids, importStamp(means))) === "missing")
    throw OperatorError.conflict("importedMember", group);
}

async function assertUnderWay({ org, orgImport }: ImportMeans, file: string): Promise<ImportState> {
  assertPaused(org);
  const state = await orgImport.state();
  if (isUnderWay(state)) return sameFile(state, file);
  throw OperatorError.conflict("noImport");
}

function assertPaused({ paused, deletion, slug }: OrgRecord): void {
  if (deletion !== undefined) throw OperatorError.conflict("deletionScheduled");
  if (paused === undefined) throw OperatorError.conflict("notPaused", slug);
}

function sameFile(state: ImportState, file: string): ImportState {
  if (state.file === file) return state;
  throw OperatorError.conflict("otherImport", state.begun);
}

/** @throws ScimError 503 during an import: nobody shall work on half an org */
export function assertNotHalfImported(state: ImportState | undefined): void {
  if (!isUnderWay(state)) return;
  throw ScimError.busy("import", 60);
}

/** @throws ScimError 409 during an import: nobody shall be served half an org */
export function assertMayResume(state: ImportState | undefined): void {
  if (!isUnderWay(state)) return;
  throw OperatorError.conflict("importUnderWay");
}

export function isUnderWay(state: ImportState | undefined): state is ImportState {
  return state !== undefined && state.finished === undefined;
}
