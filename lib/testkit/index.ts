// biome-ignore-all lint/performance/noBarrelFile: the door of the package rollcall/testkit; what is named here is public

export { type DriveOptions, driveServer, type ServerDifference, type ServerReport } from "./driveServer.ts";
export type { Occasion } from "./faultPlan.ts";
export { AnswerUnfit } from "./idp/answers.ts";
export type { EntraOptions } from "./idp/entraDialect.ts";
export type * from "./idp/identityProvider.ts";
export type { IdentityProviders, ProviderName, ProvidersOptions, ScimConnection } from "./idp/identityProviders.ts";
export { identityProviders } from "./idp/identityProviders.ts";
export type { Exchange } from "./idp/line.ts";
export { AnswerLost, ProviderRefused, ServerSilent } from "./idp/line.ts";
export type { OktaOptions } from "./idp/oktaDialect.ts";
export type { OneLoginOptions } from "./idp/oneloginDialect.ts";
export type { InjectedFault, ProviderFault, ProviderFaults, RequestOccasion } from "./idp/providerFaults.ts";
export type { ProviderUser, ProviderUserWishes } from "./idp/providerUser.ts";
export type { AnswerDifference, PlayedStep } from "./lives/player.ts";
export type {
  KitClock,
  KitOrg,
  KitRollcall,
  KitWebhook,
  KitWebhookWishes,
  RollcallOptions,
  RulesPreset,
} from "./startRollcall.ts";
export { startRollcall } from "./startRollcall.ts";
export type { InjectedWebhookFault, WebhookFaults } from "./webhookFaults.ts";
