import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { textsIn } from "./adminClient.ts";
import { printable, table } from "./table.ts";

/** Events for people. */

const TYPE_WIDTH = 18;
const RESOURCE_WIDTH = 23;

/** One line: time, number, type, resource, what changed, who did it, and the reference of the request. */
export function eventSummary(event: JsonObject): string {
  const { time, seq, type, resource } = event;
  const what = [String(type).padEnd(TYPE_WIDTH), String(resource).padEnd(RESOURCE_WIDTH), changeOf(event)];
  const who = [event.actor, event.reference].filter((part) => part !== "").join(", ref ");
  return printable(`${time || "(time unknown)"}  ${String(seq).padStart(6)}  ${what.join("  ").trimEnd()}  (${who})`);
}

/** `nickName, active; +u… -u…` */
function changeOf({ changed, added, removed, from }: JsonObject): string {
  const names = textsIn(changed);
  const members = [...textsIn(added).map((id) => `+${id}`), ...textsIn(removed).map((id) => `-${id}`)];
  const parts = [
    ...(names.length > 0 ? [names[0] === "*" ? "unknown changes" : names.join(", ")] : []),
    ...(members.length > 0
      ? [members.slice(0, MOST_MEMBERS).join(" ") + (members.length > MOST_MEMBERS ? " …" : "")]
      : []),
    ...(from === undefined ? [] : [`since version ${String(from)}`]),
  ];
  return parts.join("; ");
}

const MOST_MEMBERS = 5;

/** A resource's events, oldest first, with values before and after. */
export function historyTable(events: readonly JsonObject[]): string {
  const rows = events.flatMap((event) => {
    const { time, version, type, actor, reference } = event;
    const [first = ["", "", ""], ...others] = valuesOf(event);
    return [
      [time, version, type, ...first, actor, reference],
      ...others.map((values) => ["", "", "", ...values, "", ""]),
    ];
  });
  return table(["TIME", "VERSION", "EVENT", "CHANGED", "BEFORE", "AFTER", "WHO", "REF"], rows);
}

function valuesOf({ changed, added, removed, before, after, valuesOmitted }: JsonObject): string[][] {
  const [earlier, later] = [before, after].map((values) => (isObject(values) ? values : {}));
  const rows = textsIn(changed).map((name) =>
    valuesOmitted === true ? [name, "(not kept)", "(not kept)"] : [name, shown(earlier?.[name]), shown(later?.[name])],
  );
  const joined = textsIn(added).map((id) => ["member", "", id]);
  const left = textsIn(removed).map((id) => ["member", id, ""]);
  return [...rows, ...joined, ...left];
}

const LONGEST = 60;

function shown(value: Json | undefined): string {
  const text = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
