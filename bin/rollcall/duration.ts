import { own } from "../../functions/scim/json.ts";
import { Misused } from "./refused.ts";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @param text e.g. `90s`, `30m`, `24h`, `7d` @throws Misused naming the option */
export function secondsOf(option: string, text: string): number {
  const [, number, unit = ""] = /^(\d{1,8})([smhd])$/.exec(text) ?? [];
  if (number === undefined) throw new Misused(`--${option} takes a number with s, m, h or d, for example 24h.`);
  return Number(number) * (own(SECONDS, unit) ?? 1);
}
