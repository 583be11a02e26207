import { USER_FIELDS } from "./generated/directory.ts";
import { type CallOperation, type CallOptions, orUndefined } from "./operations.ts";
import { defined, type Event, type Team, type UserField } from "./reads.ts";
import type { SyncedUser } from "./syncTypes.ts";

/** A page of a list, and the start of the next. */
interface Page<T> {
  readonly found: readonly T[];
  readonly next: string | undefined;
}

export interface LoggedPage {
  readonly events: readonly Event[];
  readonly next: string;
  readonly head: string;
}

/** The reads of a copy of an organization. */
export interface DirectoryReader<F extends UserField> {
  /** The end of the log. */
  head(): Promise<string>;
  /** @param wait seconds for which the server may hold the request */
  events(after: string, wait: number): Promise<LoggedPage>;
  users(page: string | undefined): Promise<Page<SyncedUser<F>>>;
  teams(page: string | undefined): Promise<Page<Team>>;
  /** Ids of the direct members, also inactive ones; of a deleted team, none. */
  members(team: string, page?: string): Promise<Page<string>>;
  user(id: string): Promise<SyncedUser<F> | undefined>;
  team(id: string): Promise<Team | undefined>;
}

interface Question<F extends UserField> extends CallOptions {
  readonly org: string;
  readonly fields?: readonly F[] | undefined;
  /** Limit of a page, where it is below the server's. */
  readonly pageSize: number;
}

export function directoryReader<F extends UserField>(
  call: CallOperation,
  { org, fields: chosen = [], pageSize, signal }: Question<F>,
): DirectoryReader<F> {
  // Memberships give the teams, which change without a new version of the user. Without teams, a user is read with its stored
  // roles, whose changes are events.
  const names = (chosen.length === 0 ? USER_FIELDS : [...chosen, "version", "linkVersion", "rolesVersion"]).filter(
    (name) => name !== "teams",
  );
  const fields = [...new Set(names)].join();
  const path = { org };
  const [count, memberCount] = [Math.min(pageSize, 100), Math.min(pageSize, 1_000)];
  const options = { signal };
  return {
    head: async () => (await call("directory.listEvents", { path, query: { limit: 1 } }, options)).head,
    events: (after, wait) =>
      call("directory.listEvents", { path, query: { after, limit: count, ...(wait > 0 && { wait }) } }, options),
    users: async (cursor) => {
      const { users, next } = await call(
        "directory.listUsers",
        { path, query: { count, fields, ...defined({ cursor }) } },
        options,
      );
      // The users have what `fields` names.
      return { found: users as readonly SyncedUser<F>[], next };
    },
    teams: async (cursor) => {
      const { teams, next } = await call(
        "directory.listTeams",
        { path, query: { count, ...defined({ cursor }) } },
        options,
      );
      // Without `fields`, teams are complete.
      return { found: teams as readonly Team[], next };
    },
    members: async (id, cursor) => {
      const query = { count: memberCount, include: "inactive", ...defined({ cursor }) } as const;
      const page = await orUndefined(call("directory.listMembers", { path: { org, id }, query }, options));
      return { found: page?.members.map((member) => member.id) ?? [], next: page?.next };
    },
    // The same as in lists.
    user: (id) =>
      orUndefined(call("directory.getUser", { path: { org, id }, query: { fields } }, options)) as Promise<
        SyncedUser<F> | undefined
      >,
    team: (id) => orUndefined(call("directory.getTeam", { path: { org, id } }, options)) as Promise<Team | undefined>,
  };
}

/** Parallel requests. */
const LANES = 8;

/** Answers in the order of the questions, with some requests in parallel. */
export async function* answers<Q, A>(
  questions: readonly Q[],
  ask: (question: Q) => Promise<A>,
): AsyncGenerator<readonly [Q, A], void> {
  for (let from = 0; from < questions.length; from += LANES) {
    const some = questions.slice(from, from + LANES);
    yield* await Promise.all(some.map(async (question) => [question, await ask(question)] as const));
  }
}
