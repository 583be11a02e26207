import type { PluralText } from "../app/wording.ts";
import { activityTexts } from "./en/activity.ts";
import { commonTexts } from "./en/common.ts";
import { connectTexts } from "./en/connect.ts";
import { consoleTexts } from "./en/console.ts";
import { credentialsTexts } from "./en/credentials.ts";
import { healthTexts } from "./en/health.ts";
import { peopleTexts } from "./en/people.ts";
import { settingsTexts } from "./en/settings.ts";
import { shellTexts } from "./en/shell.ts";

/**
 * Every text of the pages, by page: data, which a deployment may replace in parts. `{names}` stand for values; a text with
 * `one` and `other` is chosen by a number, `{n}`.
 */
export const en = {
  ...commonTexts,
  ...shellTexts,
  ...connectTexts,
  ...peopleTexts,
  ...activityTexts,
  ...credentialsTexts,
  ...healthTexts,
  ...settingsTexts,
  ...consoleTexts,
} as const;

/** The same tree with other words. */
type Reworded<T> = T extends string
  ? string
  : T extends PluralText
    ? PluralText
    : { readonly [K in keyof T]: Reworded<T[K]> };

/** What a language has to say: complete, or it does not compile. */
export type PortalTexts = Reworded<typeof en>;
/** The texts of one part, for the files of other languages. */
export type TextsOf<T> = Reworded<T>;

/** Some of them, as a host of the embedded element gives its own words. */
export type SomeTexts<T = PortalTexts> = T extends string | PluralText
  ? T
  : { readonly [K in keyof T]?: SomeTexts<T[K]> };
