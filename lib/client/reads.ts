import type { Directory } from "./generated/directory.ts";
import type { CallOperation, CallOptions } from "./operations.ts";

type Access = Directory.Access;
type AssignedRole = Directory.AssignedRole;
type Event = Directory.Event;
type Member = Directory.Member;
type Team = Directory.Team;
type TeamOfUser = Directory.TeamOfUser;
type User = Directory.User;

export type { Access, AssignedRole, Event, Member, Team, TeamOfUser, User };

/** A user read with teams; the roles are computed from them at that moment. */
export interface UserWithTeams extends User {
  readonly teams: readonly TeamOfUser[];
  readonly roles: readonly AssignedRole[];
}

export type UserField = keyof User;
export type TeamField = keyof Team;
/** The id and what `fields` names. */
export type ChosenUserOf<F extends UserField> = Pick<UserWithTeams, F | "id">;
export type ChosenTeamOf<F extends TeamField> = Pick<Team, F | "id">;

interface OfOrg extends CallOptions {
  /** The organization's login name or id. */
  readonly org: string;
}
/** One user, team or token. */
export interface OneQuestion extends OfOrg {
  readonly id: string;
}
export interface ListQuestion<F extends string> extends OfOrg {
  /** A SCIM filter over SCIM attributes. */
  readonly filter?: string | undefined;
  /** Fields to read; absent: all but the teams of users. */
  readonly fields?: readonly F[] | undefined;
}
export interface MembersQuestion extends OfOrg {
  /** The team's id. */
  readonly team: string;
  /** Includes inactive managed users. */
  readonly inactive?: "include" | undefined;
}
export interface EventsQuestion extends OfOrg {
  /** The id of your last event. Absent: from the oldest readable event. */
  readonly after?: string | undefined;
  /** As in `["user.*", "team.deleted"]`; absent: all. */
  readonly types?: readonly string[] | undefined;
  /** Id of a user, team or token. */
  readonly resource?: string | undefined;
  /** Waits for further events at the end of the log, until aborted. */
  readonly follow?: AbortSignal | undefined;
}

interface Page {
  readonly next?: string;
}

/** All pages of a list; each is requested when the last is used up. */
async function* pagesOf<P extends Page>(read: (cursor: string | undefined) => Promise<P>): AsyncGenerator<P, void> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield page;
    cursor = page.next;
  } while (cursor !== undefined);
}

export async function* listUsers(call: CallOperation, question: ListQuestion<UserField>): AsyncGenerator<User, void> {
  const { org, filter, fields, signal } = question;
  const pages = pagesOf((cursor) =>
    call(
      "directory.listUsers",
      { path: { org }, query: defined({ filter, fields: fields?.join(), cursor }) },
      { signal },
    ),
  );
  // Without `fields`, users have all of `User`; otherwise the signature of `users` says what.
  for await (const { users } of pages) yield* users as readonly User[];
}

export async function* listTeams(call: CallOperation, question: ListQuestion<TeamField>): AsyncGenerator<Team, void> {
  const { org, filter, fields, signal } = question;
  const pages = pagesOf((cursor) =>
    call(
      "directory.listTeams",
      { path: { org }, query: defined({ filter, fields: fields?.join(), cursor }) },
      { signal },
    ),
  );
  // The same as for users.
  for await (const { teams } of pages) yield* teams as readonly Team[];
}

export async function* eachMember(call: CallOperation, question: MembersQuestion): AsyncGenerator<Member, void> {
  const { org, team, inactive, signal } = question;
  const query = inactive === "include" ? { include: "inactive" as const } : {};
  const pages = pagesOf((cursor) =>
    call("directory.listMembers", { path: { org, id: team }, query: { ...query, ...defined({ cursor }) } }, { signal }),
  );
  for await (const { members } of pages) yield* members;
}

export async function* listHistory(call: CallOperation, question: OneQuestion): AsyncGenerator<Event, void> {
  const { org, id, signal } = question;
  const pages = pagesOf((before) =>
    call("directory.getHistory", { path: { org, id }, query: defined({ before }) }, { signal }),
  );
  for await (const { events } of pages) yield* events;
}

/** Seconds for which a local server holds a request for events. */
export const HELD_SECONDS = 20;

/** An empty answer within this time means that the server does not hold requests. */
const AT_ONCE_MS = 1_000;

/** Waiting at the end of a log. */
export interface Idling {
  readonly now: () => number;
  wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** Resolves when the log may be read again. */
  pause(signal: AbortSignal | undefined): Promise<void>;
}

/** Waits where the server did not. @param asked time of the request, milliseconds */
export async function idle({ now, pause }: Idling, asked: number, signal: AbortSignal | undefined): Promise<void> {
  if (now() - asked < AT_ONCE_MS) await pause(signal);
}

export async function* listEvents(
  call: CallOperation,
  { org, types, resource, follow, signal, after }: EventsQuestion,
  idling: Idling,
): AsyncGenerator<Event, void> {
  const query = defined({ types: types?.join(), resource });
  const ending = follow && signal ? AbortSignal.any([follow, signal]) : (follow ?? signal);
  let place = after;
  let wait = 0;
  try {
    for (;;) {
      const asked = idling.now();
      const page = await call(
        "directory.listEvents",
        { path: { org }, query: { ...query, ...defined({ after: place }), ...(wait > 0 && { wait }) } },
        { signal: ending },
      );
      yield* page.events;
      const isAtEnd = page.next === page.head;
      if (isAtEnd && follow === undefined) return;
      if (isAtEnd && wait > 0 && page.events.length === 0) await idle(idling, asked, ending);
      place = page.next;
      wait = isAtEnd ? HELD_SECONDS : 0;
    }
  } catch (error) {
    if (follow?.aborted !== true || signal?.aborted === true) throw error;
  }
}

/** Without undefined members, which a query cannot express. */
export function defined<T extends Readonly<Record<string, unknown>>>(query: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  // The same names, without those of undefined members.
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
