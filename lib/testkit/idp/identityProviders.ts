import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../chance.ts";
import { type EntraOptions, entraDialect } from "./entraDialect.ts";
import type { IdentityProvider } from "./identityProvider.ts";
import { type OktaOptions, oktaDialect } from "./oktaDialect.ts";
import { type OneLoginOptions, oneloginDialect } from "./oneloginDialect.ts";
import { createProvider } from "./provider.ts";
import { ProviderFaults } from "./providerFaults.ts";
import { Traffic } from "./traffic.ts";

/** What an identity provider's console asks for. */
export interface ScimConnection {
  readonly tenantUrl: string;
  /** The bearer token. */
  readonly token: string;
}

export type ProviderName = "entra" | "okta" | "onelogin";

/** The identity providers. Each call makes one with a directory of its own, which is empty. */
export interface IdentityProviders {
  entra(connection: ScimConnection, options?: EntraOptions): IdentityProvider;
  okta(connection: ScimConnection, options?: OktaOptions): IdentityProvider;
  onelogin(connection: ScimConnection, options?: OneLoginOptions): IdentityProvider;
  /** The provider by its name; of any SCIM server. */
  of(target: ScimConnection & { readonly provider: ProviderName }): IdentityProvider;
}

/** @param means `wait` lets the time pass that a provider waits */
export function createIdentityProviders(
  chance: Chance,
  means: { readonly faults: ProviderFaults; wait(milliseconds: number): Promise<unknown> },
): IdentityProviders {
  const traffic = new Traffic();
  const made = new Map<string, number>();
  // The second provider of a connection has users of its own.
  const forked = (provider: ProviderName, { tenantUrl }: ScimConnection): Chance => {
    const name = `${provider} ${new URL(tenantUrl).pathname}`;
    const count = made.get(name) ?? 0;
    made.set(name, count + 1);
    return chance.fork(`${name} ${count}`);
  };
  const over = ({ tenantUrl, token }: ScimConnection) => ({ ...means, url: tenantUrl, token, traffic });
  const providers: Omit<IdentityProviders, "of"> = {
    entra(connection, options = {}) {
      const own = forked("entra", connection);
      return createProvider(entraDialect(own.fork("probes"), options), own, over(connection));
    },
    okta(connection, options = {}) {
      const own = forked("okta", connection);
      return createProvider(oktaDialect(own.fork("passwords"), options), own, over(connection));
    },
    onelogin(connection, options = {}) {
      return createProvider(oneloginDialect(options), forked("onelogin", connection), over(connection));
    },
  };
  return {
    ...providers,
    of({ provider, ...connection }) {
      assertProvider(provider);
      return providers[provider](connection);
    },
  };
}

/** For callers without types. @throws TypeError */
export function assertProvider(name: string): asserts name is ProviderName {
  const names = ["entra", "okta", "onelogin"] satisfies ProviderName[];
  if (!names.some((known) => known === name))
    throw new TypeError(`No provider is called ${name}: ${names.join(", ")}.`);
}

/** What identity providers of any SCIM server have, where no Rollcall runs beside them. */
export interface ProvidersOptions {
  /** Names, ids and faults follow from it (default 1). */
  readonly seed?: number;
  /** Lets the time pass that a provider waits, e.g. after a 429 (default: really). */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Identity providers for any SCIM server, e.g. one that a test started, and the faults between them. */
export function identityProviders({ seed = 1, wait = sleep }: ProvidersOptions = {}): {
  readonly idp: IdentityProviders;
  readonly faults: ProviderFaults;
} {
  const chance = new Chance(seed);
  const faults = new ProviderFaults(chance.fork("faults"));
  return { idp: createIdentityProviders(chance, { faults, wait }), faults };
}
