// biome-ignore-all lint/performance/noBarrelFile: the one entry of a package, `rollcall/client`
export type { Authorization, AwsCredentials } from "./authorize.ts";
export { type Client, type ClientOptions, createClient, type GateAnswer, type GateQuestion } from "./createClient.ts";
export type { Admin } from "./generated/admin.ts";
export type { Directory } from "./generated/directory.ts";
export type { CallOperation, CallOptions, Gives, OperationName, Takes } from "./operations.ts";
export type {
  Access,
  AssignedRole,
  ChosenTeamOf,
  ChosenUserOf,
  Event,
  EventsQuestion,
  ListQuestion,
  Member,
  MembersQuestion,
  OneQuestion,
  Team,
  TeamField,
  TeamOfUser,
  User,
  UserField,
  UserWithTeams,
} from "./reads.ts";
export { type ClientCode, RollcallError } from "./rollcallError.ts";
export type { Fetch } from "./send.ts";
export type { Batch, Change, CopyCursor, SyncedUser, SyncOptions, SyncResult } from "./syncTypes.ts";
export {
  type ReceivedEvent,
  type ReceivedWebhook,
  verifyWebhook,
  WebhookError,
  type WebhookFault,
  type WebhookHeaders,
  type WebhookOptions,
} from "./verifyWebhook.ts";
