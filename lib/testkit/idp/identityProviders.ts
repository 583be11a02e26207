import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../chance.ts";
import { type EntraOptions, entraDialect } from "./entraDialect.ts";
import type { IdentityProvider } from "./identityProvider.ts";
import { type OktaOptions, oktaDialect } from "./oktaDialect.ts";
import { type OneLoginOptions, oneloginDialect } from "./oneloginDialect.ts";
import { createProvider } from "./provider.ts";
import { ProviderFaults } from "./providerFaults.ts";
import { Traffic } from "./traffic.ts";

/** The values for an identity provider's console. */
export interface ScimConnection {
  readonly tenantUrl: string;
  /** The bearer token. */
  readonly token: string;
}

export type ProviderName = "entra" | "okta" | "onelogin";

/** The identity providers. Each call makes one with its own empty directory. */
export interface IdentityProviders {
  entra(connection: ScimConnection, options?: EntraOptions): IdentityProvider;
  okta(connection: ScimConnection, options?: OktaOptions): IdentityProvider;
  onelogin(connection: ScimConnection, options?: OneLoginOptions): IdentityProvider;
  /** The provider by name, for any SCIM server. */
  of(target: ScimConnection & { readonly provider: ProviderName }): IdentityProvider;
}

/** @param means `wait` lets a provider's waiting time pass */
export function createIdentityProviders(
  chance: Chance,
  means: { readonly faults: ProviderFaults; wait(milliseconds: number): Promise<unknown> },
): IdentityProviders {
  const traffic = new Traffic();
  const made = new Map<string, number>();
  // A connection's second provider has other users.
  const forked = (provider: ProviderName, connection: ScimConnection): Chance => {
    assertConnection(connection);
    const name = `${provider} ${new URL(connection.tenantUrl).pathname}`;
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

/** For callers without types, who give a name, or forget an await. @throws TypeError */
export function assertConnection(connection: Partial<ScimConnection>): void {
  if (typeof connection?.tenantUrl !== "string")
    throw new TypeError("Give { tenantUrl, token }, as await rollcall.org(name) returns them: no name, no promise.");
}

/** Options for identity providers of any SCIM server, without a Rollcall. */
export interface ProvidersOptions {
  /** Source of names, ids and faults (default 1). */
  readonly seed?: number;
  /** Lets a provider's waiting time pass, e.g. after a 429 (default: really). */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Identity providers for any SCIM server, e.g. one that a test started, and faults between them. */
export function identityProviders({ seed = 1, wait = sleep }: ProvidersOptions = {}): {
  readonly idp: IdentityProviders;
  readonly faults: ProviderFaults;
} {
  const chance = new Chance(seed);
  const faults = new ProviderFaults(chance.fork("faults"));
  return { idp: createIdentityProviders(chance, { faults, wait }), faults };
}
