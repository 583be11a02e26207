import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { GatewayHandler } from "../../../functions/http/endpoint.ts";
import { resourceHandler } from "../../../functions/http/resource.ts";
import type { AdminEndpoint } from "../../../functions/http/signed/admin.ts";
import { fromSupply } from "../../../functions/provisioning/newId.ts";
import { GROUPS } from "../../../functions/provisioning/resources/groupActions.ts";
import { USERS } from "../../../functions/provisioning/resources/userActions.ts";
import type { RoutedFunction } from "../../../functions/routes.ts";
import type { Directory, Store } from "../../../functions/store/session.ts";
import { SettingsStore, UseMarks } from "../../../functions/store/settings.ts";
import { inProcessAdmin } from "../../support/inProcess.ts";
import { lambdaContext } from "../../support/lambdaContext.ts";
import { makeOrg } from "../../support/org.ts";
import type { Connection } from "../../support/wire.ts";
import { eventOf, ORIGIN, openTable } from "../local.ts";
import { type Calls, playingStore, recordingStore, repeat } from "./recording.ts";

export interface Prepared {
  readonly event: APIGatewayProxyEvent;
  readonly function: RoutedFunction;
}

/** A request that was sent, and what the handler did for it. */
export interface Recorded extends Prepared {
  readonly calls: Calls;
}

/**
 * The handlers on one database, and a second database that is given the same calls: so that a bare loop can repeat each
 * write of the handlers under the very conditions it met.
 */
export interface Setup {
  prepare(org: Connection, method: string, path: string, body?: unknown): Prepared;
  /** @param replayable whether `sendAlone` shall take it: then the outputs are kept */
  send(
    prepared: Prepared,
    replayable?: "replayable",
  ): { readonly recorded: Recorded; readonly answer: Promise<APIGatewayProxyResult> };
  /** The handler's own work once more: the database's answers are those recorded. */
  sendAlone(recorded: Recorded): Promise<APIGatewayProxyResult>;
  /** Reads, where they were made. */
  repeatHere(calls: Calls): Promise<void>;
  /** All writes must be repeated, in their order, so that both databases stay equal. */
  repeatElsewhere(calls: Calls): Promise<void>;
  /** A new, empty org in both databases. */
  org(): Promise<Connection>;
  /** The org's data below the handlers, to make in short time what would take long through them. */
  directory(org: Connection): Promise<Directory>;
  /** The calls of the session begun last. */
  latest(): Calls;
  close(): Promise<void>;
}

export async function makeWorld(): Promise<Setup> {
  const here = await openTable();
  const elsewhere = await openTable();
  const marks = new UseMarks();
  const store = recordingStore(here.client, marks);
  const played = playingStore(here.client, marks);
  const handle = handlersOver(store);
  const handleAlone = handlersOver(played);
  const admin = inProcessAdmin(endpointOver(store));
  const repeatElsewhere = (calls: Calls): Promise<void> => repeat(elsewhere.client, calls);
  return {
    prepare(org, method, path, body) {
      const { event, route } = eventOf({ method, target: `/scim/v2/${org.slug}${path}`, token: org.token, body });
      return { event, function: route.function };
    },
    send(prepared, replayable) {
      store.keepOutputs = replayable !== undefined;
      // The session begins before the handler first waits.
      const answer = handle(prepared);
      return { recorded: { ...prepared, calls: store.latest() }, answer };
    },
    sendAlone(recorded) {
      played.play(recorded.calls);
      return handleAlone(recorded);
    },
    repeatHere: (calls) => repeat(here.client, calls),
    repeatElsewhere,
    org: makeOrg(ORIGIN, neverSent, async (method, path, body) => {
      const answer = await admin(method, path, body);
      await repeatElsewhere(store.latest());
      return answer;
    }),
    async directory({ slug }) {
      const org = await new SettingsStore(store.begin().database).orgBySlug(slug);
      if (org === undefined) throw new Error("there is no such org");
      return store.begin().directory(org.id);
    },
    latest: () => store.latest(),
    async close() {
      await here.close();
      await elsewhere.close();
    },
  };
}

/** The handlers on one store, of whose calls nothing is kept. @param burn microseconds that each log line takes besides */
export function setupOver(store: Store, burn = 0): Setup {
  const endpoint = endpointOver(store, burn);
  const handle = handlersOver(store, endpoint);
  const nothing = async (): Promise<void> => undefined;
  return {
    prepare(org, method, path, body) {
      const { event, route } = eventOf({ method, target: `/scim/v2/${org.slug}${path}`, token: org.token, body });
      return { event, function: route.function };
    },
    send: (prepared) => ({ recorded: { ...prepared, calls: [] }, answer: handle(prepared) }),
    sendAlone: handle,
    repeatHere: nothing,
    repeatElsewhere: nothing,
    org: makeOrg(ORIGIN, neverSent, inProcessAdmin(endpoint)),
    async directory({ slug }) {
      const org = await new SettingsStore(store.begin().database).orgBySlug(slug);
      if (org === undefined) throw new Error("there is no such org");
      return store.begin().directory(org.id);
    },
    latest: () => [],
    close: nothing,
  };
}

function handlersOver(
  store: Store,
  endpoint = endpointOver(store),
): (prepared: Prepared) => Promise<APIGatewayProxyResult> {
  const handlers: Partial<Record<RoutedFunction, GatewayHandler>> = {
    users: resourceHandler(endpoint, USERS),
    groups: resourceHandler(endpoint, GROUPS),
  };
  return ({ event, function: name }) => {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`${name} is not measured`);
    return handler(event, lambdaContext());
  };
}

function endpointOver(store: Store, burn = 0): AdminEndpoint {
  return {
    store,
    now: Date.now,
    randomBytes: fromSupply(randomBytes),
    wait: (milliseconds) => wait(milliseconds),
    // Made into text as on Lambda, and dropped.
    log: (line) => {
      JSON.stringify(line);
      for (const end = performance.now() + burn / 1_000; performance.now() < end; );
    },
    version: "bench",
    resolveTxt: async () => ({ failure: "missing" }),
  };
}

function neverSent(): never {
  throw new Error("its requests go through send");
}
