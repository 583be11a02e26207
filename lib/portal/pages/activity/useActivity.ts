import { useRef, useState } from "preact/hooks";
import { type Doing, useDoing } from "../../app/doing.ts";
import { type Polled, usePolled } from "../../app/polled.ts";
import { usePortal } from "../../app/portalContext.ts";
import { type ActivityLines, firstLines, withHeld, withNewer, withOlder } from "./activityList.ts";
import type { ActivityFilter } from "./activityQuery.ts";

const EVERY = 3000;
const PAGE = 50;
/** More, which nobody reads, begin again from the newest: the page may stay open for hours. */
const MOST = 500;
/** Least milliseconds between two announcements of new requests. */
const QUIET = 15_000;

interface LiveActivity {
  readonly polled: Polled<ActivityLines>;
  readonly older: Pick<Doing, "busy" | "error">;
  showHeld(): void;
  showOlder(): void;
}

/** The matching requests, newest first, and new ones. @param mustHold whether new ones would move what is being read */
export function useActivity(filter: ActivityFilter, mustHold: () => boolean): LiveActivity {
  const { api, org, texts, wording, announce } = usePortal();
  const key = JSON.stringify([org, filter]);
  const lines = useRef<{ readonly of: string; readonly now: ActivityLines } | null>(null);
  const heard = useRef({ count: 0, at: 0 });
  const [, setDrawn] = useState(0);
  const older = useDoing();
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
      // Older entries may have been added meanwhile. If there is more than a page of news, start again from the newest.
      const known = current();
      const tooMany = known !== null && countOf(known) > MOST && !mustHold();
      const begins = known === null || since === undefined || answer.next !== null || tooMany;
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
    if (after == null) return;
    older.start(async (signal) => {
      const answer = await api.read("listActivity", { org }, { ...filter, after, count: PAGE }, signal);
      const known = current();
      if (known !== null) keep(withOlder(known, answer));
    });
  };

  return {
    polled: { ...polled, data: current() },
    older,
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
