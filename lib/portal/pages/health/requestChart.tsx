import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { usePortal } from "../../app/portalContext.ts";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/dataTable.tsx";
import {
  BAR_KINDS,
  type BarKind,
  chartBars,
  countsOfHour,
  countsOfHours,
  type HourOfTraffic,
  scaleTop,
} from "./chartShape.ts";

const HEIGHT = 140;
const HOUR = 3_600_000;

/** Requests per hour as bars, each kind with its own pattern; details of one hour, or all as a table. */
export function RequestChart({ hours }: { readonly hours: readonly HourOfTraffic[] }) {
  const { texts, wording } = usePortal();
  const words = texts.health;
  const [shown, setShown] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const { box, width } = useWidth();
  const id = useId();
  const all = countsOfHours(hours);
  const most = Math.max(0, ...hours.map((hour) => countsOfHour(hour).all));
  const at = Math.min(shown ?? hours.length - 1, hours.length - 1);
  const hourWords = (hour: HourOfTraffic) => {
    const to = new Date(Date.parse(hour.hour) + HOUR).toISOString();
    return wording.fill(words.hourText, {
      ...countsOfHour(hour),
      from: wording.dateTime(hour.hour),
      to: wording.timeOfDay(to),
    });
  };
  const hour = hours[at];
  if (all.all === 0 || hour === undefined) return <p class="faint">{words.noRequests}</p>;
  return (
    <div class="chart">
      <div class="chart-legend" aria-hidden="true">
        {BAR_KINDS.map((kind) => (
          <span key={kind}>
            <svg width="16" height="16" aria-hidden="true">
              <rect width="16" height="16" rx="3" fill={`url(#${id}-${kind})`} />
            </svg>
            {words[kind]}
          </span>
        ))}
      </div>
      <div ref={box} class="chart-box">
        <span class="chart-top">{wording.number(scaleTop(most))}</span>
        <svg width={width} height={HEIGHT} role="img" aria-labelledby={`${id}-title`} aria-describedby={`${id}-desc`}>
          <title id={`${id}-title`}>{words.chartTitle}</title>
          <desc id={`${id}-desc`}>{wording.fill(words.chartText, { ...all, most })}</desc>
          <Patterns id={id} />
          <line class="chart-line" x1="0" x2={width} y1="0.5" y2="0.5" />
          <line class="chart-line" x1="0" x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
          {chartBars(hours, width, HEIGHT).map(({ x, width: wide, parts }, index) => (
            <g key={hours[index]?.hour} onPointerEnter={() => setShown(index)}>
              <rect
                class={index === at && shown !== null ? "chart-room chart-room-shown" : "chart-room"}
                x={x - 1}
                width={wide + 2}
                height={HEIGHT}
              />
              {parts.map(({ kind, y, height }) => (
                <rect key={kind} x={x} width={wide} y={y} height={height} fill={`url(#${id}-${kind})`} />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <div class="chart-ends faint" aria-hidden="true">
        <span>{wording.fill(words.hoursAgo, { n: hours.length })}</span>
        <span>{words.now}</span>
      </div>
      <input
        class="chart-hour"
        type="range"
        min="0"
        max={hours.length - 1}
        value={at}
        aria-label={words.hour}
        aria-valuetext={hourWords(hour)}
        onInput={(event) => setShown(Number(event.currentTarget.value))}
      />
      <p class="chart-words" aria-hidden="true">
        {hourWords(hour)}
      </p>
      <div class="row">
        <Button look="quiet" expanded={asTable} onClick={() => setAsTable(!asTable)}>
          {words.table}
        </Button>
      </div>
      {asTable && (
        <DataTable
          caption={words.chartTitle}
          rows={hours.filter((one) => countsOfHour(one).all > 0).toReversed()}
          rowKey={(one) => one.hour}
          columns={[
            { name: "hour", title: words.hour, cell: (one) => wording.dateTime(one.hour) },
            ...BAR_KINDS.map((kind) => ({
              name: kind,
              title: words[kind],
              align: "end" as const,
              cell: (one: HourOfTraffic) => wording.number(countsOfHour(one)[kind]),
            })),
          ]}
        />
      )}
    </div>
  );
}

/** Done is plain, refused has stripes, failed has dots: distinct without colour. */
function Patterns({ id }: { readonly id: string }) {
  const pattern = (kind: BarKind, size: number, turn: string | undefined, mark: ComponentChildren) => (
    <pattern
      id={`${id}-${kind}`}
      width={size}
      height={size}
      patternUnits="userSpaceOnUse"
      {...(turn !== undefined && { patternTransform: turn })}
    >
      <rect class={`chart-${kind}`} width={size} height={size} />
      {mark}
    </pattern>
  );
  return (
    <defs>
      {pattern("done", 8, undefined, null)}
      {pattern("refused", 6, "rotate(45)", <rect class="chart-mark" width="2.5" height="6" />)}
      {pattern("failed", 6, undefined, <circle class="chart-mark" cx="3" cy="3" r="1.75" />)}
    </defs>
  );
}

/** The element's present width in pixels. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(120, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}
