import { answers, type DirectoryReader, type LoggedPage } from "./readDirectory.ts";
import type { Event, UserField } from "./reads.ts";
import { newMark, type SyncState } from "./syncState.ts";
import type { Change } from "./syncTypes.ts";

/** Changes, and the copy's state after them. */
export interface CopyStep<F extends UserField> {
  readonly changes: readonly Change<F>[];
  readonly state: SyncState;
}

type ListState = Extract<SyncState, { at: "users" | "teams" }>;
export type FollowState = Extract<SyncState, { at: "log" }>;

/** One page of a snapshot. Steps before the last one keep the state: after an interruption they are repeated. */
export async function* listSteps<F extends UserField>(
  directory: DirectoryReader<F>,
  state: ListState,
  batchSize: number,
): AsyncGenerator<CopyStep<F>, void> {
  const { seen, head } = state;
  if (state.at === "users") {
    const { found, next } = await directory.users(state.page);
    const changes = found.map((user) => ({ type: "user.put", user, seen }) as const);
    yield { changes, state: next === undefined ? { at: "teams", seen, head } : { ...state, page: next } };
    return;
  }
  const { found, next } = await directory.teams(state.page);
  let changes: Change<F>[] = [];
  // Members are read after their team: events may repeat known members, but cannot restore missed ones.
  for await (const [team, first] of answers(found, ({ id }) => directory.members(id))) {
    changes.push({ type: "team.put", team, seen });
    for (let page = first; ; page = await directory.members(team.id, page.next)) {
      changes.push(...page.found.map((member) => ({ type: "membership.put", team: team.id, member, seen }) as const));
      if (changes.length >= batchSize) {
        yield { changes, state };
        changes = [];
      }
      if (page.next === undefined) break;
    }
  }
  if (next !== undefined) yield { changes, state: { ...state, page: next } };
  else yield { changes: [...changes, { type: "snapshot.end", seen }], state: { at: "log", seen, place: head } };
}

/**
 * One page of the log. Each changed resource is read again once, after the page, so that it includes the page's changes for any
 * state of the copy.
 */
export async function* logSteps<F extends UserField>(
  directory: DirectoryReader<F>,
  state: FollowState,
  { events, next }: LoggedPage,
  batchSize: number,
): AsyncGenerator<CopyStep<F>, void> {
  let changes: Change<F>[] = [];
  const deleted = new Set(events.filter(({ type }) => type === "user.deleted").map(({ resource }) => resource));
  for (const id of deleted) changes.push({ type: "user.delete", id });
  const changed = events.filter(({ type, resource }) => type.startsWith("user.") && !deleted.has(resource));
  const users = new Set(changed.map(({ resource }) => resource));
  for await (const [id, user] of answers([...users], directory.user)) {
    changes.push(user === undefined ? { type: "user.delete", id } : { type: "user.put", user, seen: state.seen });
  }
  /** Teams whose members were read, and deleted teams. */
  const whole = new Set<string>();
  const gone = new Set<string>();
  const renamed = new Set<string>();
  for (const event of events.filter(({ type }) => /^(?:team|membership)\./.test(type))) {
    const { resource: team, type } = event;
    if (gone.has(team)) continue;
    if (type === "team.deleted") {
      changes.push({ type: "team.delete", id: team });
      gone.add(team);
    } else if (!isWhole(event)) {
      changes.push(...pairsOf(event, state.seen));
      if (!type.startsWith("membership.")) renamed.add(team);
    } else if (!whole.has(team)) {
      whole.add(team);
      for await (const some of wholeTeam(directory, team)) {
        changes.push(...some);
        if (some.some((change) => change.type === "team.delete")) gone.add(team);
        if (changes.length >= batchSize) {
          yield { changes, state };
          changes = [];
        }
      }
    }
  }
  const others = [...renamed].filter((id) => !whole.has(id) && !gone.has(id));
  for await (const [id, team] of answers(others, directory.team)) {
    changes.push(team === undefined ? { type: "team.delete", id } : { type: "team.put", team, seen: state.seen });
  }
  yield { changes, state: { ...state, place: next } };
}

/** Whether the team's members must be read because the event does not list them. */
function isWhole({ from, changed = [] }: Event): boolean {
  return from !== undefined || changed.includes("*");
}

/** For any version in the copy: a read of a team may precede the last memberships of its version. */
function pairsOf({ resource: team, added = [], removed = [] }: Event, seen: string) {
  return [
    ...removed.map((member) => ({ type: "membership.delete", team, member }) as const),
    ...added.map((member) => ({ type: "membership.put", team, member, seen }) as const),
  ];
}

/** A team with its present members, in parts. */
async function* wholeTeam<F extends UserField>(
  directory: DirectoryReader<F>,
  id: string,
): AsyncGenerator<Change<F>[], void> {
  const team = await directory.team(id);
  if (team === undefined) return yield [{ type: "team.delete", id }];
  const seen = newMark();
  yield [{ type: "team.put", team, seen }];
  for (let page = await directory.members(id); ; page = await directory.members(id, page.next)) {
    yield page.found.map((member) => ({ type: "membership.put", team: id, member, seen }) as const);
    if (page.next === undefined) break;
  }
  yield [{ type: "memberships.deleteUnseen", team: id, seen }];
}
