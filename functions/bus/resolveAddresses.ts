import type { Resolver } from "node:dns/promises";
import type { ResolveAddresses } from "./openSocket.ts";
import { dns, dnsFailureOf } from "./resolveTxt.ts";

/** Two tries take less than the time limit of a connection. */
const TRY_MS = 1_500;
const TRIES = 2;

/** Asks the name servers in the machine's configuration, for both families at once. */
export const resolveAddresses: ResolveAddresses = (name) => {
  const { Resolver } = dns();
  return resolveAddressesBy(new Resolver({ timeout: TRY_MS, tries: TRIES }), name);
};

/** Resolves like other programs on a developer's machine, so that names in its `hosts` file are found. */
export const lookUpAddresses: ResolveAddresses = async (name) => {
  try {
    return { addresses: (await dns().lookup(name, { all: true })).map(({ address }) => address) };
  } catch (error) {
    return { failure: dnsFailureOf(error) };
  }
};

/** @returns the addresses of both families; the failure where both have none */
export async function resolveAddressesBy(
  resolver: Pick<Resolver, "resolve4" | "resolve6">,
  name: string,
): ReturnType<ResolveAddresses> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length > 0) return { addresses };
  const failures = answers.map((answer) => (answer.status === "rejected" ? dnsFailureOf(answer.reason) : "missing"));
  return { failure: failures.find((failure) => failure !== "missing") ?? "missing" };
}
