import { useId } from "preact/hooks";
import { usePortal } from "../../app/portalContext.ts";
import type { PortalTexts } from "../../texts/en.ts";

interface SketchRow {
  /** The console's label, in the language of its documents. */
  readonly label: string;
  readonly value: string;
  readonly look: "field" | "select" | "button";
  /** The step is about this. */
  readonly marked: boolean;
}

interface DrawnConsole {
  readonly heading: string;
  readonly rows: readonly SketchRow[];
}

type SketchName = keyof PortalTexts["sketches"];

const DRAWN: Readonly<Record<SketchName, DrawnConsole>> = {
  entraConnect: {
    heading: "Provisioning",
    rows: [
      { label: "Provisioning Mode", value: "Automatic", look: "select", marked: false },
      { label: "Tenant URL", value: "https://…/scim/v2/…", look: "field", marked: true },
      { label: "Secret Token", value: "••••••••••••••••", look: "field", marked: true },
      { label: "", value: "Test Connection", look: "button", marked: true },
    ],
  },
  entraApply: {
    heading: "Edit Attribute",
    rows: [
      { label: "Source attribute", value: "userPrincipalName", look: "select", marked: false },
      { label: "Target attribute", value: "userName", look: "select", marked: false },
      { label: "Apply this mapping", value: "Only during object creation", look: "select", marked: true },
      { label: "", value: "Ok", look: "button", marked: true },
    ],
  },
  oktaHeader: {
    heading: "SCIM Connection",
    rows: [
      { label: "SCIM connector base URL", value: "https://…/scim/v2/…", look: "field", marked: true },
      { label: "Authentication Mode", value: "HTTP Header", look: "select", marked: true },
      { label: "Authorization", value: "••••••••••••••••", look: "field", marked: true },
      { label: "", value: "Test Connector Configuration", look: "button", marked: true },
    ],
  },
};

/** The drawings and their steps. */
export const SKETCHED: readonly { readonly idp: string; readonly title: string; readonly sketch: SketchName }[] = [
  { idp: "entra", title: "Connect", sketch: "entraConnect" },
  { idp: "entra", title: "Map the users", sketch: "entraApply" },
  { idp: "okta", title: "Connect", sketch: "oktaHeader" },
];

const WIDTH = 440;
const ROW = 44;
const TOP = 48;
const FIELD = { x: 178, width: 246 } as const;

/** A drawing of part of a console: what to look for, not an exact picture. */
export function Sketch({ name }: { readonly name: SketchName }) {
  const { texts } = usePortal();
  const title = useId();
  const { heading, rows } = DRAWN[name];
  const height = TOP + rows.length * ROW + 8;
  return (
    <figure class="sketch">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-labelledby={title}>
        <title id={title}>{texts.sketches[name]}</title>
        <rect class="sketch-window" x="1" y="1" width={WIDTH - 2} height={height - 2} rx="10" />
        <path class="sketch-line" d={`M1 36H${WIDTH - 1}`} />
        <text class="sketch-heading" x="16" y="24">
          {heading}
        </text>
        {rows.map((row, index) => (
          <DrawnRow key={row.value} row={row} y={TOP + index * ROW} />
        ))}
      </svg>
      <figcaption class="faint">{texts.connect.asOnRight}</figcaption>
    </figure>
  );
}

function DrawnRow({ row: { label, value, look, marked }, y }: { readonly row: SketchRow; readonly y: number }) {
  const width = look === "button" ? value.length * 7 + 32 : FIELD.width;
  return (
    <g class={marked ? "sketch-row sketch-marked" : "sketch-row"}>
      <text x="16" y={y + 21}>
        {label}
      </text>
      <rect class="sketch-field" x={FIELD.x} y={y} width={width} height="32" rx={look === "button" ? 16 : 5} />
      <text x={FIELD.x + (look === "button" ? 16 : 10)} y={y + 21}>
        {value}
      </text>
      {look === "select" && <path class="sketch-arrow" d={`M${FIELD.x + FIELD.width - 22} ${y + 13}l5 6 5-6`} />}
    </g>
  );
}
