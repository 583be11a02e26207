import { Resolver } from "node:dns/promises";
import type { ResolveTxt, TxtAnswer } from "../provisioning/domains.ts";

/** Milliseconds until the first try is given up; c-ares waits longer for the next one. With both below ten seconds. */
const TRY_MS = 2_500;
const TRIES = 2;

/** By the code of Node's DNS errors: the name does not exist, or has no such record. */
const MISSING = ["ENOTFOUND", "ENODATA"];
/** Nobody could be asked, or nobody answered. */
const SILENT = ["ETIMEOUT", "ECONNREFUSED", "ECANCELLED"];

/** Asks the name servers that the machine is configured with. */
export const resolveTxt: ResolveTxt = (name) => resolveTxtBy(new Resolver({ timeout: TRY_MS, tries: TRIES }), name);

/** @param resolver as `node:dns/promises` has it: a record is a list of chunks of 255 bytes at most */
export async function resolveTxtBy(resolver: Pick<Resolver, "resolveTxt">, name: string): Promise<TxtAnswer> {
  try {
    const records = await resolver.resolveTxt(name);
    return { records: records.map((chunks) => chunks.join("")) };
  } catch (error) {
    return { failure: dnsFailureOf(error) };
  }
}

export function dnsFailureOf(error: unknown): "missing" | "servers" | "timeout" {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (MISSING.includes(code)) return "missing";
  return SILENT.includes(code) ? "timeout" : "servers";
}
