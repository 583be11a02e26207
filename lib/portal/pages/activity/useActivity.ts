import { useRef, useState } from "preact/hooks";
import { type Polled, usePolled } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import type { PortalError } from "../../app/portalError.ts";
import { type ActivityLines, firstLines, withHeld, withNewer, withOlder } from "./activityList.ts";
import type { ActivityFilter } from "./activityQuery.ts";

const EVERY = 3000;
const PAGE = 50;
/** Between two times that a screen reader hears of new requests. */
const QUIET = 15_000;

export interface LiveActivity {
  readonly polled: Polled<ActivityLines>;
  readonly olderError: PortalError | null;
  readonly olderBusy: boolean;
  showHeld(): void;
  showOlder(): void;
}

/** The requests that fit, newest first, and those that come. @param mustHold whether new ones would move what is being read */
export function useActivity(filter: ActivityFilter, mustHold: () => boolean): LiveActivity {
  const { api, org, texts, wording, announce } = usePortal();
  const key = JSON.stringify([org, filter]);
  const lines = useRef<{ readonly of: string; readonly now: ActivityLines } | null>(null);
  const heard = useRef({ count: 0, at: 0 });
  const [, setDrawn] = useState(0);
  const [older, setOlder] = useState<{ readonly busy: boolean; readonly error: PortalError | null }>(IDLE);
  const current = () => (lines.current?.of === key ? lines.current.now : null);
  const keep = (now: ActivityLines) => {
    lines.current = { of: key, now };
    setDrawn((before) => before + 1);
  };

  const tellNew = (count: number) => {
    heard.current.count += Math.max(0, count);
    if (heard.current.count === 0 || Date.now() - heard.current.at < QUIET) return;
    announce(wording.counted(heard.current.count, texts.activity.arrived));
    heard.current = { count: 0, at: Date.now() };
  };

  const firstPage = (signal: AbortSignal) => api.read("listActivity", { org }, { ...filter, count: PAGE }, signal);
  const polled = usePolled<ActivityLines>(
    async (signal) => {
      const before = current();
      const since = before?.newest ?? undefined;
      const answer = await api.read("listActivity", { org }, { ...filter, since, count: PAGE }, signal);
      // Meanwhile older ones may have been added. More news than a page: begin again from the newest.
      const known = current();
      const begins = known === null || since === undefined || answer.next !== null;
      const now = begins
        ? firstLines(since === undefined ? answer : await firstPage(signal))
        : withNewer(known, answer, mustHold());
      if (!signal.aborted) {
        lines.current = { of: key, now };
        if (known !== null && since !== undefined) tellNew(countOf(now) - countOf(known));
      }
      return now;
    },
    filter.to === undefined ? EVERY : null,
    [key],
  );

  const showOlder = () => {
    const after = current()?.next;
    if (older.busy || after == null) return;
    setOlder({ busy: true, error: null });
    api.read("listActivity", { org }, { ...filter, after, count: PAGE }, new AbortController().signal).then(
      (answer) => {
        setOlder(IDLE);
        const known = current();
        if (known !== null) keep(withOlder(known, answer));
      },
      (error: PortalError) => setOlder({ busy: false, error }),
    );
  };

  return {
    polled: { ...polled, data: current() },
    olderBusy: older.busy,
    olderError: older.error,
    showHeld: () => {
      const known = current();
      if (known !== null) keep(withHeld(known));
    },
    showOlder,
  };
}

function countOf({ shown, held }: ActivityLines): number {
  return shown.length + held.length;
}

const IDLE = { busy: false, error: null };
