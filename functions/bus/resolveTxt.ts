import type { Resolver } from "node:dns/promises";
import type { ResolveTxt, TxtAnswer } from "../provisioning/domains.ts";

/** Milliseconds before the first try is given up; c-ares waits longer for the second. Both take less than ten seconds. */
const TRY_MS = 2_500;
const TRIES = 2;

/** Codes of Node's DNS errors: the name does not exist, or has no such record. */
const MISSING = ["ENOTFOUND", "ENODATA"];
/** No name server was reached, or none answered. */
const SILENT = ["ETIMEOUT", "ECONNREFUSED", "ECANCELLED"];

/** Asks the name servers in the machine's configuration. */
export const resolveTxt: ResolveTxt = (name) => {
  const { Resolver } = dns();
  return resolveTxtBy(new Resolver({ timeout: TRY_MS, tries: TRIES }), name);
};

/** Node's client of the DNS, loaded on first use, because few requests need it. */
export function dns() {
  return process.getBuiltinModule("node:dns/promises");
}

/** @param resolver from `node:dns/promises`: a record is a list of chunks of at most 255 bytes */
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
