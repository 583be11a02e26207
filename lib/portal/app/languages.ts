import { en, type PortalTexts, type SomeTexts } from "../texts/en.ts";

const LANGUAGES = ["en", "de"] as const;

export type PortalLanguage = (typeof LANGUAGES)[number];

/** The first wanted language that has texts: "de-AT" is German. Otherwise English. */
export function chooseLanguage(wanted: readonly string[]): PortalLanguage {
  for (const tag of wanted) {
    const found = LANGUAGES.find((one) => tag.toLowerCase().split("-")[0] === one);
    if (found !== undefined) return found;
  }
  return "en";
}

export async function loadTexts(language: PortalLanguage): Promise<PortalTexts> {
  switch (language) {
    case "en":
      return en;
    case "de":
      return (await import("../texts/de.ts")).de;
  }
}

/** Translations of the setup guides, which are in English: by English template. */
export async function loadGuideWords(language: string): Promise<ReadonlyMap<string, string>> {
  return language === "de" ? (await import("../texts/de/guides.ts")).guideTextsDe : new Map();
}

/** The texts of the catalogue of errors, by number; undefined: they are in English. */
export async function loadRemedyTexts(language: string): Promise<readonly string[] | undefined> {
  return language === "de" ? (await import("../texts/de/guides.ts")).remedyTextsDe() : undefined;
}

/** The texts with some replaced. Unknown names are ignored. */
export function mergeTexts(texts: PortalTexts, some: SomeTexts): PortalTexts {
  return merged(texts, some);
}

function merged<T extends object>(tree: T, some: unknown): T {
  if (typeof some !== "object" || some === null) return tree;
  const entries = Object.entries(tree).map(([name, value]) => {
    const other: unknown = Object.hasOwn(some, name) ? Reflect.get(some, name) : undefined;
    if (typeof value === "object" && value !== null) return [name, merged(value, other)];
    return [name, typeof other === "string" ? other : value];
  });
  return Object.fromEntries(entries);
}

/** An identity provider's product name: `entra` is "Microsoft Entra ID". */
export function idpName({ idps }: PortalTexts, idp: string): string {
  const known = new Map(Object.entries(idps)).get(idp);
  return known ?? idps.other;
}
