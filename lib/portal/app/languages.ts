import type { PortalTexts } from "../texts/en.ts";
import { en } from "../texts/en.ts";

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
