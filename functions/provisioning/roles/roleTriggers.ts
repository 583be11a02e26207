import { type JsonObject, sameJson } from "../../scim/json.ts";
import { type Database, inParallel } from "../../store/database.ts";
import { isIdOf, type OrgId } from "../../store/keys.ts";
import { type Stamp, StoreBusy } from "../../store/records.ts";
import { stampIn } from "../../store/resourceItems.ts";
import { readMappings } from "../../store/roles/policy.ts";
import { catalogueKey } from "../../store/roles/roleKeys.ts";
import { RoleWork } from "../../store/roles/roleWork.ts";
import { orgRecord } from "../../store/settings.ts";
import type { ItemStep, LogStep, OrgEnd, ResourceStep } from "../../store/steps.ts";
import { USER_LAYOUT } from "../../store/storedTypes.ts";
import type { Item } from "../../store/table.ts";
import { resourceAttributes, stampOrNobody, writtenMembers } from "../events/images.ts";

/** One change of a batch. */
export interface PlacedStep {
  /** The place of its record in the batch. */
  readonly place: number;
  readonly step: LogStep | OrgEnd;
}

/** A change of the catalogue, which belongs to no org. */
export interface CatalogueChange {
  readonly place: number;
  readonly stamp: Stamp;
}

export interface RoleChanges {
  readonly steps: readonly PlacedStep[];
  readonly catalogue: readonly CatalogueChange[];
  /** From `appendSteps`: read from the logs after these changes were committed. */
  readonly withRoles: ReadonlySet<OrgId>;
}

export interface RoleWorkPut {
  /** Number of users whose roles have to be computed. */
  readonly marks: number;
  /** Number of orgs where the roles of all users have to be computed. */
  readonly walks: number;
  /** The first change whose work could not be put, and the cause: its record has to come again. */
  readonly failed?: { readonly place: number; readonly cause: unknown };
}

/** The work for a step. `team`: the roles of all users, if a mapping names the team. */
type Wanted =
  | { readonly users: readonly string[]; readonly stamp: Stamp }
  | { readonly team: string; readonly stamp: Stamp }
  | { readonly everybody: true; readonly stamp: Stamp };

/** User attributes that decide about roles. */
const DECIDING = ["active", "roles", "entitlements"] as const;
/** For a change that does not tell who made it. */
const NOBODY: Stamp = { at: "", tokenId: "", reference: "" };

/**
 * Puts the work on roles that these changes require (ADR 64). It also does so for changes that the log already knows, because an
 * earlier run may have stopped before this. An org without roles costs nothing, and no call.
 *
 * Nothing is missed while an org's roles are switched on, because the walk is put after the log knows of the roles: a change that was
 * processed before the log knew was committed before the walk began.
 * @param until milliseconds since the epoch; no work is begun after it
 */
export async function putRoleWork(
  { steps, catalogue, withRoles }: RoleChanges,
  { database, until }: { readonly database: Database; readonly until: number },
): Promise<RoleWorkPut> {
  const ofOrgs = Map.groupBy(
    steps.flatMap(({ place, step }) => {
      const wanted = step.of === "end" ? undefined : wantedBy(step, withRoles.has(step.orgId));
      return wanted === undefined ? [] : [{ place, orgId: step.orgId, wanted }];
    }),
    ({ orgId }) => orgId,
  );
  const work = new RoleWork(database);
  const jobs: Job[] = [...ofOrgs].map(([orgId, all]) => ({
    place: Math.min(...all.map(({ place }) => place)),
    run: () =>
      putForOrg(
        work,
        database,
        orgId,
        all.map(({ wanted }) => wanted),
      ),
  }));
  const [first] = catalogue;
  if (first !== undefined) jobs.push({ place: first.place, run: () => putForAll(work, catalogue.at(-1) ?? first) });
  const outcomes = await inParallel(jobs, (job) => outcomeOf(job, () => database.now() >= until));
  const failures = outcomes.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
  const [failed] = failures.sort((a, b) => a.place - b.place);
  return {
    marks: outcomes.reduce((sum, { marks }) => sum + marks, 0),
    walks: outcomes.reduce((sum, { walks }) => sum + walks, 0),
    ...(failed && { failed }),
  };
}

interface Job {
  readonly place: number;
  run(): Promise<Counts>;
}

interface Counts {
  readonly marks: number;
  readonly walks: number;
}

async function outcomeOf({ place, run }: Job, isOver: () => boolean): Promise<RoleWorkPut> {
  try {
    if (isOver()) throw new StoreBusy("timeout");
    return await run();
  } catch (cause) {
    return { marks: 0, walks: 0, failed: { place, cause } };
  }
}

async function putForOrg(work: RoleWork, database: Database, orgId: OrgId, all: readonly Wanted[]): Promise<Counts> {
  const teams = all.filter((one) => "team" in one);
  const mapped = teams.length === 0 ? new Set<string>() : await mappedTeamIds(database, orgId);
  const walk = all.findLast((one) => "everybody" in one || ("team" in one && mapped.has(one.team)));
  if (walk !== undefined) await work.walk(orgId, walk.stamp);
  // Even if a walk follows: these users come first, with their own change's stamp.
  const stamps = new Map<string, Stamp>();
  for (const one of all) if ("users" in one) for (const id of one.users) stamps.set(id, one.stamp);
  for (const [stamp, ids] of Map.groupBy(stamps.keys(), (id) => stamps.get(id) ?? NOBODY)) {
    await work.mark(orgId, ids, stamp);
  }
  return { marks: stamps.size, walks: walk === undefined ? 0 : 1 };
}

/** A removed or later mapping gets a walk through its change of the settings. */
async function mappedTeamIds(database: Database, orgId: OrgId): Promise<ReadonlySet<string>> {
  const mappings = await readMappings(database, orgId);
  return new Set(mappings?.mappings.map(({ team }) => team));
}

/** An org that is not listed yet gets a walk later, which uses the new catalogue. */
async function putForAll(work: RoleWork, { stamp }: CatalogueChange): Promise<Counts> {
  let walks = 0;
  for await (const orgs of work.orgsWithRoles()) {
    await inParallel(orgs, (orgId) => work.walk(orgId, stamp));
    walks += orgs.length;
  }
  return { marks: 0, walks };
}

function wantedBy(step: LogStep, hasRoles: boolean): Wanted | undefined {
  if (step.of === "settings") return ofSettings(step);
  if (!hasRoles) return undefined;
  if (step.of === "import") return { everybody: true, stamp: stampOrNobody(step.after) };
  return step.of === "resource" ? ofResource(step) : undefined;
}

/** Whether the mappings changed: roles were switched on or off, or are mapped differently. */
function ofSettings({ before, after, previous }: ItemStep): Wanted | undefined {
  const [from, to] = [before && orgRecord(before).roles, orgRecord(after).roles];
  // The earlier mappings are unknown.
  const isUnknown = before === undefined && previous !== undefined && to !== undefined;
  return from === to && !isUnknown ? undefined : { everybody: true, stamp: stampOrNobody(after) };
}

function ofResource(step: ResourceStep): Wanted | undefined {
  const { before, after, layout, previous, subject } = step;
  const stamp = stampOrNobody(after ?? before ?? {});
  if (isIdOf(USER_LAYOUT, subject)) return decides(before, after) ? { users: [subject], stamp } : undefined;
  if (!layout.hasMembers) return undefined;
  if (after === undefined) return { team: subject, stamp };
  const { added = [], removed = [] } = writtenMembers(after) ?? {};
  const users = [...added, ...removed].filter((id) => isIdOf(USER_LAYOUT, id));
  if (users.length > 0) return { users, stamp };
  // The record that names the members who joined and left was lost.
  return before === undefined && previous !== undefined ? { team: subject, stamp } : undefined;
}

/** Whether the change may affect a user's roles. */
function decides(before: Item | undefined, after: Item | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  if (before.d === after.d) return false;
  const [from, to]: [JsonObject, JsonObject] = [resourceAttributes(before), resourceAttributes(after)];
  return DECIDING.some((name) => !sameJson(from[name], to[name]));
}

/** @param keys and image of a record @returns the stamp of a catalogue's record; undefined for any other record */
export function catalogueStamp({ pk, lr }: { readonly pk: unknown; readonly lr: unknown }): Stamp | undefined {
  return pk === catalogueKey().pk ? (stampIn({ lr }) ?? NOBODY) : undefined;
}
