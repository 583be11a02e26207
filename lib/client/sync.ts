import type { CallOperation } from "./operations.ts";
import { type DirectoryReader, directoryReader } from "./readDirectory.ts";
import { HELD_SECONDS, type Idling, idle, type UserField } from "./reads.ts";
import { type ClientCode, RollcallError } from "./rollcallError.ts";
import { copyCursor, newMark, type SyncState, stateOf } from "./syncState.ts";
import { type CopyStep, type FollowState, listSteps, logSteps } from "./syncSteps.ts";
import type { CopyCursor, SyncOptions, SyncResult } from "./syncTypes.ts";

/** What sync needs of the client. */
interface SyncMeans {
  readonly call: CallOperation;
  readonly idling: Idling;
  /** The only organization that the application key opens. */
  readonly opensOnly: string | undefined;
}

const MOST_CHANGES = 1_000;
const FIRST_TROUBLE_MS = 500;
const LONGEST_TROUBLE_MS = 60_000;

/** Thrown where another sync of the same copy has continued. */
const OVERTAKEN = Symbol("overtaken");

/** Updates a copy: lib/docs/application.md, "Keep a copy". */
export async function synchronize<F extends UserField>(means: SyncMeans, options: SyncOptions<F>): Promise<SyncResult> {
  return await new Synchronizer(means, options).run();
}

class Synchronizer<F extends UserField> {
  readonly #means: SyncMeans;
  readonly #options: SyncOptions<F>;
  readonly #directory: DirectoryReader<F>;
  /** Ends requests and pauses; a running `apply` is awaited. */
  readonly #ending: AbortSignal | undefined;
  readonly #batchSize: number;
  readonly #done = { batches: 0, changes: 0, snapshots: 0 };
  /** The stored cursor. */
  #cursor: CopyCursor | undefined;
  /** The cursor's state, or a snapshot that is about to begin. */
  #state: SyncState | undefined;
  /** Seconds for which the server may hold a request. */
  #wait = 0;

  constructor(means: SyncMeans, options: SyncOptions<F>) {
    const { follow, signal } = options;
    this.#means = means;
    this.#options = options;
    this.#batchSize = Math.max(1, options.batchSize ?? MOST_CHANGES);
    this.#ending = follow && signal ? AbortSignal.any([follow, signal]) : (follow ?? signal);
    this.#directory = directoryReader(means.call, { ...options, pageSize: this.#batchSize, signal: this.#ending });
  }

  async run(): Promise<SyncResult> {
    const { follow, signal } = this.#options;
    const result = (outcome: SyncResult["outcome"]): SyncResult => ({ outcome, ...this.#done });
    try {
      await this.#takeUp();
      for (let troubles = 0; ; ) {
        try {
          const found = await this.#step();
          troubles = 0;
          if (found === "ended" || (found === "upToDate" && follow === undefined)) return result(found);
        } catch (error) {
          troubles += 1;
          await this.#getOver(error, troubles);
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (follow?.aborted === true && error === follow.reason) return result("stopped");
      if (error === OVERTAKEN) return result("overtaken");
      throw error;
    }
  }

  /** Continues from the stored cursor. */
  async #takeUp(): Promise<void> {
    this.#cursor = (await this.#options.cursorStore.read()) ?? undefined;
    this.#state = this.#cursor === undefined ? undefined : stateOf(this.#cursor);
  }

  /** Waits, if it follows and another attempt may help. @throws the error otherwise */
  async #getOver(error: unknown, troubles: number): Promise<void> {
    const { follow, onTrouble } = this.#options;
    if (follow === undefined || follow.aborted) throw error;
    if (error === OVERTAKEN) {
      await this.#means.idling.pause(this.#ending);
    } else if (error instanceof RollcallError && error.isTransient) {
      onTrouble?.(error);
      const growing = Math.min(LONGEST_TROUBLE_MS, FIRST_TROUBLE_MS * 2 ** troubles);
      await this.#means.idling.wait(error.retryAfterMs ?? growing * (0.5 + Math.random() / 2), this.#ending);
    } else {
      throw error;
    }
    await this.#takeUp();
  }

  /** One page of a list or of the log. */
  async #step(): Promise<"upToDate" | "ended" | "more"> {
    const state = this.#state;
    try {
      if (state === undefined || state.at === "end") return await this.#beginSnapshot();
      if (state.at === "log") return await this.#readLog(state);
      await this.#store(listSteps(this.#directory, state, this.#batchSize));
      return "more";
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      if (/^(?:gone\.(?:expired|otherLog)|value\.directoryCursor)$/.test(error.code)) return this.#startOver();
      if (error.code === "gone.purging") return await this.#end("purging");
      if (error.code === "notFound.org") return await this.#missing(error);
      throw error;
    }
  }

  /** The stored cursor stays until a snapshot is under way. */
  #startOver(): "more" {
    this.#state = undefined;
    return "more";
  }

  async #beginSnapshot(): Promise<"more"> {
    const head = await this.#directory.head();
    // Its first page stores it; before that there is nothing to continue.
    this.#state = { at: "users", seen: newMark(), head };
    return "more";
  }

  async #readLog(state: FollowState): Promise<"upToDate" | "more"> {
    const asked = this.#means.idling.now();
    const page = await this.#directory.events(state.place, this.#wait);
    // An import is only this one event.
    if (page.events.some(({ type }) => type === "org.imported")) return this.#startOver();
    if (page.next !== state.place) await this.#store(logSteps(this.#directory, state, page, this.#batchSize));
    else if (this.#wait > 0) await idle(this.#means.idling, asked, this.#ending);
    const isAtEnd = page.next === page.head;
    this.#wait = isAtEnd && this.#options.follow !== undefined ? HELD_SECONDS : 0;
    return isAtEnd ? "upToDate" : "more";
  }

  /**
   * The server does not know the organization. That alone empties no copy: a purged organization, a wrong name and another
   * deployment's address give the same answer.
   */
  async #missing(error: RollcallError): Promise<"ended"> {
    if (this.#means.opensOnly !== undefined) {
      throw new RollcallError({
        status: 404,
        reference: error.reference,
        code: "client.key" satisfies ClientCode,
        detail: `The application key belongs to an organization that is not ${this.#options.org}.`,
      });
    }
    if (this.#options.endIfUnknown === true || this.#state?.at === "end") return await this.#end("notFound");
    if (this.#cursor === undefined) throw error;
    throw new RollcallError({
      status: 404,
      reference: error.reference,
      code: error.code,
      values: error.values,
      detail:
        `The server knows no organization ${this.#options.org}, whose copy you keep. The copy is as it was. ` +
        "Check url and org; where the organization was purged, end the copy by sync with endIfUnknown: true.",
    });
  }

  async #end(because: "purging" | "notFound"): Promise<"ended"> {
    const isKnown = this.#cursor !== undefined && stateOf(this.#cursor).at === "end";
    if (!isKnown) await this.#apply({ changes: [{ type: "org.end", because }], state: { at: "end" } });
    return "ended";
  }

  async #store(steps: AsyncIterable<CopyStep<F>>): Promise<void> {
    for await (const step of steps) await this.#apply(step);
  }

  /** @throws OVERTAKEN, and errors of `apply` */
  async #apply({ changes, state }: CopyStep<F>): Promise<void> {
    const { org, apply } = this.#options;
    const cursor = copyCursor(state, newMark());
    const answer = await apply({ org, changes, after: this.#cursor, cursor });
    if (answer === false) throw OVERTAKEN;
    this.#cursor = cursor;
    this.#state = state;
    this.#done.batches += 1;
    this.#done.changes += changes.length;
    if (changes.some(({ type }) => type === "snapshot.end")) this.#done.snapshots += 1;
  }
}
