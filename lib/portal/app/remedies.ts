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

/** The catalogue of errors in the portal's words, in one language. */
export interface RemedyTables {
  /** By code. Most codes share their steps with others, and name them. */
  readonly remedies: Readonly<
    Record<string, Omit<PortalRemedy, keyof ConsoleSteps> & (ConsoleSteps | { readonly console: string })>
  >;
  readonly steps: Readonly<Record<string, ConsoleSteps>>;
  readonly again: Readonly<Record<string, string>>;
  readonly quirks: Readonly<Record<string, string>>;
}

/** RemedyTables with numbers of texts, and the texts by number: as JSON, which the bundler of the pages puts here. */
declare const PORTAL_REMEDIES: string;
declare const PORTAL_REMEDIES_EN: string;

export interface Catalogue {
  /** @param code from activity or problems, or `skippedMembers`; undefined for a later release's */
  portalRemedy(code: string): PortalRemedy | undefined;
  /** @param quirk from an activity entry; undefined for a later release's */
  quirkText(quirk: string): string | undefined;
  againText(remedy: PortalRemedy): string;
}

/** @param texts of the reader's language, by number; English unless given */
export function catalogueOf(texts: readonly string[] = JSON.parse(PORTAL_REMEDIES_EN)): Catalogue {
  const { remedies, steps, again, quirks }: RemedyTables = JSON.parse(PORTAL_REMEDIES, (_name, value) =>
    typeof value === "number" ? texts[value] : value,
  );
  return {
    portalRemedy: (code) => {
      const remedy = entryOf(remedies, code);
      if (remedy === undefined || !("console" in remedy)) return remedy;
      const { console, ...rest } = remedy;
      const shared = entryOf(steps, console);
      return shared && { ...shared, ...rest };
    },
    quirkText: (quirk) => entryOf(quirks, quirk.split(":")[0] ?? ""),
    againText: (remedy) => entryOf(again, remedy.again) ?? "",
  };
}

/** The table's own entry: a code of a later release may be the name of an inherited member. */
function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
