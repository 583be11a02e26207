// Made by `npm run generate` from functions/http/signed/declarations.

export declare namespace Admin {
export type JsonObject = Readonly<Record<string, unknown>>;

export interface AdoptionCandidate {
  readonly id: string;
  readonly userName: string;
  /** The identity provider's user must have the same value, ignoring case; null: the application's user has none. */
  readonly key: string | null;
  /** twin: the identity provider has made a user with the key already, and the two users stay apart. domainNotVerified: the key is an address outside the organization's verified domains. double: several users of the application have the address. */
  readonly verdict: "adoptable" | "noWorkEmail" | "twin" | "domainNotVerified" | "double";
  /** Ids of the twins or doubles. */
  readonly others: readonly string[];
}

export interface AdoptionPage {
  readonly by: "userName" | "email";
  readonly users: readonly AdoptionCandidate[];
  /** The value of after for the next page; absent at the end. */
  readonly next?: string;
}

export interface ApplicationKey {
  readonly id: string;
  readonly scope: ApplicationScope;
  /** null: it opens every organization. */
  readonly org: Slug | null;
  readonly description: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  /** Accurate to the hour. null: never used, or not since Rollcall records this. */
  readonly lastUsedAt: string | null;
  readonly status: "live" | "revoked" | "expired";
}

export interface ApplicationKeyList {
  readonly keys: readonly ApplicationKey[];
}

export interface ApplicationKeyWishes {
  readonly scope: ApplicationScope;
  /** Login name or id of the key's organization; without it, the key opens every organization. */
  readonly org?: string;
  /** Label in the list: which application, on which host. */
  readonly description?: string;
  /** Days until the key expires. */
  readonly expiresInDays?: number;
}

/** directory.write also reads; admin is for the admin API of the key's organization. */
export type ApplicationScope = "directory.read" | "directory.write" | "admin";

export interface AssignedRole {
  readonly key: string;
  readonly sources: readonly RoleSource[];
}

export interface BegunPage {
  readonly jobs: readonly ({ readonly kind: "birth" | "user"; readonly id: string; readonly since: string })[];
  /** The value of after for the next page; absent at the end. */
  readonly next?: string;
}

export interface ClientSecret {
  readonly id: string;
  readonly description: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Accurate to the hour. null: never used, or not since Rollcall records this. */
  readonly lastUsedAt: string | null;
  /** superseded: a later regenerate replaced it. */
  readonly status: "live" | "revoked" | "superseded" | "expired" | "retired";
}

export interface ClientSecretList {
  readonly clientId: string;
  readonly secrets: readonly ClientSecret[];
  readonly warnings: readonly string[];
}

export interface ClientSecretWishes {
  /** Label in the list of client secrets. */
  readonly description?: string;
  /** One to three years. */
  readonly expiresInDays?: number;
}

export interface Confirmation {
  /** The login name again, or the id. */
  readonly confirm: string;
}

export interface DeletionPage {
  readonly jobs: readonly { readonly id: string; readonly at: string; readonly swept: boolean }[];
  /** The value of after for the next page; absent at the end. */
  readonly next?: string;
}

export interface Domain {
  /** ASCII, lower case. */
  readonly domain: string;
  /** The record to publish in the domain's DNS before verification. */
  readonly record: { readonly type: "TXT"; readonly name: string; readonly value: string };
  readonly addedAt: string;
  /** null: not verified yet. */
  readonly verifiedAt: string | null;
}

export interface DomainList {
  readonly domains: readonly Domain[];
}

export interface Erasure {
  readonly id: string;
  /** Events that had values. */
  readonly erased: number;
}

export interface Event {
  /** Number in the organization's log: without gaps, ascending. */
  readonly seq: number;
  /** The place after this event: pass it as after to continue from here. */
  readonly id: string;
  /** What happened, such as user.created. */
  readonly type: string;
  /** When it was done: ISO 8601, UTC. Empty where it is not known: an earlier release kept no time, or `fsck` found the deletion after 30 days. */
  readonly time: string;
  /** Login name. */
  readonly org: string;
  /** Id of the user, team or token; the organization's id for its settings, import for an import. */
  readonly resource: string;
  /** The resource's version after the change. A consumer that has this version or a later one ignores the event, except added and removed, which it always applies. */
  readonly version: number;
  /** Of an event about a user: what the user is linked to now, as every read shows it. Absent where there is no link, and for a deleted user once the deletion was swept. */
  readonly applicationId?: string;
  /** Version of the user's link. Only user.linked and user.unlinked have it; use it instead of version. */
  readonly linkVersion?: number;
  /** Version of the user's roles. Only user.roles.changed has it; use it instead of version. */
  readonly rolesVersion?: number;
  /** Only where this event stands for several versions: from is the first of them, version the last. Read the resource itself; 404 means that it was deleted. */
  readonly from?: number;
  /** Whether the identity provider's side changed; absent for tokens and settings. */
  readonly managed?: boolean;
  /** Sorted names of attributes; in an extension, the URN comes before the name. ["*"]: not known, read the resource itself. */
  readonly changed?: readonly string[];
  /** Ids of the members that joined the team. */
  readonly added?: readonly string[];
  /** Ids of the members that left the team; not of members that were deleted. */
  readonly removed?: readonly string[];
  /** Id of the token or client secret, or who called the API. Empty in the same cases as time. */
  readonly actor: string;
  /** Finds the log line of the request. Empty in the same cases as time. */
  readonly reference: string;
  /** The changed attributes before the change, by the names in changed. */
  readonly before?: JsonObject;
  /** The changed attributes after the change, by the names in changed. Of a creation or adoption: the whole resource, an extension as an object under its URN. */
  readonly after?: JsonObject;
  /** The log holds no values of this change: by the deployment's choice, because they are over 16 KB, or because they were erased. */
  readonly valuesOmitted?: true;
}

export interface EventLine {
  readonly type: "event";
  readonly event: Event;
}

export interface EventLinePage {
  readonly lines: readonly EventLine[];
  /** The value of after for the next page; null at the end. */
  readonly next: string | null;
}

/** The first line of an export. No token and no secret is part of it. */
export interface ExportHeader {
  readonly type: "rollcall-export";
  readonly formatVersion: 1;
  readonly org: Slug;
  readonly exportedAt: string;
  readonly release: string;
  readonly settings: {
    readonly displayName: string;
    readonly entitled: boolean;
    readonly sso: SingleSignOn | null;
    readonly admins: readonly string[];
    readonly preset: Preset;
    /** The rules that were changed one by one. */
    readonly changedRules: JsonObject;
    readonly protectedUsers: readonly string[];
    readonly eventRetentionDays?: number;
  };
}

export interface FileCounts {
  readonly managed: SideCounts;
  readonly unmanaged: SideCounts;
}

/** SHA-256 of the whole file: an import continues only with the same file. */
export type FileHash = string;

export interface Finding {
  /** Name of the finding, such as userName.missing. Its meaning never changes. */
  readonly code: string;
  /** leftover: an interrupted request left it, which is allowed; the next write or the sweep removes it. */
  readonly weight: "broken" | "leftover";
  readonly side: "managed" | "unmanaged";
  /** First the id of the resource. Of a counter: the beginning of the ids that it counts. Of a role: its key. */
  readonly ids: readonly string[];
  readonly says: string;
  /** refused: the data kept changing during the repair; run it again later. */
  readonly repair: "possible" | "done" | "refused" | "none";
  /** What a repair does; absent where it would have to guess. */
  readonly mends?: string;
  /** What a person can do where a repair would have to guess. */
  readonly advice?: string;
}

export interface Hold {
  readonly org: Slug;
  /** The rule massChange. Nothing is held or refused while it says tell. */
  readonly rule: "tell" | "hold";
  /** held: removals get 503 until somebody releases or refuses them; the hold does not end by itself. refused: removals get 403. released: removals pass uncounted. */
  readonly status: "none" | "held" | "refused" | "released";
  /** What is, or was, held. */
  readonly hold: {
    /** Which share the removals exceeded: of users, or of memberships. */
    readonly kind: "users" | "members";
    readonly since: string;
    /** How many were removed within the hour before, deactivated users included. */
    readonly lost: number;
    /** How many more the first held request would have removed. */
    readonly asked: number;
    /** Users of the organization within that hour. */
    readonly roster: number;
    /** How many may be removed within an hour. */
    readonly limit: number;
    /** Reference of the first held request. */
    readonly reference: string;
    readonly tokenId: string;
    readonly requests: {
      /** Deletions of users. */
      readonly users: number;
      /** Deletions of groups. */
      readonly groups: number;
      /** Changes that remove members. */
      readonly members: number;
    };
    readonly latest: { readonly at: string; readonly reference: string } | null;
  } | null;
  readonly decision: {
    readonly at: string;
    readonly until?: string;
    /** Reason of a refusal. */
    readonly reason?: string;
  } | null;
}

export interface HoldRelease {
  /** Hours for which removals pass. */
  readonly hours?: number;
}

export interface ImportEnd {
  readonly file: FileHash;
}

export interface ImportLines {
  readonly file: FileHash;
  readonly lines: readonly (ResourceLine | MembersLine)[];
}

export interface ImportOutlook {
  readonly paused: boolean;
  /** Neither side ever had a user or group. */
  readonly untouched: boolean;
  readonly import: ImportState | null;
}

export interface ImportState {
  readonly file: FileHash;
  readonly begun: string;
  readonly counts: FileCounts;
  readonly finished?: string;
}

export interface ImportStep {
  /** How many of the lines are stored; send the rest again. */
  readonly done: number;
}

export interface InspectionStep {
  readonly findings: readonly Finding[];
  /** Items looked at in this step. */
  readonly examined: number;
  /** What changed too often to check: ids of groups, beginnings of ids, or keys of roles. */
  readonly unsettled: readonly string[];
  /** The value of from for the next step; absent at the end. It may hold names: do not log it. */
  readonly next?: string;
  readonly cost: { readonly rcu: number; readonly wcu: number };
}

export interface InspectionWishes {
  /** Repair what can be repaired without guessing. */
  readonly repair?: boolean;
  /** Also find memberships of groups that never existed. This asks the index about each user whose item lists groups: one call and half a read unit each. */
  readonly index?: boolean;
  /** The value of next in the earlier step; absent to begin. */
  readonly from?: string;
}

export interface LogFinding {
  /** Name of the finding, such as log.uncovered. Its meaning never changes. */
  readonly code: string;
  readonly weight: "broken";
  /** The subject: an id, or numbers of events. */
  readonly ids: readonly string[];
  readonly says: string;
  /** refused: the data changed during the repair, or the log was busy; run it again later. */
  readonly repair: "possible" | "done" | "refused" | "none";
  /** What a repair does. */
  readonly mends?: string;
  /** What a person can do where there is no repair. */
  readonly advice?: string;
}

export interface LogInspectionStep {
  readonly findings: readonly LogFinding[];
  /** Items looked at in this step. */
  readonly examined: number;
  /** The value of from for the next step; absent at the end. */
  readonly next?: string;
  readonly cost: { readonly rcu: number; readonly wcu: number };
}

export interface LogInspectionWishes {
  /** Append an event for each version that has none. */
  readonly repair?: boolean;
  /** The value of next in the earlier step; absent to begin. */
  readonly from?: string;
}

export type Member = {
  readonly kind: "user";
  readonly id: string;
  readonly userName: string;
  readonly displayName: string | null;
  readonly active: boolean;
  /** The application's own id of the user, where one is linked. */
  readonly applicationId: string | null;
  /** Made by the identity provider through SCIM. */
  readonly managed: true;
} | {
  readonly kind: "team";
  readonly id: string;
  readonly name: string;
  /** Made by the identity provider through SCIM. */
  readonly managed: true;
};

export interface MembersLine {
  readonly type: "members";
  readonly side: "managed" | "unmanaged";
  readonly group: string;
  /** Of users and groups, ascending. */
  readonly ids: readonly string[];
}

export interface MembersPage {
  readonly lines: readonly MembersLine[];
  /** The value of after for the next page; null at the end. */
  readonly next: string | null;
}

export interface NewApplicationKey {
  /** The key itself. It is shown in this answer and never again. */
  readonly secretKey: string;
  readonly key: ApplicationKey;
}

export interface NewClientSecret {
  /** The organization's login name. */
  readonly clientId: string;
  /** Shown this once. */
  readonly clientSecret: string;
  readonly tokenEndpoint: string;
  readonly secret: ClientSecret;
  readonly warnings: readonly string[];
}

export interface NewDomain {
  /** The part after the @: example.com. International names too. */
  readonly domain: string;
}

export interface NewImport {
  readonly file: FileHash;
  readonly counts: FileCounts;
}

export interface NewOrg {
  readonly org: Slug;
  /** Name that people see. */
  readonly displayName?: string;
  /** Whether the organization's plan includes SCIM. */
  readonly entitled?: boolean;
  /** null: SAML SSO is not, or no longer, configured. */
  readonly sso?: SingleSignOn | null;
  /** The application's own ids of all org admins. Two or more are recommended. */
  readonly admins?: readonly string[];
  readonly preset?: Preset;
  readonly changedRules?: RuleChanges;
  /** Days for which events are kept, at most the deployment's own number; null: the deployment's number. */
  readonly eventRetentionDays?: number | null;
}

export interface NewPortalSession {
  readonly session: PortalSession;
  /** The link: shown this once. Null where embed is true. */
  readonly url: string | null;
  /** For the attribute session of <rollcall-portal>: shown this once. Null unless embed is true. */
  readonly bearer: string | null;
}

export interface NewToken {
  /** The token itself. It is shown in this answer and never again. */
  readonly secretToken: string;
  readonly tenantUrl: string;
  readonly token: Token;
  /** Earlier tokens that still work, each until its expiresAt. */
  readonly retiring: readonly Token[];
  /** What does not work with these settings, and what to do. */
  readonly warnings: readonly string[];
}

export interface NewTrust {
  /** The organization's login name. */
  readonly clientId: string;
  readonly tenantUrl: string;
  readonly tokenEndpoint: string;
  readonly trust: Trust;
  readonly warnings: readonly string[];
}

export interface NewWebhook {
  /** In a deployment: https://, port 443, a public address, no user name or password. The local server also takes http://, any port, and this machine. Stored as a URL parser prints it, without a fragment. */
  readonly url: string;
  /** Label in the list of webhooks. */
  readonly description?: string;
  /** Names of event types, such as user.created, or user.* for all events of users. Empty: all types. An entry of the log without an event of these types makes no message. */
  readonly types?: readonly string[];
}

export interface Org {
  readonly org: Slug;
  readonly id: string;
  readonly displayName: string;
  /** What the identity provider's console asks for. */
  readonly tenantUrl: string;
  readonly entitled: boolean;
  readonly sso: SingleSignOn | null;
  readonly paused: { readonly since: string; readonly reason: string } | null;
  readonly deletion: { readonly since: string; readonly reason: string; readonly purging?: true } | null;
  /** Ids of users that the identity provider can neither deactivate nor delete. */
  readonly protectedUsers: readonly string[];
  /** Mail domains that the organization has proven to own. */
  readonly verifiedDomains: readonly string[];
  readonly admins: readonly string[];
  readonly preset: Preset;
  readonly changedRules: {
    readonly userNameMutability?: "immutable" | "readWrite";
    readonly workEmailRequired?: boolean;
    readonly teamNameMaxLength?: number;
    readonly groupNameUnique?: boolean;
    readonly liveTokens?: "one" | "many";
    readonly unknownMembers?: "skip" | "refuse";
    readonly additiveMembersReplace?: boolean;
    readonly replaceWithoutTarget?: "create" | "refuse";
    readonly unknownAttributes?: "ignore" | "refuse";
    readonly unknownPaths?: "ignore" | "refuse";
    readonly groupPatchAnswer?: 204 | 200;
    readonly membersOmittedInPut?: "clear" | "keep";
    readonly schemasRequired?: boolean;
    readonly activeNullOnCreate?: "default" | "unassign";
    readonly activeUnassign?: "refuse" | "allow";
    readonly readOnlyPaths?: "ignore" | "refuse";
    readonly jsonTextValue?: "parse" | "refuse";
    readonly passwordListed?: boolean;
    readonly adoption?: "off" | "userName" | "email";
    readonly bearerTokens?: "allowed" | "forbidden";
    readonly clientSecrets?: "allowed" | "forbidden";
    readonly massChange?: "tell" | "hold";
    readonly unknownRoles?: "ignore" | "refuse";
  };
  readonly rules: Rules;
  /** Null: the deployment's number. */
  readonly eventRetentionDays: number | null;
  readonly created: string;
  readonly version: number;
  /** What does not work with these settings, and what to do. */
  readonly warnings: readonly string[];
}

export interface OrgChange {
  /** Name that people see. */
  readonly displayName?: string;
  /** Whether the organization's plan includes SCIM. */
  readonly entitled?: boolean;
  /** null: SAML SSO is not, or no longer, configured. */
  readonly sso?: SingleSignOn | null;
  /** The application's own ids of all org admins. Two or more are recommended. */
  readonly admins?: readonly string[];
  readonly preset?: Preset;
  readonly changedRules?: RuleChanges;
  /** Days for which events are kept, at most the deployment's own number; null: the deployment's number. */
  readonly eventRetentionDays?: number | null;
}

export interface OrgList {
  readonly orgs: readonly Org[];
  readonly next?: Slug;
}

export interface PortalSession {
  readonly id: string;
  /** link: opens the portal once. session: what a browser or an embedded component holds. */
  readonly kind: "link" | "session";
  /** used: the link was redeemed. */
  readonly status: "live" | "used" | "revoked" | "expired";
  /** The page that the portal opens with. */
  readonly intent: "connect" | "activity" | "people" | "groups" | "credentials" | "health" | "settings";
  /** read: nothing can be changed. manage: the person may make and revoke credentials, and change the rules that the operator left to the organization. */
  readonly access: "manage" | "read";
  /** The application's own id of the person, never an e-mail address: kept and logged with everything that is changed. */
  readonly actor: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  /** When the link was used. */
  readonly redeemedAt: string | null;
  /** When it was revoked, or its person signed out. */
  readonly revokedAt: string | null;
  /** Of a session: the link that began it. Null for a session of the embedded component. */
  readonly linkId: string | null;
}

export interface PortalSessionList {
  readonly sessions: readonly PortalSession[];
}

export interface PortalSessionWishes {
  /** The application's own id of the person, never an e-mail address. */
  readonly actor: string;
  /** The page that the portal opens with. */
  readonly intent?: "connect" | "activity" | "people" | "groups" | "credentials" | "health" | "settings";
  /** read: nothing can be changed. */
  readonly access?: "manage" | "read";
  /** https address of your product that the portal offers as the way back. */
  readonly returnUrl?: string;
  /** Seconds for which the link can be redeemed; for an embedded session, seconds until it ends, 3600 at most. */
  readonly expiresIn?: number;
  /** true: a session for <rollcall-portal>, in place of a link. */
  readonly embed?: boolean;
}

/** A named set of rules. */
export type Preset = "standard" | "fulcrum-compat" | "open" | "rfc";

export interface PurgeStep {
  readonly orgId: string;
  readonly done: boolean;
  readonly removed: number;
  readonly waitSeconds: number;
}

export interface Reason {
  /** The reason, in one line; SCIM's refusals show it to the identity provider's administrator. */
  readonly reason: string;
}

export interface Remains {
  readonly orgId: string;
  readonly left: number;
  readonly read: readonly { readonly partition: string; readonly items: number }[];
}

export interface RenewalStep {
  /** Items of the former log that this step removed. */
  readonly removed: number;
  /** The value of from for the next step; absent at the end. */
  readonly next?: string;
}

export interface RenewalWishes {
  /** The value of next in the earlier step; absent to begin. */
  readonly from?: string;
  /** Also begin the feed over all organizations anew: needed once, not for each organization. */
  readonly feed?: boolean;
}

export interface ResourceLine {
  readonly type: "user" | "group";
  readonly side: "managed" | "unmanaged";
  readonly id: string;
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  /** As SCIM answers them, without id, meta, groups and members. */
  readonly attributes: JsonObject;
  /** Of a user who is, or was, linked to a record of the application. */
  readonly link?: { readonly applicationId: string | null; readonly version: number };
}

export interface ResourcePage {
  readonly lines: readonly ResourceLine[];
  /** The value of after for the next page; null at the end. */
  readonly next: string | null;
}

export interface RoleMappingWishes {
  /** highest: each user has one role, by the mapping of the highest priority. union: each user has all mapped roles. In both, the last holder of a role with keepOne may also keep that role. */
  readonly mode: "highest" | "union";
  /** Key of the role for members who have no other role. null: they have none. Absent: the catalogue's default counts. */
  readonly defaultRole?: string | null;
  /** No team has the same role twice. Where mode is highest, mappings to different roles have different priorities. */
  readonly mappings: readonly {
    /** Id of a team of either side. Nested teams give no membership. */
    readonly team: string;
    /** Key of a role of the catalogue. */
    readonly role: string;
    readonly priority?: number;
  }[];
}

export interface RoleMappings {
  /** Whether the organization has roles at all: true while mappings are saved. */
  readonly enabled: boolean;
  /** Rises with each change; 0 where there are none. */
  readonly version: number;
  /** highest: each user has one role, by the mapping of the highest priority. union: each user has all mapped roles. In both, the last holder of a role with keepOne may also keep that role. */
  readonly mode: "highest" | "union";
  /** Key of the role for members who have no other role. null: they have none. Absent: the catalogue's default counts. */
  readonly defaultRole?: string | null;
  readonly mappings: readonly ({
    /** Id of a team of either side. Nested teams give no membership. */
    readonly team: string;
    /** Key of a role of the catalogue. */
    readonly role: string;
    readonly priority: number;
    readonly teamName: string | null;
    /** Whether the identity provider made the team. */
    readonly managed: boolean | null;
    /** The team was deleted: the mapping does nothing. */
    readonly missing?: true;
  })[];
}

export interface RolePreview {
  /** People on the page, including those whose roles stay as they are. */
  readonly looked: number;
  /** People whose roles would change. */
  readonly users: readonly ({
    readonly id: string;
    /** Made by the identity provider. */
    readonly managed: boolean;
    readonly userName: string;
    readonly displayName: string | null;
    /** Keys of roles that the person does not have now. */
    readonly gains: readonly string[];
    /** Keys of roles that the person has now. */
    readonly loses: readonly string[];
    /** The roles that the person would have. */
    readonly roles: readonly AssignedRole[];
  })[];
  /** The numbers of this page: add up all pages. If nobody would then have a role with keepOne, its last holder keeps it (source held). */
  readonly roles: readonly {
    readonly key: string;
    readonly keepOne: boolean;
    /** People on the page who have it now. */
    readonly before: number;
    /** People on the page who would have it. */
    readonly after: number;
  }[];
  /** The value of cursor for the next page; absent at the end. */
  readonly next?: string;
}

export interface RoleSource {
  /** team: a mapping. direct: the identity provider sent it with the user. default: there is no other role. held: nothing gives the role any more, but its last holder keeps it. */
  readonly type: "team" | "direct" | "default" | "held";
  /** Only of type team: its id. */
  readonly team?: string;
}

export interface RolesRebuild {
  readonly started: true;
}

export interface RotationWishes {
  /** Label in the list of tokens, for example the identity provider's name. */
  readonly description?: string;
  /** Without it the token does not expire. */
  readonly expiresInDays?: number;
  /** Id of an active user: the token stops when that user is deactivated or deleted. */
  readonly boundTo?: string;
  /** How long earlier tokens keep working. */
  readonly overlapSeconds?: number;
  /** End the earlier token at the first use of the new one, even before the overlap is over. For clients that send one request at a time. */
  readonly onFirstUse?: boolean;
}

/** Rules that differ from the preset; null returns a rule to the preset's value; absent rules stay. */
export interface RuleChanges {
  readonly userNameMutability?: "immutable" | "readWrite" | null;
  readonly workEmailRequired?: boolean | null;
  readonly teamNameMaxLength?: number | null;
  readonly groupNameUnique?: boolean | null;
  readonly liveTokens?: "one" | "many" | null;
  readonly unknownMembers?: "skip" | "refuse" | null;
  readonly additiveMembersReplace?: boolean | null;
  readonly replaceWithoutTarget?: "create" | "refuse" | null;
  readonly unknownAttributes?: "ignore" | "refuse" | null;
  readonly unknownPaths?: "ignore" | "refuse" | null;
  readonly groupPatchAnswer?: 204 | 200 | null;
  readonly membersOmittedInPut?: "clear" | "keep" | null;
  readonly schemasRequired?: boolean | null;
  readonly activeNullOnCreate?: "default" | "unassign" | null;
  readonly activeUnassign?: "refuse" | "allow" | null;
  readonly readOnlyPaths?: "ignore" | "refuse" | null;
  readonly jsonTextValue?: "parse" | "refuse" | null;
  readonly passwordListed?: boolean | null;
  readonly adoption?: "off" | "userName" | "email" | null;
  readonly bearerTokens?: "allowed" | "forbidden" | null;
  readonly clientSecrets?: "allowed" | "forbidden" | null;
  readonly massChange?: "tell" | "hold" | null;
  readonly unknownRoles?: "ignore" | "refuse" | null;
}

/** The rules in force. */
export interface Rules {
  readonly userNameMutability: "immutable" | "readWrite";
  readonly workEmailRequired: boolean;
  readonly teamNameMaxLength: number;
  readonly groupNameUnique: boolean;
  readonly liveTokens: "one" | "many";
  readonly unknownMembers: "skip" | "refuse";
  readonly additiveMembersReplace: boolean;
  readonly replaceWithoutTarget: "create" | "refuse";
  readonly unknownAttributes: "ignore" | "refuse";
  readonly unknownPaths: "ignore" | "refuse";
  readonly groupPatchAnswer: 204 | 200;
  readonly membersOmittedInPut: "clear" | "keep";
  readonly schemasRequired: boolean;
  readonly activeNullOnCreate: "default" | "unassign";
  readonly activeUnassign: "refuse" | "allow";
  readonly readOnlyPaths: "ignore" | "refuse";
  readonly jsonTextValue: "parse" | "refuse";
  readonly passwordListed: boolean;
  readonly adoption: "off" | "userName" | "email";
  readonly bearerTokens: "allowed" | "forbidden";
  readonly clientSecrets: "allowed" | "forbidden";
  readonly massChange: "tell" | "hold";
  readonly unknownRoles: "ignore" | "refuse";
}

export interface SideCounts {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

export interface SideTotals {
  readonly users: number;
  readonly groups: number;
}

/** An empty object means that SAML SSO is configured and the application keeps its details itself. */
export interface SingleSignOn {
  /** http(s) address of the identity provider's SAML endpoint. */
  readonly url?: string;
  readonly entityId?: string;
}

/** Login name: part of the Tenant URL, and never changes. Some names are reserved. */
export type Slug = string;

export interface SweepStep {
  /** Deletions that are swept completely. */
  readonly done: number;
  /** Deletions swept for the first time: the schedule looks at them once more when they are five minutes old. */
  readonly again: number;
  /** Deletions that were skipped. busy: the table was busy; repeat the call. fault: the line of this request in the log says why. unreadable: it names neither a user nor a group. */
  readonly left: readonly ({ readonly id: string; readonly at: string; readonly why: "busy" | "fault" | "unreadable" })[];
  /** The value of after for the next step, even if it is empty; absent at the end. */
  readonly next?: string;
}

export interface SweepWishes {
  /** The value of next in the earlier step; absent to begin. */
  readonly after?: string;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly externalId: string | null;
  /** Made by the identity provider through SCIM. */
  readonly managed: true;
}

export interface TeamList {
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly teams: readonly Team[];
}

export interface TeamWithMembers {
  readonly team: Team;
  readonly members: readonly Member[];
  readonly next?: string;
}

export interface Token {
  readonly id: string;
  readonly description: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Accurate to the hour. null: never used, or not since Rollcall records this. */
  readonly lastUsedAt: string | null;
  /** superseded: a later regenerate replaced it. */
  readonly status: "live" | "revoked" | "superseded" | "expired" | "retired" | "orphaned";
  /** Id of a user: the token stops when that user is deactivated or deleted. */
  readonly boundTo: string | null;
  /** Id of the token whose first use ends this one. */
  readonly retiredBy: string | null;
}

export interface TokenList {
  readonly tokens: readonly Token[];
  /** What does not work with these settings, and what to do. */
  readonly warnings: readonly string[];
}

export interface TokenWishes {
  /** Label in the list of tokens, for example the identity provider's name. */
  readonly description?: string;
  /** Without it the token does not expire. */
  readonly expiresInDays?: number;
  /** Id of an active user: the token stops when that user is deactivated or deleted. */
  readonly boundTo?: string;
}

export interface TokensReport {
  readonly orgs: number;
  /** Live tokens, client secrets and trusts. */
  readonly tokens: number;
  /** The smallest number among all that expire; null where none does. */
  readonly daysToExpiry: number | null;
  /** The largest number among all tokens of organizations; client secrets and trusts do not count. null: there is no token. */
  readonly daysSinceUse: number | null;
  readonly notices: readonly ({
    readonly org: Slug;
    readonly tokenId: string;
    readonly tokenKind: "org" | "client" | "trust";
    readonly expiresInDays?: number;
    readonly unusedDays?: number;
  })[];
  /** The value of after for the next page; null at the end. */
  readonly next: string | null;
}

export interface Totals {
  readonly managed: SideTotals;
  readonly unmanaged: SideTotals;
}

export interface Trust {
  readonly id: string;
  readonly description: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Accurate to the hour. null: never used, or not since Rollcall records this. */
  readonly lastUsedAt: string | null;
  /** superseded: somebody regenerated the organization's token later. */
  readonly status: "live" | "revoked" | "superseded" | "expired";
  /** federated: an issuer's assertions. privateKey: assertions that the client signs itself. */
  readonly kind: "federated" | "privateKey";
  /** The claim iss of an assertion; for privateKey the client id. */
  readonly issuer: string;
  /** The claim sub. */
  readonly subject: string;
  /** The claim aud has one of these. */
  readonly audiences: readonly string[];
  /** The claim tid; null where it is not checked. */
  readonly tenant: string | null;
  /** Address of the issuer's keys; null for privateKey. */
  readonly keysUrl: string | null;
  /** Only for privateKey. */
  readonly keys: readonly ({
    /** As the header of an assertion has it. */
    readonly kid: string;
    readonly alg: "RS256" | "ES256";
    /** RFC 7638, SHA-256. */
    readonly thumbprint: string;
  })[];
}

export interface TrustList {
  readonly clientId: string;
  readonly trusts: readonly Trust[];
  readonly warnings: readonly string[];
}

export interface TrustWishes {
  /** Label in the list of trusts. */
  readonly description?: string;
  /** Without it, a trust in an issuer does not expire, and a trust in keys expires after 730 days. A trust in keys takes only 365 to 1,095. */
  readonly expiresInDays?: number;
  /** Workload identity federation of Microsoft Entra ID. */
  readonly entra?: {
    /** The directory (tenant) id. */
    readonly tenant: string;
    /** The object id of the workload identity: the claim sub. */
    readonly objectId: string;
    /** The application (client) id of the workload identity, instead of audiences; the audiences then are api://APP_ID and APP_ID. */
    readonly appId?: string;
    /** One or two texts; the claim aud has to be exactly one of them. Rollcall cuts /.default off the end of api://…/.default. */
    readonly audiences?: readonly string[];
  };
  /** An issuer's assertions about one subject. */
  readonly federated?: {
    /** The claim iss, exactly: https, on a host of the setting federationHosts. */
    readonly issuer: string;
    /** Where the issuer publishes its keys (a JSON Web Key Set); may be left out for an Entra issuer. */
    readonly keysUrl?: string;
    /** The claim sub, exactly. */
    readonly subject: string;
    /** One or two texts; the claim aud has to be exactly one of them. Rollcall cuts /.default off the end of api://…/.default. */
    readonly audiences: readonly string[];
    /** The claim tid, exactly. Without it, Rollcall takes the tid of an Entra issuer from its address. */
    readonly tenant?: string;
  };
  /** For assertions that the client signs itself: a JSON Web Key Set (RFC 7517) of up to five public keys, RSA of 2,048 to 4,096 bits (RS256) or EC P-256 (ES256). A private key is refused. */
  readonly keys?: { readonly keys: readonly JsonObject[] };
}

export interface User {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string | null;
  readonly active: boolean;
  /** The application's own id of the user, where one is linked. */
  readonly applicationId: string | null;
  readonly emails: readonly { readonly value: string; readonly type?: string; readonly primary?: boolean }[];
  /** Made by the identity provider through SCIM. */
  readonly managed: true;
}

export interface UserList {
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly users: readonly User[];
}

export interface Webhook {
  readonly id: string;
  /** null: it gets the events of every organization. */
  readonly org: Slug | null;
  readonly url: string;
  readonly description: string;
  /** Empty: all. */
  readonly types: readonly string[];
  /** While it is false, nothing is sent, and new events make no messages. */
  readonly enabled: boolean;
  readonly disabled: {
    /** operator: somebody asked for it. gone: the receiver answered 410. failing: for five days or more, attempts failed and none succeeded. */
    readonly reason: "operator" | "gone" | "failing";
    readonly at: string;
  } | null;
  /** During a rotation: until then two secrets sign. */
  readonly secondSecretUntil: string | null;
  /** First failure since the last success. */
  readonly failingSince: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface WebhookChanges {
  /** In a deployment: https://, port 443, a public address, no user name or password. The local server also takes http://, any port, and this machine. Stored as a URL parser prints it, without a fragment. */
  readonly url?: string;
  /** Label in the list of webhooks. */
  readonly description?: string;
  /** Names of event types, such as user.created, or user.* for all events of users. Empty: all types. An entry of the log without an event of these types makes no message. */
  readonly types?: readonly string[];
  /** false: nothing is sent, and new events make no messages. */
  readonly enabled?: boolean;
}

export interface WebhookDelivery {
  /** webhook-id: the same in each attempt. */
  readonly id: string;
  /** events.logged, org.ended, log.reset or webhook.test. */
  readonly type: string;
  /** open: another attempt will follow. givenUp: all attempts failed, over a day at most. */
  readonly status: "open" | "delivered" | "givenUp";
  readonly attempts: number;
  /** Of the last attempt: an HTTP status, or ForbiddenAddress, ForbiddenUrl, NameNotFound, ConnectionRefused, ConnectionLost, Certificate, Timeout, NotHttp or Unknown; Secret: no attempt was possible, because the secret could not be decrypted. null: no attempt yet. */
  readonly result: string | null;
  /** Login name of the organization whose events it names. */
  readonly org?: string;
  /** seq of the first event that it names. */
  readonly from?: number;
  /** seq of the last one. */
  readonly to?: number;
  readonly madeAt: string;
  /** The first attempt since the message was made or last replayed. */
  readonly firstAttemptAt: string | null;
  readonly lastAttemptAt: string | null;
  /** null: no attempt will follow. */
  readonly nextAttemptAt: string | null;
}

export interface WebhookDeliveryList {
  readonly deliveries: readonly WebhookDelivery[];
  readonly next?: string;
}

export interface WebhookList {
  readonly webhooks: readonly Webhook[];
}

export interface WebhookReplay {
  /** How many messages will be sent again. */
  readonly replayed: number;
}

export interface WebhookReplayStep {
  /** How many messages this step sends again. */
  readonly replayed: number;
  /** The value of from for the next step; null at the end. */
  readonly next: string | null;
}

export interface WebhookReplayWishes {
  /** Takes messages made since then, no matter when they were attempted. */
  readonly since: string;
  /** next of the earlier step. */
  readonly from?: string;
}

export interface WebhookRotation {
  /** Seconds for which the earlier secret signs as well, a day by default. 0 ends every earlier secret now. */
  readonly overlapSeconds?: number;
}

export interface WebhookSecret {
  /** The key of its signatures (Standard Webhooks). It is shown in this answer and never again. */
  readonly secret: string;
  readonly webhook: Webhook;
}

export interface WebhookTest {
  /** Its webhook-id. */
  readonly id: string;
}

/** What the `{names}` of paths stand for. */
export interface PathNames {
  /** Login name of the organization, as in its Tenant URL, or its id. */
  readonly org: string;
  /** Id of the organization, also of one that was purged. */
  readonly orgId: string;
  /** Name of the domain, as listed; international names also in Unicode. */
  readonly domain: string;
  /** Id of the token, as listed. */
  readonly tokenId: string;
  /** Id of the link or session, as listed. */
  readonly sessionId: string;
  /** Id of the webhook, as listed. */
  readonly webhookId: string;
  /** webhook-id of the message, as listed. */
  readonly deliveryId: string;
  /** Id of the team, or its name, ignoring case. */
  readonly idOrName: string;
  /** Id of the user, as listed. */
  readonly userId: string;
  /** managed: what identity providers made through SCIM. unmanaged: what the application made itself. */
  readonly side: "managed" | "unmanaged";
}

/** What goes in, and what comes out. */
export interface Operation<T, G> {
  readonly takes: T;
  readonly gives: G;
}

/** By name. */
export interface Operations {
  /** All organizations, by login name. */
  readonly listOrgs: Operation<{
    readonly query?: {
      /** Maximum number of organizations on the page; a number above 100 counts as 100. */
      readonly count?: number;
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, OrgList>;
  /** Create an organization. The organization is entitled to SCIM unless the request says otherwise, and has no SSO unless the request configures it. */
  readonly createOrg: Operation<{ readonly body: NewOrg }, Org>;
  /** One organization. */
  readonly getOrg: Operation<{ readonly path: Pick<PathNames, "org"> }, Org>;
  /** Change settings of an organization. Settings that are absent stay as they are; sso and admins are replaced as a whole. */
  readonly updateOrg: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly body?: OrgChange;
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, Org>;
  /** Pause provisioning. SCIM answers 403 with the reason until provisioning is resumed. Nothing is lost. */
  readonly pauseOrg: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: Reason }, Org>;
  /** Resume provisioning. */
  readonly resumeOrg: Operation<{ readonly path: Pick<PathNames, "org"> }, Org>;
  /** Schedule the deletion. SCIM answers 403 with the reason at once. Nothing is removed before the purge. */
  readonly scheduleDeletion: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: Reason }, Org>;
  /** Cancel a scheduled deletion. Refused with 409 once the purge has begun. */
  readonly restoreOrg: Operation<{ readonly path: Pick<PathNames, "org"> }, Org>;
  /** Remove everything, one step at a time. Call it until done is true, and wait waitSeconds between calls. The login name is free afterwards; a new organization of that name gets a new id. */
  readonly purgeOrg: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: Confirmation }, PurgeStep>;
  /** What is stored of an organization, partition by partition. Reads every partition that an organization can have, also after its purge. */
  readonly listRemains: Operation<{ readonly path: Pick<PathNames, "orgId"> }, Remains>;
  /** Protect a user from the identity provider. The identity provider gets 403 when it tries to deactivate or delete the user. */
  readonly protectUser: Operation<{ readonly path: Pick<PathNames, "org" | "userId"> }, Org>;
  /** End the protection of a user. */
  readonly unprotectUser: Operation<{ readonly path: Pick<PathNames, "org" | "userId"> }, Org>;
  /** The tokens of an organization, newest first. Includes tokens that are no longer valid. A token itself can never be retrieved. */
  readonly listTokens: Operation<{ readonly path: Pick<PathNames, "org"> }, TokenList>;
  /** Make a token. Refused with 409 when the organization is not entitled, has no SAML SSO, or has a live token where only one may live. */
  readonly generateToken: Operation<{ readonly path: Pick<PathNames, "org">; readonly body?: TokenWishes }, NewToken>;
  /** Make a token that replaces all others. Every earlier token, client secret and trust of the organization stops working at once. */
  readonly regenerateToken: Operation<{ readonly path: Pick<PathNames, "org">; readonly body?: TokenWishes }, NewToken>;
  /** Make a second token. Earlier tokens keep working for overlapSeconds, a day by default. */
  readonly rotateToken: Operation<{ readonly path: Pick<PathNames, "org">; readonly body?: RotationWishes }, NewToken>;
  /** Revoke a token. It stops working at once. Repeating the request changes nothing. */
  readonly revokeToken: Operation<{ readonly path: Pick<PathNames, "org" | "tokenId"> }, Token>;
  /** The client secrets of an organization, newest first. */
  readonly listClientSecrets: Operation<{ readonly path: Pick<PathNames, "org"> }, ClientSecretList>;
  /** Make a client secret. For the OAuth 2.0 client credentials grant. Earlier client secrets keep working. */
  readonly createClientSecret: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly body?: ClientSecretWishes;
  }, NewClientSecret>;
  /** Revoke a client secret. The client secret, and every access token made with it, stop working at once. */
  readonly revokeClientSecret: Operation<{ readonly path: Pick<PathNames, "org" | "tokenId"> }, ClientSecret>;
  /** Tokens, client secrets and trusts of all organizations that somebody should look at. Those that expire within 30 days or were not used for 30 days. A page covers a hundred organizations. A deployed stack logs the same once a day. */
  readonly reportTokens: Operation<{
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, TokensReport>;
  /** The trusts of an organization, newest first. Includes trusts that are no longer valid. */
  readonly listTrusts: Operation<{ readonly path: Pick<PathNames, "org"> }, TrustList>;
  /** Trust a client's signed assertions. For the OAuth 2.0 client credentials grant with a client assertion (RFC 7523): no secret exists. Earlier trusts keep working. Regenerating the organization's token ends all trusts and client secrets. */
  readonly createTrust: Operation<{ readonly path: Pick<PathNames, "org">; readonly body?: TrustWishes }, NewTrust>;
  /** Revoke a trust. The trust, and every access token made with it, stop working at once. */
  readonly revokeTrust: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the trust, as listed. */
      readonly tokenId: string;
    };
  }, Trust>;
  /** Application keys of one organization, or those that open every organization, newest first. Includes keys that are no longer valid. A key itself can never be retrieved. */
  readonly listApplicationKeys: Operation<{
    readonly query?: {
      /** Only keys of this organization; without it, the keys that open every organization. */
      readonly org?: string;
    };
  }, ApplicationKeyList>;
  /** Make an application key. At most two keys of the same scope and description are valid at a time: a new key can replace the old one without a gap. */
  readonly createApplicationKey: Operation<{ readonly body: ApplicationKeyWishes }, NewApplicationKey>;
  /** Revoke an application key. It stops working at once. Repeating the request changes nothing. */
  readonly revokeApplicationKey: Operation<{
    readonly path: {
      /** Id of the key, as listed. */
      readonly keyId: string;
    };
    readonly query?: {
      /** Login name or id of the key's organization; leave it out if the key opens every organization. */
      readonly org?: string;
    };
  }, ApplicationKey>;
  /** Mail domains of an organization. */
  readonly listDomains: Operation<{ readonly path: Pick<PathNames, "org"> }, DomainList>;
  /** Add a mail domain. The answer names the TXT record to publish. For a domain that was added before, the answer has its existing record. A domain counts for its own name only, not for subdomains. */
  readonly addDomain: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: NewDomain }, Domain>;
  /** Verify a mail domain. Reads the TXT record. 409 says what the DNS lacks; then nothing changes, and a verified domain stays verified. */
  readonly verifyDomain: Operation<{ readonly path: Pick<PathNames, "org" | "domain"> }, Domain>;
  /** Remove a mail domain. The rule adoption no longer counts addresses of this domain. Users who were adopted stay adopted. */
  readonly removeDomain: Operation<{ readonly path: Pick<PathNames, "org" | "domain"> }, DomainList>;
  /** The held removals of an organization. */
  readonly showHold: Operation<{ readonly path: Pick<PathNames, "org"> }, Hold>;
  /** Let held removals pass. For the number of hours given, removals pass uncounted; then the count begins at zero. Identity providers send again what was held. 409: nothing is held, or the hold was released already. */
  readonly releaseHold: Operation<{ readonly path: Pick<PathNames, "org">; readonly body?: HoldRelease }, Hold>;
  /** Refuse held removals. Held removals get 403 with the reason until the hold is released, so that identity providers stop repeating them. 409: nothing is held, or the hold was released already. */
  readonly refuseHold: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: Reason }, Hold>;
  /** Provisioned users. */
  readonly listUsers: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** 1-based. */
      readonly startIndex?: number;
      /** Maximum number of users on the page; a number above 100 counts as 100. */
      readonly count?: number;
    };
  }, UserList>;
  /** Provisioned teams. */
  readonly listTeams: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** 1-based. */
      readonly startIndex?: number;
      /** Maximum number of teams on the page; a number above 100 counts as 100. */
      readonly count?: number;
    };
  }, TeamList>;
  /** A team and its members. Inactive users are listed and marked. 409 when several teams have the name. */
  readonly getTeam: Operation<{
    readonly path: Pick<PathNames, "org" | "idOrName">;
    readonly query?: {
      /** Maximum number of members on the page; a number above 1000 counts as 1000. */
      readonly count?: number;
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, TeamWithMembers>;
  /** The webhooks of an organization. In the order in which they were made; at most 10. A secret can never be retrieved. */
  readonly listWebhooks: Operation<{ readonly path: Pick<PathNames, "org"> }, WebhookList>;
  /** Make a webhook of an organization. From now on, it gets a message for each entry of the event log. A message is signed as Standard Webhooks 1.0 says, and names the events without their values. At most 10 webhooks. */
  readonly createWebhook: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly body: NewWebhook;
  }, WebhookSecret>;
  /** A webhook of an organization. */
  readonly getWebhook: Operation<{ readonly path: Pick<PathNames, "org" | "webhookId"> }, Webhook>;
  /** Change a webhook of an organization. What the request leaves out stays as it is. enabled true, or another url, sends waiting messages at once and forgets earlier failures. */
  readonly updateWebhook: Operation<{
    readonly path: Pick<PathNames, "org" | "webhookId">;
    readonly body?: WebhookChanges;
  }, Webhook>;
  /** Remove a webhook of an organization. Nothing is sent any more, and its messages are no longer listed. */
  readonly removeWebhook: Operation<{ readonly path: Pick<PathNames, "org" | "webhookId"> }, WebhookList>;
  /** Make another secret for a webhook of an organization. The new secret signs messages at once, and the earlier one as well until the overlap ends. */
  readonly rotateWebhookSecret: Operation<{
    readonly path: Pick<PathNames, "org" | "webhookId">;
    readonly body?: WebhookRotation;
  }, WebhookSecret>;
  /** Send a message of the type webhook.test to a webhook of an organization. The list of deliveries shows its result. */
  readonly testWebhook: Operation<{ readonly path: Pick<PathNames, "org" | "webhookId"> }, WebhookTest>;
  /** Messages to a webhook of an organization, newest first. Those of the last 14 days. With status, a page looks at a few hundred messages, so it may be empty without being the last. Go on while the answer has next. */
  readonly listDeliveries: Operation<{
    readonly path: Pick<PathNames, "org" | "webhookId">;
    readonly query?: {
      /** Only messages of this status. */
      readonly status?: "open" | "delivered" | "givenUp";
      /** Maximum number of messages on the page; a number above 100 counts as 100. */
      readonly count?: number;
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, WebhookDeliveryList>;
  /** Send a message to a webhook of an organization again. Whatever the result of the message was. It keeps its webhook-id, and gets all attempts of a new message. */
  readonly replayDelivery: Operation<{
    readonly path: Pick<PathNames, "org" | "webhookId" | "deliveryId">;
  }, WebhookReplay>;
  /** Send again what did not reach a webhook of an organization. Sends at once the messages that were given up or that wait after a failure, if they were made since the time in since. Each step takes a few hundred: call it again with the answer's next as from, until next is null. */
  readonly replayFailed: Operation<{
    readonly path: Pick<PathNames, "org" | "webhookId">;
    readonly body: WebhookReplayWishes;
  }, WebhookReplayStep>;
  /** The webhooks of the deployment. In the order in which they were made; at most 10. A secret can never be retrieved. */
  readonly listDeploymentWebhooks: Operation<Record<never, never>, WebhookList>;
  /** Make a webhook of the deployment. From now on, it gets a message for each entry of the event log. A message is signed as Standard Webhooks 1.0 says, and names the events without their values. At most 10 webhooks. */
  readonly createDeploymentWebhook: Operation<{ readonly body: NewWebhook }, WebhookSecret>;
  /** A webhook of the deployment. */
  readonly getDeploymentWebhook: Operation<{ readonly path: Pick<PathNames, "webhookId"> }, Webhook>;
  /** Change a webhook of the deployment. What the request leaves out stays as it is. enabled true, or another url, sends waiting messages at once and forgets earlier failures. */
  readonly updateDeploymentWebhook: Operation<{
    readonly path: Pick<PathNames, "webhookId">;
    readonly body?: WebhookChanges;
  }, Webhook>;
  /** Remove a webhook of the deployment. Nothing is sent any more, and its messages are no longer listed. */
  readonly removeDeploymentWebhook: Operation<{ readonly path: Pick<PathNames, "webhookId"> }, WebhookList>;
  /** Make another secret for a webhook of the deployment. The new secret signs messages at once, and the earlier one as well until the overlap ends. */
  readonly rotateDeploymentWebhookSecret: Operation<{
    readonly path: Pick<PathNames, "webhookId">;
    readonly body?: WebhookRotation;
  }, WebhookSecret>;
  /** Send a message of the type webhook.test to a webhook of the deployment. The list of deliveries shows its result. */
  readonly testDeploymentWebhook: Operation<{ readonly path: Pick<PathNames, "webhookId"> }, WebhookTest>;
  /** Messages to a webhook of the deployment, newest first. Those of the last 14 days. With status, a page looks at a few hundred messages, so it may be empty without being the last. Go on while the answer has next. */
  readonly listDeploymentDeliveries: Operation<{
    readonly path: Pick<PathNames, "webhookId">;
    readonly query?: {
      /** Only messages of this status. */
      readonly status?: "open" | "delivered" | "givenUp";
      /** Maximum number of messages on the page; a number above 100 counts as 100. */
      readonly count?: number;
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, WebhookDeliveryList>;
  /** Send a message to a webhook of the deployment again. Whatever the result of the message was. It keeps its webhook-id, and gets all attempts of a new message. */
  readonly replayDeploymentDelivery: Operation<{
    readonly path: Pick<PathNames, "webhookId" | "deliveryId">;
  }, WebhookReplay>;
  /** Send again what did not reach a webhook of the deployment. Sends at once the messages that were given up or that wait after a failure, if they were made since the time in since. Each step takes a few hundred: call it again with the answer's next as from, until next is null. */
  readonly replayDeploymentFailed: Operation<{
    readonly path: Pick<PathNames, "webhookId">;
    readonly body: WebhookReplayWishes;
  }, WebhookReplayStep>;
  /** Portal links and sessions of an organization, newest first. Those that have ended are listed for a day. */
  readonly listPortalSessions: Operation<{ readonly path: Pick<PathNames, "org"> }, PortalSessionList>;
  /** Make a link to the portal, or a session for the embedded component. The link works once. Opening it shows a button, and only the button redeems the link, so mail scanners do not use it up. A session lasts an hour at most. */
  readonly createPortalSession: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly body: PortalSessionWishes;
  }, NewPortalSession>;
  /** End a portal link or session. It stops working at once. Repeating the request changes nothing. Ending a used link ends its session too. */
  readonly revokePortalSession: Operation<{ readonly path: Pick<PathNames, "org" | "sessionId"> }, PortalSession>;
  /** The mappings of teams to roles. */
  readonly getMappings: Operation<{ readonly path: Pick<PathNames, "org"> }, RoleMappings>;
  /** Replace the mappings. The first mappings switch roles on for the organization. 400 for a role that the catalogue does not have or that is not assignable, for a team that the organization does not have, for the same mapping twice and, in mode highest, for mappings to different roles with the same priority. A mapping that was saved before its team was deleted may stay. Equal mappings change nothing. People have their new roles some seconds later, in a large organization some minutes later. */
  readonly setMappings: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly body: RoleMappingWishes;
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, RoleMappings>;
  /** Remove all mappings. The organization then has no roles, and its people lose those they had. */
  readonly removeMappings: Operation<{
    readonly path: Pick<PathNames, "org">;
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, RoleMappings>;
  /** Say who would gain and who would lose a role. Changes nothing. 400 for a role that the catalogue does not have or that is not assignable, for a team that the organization does not have, for the same mapping twice and, in mode highest, for mappings to different roles with the same priority. Each page covers up to 200 people, the identity provider's first, and compares with the roles that they have at that moment. Cost of a page of small users: about 85 read units and 3 for each mapped team. */
  readonly previewMappings: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly cursor?: string;
    };
    readonly body: RoleMappingWishes;
  }, RolePreview>;
  /** Compute everybody's roles again. Use it only when roles look wrong: changes need no rebuild. It begins within seconds; roles that are right stay as they are. */
  readonly rebuildRoles: Operation<{ readonly path: Pick<PathNames, "org"> }, RolesRebuild>;
  /** How many users and groups there are. Exact numbers for each side: what identity providers made through SCIM, and what the application made itself. */
  readonly getTotals: Operation<{ readonly path: Pick<PathNames, "org"> }, Totals>;
  /** The first line of an export. The organization's settings and the time at which the export begins. The program that writes the file leaves out what is made later. */
  readonly exportHeader: Operation<{ readonly path: Pick<PathNames, "org"> }, ExportHeader>;
  /** Members of the groups of one side, in the order of the groups. Deleted members are left out at once. */
  readonly exportMembers: Operation<{
    readonly path: Pick<PathNames, "org" | "side">;
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, MembersPage>;
  /** Users of one side, in the order of their ids. A page holds up to 1,000 users and stays below 6 MB. */
  readonly exportUsers: Operation<{
    readonly path: Pick<PathNames, "org" | "side">;
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, ResourcePage>;
  /** Groups of one side, in the order of their ids. Without their members. */
  readonly exportGroups: Operation<{
    readonly path: Pick<PathNames, "org" | "side">;
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, ResourcePage>;
  /** Whether an import is possible, or was made. Reads only. */
  readonly lookAhead: Operation<{ readonly path: Pick<PathNames, "org"> }, ImportOutlook>;
  /** Begin the import of a file, or find it again. The organization must be paused and must never have had a user or group. From this call until the import ends, the organization cannot be resumed, and the directory API answers 503. */
  readonly beginImport: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: NewImport }, ImportState>;
  /** Store lines of the file. In the order of the file. Ids, versions and times are kept. Sending a stored line again changes nothing. */
  readonly importLines: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: ImportLines }, ImportStep>;
  /** End the import. Refused unless the organization holds exactly as many users, groups and memberships as the file. */
  readonly finishImport: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: ImportEnd }, ImportState>;
  /** Whom the rule adoption would adopt, page by page. The application's own users in the order of their ids, each with what the rule would do if the identity provider created a user with the same key. Changes nothing, and works whatever the rule is now. */
  readonly previewAdoption: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** Absent: the value of the rule, or userName if the rule is off. */
      readonly by?: "userName" | "email";
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, AdoptionPage>;
  /** Deletions whose memberships may not all be gone. By id. A sweep removes these memberships at once, and a second sweep looks again a few minutes later. */
  readonly listDeletions: Operation<{
    readonly path: Pick<PathNames, "org" | "side">;
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, DeletionPage>;
  /** Sweep the side's open deletions now, one step at a time. Call it again with the answer's next as after, until the answer has no next. The schedule does the same every quarter of an hour; this is for an operator who has repaired the cause of a failed sweep. Another sweep changes nothing more. */
  readonly sweepDeletions: Operation<{
    readonly path: Pick<PathNames, "org" | "side">;
    readonly body?: SweepWishes;
  }, SweepStep>;
  /** Changes of several steps that are under way or were broken off. First groups that are being made, then users that are being changed. A page may be empty without being the last. Reads all groups and users of the side. */
  readonly listBegun: Operation<{
    readonly path: Pick<PathNames, "org" | "side">;
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, BegunPage>;
  /** Check that the stored data is consistent, one step at a time. Call it again with the answer's next as from, until the answer has no next. It reads both sides of the organization while identity providers keep writing, and reports only what one atomic read showed. Roles follow some time later: of these, it reports only what is older than 15 minutes. With repair, it repairs what it can without guessing, if the fault is still there. A finding names only ids. */
  readonly inspectOrg: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly body?: InspectionWishes;
  }, InspectionStep>;
  /** Events of the log as lines of an export. Begins with the oldest readable event. Events have values where the log has them. */
  readonly exportEvents: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly after?: string;
    };
  }, EventLinePage>;
  /** Erase the values in all events of one user or team. Erases at once; after a deletion, Rollcall erases the values itself within 30 days. The events stay, with their numbers and times and the names of what changed. Later events of a user or team that still exists have values again. Repeating it changes nothing more. */
  readonly eraseValues: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the user or team, also a former one. */
      readonly id: string;
    };
  }, Erasure>;
  /** Begin the event log anew, one step at a time. Use it for every organization after a restore: consumers hold cursors of events that the restored table does not have. It removes all events; every consumer gets 410 and takes a snapshot. Call it again with the answer's next as from, until the answer has no next. */
  readonly renewLog: Operation<{ readonly path: Pick<PathNames, "org">; readonly body?: RenewalWishes }, RenewalStep>;
  /** Compare the event log with the directory, one step at a time. Call it again with the answer's next as from, until the answer has no next. It finds missing numbers, events that name a wrong earlier event, and versions that have no event although they are older than 15 minutes. With repair, it appends an event for each such version, so that consumers read the resource itself. */
  readonly inspectLog: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly body?: LogInspectionWishes;
  }, LogInspectionStep>;
}
}

/** By name: method, and path below the root of the API. */
export const ROUTES = {
  listOrgs: { method: "GET", path: "orgs" },
  createOrg: { method: "POST", path: "orgs" },
  getOrg: { method: "GET", path: "orgs/{org}" },
  updateOrg: { method: "PATCH", path: "orgs/{org}" },
  pauseOrg: { method: "POST", path: "orgs/{org}/pause" },
  resumeOrg: { method: "DELETE", path: "orgs/{org}/pause" },
  scheduleDeletion: { method: "POST", path: "orgs/{org}/deletion" },
  restoreOrg: { method: "DELETE", path: "orgs/{org}/deletion" },
  purgeOrg: { method: "POST", path: "orgs/{org}/purge" },
  listRemains: { method: "GET", path: "remains/{orgId}" },
  protectUser: { method: "POST", path: "orgs/{org}/protected/{userId}" },
  unprotectUser: { method: "DELETE", path: "orgs/{org}/protected/{userId}" },
  listTokens: { method: "GET", path: "orgs/{org}/tokens" },
  generateToken: { method: "POST", path: "orgs/{org}/tokens" },
  regenerateToken: { method: "POST", path: "orgs/{org}/tokens/regenerate" },
  rotateToken: { method: "POST", path: "orgs/{org}/tokens/rotate" },
  revokeToken: { method: "DELETE", path: "orgs/{org}/tokens/{tokenId}" },
  listClientSecrets: { method: "GET", path: "orgs/{org}/clients" },
  createClientSecret: { method: "POST", path: "orgs/{org}/clients" },
  revokeClientSecret: { method: "DELETE", path: "orgs/{org}/clients/{tokenId}" },
  reportTokens: { method: "GET", path: "tokens-report" },
  listTrusts: { method: "GET", path: "orgs/{org}/trusts" },
  createTrust: { method: "POST", path: "orgs/{org}/trusts" },
  revokeTrust: { method: "DELETE", path: "orgs/{org}/trusts/{tokenId}" },
  listApplicationKeys: { method: "GET", path: "app-keys" },
  createApplicationKey: { method: "POST", path: "app-keys" },
  revokeApplicationKey: { method: "DELETE", path: "app-keys/{keyId}" },
  listDomains: { method: "GET", path: "orgs/{org}/domains" },
  addDomain: { method: "POST", path: "orgs/{org}/domains" },
  verifyDomain: { method: "POST", path: "orgs/{org}/domains/{domain}/verify" },
  removeDomain: { method: "DELETE", path: "orgs/{org}/domains/{domain}" },
  showHold: { method: "GET", path: "orgs/{org}/hold" },
  releaseHold: { method: "POST", path: "orgs/{org}/hold/release" },
  refuseHold: { method: "POST", path: "orgs/{org}/hold/refuse" },
  listUsers: { method: "GET", path: "orgs/{org}/users" },
  listTeams: { method: "GET", path: "orgs/{org}/teams" },
  getTeam: { method: "GET", path: "orgs/{org}/teams/{idOrName}" },
  listWebhooks: { method: "GET", path: "orgs/{org}/webhooks" },
  createWebhook: { method: "POST", path: "orgs/{org}/webhooks" },
  getWebhook: { method: "GET", path: "orgs/{org}/webhooks/{webhookId}" },
  updateWebhook: { method: "PATCH", path: "orgs/{org}/webhooks/{webhookId}" },
  removeWebhook: { method: "DELETE", path: "orgs/{org}/webhooks/{webhookId}" },
  rotateWebhookSecret: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/rotate" },
  testWebhook: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/test" },
  listDeliveries: { method: "GET", path: "orgs/{org}/webhooks/{webhookId}/deliveries" },
  replayDelivery: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/deliveries/{deliveryId}/replay" },
  replayFailed: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/replay" },
  listDeploymentWebhooks: { method: "GET", path: "webhooks" },
  createDeploymentWebhook: { method: "POST", path: "webhooks" },
  getDeploymentWebhook: { method: "GET", path: "webhooks/{webhookId}" },
  updateDeploymentWebhook: { method: "PATCH", path: "webhooks/{webhookId}" },
  removeDeploymentWebhook: { method: "DELETE", path: "webhooks/{webhookId}" },
  rotateDeploymentWebhookSecret: { method: "POST", path: "webhooks/{webhookId}/rotate" },
  testDeploymentWebhook: { method: "POST", path: "webhooks/{webhookId}/test" },
  listDeploymentDeliveries: { method: "GET", path: "webhooks/{webhookId}/deliveries" },
  replayDeploymentDelivery: { method: "POST", path: "webhooks/{webhookId}/deliveries/{deliveryId}/replay" },
  replayDeploymentFailed: { method: "POST", path: "webhooks/{webhookId}/replay" },
  listPortalSessions: { method: "GET", path: "orgs/{org}/portal-sessions" },
  createPortalSession: { method: "POST", path: "orgs/{org}/portal-sessions" },
  revokePortalSession: { method: "DELETE", path: "orgs/{org}/portal-sessions/{sessionId}" },
  getMappings: { method: "GET", path: "orgs/{org}/roles" },
  setMappings: { method: "PUT", path: "orgs/{org}/roles" },
  removeMappings: { method: "DELETE", path: "orgs/{org}/roles" },
  previewMappings: { method: "POST", path: "orgs/{org}/roles/preview" },
  rebuildRoles: { method: "POST", path: "orgs/{org}/roles/rebuild" },
  getTotals: { method: "GET", path: "orgs/{org}/data/totals" },
  exportHeader: { method: "GET", path: "orgs/{org}/data/export" },
  exportMembers: { method: "GET", path: "orgs/{org}/data/export/{side}/members" },
  exportUsers: { method: "GET", path: "orgs/{org}/data/export/{side}/users" },
  exportGroups: { method: "GET", path: "orgs/{org}/data/export/{side}/groups" },
  lookAhead: { method: "GET", path: "orgs/{org}/data/import" },
  beginImport: { method: "POST", path: "orgs/{org}/data/import" },
  importLines: { method: "POST", path: "orgs/{org}/data/import/lines" },
  finishImport: { method: "POST", path: "orgs/{org}/data/import/finish" },
  previewAdoption: { method: "GET", path: "orgs/{org}/data/adoption" },
  listDeletions: { method: "GET", path: "orgs/{org}/data/jobs/{side}/deletions" },
  sweepDeletions: { method: "POST", path: "orgs/{org}/data/jobs/{side}/deletions" },
  listBegun: { method: "GET", path: "orgs/{org}/data/jobs/{side}/begun" },
  inspectOrg: { method: "POST", path: "orgs/{org}/data/fsck" },
  exportEvents: { method: "GET", path: "orgs/{org}/data/export/events" },
  eraseValues: { method: "POST", path: "orgs/{org}/data/events/{id}/erase" },
  renewLog: { method: "POST", path: "orgs/{org}/data/events/renew" },
  inspectLog: { method: "POST", path: "orgs/{org}/data/events/fsck" },
} as const;
