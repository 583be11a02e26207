import { type JsonObject, sameJson } from "../../scim/json.ts";
import { type Database, inParallel } from "../../store/database.ts";
import type { OrgId } from "../../store/keys.ts";
import { type Stamp, StoreBusy } from "../../store/records.ts";
import { readWriteId } from "../../store/resourceItems.ts";
import { readMappings } from "../../store/roles/policy.ts";
import { roleKeys } from "../../store/roles/roleKeys.ts";
import { RoleWork } from "../../store/roles/roleWork.ts";
import { orgRecord } from "../../store/settings.ts";
import type { LogStep, OrgEnd, ResourceStep, SettingsStep } from "../../store/steps.ts";
import { isIdOf, USER_LAYOUT } from "../../store/storedType.ts";
import type { Item } from "../../store/table.ts";
import { resourceAttributes, stampOrNobody, writtenMembers } from "../events/images.ts";

/** One of the changes of a batch. */
export interface PlacedStep {
  /** Its place among the records of the batch. */
  readonly place: number;
  readonly step: LogStep | OrgEnd;
}

/** A change of the catalogue, which is no org's. */
export interface CatalogueChange {
  readonly place: number;
  readonly stamp: Stamp;
}

export interface RoleChanges {
  readonly steps: readonly PlacedStep[];
  readonly catalogue: readonly CatalogueChange[];
  /** As `appendSteps` gives them: read from the logs after these changes were committed. */
  readonly withRoles: ReadonlySet<OrgId>;
}

export interface RoleWorkPut {
  /** Users to be looked at. */
  readonly marks: number;
  /** Orgs all of whose users are. */
  readonly walks: number;
  /** The first of the changes for which something could not be put, and why: it has to come again. */
  readonly failed?: { readonly place: number; readonly cause: unknown };
}

/** What a step asks for. `team`: everybody, where a mapping names it. */
type Wanted =
  | { readonly users: readonly string[]; readonly stamp: Stamp }
  | { readonly team: string; readonly stamp: Stamp }
  | { readonly everybody: true; readonly stamp: Stamp };

/** Attributes of a user that decide about roles. */
const DECIDING = ["active", "roles", "entitlements"] as const;
/** Of what says nothing of who did it. */
const NOBODY: Stamp = { at: "", tokenId: "", reference: "" };

/**
 * Puts what is to be done about roles after these changes (ADR 64): also after those that the log knew already, for nobody
 * knows whether an earlier run came so far. An org without roles costs nothing, and no call.
 *
 * Nothing is missed while an org's roles are switched on: the walk is put after its log knows of the roles. A change that was
 * processed when the log did not know yet was committed before that, and so before the walk began.
 * @param until milliseconds since the epoch: nothing is begun later
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
  const mapped = teams.length === 0 ? new Set<string>() : await mappedTeams(database, orgId);
  const walk = all.findLast((one) => "everybody" in one || ("team" in one && mapped.has(one.team)));
  if (walk !== undefined) await work.walk(orgId, walk.stamp);
  // Also where everybody is looked at anyway: these first, and by the change that led to it.
  const stamps = new Map<string, Stamp>();
  for (const one of all) if ("users" in one) for (const id of one.users) stamps.set(id, one.stamp);
  for (const [stamp, ids] of Map.groupBy(stamps.keys(), (id) => stamps.get(id) ?? NOBODY)) {
    await work.mark(orgId, ids, stamp);
  }
  return { marks: stamps.size, walks: walk === undefined ? 0 : 1 };
}

/** A mapping that went, or comes later, has a walk of its own with the settings. */
async function mappedTeams(database: Database, orgId: OrgId): Promise<ReadonlySet<string>> {
  const mappings = await readMappings(database, orgId);
  return new Set(mappings?.mappings.map(({ team }) => team));
}

/** An org that is not among them yet has a walk of its own to come, which sees the new catalogue. */
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

/** The mappings changed: roles were switched on or off, or are given otherwise. */
function ofSettings({ before, after, previous }: SettingsStep): Wanted | undefined {
  const [from, to] = [before && orgRecord(before).roles, orgRecord(after).roles];
  // Nobody knows what it was before.
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
  // The record got lost that would say who joined and left.
  return before === undefined && previous !== undefined ? { team: subject, stamp } : undefined;
}

/** Whether a user may have other roles afterwards. */
function decides(before: Item | undefined, after: Item | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  if (before.d === after.d) return false;
  const [from, to]: [JsonObject, JsonObject] = [resourceAttributes(before), resourceAttributes(after)];
  return DECIDING.some((name) => !sameJson(from[name], to[name]));
}

/** @param keys and image of a record: its catalogue's stamp, undefined where it is of anything else */
export function catalogueStamp({ pk, lr }: { readonly pk: unknown; readonly lr: unknown }): Stamp | undefined {
  if (pk !== roleKeys.catalogue().pk) return undefined;
  return typeof lr === "string" ? readWriteId(lr) : NOBODY;
}
