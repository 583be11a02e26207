import { holdError, ScimError } from "../scim/error.ts";
import { type HeldRequest, type Hold, HoldStore, type StoredHold } from "../store/holds.ts";
import { type OrgRecord, type Stamp, StoreBusy } from "../store/records.ts";
import { REMOVAL_WINDOW_MS } from "../store/removalCounts.ts";
import type { MassChangeLimits } from "./massChange.ts";
import {
  begunIn,
  countedFrom,
  type HoldFacts,
  type RemovalAnswer,
  releasedBy,
  removalAnswer,
  shareOf,
} from "./removalAnswer.ts";
import { waitToRetry } from "./retrying.ts";
import { type CountedRemovals, type RemovalGuard, type Session, stampOf } from "./session.ts";

/** Seconds. Okta doubles this wait with each of ten retries. Entra ID retries in its next cycle. */
export const HELD_RETRY_AFTER = 600;

interface RemovalGuardParts {
  readonly limits: MassChangeLimits;
  /** Called once per hold, when it begins. */
  report(org: OrgRecord, hold: Hold): void;
}

/** Counts removals by identity providers, and holds those beyond the share of a mass change (ADR 66). */
export function removalGuard(parts: RemovalGuardParts): RemovalGuard {
  return { begin: (session, request, id) => new RequestRemovals(parts, session, request, id) };
}

class RequestRemovals implements CountedRemovals {
  readonly #parts: RemovalGuardParts;
  readonly #session: Session;
  readonly #request: HeldRequest;
  readonly #id: string;
  readonly #store: HoldStore;
  readonly #stamp: Stamp;
  readonly #doneBefore: number;
  /** Removals counted for this request, by it or by an earlier request for the same change. */
  #counted = 0;
  #covered = 0;
  /** The epoch of the last count, and the number counted in it. */
  #latest = { epoch: 0, count: 0 };

  constructor(parts: RemovalGuardParts, session: Session, request: HeldRequest, id: string) {
    this.#parts = parts;
    this.#session = session;
    this.#request = request;
    this.#id = id;
    this.#store = new HoldStore(session.directory.view);
    this.#stamp = stampOf(session);
    this.#doneBefore = session.effects.membersRemoved;
  }

  async admit(count: number): Promise<void> {
    const { hold } = this.#session.org;
    if (hold?.decision === "refused") throw holdError("org.removalsRefused", [hold.reason]);
    const released = releasedBy(hold, this.#session.now());
    if (this.#session.now() < released.until) return;
    const missing = count - (this.#counted - this.#done);
    // The change was planned again, and its removals are already counted.
    if (this.#counted > 0 && missing <= 0) return;
    await this.#count(missing, released);
    this.#counted += missing;
  }

  async left(error: unknown): Promise<void> {
    const rest = this.#counted - this.#done;
    // After a fault of the store it is unknown what was written. Counting too much only begins a hold a little early.
    if (rest <= 0 || !(error instanceof ScimError)) return;
    try {
      if (this.#done > 0 || this.#covered > 0) await this.#leaveBegun(rest);
      else {
        const { epoch, count } = this.#latest;
        await this.#store.countBack(epoch, shareOf(this.#request), Math.min(rest, count));
      }
    } catch (failure) {
      // Counting too much is harmless, as above, and the request has its answer.
      if (!(failure instanceof StoreBusy)) throw failure;
    }
  }

  /** Removals that this request has carried out. A deletion counts as zero until it is complete. */
  get #done(): number {
    return this.#request === "members" ? this.#session.effects.membersRemoved - this.#doneBefore : 0;
  }

  async #count(count: number, released: HoldFacts["released"]): Promise<void> {
    const now = this.#session.now();
    const from = countedFrom(now, released);
    let [stored, deactivated] = await Promise.all([this.#store.read(), this.#store.deactivated(from, now)]);
    let users: number | undefined;
    for (let attempt = 1; ; ) {
      const facts = { now, limits: this.#parts.limits, released, deactivated, users };
      const asked = { request: this.#request, count, id: this.#id };
      const answer = removalAnswer(stored, asked, facts, this.#stamp);
      if (answer.outcome === "unknownRoster") {
        users = await this.#store.users();
        continue;
      }
      const outcome = await this.#carryOut(answer, count, stored);
      if (outcome === "admitted") return;
      stored = outcome.stored;
      await waitToRetry(this.#session, attempt, "lost");
      attempt += 1;
    }
  }

  /** @throws ScimError 503 where the removal is held */
  async #carryOut(
    answer: Exclude<RemovalAnswer, { readonly outcome: "unknownRoster" }>,
    count: number,
    stored: StoredHold | undefined,
  ): Promise<"admitted" | { readonly stored: StoredHold | undefined }> {
    switch (answer.outcome) {
      case "pass":
        return "admitted";
      case "held": {
        await this.#store.noteHeld(answer.state, this.#request, this.#stamp);
        throw removalsHeld(answer.state.hold);
      }
      case "count": {
        const outcome = await this.#store.count(answer.state, shareOf(this.#request), count, answer.most);
        if (outcome !== "written") return outcome;
        this.#noteCounted(answer.state.epoch, count);
        return "admitted";
      }
      case "write": {
        const { next, isHeld } = answer;
        const outcome = await this.#store.write(stored, next, this.#stamp, isHeld ? this.#request : undefined);
        if (outcome !== "written") return outcome;
        this.#covered += answer.covered;
        if (!isHeld) {
          this.#noteCounted((stored?.epoch ?? 0) + 1, count - answer.covered);
          return "admitted";
        }
        if (next.hold) this.#parts.report(this.#session.org, next.hold);
        throw removalsHeld(next.hold);
      }
    }
  }

  #noteCounted(epoch: number, count: number): void {
    this.#latest = { epoch, count: epoch === this.#latest.epoch ? this.#latest.count + count : count };
  }

  /** Lets a repeated request finish the change without counting again, and without a hold. */
  async #leaveBegun(rest: number): Promise<void> {
    const now = this.#session.now();
    let stored = await this.#store.read();
    for (let tries = 0; stored && tries < 5; tries += 1) {
      const begun = begunIn(stored, now);
      const left = rest + (begun[this.#id]?.left ?? 0);
      const next = { ...stored, begun: { ...begun, [this.#id]: { left, until: now + REMOVAL_WINDOW_MS } } };
      const outcome = await this.#store.write(stored, next, this.#stamp);
      if (outcome === "written") return;
      stored = outcome.stored;
    }
  }
}

function removalsHeld(hold: Hold | undefined): ScimError {
  const { since = "", limit = 0 } = hold ?? {};
  return holdError("busy.removalsHeld", [since, limit], { "Retry-After": String(HELD_RETRY_AFTER) });
}
