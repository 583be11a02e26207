import type { PageAnswer } from "../../app/api.ts";

export type HourOfTraffic = PageAnswer<"getHealth">["hours"][number];

interface ChartBar {
  readonly x: number;
  readonly width: number;
  /** From the bottom up: done, refused, failed; without empty ones. */
  readonly parts: readonly { readonly kind: BarKind; readonly y: number; readonly height: number }[];
}

export const BAR_KINDS = ["done", "refused", "failed"] as const;
export type BarKind = (typeof BAR_KINDS)[number];

interface HourCounts extends Readonly<Record<BarKind, number>> {
  readonly all: number;
}

export function countsOfHour({ reads, writes, refused, failed }: HourOfTraffic): HourCounts {
  return { done: reads + writes, refused, failed, all: reads + writes + refused + failed };
}

/** @param hours to add up */
export function countsOfHours(hours: readonly HourOfTraffic[]): HourCounts {
  const sum = { done: 0, refused: 0, failed: 0, all: 0 };
  for (const hour of hours) {
    const counts = countsOfHour(hour);
    for (const kind of ["done", "refused", "failed", "all"] as const) sum[kind] += counts[kind];
  }
  return sum;
}

/** The top of the scale: the smallest of 1, 2, 5, 10, 20, 50 … that is not below `most`. */
export function scaleTop(most: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 5, 10].map((step) => step * ten).find((step) => step >= most) ?? ten;
}

/** Least height, so that one request is visible beside thousands. */
const LEAST_HEIGHT = 3;

/** Bars of a chart in pixels. Small parts stay visible; where they exceed the height, all parts shrink. */
export function chartBars(hours: readonly HourOfTraffic[], width: number, height: number): readonly ChartBar[] {
  const top = scaleTop(Math.max(0, ...hours.map((hour) => countsOfHour(hour).all)));
  const step = hours.length === 0 ? width : width / hours.length;
  const gap = Math.min(3, step / 4);
  return hours.map((hour, index) => {
    const counts = countsOfHour(hour);
    const heights = BAR_KINDS.map((kind) =>
      counts[kind] === 0 ? 0 : Math.max(LEAST_HEIGHT, (counts[kind] / top) * height),
    );
    const sum = heights.reduce((all, one) => all + one, 0);
    const fits = sum > height ? height / sum : 1;
    let y = height;
    const parts = BAR_KINDS.flatMap((kind, at) => {
      const high = (heights[at] ?? 0) * fits;
      if (high === 0) return [];
      y -= high;
      return [{ kind, y, height: high }];
    });
    return { x: index * step + gap / 2, width: Math.max(1, step - gap), parts };
  });
}
