import { readFileSync } from "node:fs";
import { type Json, type JsonObject, own } from "../../functions/scim/json.ts";
import { codeOf, Refused, UsageError } from "./refused.ts";

export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  /** The placeholder in the help, e.g. `PATH`. */
  readonly value?: string;
  readonly help: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** Options as given: a string, true, or an array where the option may be repeated. */
export type GivenOptions = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** An option with a value. @param value its placeholder in the help */
export function text(value: string, help: string): CommandOption {
  return { type: "string", value, help };
}

/** An option that may be repeated. */
export function repeated(value: string, help: string): CommandOption {
  return { ...text(value, help), multiple: true };
}

export function flag(help: string): CommandOption {
  return { type: "boolean", help };
}

export function textOption(options: GivenOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

export function textOptions(options: GivenOptions, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** @throws UsageError for an absent option */
export function neededText(options: GivenOptions, name: string): string {
  const value = textOption(options, name);
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return value;
}

/** @throws UsageError where both options are given */
export function refuseBoth(options: GivenOptions, one: string, other: string): void {
  if (options[one] !== undefined && options[other] !== undefined)
    throw new UsageError(`--${one} and --${other} exclude each other.`);
}

/** Whether the first flag is given, or the second; undefined for neither. @throws UsageError for both */
export function eitherFlag(options: GivenOptions, yes: string, no: string): boolean | undefined {
  refuseBoth(options, yes, no);
  return options[yes] === true ? true : options[no] === true ? false : undefined;
}

/** The content of a file that an option names. @param what for the refusal @throws Refused */
export function readGivenFile(path: string, what = "file"): string {
  try {
    // Editors and shells of Windows begin a file with a byte order mark.
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new Refused(`The ${what} ${path} cannot be read (${codeOf(error) ?? "unknown reason"}).`);
  }
}

/** @returns undefined for an absent option @throws UsageError naming it */
export function wholeNumber(options: GivenOptions, name: string, least: 0 | 1 = 0): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`--${name} takes a whole number${least === 0 ? "" : ` from ${least} on`}.`);
}

/** A body of the given values, without undefined ones. */
export function given(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @param text e.g. `90s`, `30m`, `24h`, `7d` @throws UsageError naming the option */
export function secondsOf(option: string, text: string): number {
  const [, number, unit = ""] = /^(\d{1,8})([smhd])$/.exec(text) ?? [];
  if (number === undefined) throw new UsageError(`--${option} takes a number with s, m, h or d, for example 24h.`);
  return Number(number) * (own(SECONDS, unit) ?? 1);
}
