import { baseAddress } from "./address.ts";
import { type Authorization, authorizer } from "./authorize.ts";
import { onAbort } from "./onAbort.ts";
import { type CallOperation, type CallOptions, callOver, orUndefined } from "./operations.ts";
import {
  type Access,
  type ChosenTeamOf,
  type ChosenUserOf,
  defined,
  type Event,
  type EventsQuestion,
  eachMember,
  type Idling,
  type ListQuestion,
  listEvents,
  listHistory,
  listTeams,
  listUsers,
  type Member,
  type MembersQuestion,
  type OneQuestion,
  type Team,
  type TeamField,
  type User,
  type UserField,
  type UserWithTeams,
} from "./reads.ts";
import { refuseArgument } from "./rollcallError.ts";
import type { Fetch, Means } from "./send.ts";
import { synchronize } from "./sync.ts";
import type { SyncOptions, SyncResult } from "./syncTypes.ts";

export type ClientOptions = Authorization & {
  /** From `rollcall app env` or an output of the stack. */
  readonly url: string;
  /** Limit of one attempt, by default 30 seconds. */
  readonly timeoutMs?: number;
  /** How often a repeatable call is repeated, by default 4 times. */
  readonly retries?: number;
  /** Pause at the end of a log where the server does not hold the request; by default 5 seconds. */
  readonly pollMs?: number;
  /** Who makes the calls, in ids of your own: stored with each change. */
  readonly actor?: string;
  /** In place of the global one: with a proxy or certificates of your own, for example. */
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Waits this many milliseconds, or until aborted. */
  readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
};

type Nobody = { readonly [K in "email" | "userName" | "externalId" | "applicationId"]?: undefined };
type One<K extends keyof Nobody> = Omit<Nobody, K> & { readonly [N in K]: string };

/** Exactly one of these. */
type AskedPerson = One<"email"> | One<"userName"> | One<"externalId"> | One<"applicationId">;
export type GateQuestion = AskedPerson & CallOptions & { readonly org: string };

/** Whether the person may sign in, with teams. */
export type GateAnswer =
  | (Access & { readonly member: true; readonly user: User; readonly reason?: undefined })
  | (Access & { readonly member: false; readonly reason: "noSuchUser"; readonly user: null })
  | (Access & { readonly member: false; readonly reason: "inactive"; readonly user: User })
  | (Access & { readonly member: false; readonly reason: "ambiguous"; readonly candidates: readonly User[] });

export interface Client {
  /** May this person sign in? Strongly consistent. */
  gate(question: GateQuestion): Promise<GateAnswer>;
  /** Users of both sides. */
  users(question: ListQuestion<UserField> & { readonly fields?: undefined }): AsyncIterable<User>;
  users<F extends UserField>(
    question: ListQuestion<F> & { readonly fields: readonly F[] },
  ): AsyncIterable<ChosenUserOf<F>>;
  /** Teams of both sides. */
  teams(question: ListQuestion<TeamField> & { readonly fields?: undefined }): AsyncIterable<Team>;
  teams<F extends TeamField>(
    question: ListQuestion<F> & { readonly fields: readonly F[] },
  ): AsyncIterable<ChosenTeamOf<F>>;
  members(question: MembersQuestion): AsyncIterable<Member>;
  /** Changes in order. Pass the last event's `id` as `after` to continue. */
  events(question: EventsQuestion): AsyncIterable<Event>;
  /** The events of one user, team or token, newest first. */
  history(question: OneQuestion): AsyncIterable<Event>;
  /** @returns undefined where it does not exist */
  user(question: OneQuestion): Promise<UserWithTeams | undefined>;
  team(question: OneQuestion): Promise<Team | undefined>;
  /** Links a user to a record of yours. */
  link(question: OneQuestion & { readonly applicationId: string }): Promise<User>;
  unlink(question: OneQuestion): Promise<User>;
  /** Keeps your copy of an organization's users, teams and memberships. */
  sync<F extends UserField = Exclude<UserField, "teams">>(options: SyncOptions<F>): Promise<SyncResult>;
  /** Any operation of both APIs, by its name in the OpenAPI documents. */
  readonly call: CallOperation;
}

/** A client of one deployment or local server. @throws RollcallError for an invalid address or key */
export function createClient(options: ClientOptions): Client {
  const { url, timeoutMs = 30_000, retries = 4, pollMs = 5_000, actor, now = Date.now, wait = pause } = options;
  const base = baseAddress(url);
  const means: Means = {
    base,
    authorizer: authorizer(base, options),
    fetch: options.fetch ?? fetch,
    actor,
    now,
    timeoutMs,
    retries,
    wait,
  };
  const idling: Idling = { now, wait, pause: (signal) => wait(pollMs, signal) };
  const call = callOver(means);
  return {
    call,
    gate: async ({ org, signal, ...person }) => {
      const query = defined(person);
      const [value, ...more] = Object.values(query);
      if (typeof value !== "string" || value === "" || more.length > 0) {
        refuseArgument("Ask the gate by exactly one of email, userName, externalId and applicationId.");
      }
      // `reason` says what else there is: the operation's description says so.
      return (await call("directory.getAccess", { path: { org }, query }, { signal })) as GateAnswer;
    },
    // The overloads above say what `fields` leaves.
    users: (question: ListQuestion<UserField>) => listUsers(call, question) as AsyncIterable<never>,
    teams: (question: ListQuestion<TeamField>) => listTeams(call, question) as AsyncIterable<never>,
    members: (question) => eachMember(call, question),
    events: (question) => listEvents(call, question, idling),
    history: (question) => listHistory(call, question),
    // Without `fields`, a user is complete.
    user: ({ org, id, signal }) =>
      orUndefined(call("directory.getUser", { path: { org, id } }, { signal }) as Promise<UserWithTeams>),
    team: ({ org, id, signal }) =>
      orUndefined(call("directory.getTeam", { path: { org, id } }, { signal }) as Promise<Team>),
    link: ({ org, id, applicationId, signal }) =>
      call("directory.linkUser", { path: { org, id }, body: { applicationId } }, { signal }),
    unlink: ({ org, id, signal }) => call("directory.unlinkUser", { path: { org, id } }, { signal }),
    sync: (options) => synchronize({ call, idling, opensOnly: means.authorizer.orgId }, options),
  };
}

/** @throws the signal's reason */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(done, milliseconds);
    const forget = signal && onAbort(signal, done);
    function done() {
      clearTimeout(timer);
      forget?.();
      if (signal?.aborted === true) reject(signal.reason);
      else resolve();
    }
  });
}
