import { objectIn } from "../../../functions/scim/json.ts";
import { liveOwner } from "../../local/claimFolder.ts";
import { type AdminAnswer, AdminClient, type AdminRequest, type AdminTransport, type Api } from "../adminClient.ts";
import type { Place } from "../place.ts";
import { Refused } from "../refused.ts";

/** Opens an API of the place, as for every command. @throws Refused, UsageError */
export type OpenApi = (api: Api) => Promise<AdminTransport>;

/**
 * The connection to the deployment while the console runs: it survives restarts of the local server and renewed AWS
 * credentials.
 */
export class Connection {
  readonly #place: Place;
  readonly #open: OpenApi;
  readonly #renew: () => Promise<void>;
  readonly #kept = new Map<Api, Promise<AdminTransport>>();
  /** The last request that has the data folder to itself. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param renew runs before credentials are read again */
  constructor(place: Place, open: OpenApi, renew: () => Promise<void>) {
    this.#place = place;
    this.#open = open;
    this.#renew = renew;
  }

  /** @throws Refused, UsageError */
  send(api: Api, request: AdminRequest): Promise<AdminAnswer> {
    if (this.#place.kind !== "local") return this.#overKept(api, request);
    if (liveOwner(this.#place.folder)?.server !== undefined) return this.#once(api, request);
    // Without a server each request opens the data, one at a time, and releases it for other commands.
    const answer = this.#last.then(() => this.#once(api, request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** An administration client for one piece of work; it refuses every request after the signal. */
  client(signal: AbortSignal): AdminClient {
    const send = async (request: AdminRequest): Promise<AdminAnswer> => {
      if (signal.aborted) throw new Refused("It was broken off.");
      return this.send("admin", request);
    };
    return new AdminClient({ send, close: async () => undefined }, undefined, this.#place);
  }

  async close(): Promise<void> {
    for (const opened of this.#kept.values())
      await opened.then((transport) => transport.close()).catch(() => undefined);
    this.#kept.clear();
  }

  async #once(api: Api, request: AdminRequest): Promise<AdminAnswer> {
    const transport = await this.#open(api);
    try {
      return await transport.send(request);
    } finally {
      await transport.close();
    }
  }

  async #overKept(api: Api, request: AdminRequest): Promise<AdminAnswer> {
    const answer = await this.#sent(api, request);
    if (!isExpired(answer)) return answer;
    // API Gateway refused before anything was done. Somebody may have signed in again meanwhile.
    await this.#forget(api);
    const second = await this.#sent(api, request);
    if (!isExpired(second)) return second;
    await this.#forget(api);
    throw new Refused(EXPIRED);
  }

  async #sent(api: Api, request: AdminRequest): Promise<AdminAnswer> {
    const opened = this.#kept.get(api) ?? this.#open(api);
    this.#kept.set(api, opened);
    try {
      return await (await opened).send(request);
    } catch (error) {
      // The next request opens anew: credentials or the network may work again.
      if (error instanceof Refused) await this.#forget(api);
      throw error;
    }
  }

  async #forget(api: Api): Promise<void> {
    const opened = this.#kept.get(api);
    this.#kept.delete(api);
    await opened?.then((transport) => transport.close()).catch(() => undefined);
    await this.#renew();
  }
}

const EXPIRED = "Your AWS credentials have expired: sign in again (for example aws sso login), then repeat it here.";

/** In the words of lib/gatewayErrors.ts or of API Gateway itself. */
function isExpired({ status, text }: AdminAnswer): boolean {
  if (status !== 403) return false;
  const { detail, message, Message } = objectIn(text) ?? {};
  return /credentials that signed the request have expired|security token included in the request is expired/.test(
    String(detail ?? message ?? Message),
  );
}
