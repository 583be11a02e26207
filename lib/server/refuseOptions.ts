import { didYouMean } from "../../bin/rollcall/nearest.ts";
import { isPreset, PRESETS } from "../../functions/store/rules.ts";

/** What an option takes. */
export interface OptionKind {
  readonly fits: (value: unknown) => boolean;
  /** As a sentence names it, e.g. `a function`. */
  readonly takes: string;
}

export const A_FUNCTION: OptionKind = { fits: (value) => typeof value === "function", takes: "a function" };
export const A_PRESET: OptionKind = { fits: isPreset, takes: `one of ${Object.keys(PRESETS).join(", ")}` };
export const TEXTS: OptionKind = {
  fits: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  takes: "a list of texts",
};

/**
 * For callers whose compiler does not check them. Absent and undefined are the same.
 * @param name of the options, e.g. `options`
 * @throws TypeError naming the option and what it takes
 */
export function refuseOptions(name: string, given: unknown, kinds: Readonly<Record<string, OptionKind>>): void {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new TypeError(`${name} takes an object, not ${shown(given)}.`);
  for (const [option, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined;
    const names = Object.keys(kinds);
    if (kind === undefined) {
      throw new TypeError(`${name}.${option} is unknown: there is ${names.join(", ")}.${didYouMean(option, names)}`);
    }
    if (value !== undefined && !kind.fits(value))
      throw new TypeError(`${name}.${option} takes ${kind.takes}, not ${shown(value)}.`);
  }
}

function shown(value: unknown): string {
  if (value === null || typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  return Array.isArray(value) ? "a list like this" : `a value of type ${typeof value}`;
}
