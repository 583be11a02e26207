import { GROUP_ACTIONS } from "../../functions/provisioning/resources/groupActions.ts";
import { USER_ACTIONS } from "../../functions/provisioning/resources/userActions.ts";
import type { Session } from "../../functions/provisioning/session.ts";
import { ScimError } from "../../functions/scim/error.ts";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { resolvePatch } from "../../functions/scim/patch/resolvePatch.ts";
import { userNameKey } from "../../functions/scim/paths.ts";
import { preconditionOf } from "../../functions/scim/render.ts";
import { groupType, userType } from "../../functions/scim/resourceTypes.ts";
import { GROUP_SCHEMA, type ResourceType, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import { readOpenDeletions } from "../../functions/store/openDeletions.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import { Rosters } from "../../functions/store/rosters.ts";
import type { Directory } from "../../functions/store/session.ts";
import { PRESENT } from "../../functions/store/table.ts";
import { ACME, MUCH_LATER } from "../support/records.ts";
import { proxied } from "./breakages.ts";
import {
  EMPTY,
  effectsOf,
  effectsOfHalf,
  keyOfModel,
  type Model,
  type ModelUser,
  type Reply,
  type Request,
} from "./directoryModel.ts";
import { type Done, isSerial } from "./linearize.ts";
import { emptyTable, simulatedSession, storeOver } from "./simulatedSession.ts";
import {
  type Breakage,
  Chance,
  Crash,
  FAIR,
  Fate,
  FOUL,
  IndexPast,
  Scheduler,
  simulatedTable,
  type Weather,
} from "./world.ts";

/** Problems of a run; empty when every answer is explained. */
export interface Outcome {
  readonly problems: readonly string[];
  /** Picks of the scheduler: the amount of interleaving. */
  readonly events: number;
  readonly requests: number;
}

const NAMES = ["ada", "bob", "cyd"] as const;
const TEAMS = ["Crew", "Staff"] as const;
const MOST_REPEATS = 3;

/** Parallel requests of several clients over one store, in the seed's order. */
class Run {
  readonly #table = emptyTable();
  readonly #scheduler: Scheduler;
  readonly #weather: Weather;
  readonly #breakage: Breakage;
  readonly #past = new IndexPast();
  /** One for each of two processes. */
  readonly #rosters = [new Rosters(1), new Rosters(1)] as const;
  readonly #history: Done<typeof EMPTY>[] = [];
  readonly #versions = new Map<string, number>();
  readonly problems: string[] = [];
  requests = 0;
  #reference = 0;

  constructor(seed: number, breakage: Breakage) {
    const chance = new Chance(seed);
    this.#scheduler = new Scheduler(chance);
    this.#weather = chance.next() < 0.5 ? FAIR : FOUL;
    this.#breakage = breakage;
  }

  get events(): number {
    return this.#scheduler.events;
  }

  /** Without faults. */
  get #directory(): Directory {
    return this.#breakage(storeOver(this.#table, this.#scheduler).begin().directory(ACME));
  }

  async carryOut(): Promise<void> {
    const { chance } = this.#scheduler;
    // Alone and without faults: the clients' knowledge at the start.
    const users = [await this.#calmly("ada"), await this.#calmly("cyd")];
    if (chance.next() < 0.3) await this.#forgetList(chance.one(["", ...users]));
    const group = await this.#calmTeam(users.slice(0, 1 + chance.below(2)));
    const known = { users, groups: [group] };
    const clients = 2 + chance.below(3);
    const lanes = Array.from({ length: clients }, () => this.#client(known, 1 + chance.below(clients > 3 ? 2 : 3)));
    if (chance.next() < 0.1) lanes.push(this.#repair());
    await this.#scheduler.run();
    await Promise.all(lanes);
    await this.#lookAround(known);
    if (!isSerial(this.#history, EMPTY, keyOfModel)) {
      this.problems.push(`no serial order explains: ${this.#history.map(({ what }) => what).join(" | ")}`);
    }
    await this.#inspect();
  }

  async #calmly(name: string): Promise<string> {
    return (await this.#request({ kind: "createUser", name, id: undefined }, FAIR_AND_ALONE)) ?? "";
  }

  /** Like `fsck --repair`, parallel to everything else. It changes nothing that is right, but may list a user's groups. */
  async #repair(): Promise<void> {
    const fate = new Fate();
    const table = simulatedTable(this.#table, this.#scheduler, this.#weather, fate, this.#past);
    const { database } = storeOver(table, this.#scheduler).begin();
    const stamp = { ...MUCH_LATER, at: new Date(this.#scheduler.now).toISOString() };
    const wishes = { repair: true, until: Number.POSITIVE_INFINITY, stamp };
    try {
      const step = await Promise.race([new Inspection(database, ACME).step(wishes), fate.death]);
      for (const finding of step?.findings ?? []) this.problems.push(`a repair: ${JSON.stringify(finding)}`);
    } catch (error) {
      if (!(error instanceof StoreBusy || error instanceof Crash)) throw error;
    }
  }

  /** A user as written by an earlier release: without a list of its groups. */
  async #forgetList(id: string): Promise<void> {
    const update = { update: new OrgKeys(ACME).resource(id), remove: ["g", "gs"], condition: PRESENT };
    if (id !== "") await this.#table.write([update]);
  }

  async #calmTeam(members: readonly string[]): Promise<string> {
    return (await this.#request({ kind: "createGroup", name: "Crew", members, id: undefined }, FAIR_AND_ALONE)) ?? "";
  }

  /** Like an identity provider: one request after the other, repeated without an answer. */
  async #client(known: { readonly users: string[]; readonly groups: string[] }, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const request = this.#drawn(known);
      for (let repeat = 0; repeat < MOST_REPEATS; repeat += 1) {
        const made = await this.#request(request, this.#weather);
        if (made === undefined) continue;
        if (request.kind === "createUser" && made !== "") known.users.push(made);
        if (request.kind === "createGroup" && made !== "") known.groups.push(made);
        break;
      }
    }
  }

  #drawn({ users, groups }: { readonly users: readonly string[]; readonly groups: readonly string[] }): Request {
    const { chance } = this.#scheduler;
    const user = users[chance.below(users.length)] ?? "";
    const group = groups[chance.below(groups.length)] ?? "";
    const nobody = chance.next() < 0.1 ? ["u0000000000000000000000"] : [];
    const members = [...users.filter(() => chance.next() < 0.5), ...nobody];
    switch (chance.below(14)) {
      case 0:
        return { kind: "createUser", name: chance.one(NAMES), id: undefined };
      case 1:
        return { kind: "changeUser", id: user, name: chance.one(NAMES) };
      case 2:
        return { kind: "changeUser", id: user, title: chance.one(["x", "y"]), match: 1 + chance.below(2) };
      case 3:
        return { kind: "changeUser", id: user, title: chance.one(["x", "y", "z"]) };
      case 4:
        return { kind: "deleteUser", id: user };
      case 5:
        return { kind: "readUser", id: user };
      case 6:
        return { kind: "findUser", name: chance.one(NAMES) };
      case 7:
        return { kind: "createGroup", name: chance.one(TEAMS), members, id: undefined };
      case 8:
        return { kind: "renameGroup", id: group, name: chance.one(TEAMS) };
      case 9:
        return chance.next() < 0.4 ? { kind: "deleteGroup", id: group } : { kind: "setMembers", id: group, members };
      case 10:
        return { kind: "readMembers", id: group };
      case 11:
        return { kind: "removeMembers", id: group, members: [user] };
      case 12:
        return { kind: "putGroup", id: group, name: chance.one(TEAMS), members };
      default:
        return { kind: "addMembers", id: group, members: [user, ...nobody] };
    }
  }

  /** @returns the new id; "" for another answer, undefined without an answer */
  async #request(request: Request, weather: Weather): Promise<string | undefined> {
    const alone = weather === FAIR_AND_ALONE;
    const fate = new Fate();
    const asked = this.#tick();
    this.requests += 1;
    let made: string | undefined;
    const scheduler = this.#scheduler;
    const table = alone ? this.#table : simulatedTable(this.#table, scheduler, weather, fate, this.#past);
    const rosters = scheduler.chance.one(this.#rosters);
    const directory = this.#breakage(storeOver(table, scheduler, rosters).begin().directory(ACME));
    this.#reference += 1;
    const noting = naming(directory, (id) => {
      made = id;
    });
    const session = simulatedSession(noting, scheduler, this.#reference);
    let reply: Reply;
    try {
      reply = await Promise.race([this.#answered(request, session), fate.death]);
    } catch (error) {
      reply = this.#replyOf(error, request);
    }
    const answered = this.#tick();
    const known: Request =
      request.kind === "createUser" || request.kind === "createGroup" ? { ...request, id: made } : request;
    const note = (one: Request, said: Reply, effects = (state: Model) => effectsOf(one, said, state)) => {
      const what = `${asked}-${answered} ${JSON.stringify(one)} → ${JSON.stringify(said)}`;
      this.#history.push({ what, asked, answered, effects, perhaps: said.kind === "unknown" });
    };
    if (request.kind !== "readMembers") note(known, reply);
    else {
      note({ ...request, kind: "readGroup" }, reply.kind === "members" ? { kind: "ok" } : reply);
      if (reply.kind === "members" && alone) note(request, reply);
      if (reply.kind === "members" && !alone) {
        const reading = { number: String(asked), id: request.id, ids: reply.ids };
        note(request, reply, (state) => effectsOfHalf("stored", reading, state));
        note(request, reply, (state) => effectsOfHalf("living", reading, state));
      }
    }
    if (reply.kind === "unknown") return undefined;
    return reply.kind === "ok" && known.kind.startsWith("create") ? (made ?? "") : "";
  }

  #tick(): number {
    this.#scheduler.events += 1;
    return this.#scheduler.events;
  }

  #replyOf(error: unknown, request: Request): Reply {
    if (error instanceof StoreBusy || error instanceof Crash) return { kind: "unknown" };
    if (!(error instanceof ScimError)) throw error;
    switch (error.status) {
      case 404:
        return { kind: "notFound" };
      case 409:
        return { kind: "taken" };
      case 412:
        return { kind: "mismatch" };
      case 503:
        return { kind: "unknown" };
      default:
        this.problems.push(`${JSON.stringify(request)} was answered ${error.status} ${error.code}`);
        return { kind: "unknown" };
    }
  }

  async #answered(request: Request, session: Session): Promise<Reply> {
    const { rules, quirks } = session;
    const operationOn =
      (type: ResourceType) =>
      (path: string, value: Json, op: "add" | "remove" | "replace" = "replace") =>
      () =>
        resolvePatch(type, [{ op, path, value }], rules, quirks);
    const ofUser = operationOn(userType(rules));
    const ofGroup = operationOn(groupType(rules));
    const members = (ids: readonly string[]): JsonObject[] => ids.map((value) => ({ value }));
    switch (request.kind) {
      case "createUser": {
        const { version } = await USER_ACTIONS.create(session, { schemas: [USER_SCHEMA], userName: request.name });
        return { kind: "ok", version };
      }
      case "changeUser": {
        const [path, value] = request.name === undefined ? ["title", request.title ?? ""] : ["userName", request.name];
        const match = preconditionOf(request.match === undefined ? undefined : `W/"${request.match}"`);
        const { record } = await USER_ACTIONS.patch(session, request.id, ofUser(path, value), match);
        return { kind: "ok", version: record.version };
      }
      case "deleteUser":
        await USER_ACTIONS.delete(session, request.id, undefined);
        return { kind: "ok" };
      case "readUser": {
        const record = await USER_ACTIONS.read(session, request.id);
        return { kind: "user", user: shown(record), groupIds: record.groupIds };
      }
      case "findUser": {
        const [id] = await session.directory.users.idsByName(userNameKey(request.name));
        return { kind: "id", id };
      }
      case "createGroup": {
        const body = { schemas: [GROUP_SCHEMA], displayName: request.name, members: members(request.members) };
        await GROUP_ACTIONS.create(session, body);
        return { kind: "ok" };
      }
      case "renameGroup":
        return this.#noted(
          await GROUP_ACTIONS.patch(session, request.id, ofGroup("displayName", request.name), undefined),
        );
      case "addMembers":
        return this.#noted(
          await GROUP_ACTIONS.patch(
            session,
            request.id,
            ofGroup("members", members(request.members), "add"),
            undefined,
          ),
        );
      case "removeMembers":
        return this.#noted(
          await GROUP_ACTIONS.patch(
            session,
            request.id,
            ofGroup("members", members(request.members), "remove"),
            undefined,
          ),
        );
      case "setMembers":
        return this.#noted(
          await GROUP_ACTIONS.patch(session, request.id, ofGroup("members", members(request.members)), undefined),
        );
      case "putGroup": {
        const body = { schemas: [GROUP_SCHEMA], displayName: request.name, members: members(request.members) };
        return this.#noted(await GROUP_ACTIONS.replace(session, request.id, () => body, undefined));
      }
      case "deleteGroup":
        await GROUP_ACTIONS.delete(session, request.id, undefined);
        return { kind: "ok" };
      case "readGroup":
      case "readMembers": {
        const group = await GROUP_ACTIONS.read(session, request.id);
        const { memberships } = session.directory;
        const ids = (await memberships.rosters([group], 100)).get(group.id) ?? [];
        return { kind: "members", ids: [...ids].sort() };
      }
    }
  }

  /** By id, because a later answer must not have a lower version than an answer before its request. */
  #noted({ record }: { readonly record: { readonly id: string; readonly version: number } }): Reply {
    this.#versions.set(record.id, Math.max(record.version, this.#versions.get(record.id) ?? 0));
    return { kind: "ok" };
  }

  /** What everybody sees at the end. */
  async #lookAround({ users, groups }: { readonly users: readonly string[]; readonly groups: readonly string[] }) {
    for (const id of new Set(users)) await this.#request({ kind: "readUser", id }, FAIR_AND_ALONE);
    for (const name of ["ada", "bob"]) await this.#request({ kind: "findUser", name }, FAIR_AND_ALONE);
    for (const id of new Set(groups)) await this.#request({ kind: "readMembers", id }, FAIR_AND_ALONE);
    for (const id of new Set(groups)) {
      const version = (await this.#directory.groups.find(id))?.version;
      const answered = this.#versions.get(id) ?? 0;
      if (version !== undefined && version < answered) this.problems.push(`the version of ${id} went back`);
    }
  }

  /** Checks the store's promises once all deletions are swept. */
  async #inspect(): Promise<void> {
    const session = storeOver(this.#table, this.#scheduler).begin();
    for (const { id, managed, orgId } of (await readOpenDeletions(session.database, { before: "A" })).deletions) {
      const side = this.#breakage(managed ? session.directory(orgId) : session.unmanaged(orgId));
      await side.memberships.sweepDeletions([id], Number.POSITIVE_INFINITY, MUCH_LATER);
    }
    const { deletions: left } = await readOpenDeletions(session.database, { before: "A" });
    if (left.length > 0) this.problems.push(`never swept: ${left.map(({ id }) => id).join()}`);
    const step = await new Inspection(session.database, ACME).step({
      repair: false,
      until: Number.POSITIVE_INFINITY,
      stamp: MUCH_LATER,
    });
    for (const finding of step?.findings ?? []) this.problems.push(`the store: ${JSON.stringify(finding)}`);
  }
}

/** Reports the ids of creations. */
function naming(directory: Directory, made: (id: string) => void): Directory {
  const { groups, users } = directory;
  return {
    ...directory,
    users: proxied(users, {
      create: (...given) => {
        made(given[0]);
        return users.create(...given);
      },
    }),
    groups: proxied(groups, {
      create: (...given) => {
        made(given[0]);
        return groups.create(...given);
      },
    }),
  };
}

const FAIR_AND_ALONE: Weather = { ...FAIR, staleIndex: 0 };

function shown(record: { readonly attributes: string; readonly version: number }): ModelUser {
  const { userName, title } = JSON.parse(record.attributes) as { readonly userName: string; readonly title?: string };
  return { name: userNameKey(userName), title: title ?? null, version: record.version };
}

/** One run; the same seed gives the same run. */
export async function simulate(seed: number, breakage: Breakage = (directory) => directory): Promise<Outcome> {
  const run = new Run(seed, breakage);
  await run.carryOut();
  return { problems: run.problems, events: run.events, requests: run.requests };
}
