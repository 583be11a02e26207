import type { PageRoute } from "../../app/pageRoute.ts";

/** The activity's filter: the query of the request, and without the name, of the address. */
export interface ActivityFilter {
  readonly outcome?: string;
  readonly code?: string;
  readonly resource?: string;
  readonly id?: string;
  readonly name?: string;
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
}

export const OUTCOMES = ["done", "partly", "refused", "failed"] as const;

const FORMS: Readonly<Record<Exclude<keyof ActivityFilter, "name">, (text: string) => boolean>> = {
  outcome: (text) => OUTCOMES.some((one) => one === text),
  code: (text) => /^[\w.]{1,80}$/.test(text),
  resource: (text) => text === "user" || text === "group",
  id: (text) => /^[ug][0-9A-Za-z]{22}$/.test(text),
  from: isTime,
  to: isTime,
};

/** The address's filter, without invalid values. */
export function readFilter({ query }: Pick<PageRoute, "query">): ActivityFilter {
  const known = Object.entries(FORMS).flatMap(([name, fits]) => {
    const value = query.get(name);
    return value !== undefined && fits(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(known);
}

export function isFiltered(filter: ActivityFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** The form of a datetime-local input: the reader's own time, to the minute. @param iso RFC 3339, or absent */
export function toLocalInput(iso: string | undefined): string {
  if (iso === undefined) return "";
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, "2026-01-02T03:04".length);
}

/** @returns undefined: empty or incomplete */
export function fromLocalInput(text: string): string | undefined {
  const time = new Date(text);
  return text === "" || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The API takes times of this century. */
export const CENTURY = { min: "2000-01-01T00:00", max: "2099-12-31T23:59" };

function isTime(text: string): boolean {
  return /^20\d\d-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}
