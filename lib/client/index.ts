// biome-ignore-all lint/performance/noBarrelFile: the one entry of a package, `rollcall/client`
export type { Authorization, AwsCredentials } from "./authorize.ts";
export { type Client, type ClientOptions, createClient, type GateAnswer, type GateQuestion } from "./createClient.ts";
export type * as Admin from "./generated/admin.ts";
export type * as Directory from "./generated/directory.ts";
export type { Access, AssignedRole, Event, Member, Team, TeamOfUser, User } from "./generated/directory.ts";
export type { CallOperation, Gives, OperationName, Takes } from "./operations.ts";
export type { UserField, UserWithTeams } from "./reads.ts";
export { type ClientCode, RollcallError } from "./rollcallError.ts";
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
