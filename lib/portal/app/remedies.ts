/** The portal's words about a refusal. */
export interface PortalRemedy extends ConsoleSteps {
  /** For a list, without full stop. */
  readonly title: string;
  readonly happened: string;
  readonly elsewhere: string;
  /** The organization's rule that refuses it. */
  readonly rule?: string;
}

export interface ConsoleSteps {
  readonly entra: string;
  readonly okta: string;
  /** What happens when the same request is sent again: a name in RemedyTables. */
  readonly again: string;
}

/** The catalogue of errors in the portal's words. */
export interface RemedyTables {
  /** By code. Most codes share their steps with others, and name them. */
  readonly remedies: Readonly<
    Record<string, Omit<PortalRemedy, keyof ConsoleSteps> & (ConsoleSteps | { readonly console: string })>
  >;
  readonly steps: Readonly<Record<string, ConsoleSteps>>;
  readonly again: Readonly<Record<string, string>>;
  readonly quirks: Readonly<Record<string, string>>;
}

/** The tables of bin/generate/portalRemedies.ts as JSON, which the bundler of the pages puts here. */
declare const PORTAL_REMEDIES: string;

const TABLES: RemedyTables = JSON.parse(PORTAL_REMEDIES);

/** @param code from activity or problems, or `skippedMembers`; undefined for a later release's */
export function portalRemedy(code: string): PortalRemedy | undefined {
  const remedy = entryOf(TABLES.remedies, code);
  if (remedy === undefined || !("console" in remedy)) return remedy;
  const { console, ...rest } = remedy;
  const steps = entryOf(TABLES.steps, console);
  return steps && { ...steps, ...rest };
}

/** @param quirk from an activity entry; undefined for a later release's */
export function quirkText(quirk: string): string | undefined {
  const [name = ""] = quirk.split(":");
  return entryOf(TABLES.quirks, name);
}

export function againText({ again }: PortalRemedy): string {
  return entryOf(TABLES.again, again) ?? "";
}

/** The table's own entry: a code of a later release may be the name of an inherited member. */
function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
