// biome-ignore-all lint/performance/noBarrelFile: the door of the package rollcall/testkit; what is named here is public

export { AnswerUnfit } from "./answers.ts";
export type { KitClock } from "./clock.ts";
export type { EntraOptions } from "./entraDialect.ts";
export type * from "./identityProvider.ts";
export type { IdentityProviders, ProviderName, ProvidersOptions, ScimConnection } from "./identityProviders.ts";
export { identityProviders } from "./identityProviders.ts";
export type { Exchange } from "./line.ts";
export { ProviderRefused } from "./line.ts";
export type { OktaOptions } from "./oktaDialect.ts";
export type { OneLoginOptions } from "./oneloginDialect.ts";
export type { InjectedFault, Occasion, ProviderFault, ProviderFaults } from "./providerFaults.ts";
export type { ProviderUser, ProviderUserWishes } from "./providerUser.ts";
export type { KitOrg, Rollcall, RollcallOptions } from "./startRollcall.ts";
export { startRollcall } from "./startRollcall.ts";
