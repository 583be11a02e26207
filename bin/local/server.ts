import { randomBytes as secureBytes } from "node:crypto";
import { join } from "node:path";
import { readWebhookUrl } from "../../functions/bus/webhookUrl.ts";
import type { Endpoint } from "../../functions/http/endpoint.ts";
import { causeOf, logWriter } from "../../functions/http/logWriter.ts";
import { LOG_SETTINGS } from "../../functions/provisioning/events/logSettings.ts";
import { fromSupply } from "../../functions/provisioning/newId.ts";
import type { PortalSettings } from "../../functions/provisioning/portal/portalSettings.ts";
import type { RequestBudget } from "../../functions/provisioning/requestBudget.ts";
import { eraseDue } from "../../functions/store/eraseEvents.ts";
import type { Preset } from "../../functions/store/rules.ts";
import { version } from "../installation.ts";
import { StartRefused } from "../rollcall/refused.ts";
import { claimFolder, type FolderClaim, writable } from "./claimFolder.ts";
import { newCredentials, openCredentials } from "./credentials.ts";
import type { EventWishes } from "./eventPublisher.ts";
import { firstPortalLink, firstStart, type Welcome } from "./firstStart.ts";
import { createGateway, type RefusedRequest } from "./gateway.ts";
import { drain, listenOrRefuse } from "./httpServer.ts";
import { startEvents } from "./localEvents.ts";
import { FILE_NAME, fileRefusal } from "./localFile.ts";
import { functionsOver, watchOver } from "./localFunctions.ts";
import { type LocalJournal, startJournal } from "./localJournal.ts";
import { startRoles } from "./localRoles.ts";
import { startSweep, startUpkeep } from "./localSweep.ts";
import { startWebhooks, type WebhookWishes } from "./localWebhooks.ts";
import { openStore } from "./openStore.ts";
import { openRequestsLog, type RequestsLog } from "./requestsLog.ts";
import type { LocalCredentials } from "./sigV4.ts";
import type { OpenStore } from "./storePort.ts";
import { watchData } from "./watchData.ts";
import { localSecrets } from "./webhookKey.ts";

export interface LocalOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The folder of the data, `server.json` and `requests.log`. Required unless `memory`. */
  readonly dataFolder?: string;
  /** Login name of the org; it is made where it is missing. */
  readonly org: string;
  /** For a new org; an existing org keeps its own. */
  readonly preset?: Preset;
  /** Keep everything in this process. */
  readonly memory: boolean;
  /** The first token is written here, mode 0600. */
  readonly tokenFile?: string;
  /** Clients reach this server here, e.g. through a tunnel: no trailing slash. */
  readonly publicUrl?: string;
  /** Origins that may embed the portal, and rules that orgs may change in it; absent: none. */
  readonly portal?: PortalSettings;
  /** Request limit of each org; absent: unlimited. */
  readonly budget?: RequestBudget;
  readonly dynamoEndpoint?: string;
  /** Receives every canonical line, besides `requests.log`. */
  onLine?(line: Readonly<Record<string, unknown>>): void;
  /** Destination of events about users, teams and memberships. */
  readonly events?: EventWishes;
  /** Milliseconds since the epoch; absent: this machine's clock. */
  readonly now?: () => number;
  /** For ids, tokens and credentials, not for the numbers of event logs; absent: cryptographically random. */
  readonly randomBytes?: (count: number) => Uint8Array;
  /** Absent: webhooks are sent unchanged. */
  readonly webhooks?: WebhookWishes;
}

export interface LocalServer {
  readonly url: string;
  readonly port: number;
  readonly tenantUrl: string;
  /** The org's first token, if this start made it. */
  readonly token: string | undefined;
  readonly tokenRefused?: Welcome["tokenRefused"];
  readonly preset: Preset;
  readonly store: OpenStore["kind"];
  /** Sign requests to the APIs for operators and the application with these. */
  readonly credentials: LocalCredentials;
  /** Makes another portal link of the org; it works once, for a day. @throws ScimError 409 if deletion is scheduled */
  portalLink(): Promise<string>;
  /** Resolves when the data folder, its file or the file's log is gone: later writes are lost. */
  readonly dataLost: Promise<void>;
  /**
   * Resolves when every answered change is in the event log, every request in the request journal, roles are computed, and each
   * due webhook has had an attempt.
   * @throws the error of the log
   */
  settled(): Promise<void>;
  /** Answers active requests, then ends everything that this start began. */
  close(): Promise<void>;
}

/** Milliseconds for active requests; none takes longer. */
const DRAIN_MS = 10_000;

/**
 * The deployed system on this machine: the same handlers behind a gateway on 127.0.0.1, with a store of its own.
 * @throws StartRefused for everything that the starting person can change; it first ends everything it began
 */
export async function startServer(options: LocalOptions): Promise<LocalServer> {
  const closing: Array<() => unknown> = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    return await start(options, closing, close);
  } catch (error) {
    await close();
    throw (options.dataFolder && fileRefusal(error, options.dataFolder)) || error;
  }
}

async function start(
  options: LocalOptions,
  closing: Array<() => unknown>,
  close: () => Promise<void>,
): Promise<LocalServer> {
  const { now = Date.now, randomBytes = fromSupply(secureBytes) } = options;
  const claim = await claimed(options);
  if (claim !== undefined) closing.push(() => claim.release());
  const folder = claim?.folder;
  const opened = await openStore({
    folder: options.memory ? undefined : folder,
    endpoint: options.memory ? undefined : options.dynamoEndpoint,
    now,
  });
  closing.push(() => opened.close());
  const data = folder === undefined || opened.kind !== "file" ? undefined : watchData(folder, join(folder, FILE_NAME));
  if (data !== undefined) closing.push(() => data.stop());
  const log = folder === undefined ? undefined : writable(folder, () => openRequestsLog(folder));
  if (log !== undefined) closing.push(() => log.close());

  const failed = (type: `${string}.visit`) => (error: unknown) =>
    write(() => ({ line: failedLine(type, error), at: Date.now() }));
  const journal = startJournal(opened.store, failed("journal.visit"));
  // It ends after all other workers, because it takes their lines.
  closing.push(() => journal.stop());
  const take = lineTaker(options, log, journal);
  const write = logWriter({ log: take });

  const secrets = localSecrets(options.memory ? undefined : folder);
  const sending = { secrets, now, log: take, failed: failed("webhooks.visit"), wishes: options.webhooks };
  const webhooks = startWebhooks(opened, sending);
  closing.push(() => webhooks.stop());
  const roles = startRoles(opened.store, { now, log: take, failed: failed("roles.visit") });
  closing.push(() => roles.stop());
  const watch = watchOver(opened, { now, log: take });
  const events = await startEvents(opened, options.events, failed("events.visit"), now, { webhooks, roles, watch });
  closing.push(() => events.stop());
  const sweep = startSweep(opened.store, failed("sweep.visit"), now);
  closing.push(() => sweep.stop());
  const upkeep = startUpkeep(() => upkeepOf(opened), failed("sweep.visit"));
  closing.push(() => upkeep.stop());

  const credentials = folder === undefined ? newCredentials(randomBytes) : openCredentials(folder);
  const ending = new AbortController();
  const server = createGateway({
    functions: functionsOver(opened, {
      publicUrl: options.publicUrl,
      budget: options.budget,
      portal: options.portal ?? { origins: [], rules: [] },
      log: take,
      sweepLater: sweep.later,
      wakeRoles: roles.wake,
      longPoll: ending.signal,
      now,
      randomBytes,
      webhooks: {
        sealer: secrets,
        readUrl: (text) => readWebhookUrl(text, "alsoLoopback"),
        wakeSender: async () => webhooks.send(),
      },
    }),
    credentials,
    publicUrl: options.publicUrl,
    now,
    onRefused: (refused) => write(() => ({ line: refusedLine(refused), at: Date.now() })),
  });
  const port = await listenOrRefuse(server, options.port);
  closing.push(() => drain(server, DRAIN_MS));
  // Requests that wait for events are answered first.
  closing.push(() => ending.abort());
  const url = `http://127.0.0.1:${port}`;
  claim?.record({ url });
  // Before the server stops listening: commands then wait for the folder instead of calling a closed port.
  closing.push(() => claim?.withdraw());
  const welcome = await firstStart(opened.store, options, { now, randomBytes });
  return {
    url,
    port,
    tenantUrl: `${options.publicUrl ?? url}/scim/v2/${options.org}`,
    ...welcome,
    store: opened.kind,
    credentials,
    portalLink: () =>
      firstPortalLink(opened.store, options.org, `${options.publicUrl ?? url}/portal`, { now, randomBytes }),
    async settled() {
      await journal.settled();
      await events.settled();
      // Changes of the roles worker are logged too.
      if (await roles.settled()) await events.settled();
      await webhooks.settled();
    },
    dataLost: data?.lost ?? new Promise(() => {}),
    close,
  };
}

/** Removes expired items, and erases the values of deleted people. */
async function upkeepOf(opened: OpenStore): Promise<void> {
  await eraseDue(opened.store.begin().database, LOG_SETTINGS.retentionDays, Number.POSITIVE_INFINITY);
  await opened.clean();
}

/** A server in memory also runs without the folder: a second server cannot harm its data. */
async function claimed({ dataFolder, memory }: LocalOptions): Promise<FolderClaim | undefined> {
  if (dataFolder === undefined) return undefined;
  try {
    const answer = await claimFolder(dataFolder);
    if (answer.outcome === "claimed") return answer.claim;
    if (memory) return undefined;
    const { owner } = answer;
    const where = owner?.server === undefined ? "" : ` at ${owner.server.url}`;
    const who = owner === undefined ? "" : ` (pid ${owner.pid})`;
    throw new StartRefused(
      `Rollcall is running on ${dataFolder} already${where}${who}. Stop it, or choose another folder with --data.`,
    );
  } catch (error) {
    if (memory && error instanceof StartRefused) return undefined;
    throw error;
  }
}

/** Writes to the console and to the file; one works without the other. Errors reach the log writer, which counts them. */
function lineTaker(options: LocalOptions, log: RequestsLog | undefined, journal: LocalJournal): Endpoint["log"] {
  return (line) => {
    journal.take(line);
    try {
      options.onLine?.(line);
    } finally {
      log?.append(line);
    }
  };
}

function failedLine(type: `${string}.visit`, error: unknown): Record<string, unknown> {
  const cause = causeOf(error);
  return { type, ts: new Date().toISOString(), level: "ERROR", ver: version(), cause };
}

/** Like a line of API Gateway's access log, without the cause's message: messages of libraries repeat values. */
function refusedLine({ refusal, status, gatewayId, method, route, cause }: RefusedRequest): Record<string, unknown> {
  return {
    type: "gateway.refused",
    ts: new Date().toISOString(),
    level: status >= 500 ? "ERROR" : "WARN",
    ref: gatewayId,
    apigwReqId: gatewayId,
    method,
    route,
    status,
    detailCode: `gateway.${refusal}`,
    cause: cause instanceof Error ? { name: cause.name, at: cause.stack?.split("\n    at ").slice(1, 7) } : undefined,
  };
}
