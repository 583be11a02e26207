// Made by `npm run generate` from functions/http/signed/declarations.

export declare namespace Directory {
export type JsonObject = Readonly<Record<string, unknown>>;

export interface Access {
  /** A managed user who is active, or an unmanaged one. */
  readonly member: boolean;
  /** Only where member is false. ambiguous: several users match and none goes before the others; ask by userName. */
  readonly reason?: "noSuchUser" | "inactive" | "ambiguous";
  readonly user: User | null;
  /** Only where several users match: all of them. */
  readonly candidates?: readonly User[];
  /** Direct memberships of either side; empty for somebody who is no member. */
  readonly teams: readonly TeamOfUser[];
  /** The person's roles, by key, as they follow now from teams, attributes and mappings. Empty for somebody who is no member, and where the organization has no roles. A role with keepOne stays until Rollcall has processed the change that ends it. */
  readonly roles: readonly AssignedRole[];
}

export interface AssignedRole {
  /** Key of a role of the application's catalogue. */
  readonly key: string;
  /** Why the user has it. */
  readonly sources: readonly ({
    /** team: a mapping of a team that holds the user. direct: the identity provider sent it. default: there is no other role. held: nothing gives the role any more, but its last holder keeps it. */
    readonly type: "team" | "direct" | "default" | "held";
    /** Only of type team: its id. */
    readonly team?: string;
  })[];
}

/** Complete, unless fields chose parts; the id is always there. */
export type ChosenTeam = Partial<Team> & Pick<Team, "id">;

/** Complete, unless fields chose parts; the id is always there. */
export type ChosenUser = Partial<User> & Pick<User, "id">;

export interface Deleted {
  readonly id: string;
  readonly kind: "user" | "team";
  /** Made by the identity provider through SCIM, and locked here. */
  readonly managed: boolean;
  readonly deletedAt: string;
  /** Id of the token, or the actor of the call, that deleted it. */
  readonly deletedBy: string;
  /** Finds the log line of the deletion. */
  readonly reference: string;
}

export interface Email {
  readonly value: string;
  readonly type?: string;
  readonly primary?: boolean;
  readonly display?: string;
}

export interface Enterprise {
  /** The number or code of the person in the enterprise. */
  readonly employeeNumber?: string;
  /** The name of a cost center. */
  readonly costCenter?: string;
  /** The name of an organization. */
  readonly organization?: string;
  /** The name of a division. */
  readonly division?: string;
  /** The name of a department. */
  readonly department?: string;
  /** The user's manager. */
  readonly manager?: {
    /** The id of the manager. */
    readonly value?: string;
    /** The URI of the manager. */
    readonly $ref?: string;
  };
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

export interface EventList {
  readonly events: readonly Event[];
  /** The value of after for the next page, also where it equals head: later events follow it. */
  readonly next: string;
  /** The place after the last event. */
  readonly head: string;
}

export interface Feed {
  readonly entries: readonly FeedEntry[];
  /** The value of after for the next page, also where it equals head: later events follow it. */
  readonly next: string;
  /** The place after the last entry. */
  readonly head: string;
}

export type FeedEntry = {
  /** Login name. */
  readonly org: string;
  readonly orgId: string;
  /** seq of the first new event of this organization. */
  readonly from: number;
  /** seq of the last one. */
  readonly to: number;
} | {
  readonly org: string;
  readonly orgId: string;
  /** The organization was purged. */
  readonly ended: true;
};

export interface HeadList {
  readonly orgs: readonly {
    readonly org: string;
    readonly id: string;
    /** Head of its event log. */
    readonly head: string;
  }[];
  /** The value of cursor for the next page; absent at the end. */
  readonly next?: string;
}

export interface History {
  readonly events: readonly Event[];
  /** The next page's value for before; absent at the end. */
  readonly next?: string;
}

export interface Link {
  /** The application's own id of the user, compared exactly. */
  readonly applicationId: string;
}

export type Member = {
  readonly kind: "user";
  readonly id: string;
  /** Made by the identity provider through SCIM, and locked here. */
  readonly managed: boolean;
  readonly active: boolean;
  readonly userName: string;
  readonly displayName: string | null;
  readonly applicationId: string | null;
} | {
  readonly kind: "team";
  readonly id: string;
  /** Made by the identity provider through SCIM, and locked here. */
  readonly managed: boolean;
  readonly displayName: string;
};

export interface MemberList {
  readonly members: readonly Member[];
  /** The value of cursor for the next page. Absent at the end; a page may be shorter than asked for, and the last one empty. */
  readonly next?: string;
}

export interface Name {
  readonly formatted?: string;
  readonly familyName?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly honorificPrefix?: string;
  readonly honorificSuffix?: string;
}

export interface NewUser {
  readonly userName: string;
  readonly displayName?: string;
  readonly name?: Name;
  readonly emails?: readonly Email[];
  /** The application's own id of the user, compared exactly. */
  readonly applicationId?: string;
}

export interface NewUserResult {
  /** 201: the user was made. 200: the user existed already. Otherwise error says why there is no user. */
  readonly status: number;
  readonly user?: User;
  readonly error?: {
    readonly scimType?: string;
    readonly detail: string;
    /** As in errors of this API. */
    readonly code: string;
    readonly values: readonly (string | number)[];
  };
}

export interface NewUserResults {
  readonly results: readonly NewUserResult[];
}

export interface NewUsers {
  readonly users: readonly NewUser[];
}

export interface Role {
  readonly key: string;
  /** Name that people see. */
  readonly displayName: string;
  /** One line for people. */
  readonly description: string;
  /** The SCIM list in which access governance tools find it. */
  readonly kind: "role" | "entitlement";
  /** False: nobody gets it by a mapping, as the default or from an identity provider. */
  readonly assignable: boolean;
  /** Members who have no other role have this one, unless the organization says otherwise. Only one role can be the default. */
  readonly default: boolean;
  /** Its last holder in an organization keeps it until somebody else has it, or until the holder is deactivated or deleted. */
  readonly keepOne: boolean;
  /** Rises with each change of the role. */
  readonly version: number;
}

export interface RoleList {
  readonly roles: readonly Role[];
}

export interface RoleWishes {
  /** Name that people see. */
  readonly displayName: string;
  /** One line for people. */
  readonly description?: string;
  /** The SCIM list in which access governance tools find it. */
  readonly kind?: "role" | "entitlement";
  /** False: nobody gets it by a mapping, as the default or from an identity provider. */
  readonly assignable?: boolean;
  /** Members who have no other role have this one, unless the organization says otherwise. Only one role can be the default. */
  readonly default?: boolean;
  /** Its last holder in an organization keeps it until somebody else has it, or until the holder is deactivated or deleted. */
  readonly keepOne?: boolean;
  /** Version of the role as you read it; means the same as If-Match. */
  readonly version?: number;
}

export interface Team {
  readonly id: string;
  /** Made by the identity provider through SCIM, and locked here. */
  readonly managed: boolean;
  /** Only where managed: why it cannot be changed here. */
  readonly lockedReason?: string;
  /** Every change raises it: of two answers about the same id the one with the higher version is newer. */
  readonly version: number;
  readonly displayName: string;
  /** The identifier that the identity provider gives the team. */
  readonly externalId: string | null;
  readonly created: string;
  readonly lastModified: string;
}

export interface TeamList {
  readonly teams: readonly ChosenTeam[];
  /** The value of cursor for the next page. Absent at the end; a page may be shorter than asked for, and the last one empty. */
  readonly next?: string;
}

export interface TeamName {
  /** At most 256 characters. */
  readonly displayName: string;
}

export interface TeamOfUser {
  readonly id: string;
  readonly displayName: string;
  /** Made by the identity provider through SCIM, and locked here. */
  readonly managed: boolean;
}

export interface User {
  /** The identifier the identity provider gives the user. */
  readonly externalId: string | null;
  readonly userName: string;
  readonly name: Name | null;
  readonly displayName: string | null;
  /** The casual name of the user. */
  readonly nickName: string | null;
  /** A page about the user. */
  readonly profileUrl: string | null;
  /** The user's title, such as Vice President. */
  readonly title: string | null;
  /** How the user relates to the organization, such as Employee or Contractor. */
  readonly userType: string | null;
  /** The user's language, as in Accept-Language, such as en-US. */
  readonly preferredLanguage: string | null;
  /** The user's locale, for dates, numbers and currency. */
  readonly locale: string | null;
  /** The user's time zone, such as America/Los_Angeles. */
  readonly timezone: string | null;
  /** False for a managed user whom the identity provider deactivated: the user is no member of the organization. */
  readonly active: boolean;
  readonly emails: readonly Email[];
  /** Phone numbers of the user, kept as they were sent. */
  readonly phoneNumbers: readonly {
    /** A phone number. */
    readonly value?: string;
    /** A human-readable form of the value, for display only. */
    readonly display?: string;
    /** What the value is used for. */
    readonly type?: string;
    /** Whether this is the preferred value; true for one value at most. */
    readonly primary?: boolean;
  }[];
  /** Instant messaging addresses of the user. */
  readonly ims: readonly {
    /** An instant messaging address. */
    readonly value?: string;
    /** A human-readable form of the value, for display only. */
    readonly display?: string;
    /** What the value is used for. */
    readonly type?: string;
    /** Whether this is the preferred value; true for one value at most. */
    readonly primary?: boolean;
  }[];
  /** Photos of the user. */
  readonly photos: readonly {
    /** The URL of a photo. */
    readonly value?: string;
    /** A human-readable form of the value, for display only. */
    readonly display?: string;
    /** What the value is used for. */
    readonly type?: string;
    /** Whether this is the preferred value; true for one value at most. */
    readonly primary?: boolean;
  }[];
  /** Postal addresses of the user. */
  readonly addresses: readonly {
    /** The whole address, formatted for display or a label. */
    readonly formatted?: string;
    /** Street, house number and what else stands there. */
    readonly streetAddress?: string;
    /** The city or locality. */
    readonly locality?: string;
    /** The state or region. */
    readonly region?: string;
    /** The postal code. */
    readonly postalCode?: string;
    /** The country, as an ISO 3166-1 alpha-2 code; other text is kept as sent. */
    readonly country?: string;
    /** What the value is used for. */
    readonly type?: string;
    /** Whether this is the preferred value; true for one value at most. */
    readonly primary?: boolean;
  }[];
  /** What the user is entitled to. */
  readonly entitlements: readonly {
    /** An entitlement. */
    readonly value?: string;
    /** A human-readable form of the value, for display only. */
    readonly display?: string;
    /** What the value is used for. */
    readonly type?: string;
    /** Whether this is the preferred value; true for one value at most. */
    readonly primary?: boolean;
  }[];
  /** The SCIM attribute roles, as the identity provider sent it. The resulting roles are in roles. */
  readonly idpRoles: readonly {
    /** A role. */
    readonly value?: string;
    /** A human-readable form of the value, for display only. */
    readonly display?: string;
    /** What the value is used for. */
    readonly type?: string;
    /** Whether this is the preferred value; true for one value at most. */
    readonly primary?: boolean;
  }[];
  /** Certificates issued to the user. */
  readonly x509Certificates: readonly {
    /** A DER certificate in base64. */
    readonly value?: string;
    /** A human-readable form of the value, for display only. */
    readonly display?: string;
    /** What the value is used for. */
    readonly type?: string;
    /** Whether this is the preferred value; true for one value at most. */
    readonly primary?: boolean;
  }[];
  readonly id: string;
  /** Made by the identity provider through SCIM, and locked here. */
  readonly managed: boolean;
  /** Only where managed: why it cannot be changed here. */
  readonly lockedReason?: string;
  /** Every change raises it: of two answers about the same id the one with the higher version is newer. */
  readonly version: number;
  /** SCIM's enterprise extension (RFC 7643 section 4.3): its stored attributes. */
  readonly enterprise: Enterprise | null;
  /** By URN, the attributes of further extensions; absent where none is stored. */
  readonly extensions?: JsonObject;
  /** The application's own id of the user, set by a link. */
  readonly applicationId: string | null;
  /** Rises with each linking and unlinking, independently of version; 0 for a user who was never linked. */
  readonly linkVersion: number;
  readonly created: string;
  readonly lastModified: string;
  /** Direct memberships of either side; empty for a user who is not active. A removal that was answered counts at once. A team may be missing for as long as an index lags, usually far less than a second, in two cases: a managed user just joined a team of the application, or a member of more than 40 teams just joined any team. */
  readonly teams?: readonly TeamOfUser[];
  /** The user's roles, by key; always empty where the organization has none. In an answer with teams, the roles follow from those teams at this moment. In any other answer they are as last written, some time after the change that led to them. Absent where the request does not ask for them. */
  readonly roles?: readonly AssignedRole[];
  /** Version of the roles as last written: each change of the roles raises it, independently of version. 0 for a user who never had any. Absent where the answer has teams, and where the request does not ask for it. */
  readonly rolesVersion?: number;
}

export interface UserChange {
  readonly userName?: string;
  readonly displayName?: string | null;
  readonly name?: {
    readonly formatted?: string | null;
    readonly familyName?: string | null;
    readonly givenName?: string | null;
    readonly middleName?: string | null;
    readonly honorificPrefix?: string | null;
    readonly honorificSuffix?: string | null;
  } | null;
  readonly emails?: readonly Email[] | null;
}

export interface UserList {
  readonly users: readonly ChosenUser[];
  /** The value of cursor for the next page. Absent at the end; a page may be shorter than asked for, and the last one empty. */
  readonly next?: string;
}

/** What the `{names}` of paths stand for. */
export interface PathNames {
  /** Login name of the organization, as in its Tenant URL, or its id. */
  readonly org: string;
  /** Key of the role, as the application knows it. */
  readonly role: string;
}

/** What goes in, and what comes out. */
export interface Operation<T, G> {
  readonly takes: T;
  readonly gives: G;
}

/** By name. */
export interface Operations {
  /** Users of both sides, page by page. First the users that SCIM made, then the application's own; the order is stable. Inactive managed users are listed and marked: they are not members of the organization. Teams are shown only where fields names them; they cost half a read unit for each managed user, one for each membership and one for each team. Where the organization has roles, they cost one query for the page (about 8 read units for 100 users), unless fields leaves out roles and rolesVersion. A filter by userName, externalId, id or an e-mail address finds its users by index; any other filter looks at every user, up to 10,000 for each page, so a page may be short or empty and still have a next one. */
  readonly listUsers: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** Maximum number of users on the page; a number above 100 counts as 100. */
      readonly count?: number;
      /** The value of next in the earlier page; absent for the first page. Opaque. */
      readonly cursor?: string;
      /** What the answer shows, with commas between the names: externalId, userName, name, displayName, nickName, profileUrl, title, userType, preferredLanguage, locale, timezone, active, emails, phoneNumbers, ims, photos, addresses, entitlements, idpRoles, x509Certificates, id, managed, lockedReason, version, enterprise, extensions, applicationId, linkVersion, created, lastModified, teams, roles, rolesVersion. The id is always there. */
      readonly fields?: string;
      /** A filter of SCIM (RFC 7644 section 3.4.2.2) over the attributes of SCIM, such as: active eq true and meta.lastModified gt "2026-01-02T00:00:00Z". It cannot ask for memberships. In a filter, roles are those that the identity provider sent. */
      readonly filter?: string;
      /** Only the user with this applicationId: a list of one or none. Not with filter or cursor. */
      readonly applicationId?: string;
    };
  }, UserList>;
  /** Make an unmanaged user. The same userName and e-mail address may exist on the managed side. With applicationId the user is linked from the first moment on. */
  readonly createUser: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: NewUser }, User>;
  /** Make many unmanaged users, each with its link. Each entry succeeds or fails by itself: the answer has one result for each, in the same order. A user and its link are made together or not at all. If an existing user has the userName and applicationId of an entry, the result is 200 and that user, unchanged: a call can be repeated. Of entries with the same userName or applicationId, the first one counts. The whole call is refused only for a value that no body may contain, such as U+0000. Cost: 6 write units for a user, 2 for each e-mail address and 4 for the link. */
  readonly createUsers: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: NewUsers }, NewUserResults>;
  /** One user. With its teams, unless fields leaves them out: they cost a read unit, and two for each team. Where the organization has roles, these cost 2 read units and one for each 4 KB of the catalogue of roles; if the answer has no teams, roles cost one read unit in all. */
  readonly getUser: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the user. */
      readonly id: string;
    };
    readonly query?: {
      /** What the answer shows, with commas between the names: externalId, userName, name, displayName, nickName, profileUrl, title, userType, preferredLanguage, locale, timezone, active, emails, phoneNumbers, ims, photos, addresses, entitlements, idpRoles, x509Certificates, id, managed, lockedReason, version, enterprise, extensions, applicationId, linkVersion, created, lastModified, teams, roles, rolesVersion. The id is always there. */
      readonly fields?: string;
    };
  }, ChosenUser>;
  /** Change an unmanaged user. JSON merge patch: what the body names is set, null removes it, emails are replaced as a whole. 409 for a managed user. */
  readonly updateUser: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the user. */
      readonly id: string;
    };
    readonly body?: UserChange;
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, User>;
  /** Delete an unmanaged user. The user leaves all teams at once. 409 for a managed user. */
  readonly deleteUser: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the user. */
      readonly id: string;
    };
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, undefined>;
  /** Link a user to a record of the application. A user of either side. An applicationId belongs to one user of the organization at most: 409 names the user who has it. An earlier link of the user ends. The same request again changes nothing. A link ends with its user. */
  readonly linkUser: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the user. */
      readonly id: string;
    };
    readonly body: Link;
  }, User>;
  /** End the link of a user. If there was none, nothing changes. */
  readonly unlinkUser: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the user. */
      readonly id: string;
    };
  }, User>;
  /** Teams of both sides, page by page. First the teams that SCIM made, then the application's own; the order is stable. */
  readonly listTeams: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** Maximum number of teams on the page; a number above 100 counts as 100. */
      readonly count?: number;
      /** The value of next in the earlier page; absent for the first page. Opaque. */
      readonly cursor?: string;
      /** What the answer shows, with commas between the names: id, managed, lockedReason, version, displayName, externalId, created, lastModified. The id is always there. */
      readonly fields?: string;
      /** A filter of SCIM (RFC 7644 section 3.4.2.2) over the attributes of SCIM, such as: active eq true and meta.lastModified gt "2026-01-02T00:00:00Z". It cannot ask for memberships. In a filter, roles are those that the identity provider sent. */
      readonly filter?: string;
    };
  }, TeamList>;
  /** Make an unmanaged team. Names of unmanaged teams are unique among themselves, ignoring case; a managed team may have the same name. */
  readonly createTeam: Operation<{ readonly path: Pick<PathNames, "org">; readonly body: TeamName }, Team>;
  /** One team. */
  readonly getTeam: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the team. */
      readonly id: string;
    };
    readonly query?: {
      /** What the answer shows, with commas between the names: id, managed, lockedReason, version, displayName, externalId, created, lastModified. The id is always there. */
      readonly fields?: string;
    };
  }, ChosenTeam>;
  /** Rename an unmanaged team. 409 for a managed team. */
  readonly renameTeam: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the team. */
      readonly id: string;
    };
    readonly body: TeamName;
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, Team>;
  /** Delete an unmanaged team. 409 for a managed team. */
  readonly deleteTeam: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the team. */
      readonly id: string;
    };
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, undefined>;
  /** Members of a team, page by page. Direct members of the team. Managed users who are not active are left out until they are reactivated, unless include=inactive asks for them. Nested teams are listed and give nobody membership. */
  readonly listMembers: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the team. */
      readonly id: string;
    };
    readonly query?: {
      /** Maximum number of members on the page; a number above 1000 counts as 1000. */
      readonly count?: number;
      /** The value of next in the earlier page; absent for the first page. Opaque. */
      readonly cursor?: string;
      /** inactive also lists managed users who are not active. */
      readonly include?: "inactive";
    };
  }, MemberList>;
  /** Make a user a member of an unmanaged team. Any user of the organization, managed or not; one who is a member already stays one. 409 for a managed team. */
  readonly addMember: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the team. */
      readonly id: string;
      /** Id of the user. */
      readonly userId: string;
    };
  }, Member>;
  /** Take a user out of an unmanaged team. If the user was no member, nothing changes. 409 for a managed team. */
  readonly removeMember: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the team. */
      readonly id: string;
      /** Id of the user. */
      readonly userId: string;
    };
  }, undefined>;
  /** The sign-in gate: is this person a member now, and of which teams?. Give exactly one of email, userName, externalId and applicationId. Strongly consistent: changes that activate, deactivate, delete, rename, re-address, link or unlink a user, or take one out of a team, count if they were answered before this request began. The very next answer after an identity provider got its 2xx for active:false says inactive. A team may be missing from teams for as long as an index lags, usually far less than a second, in two cases: a managed user just joined a team of the application, or a member of more than 40 teams just joined any team. Where several users match, a managed one goes before an unmanaged one, and an active one before an inactive one of the same side: a person whom the identity provider deactivated does not come in through the application's own user of the same name. Cost: 6.5 read units and 2 for each team, in 5 round trips to the database; in an organization with roles 2 more, and one for each 4 KB of the catalogue of roles. */
  readonly getAccess: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** One of the person's e-mail addresses, ignoring case. */
      readonly email?: string;
      /** The person's userName, ignoring case. */
      readonly userName?: string;
      /** The person's id at the identity provider; only managed users have one. */
      readonly externalId?: string;
      /** The application's own id of the person, which a link gave to a user. */
      readonly applicationId?: string;
    };
  }, Access>;
  /** What became of a user or team that is gone. For 30 days after the deletion. */
  readonly getDeleted: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Former id of the user or team. */
      readonly id: string;
    };
  }, Deleted>;
  /** Events of an organization, in their order. Every change of a user, team, membership, setting or token, numbered without gaps. It is in the log within seconds of the answer to its request. Take a snapshot first: read head, list users and teams and the members of each team, remove from your copy what is not listed, then read from that head. A page may be empty without being the last: go on with next until it equals head. Cost: 3 read units, one for every 4 KB of events, and a few for the links of their users: about 18 for 100 changes of small users, in 5 calls. With types a page looks at up to 1,000 events. With resource it costs a read unit and a call for each event of that resource after the cursor; where there are more than 200, it looks at all events, as with types. */
  readonly listEvents: Operation<{
    readonly path: Pick<PathNames, "org">;
    readonly query?: {
      /** next or head of an earlier answer, or the id of an event. 0: from the very first event, and 410 if it is gone. Absent: from the oldest event that can be read. */
      readonly after?: string;
      /** Instead of after: begins with the first event that was logged then or later. */
      readonly since?: string;
      /** Maximum number of events on the page; a number above 1000 counts as 1000. */
      readonly limit?: number;
      /** Only events of these types, with commas between them; user.* is all events of users. A change of a team's attributes and members at once is a team.updated. */
      readonly types?: string;
      /** Only events of the user, team or token with this id. */
      readonly resource?: string;
      /** Seconds to wait for an event where there is none yet. Only the local server waits: a deployment answers at once, because an open request would occupy its function. */
      readonly wait?: number;
    };
  }, EventList>;
  /** Events of one user, team or token, from the newest one on. Also for a resource that was deleted. Cost: 4 read units, and a read unit and a call for each event. */
  readonly getHistory: Operation<{
    readonly path: Pick<PathNames, "org"> & {
      /** Id of the user, team or token; the organization's id for its settings. */
      readonly id: string;
    };
    readonly query?: {
      /** The value of next in the earlier page. */
      readonly before?: string;
      /** Maximum number of events on the page; a number above 100 counts as 100. */
      readonly limit?: number;
    };
  }, History>;
  /** All organizations, with the heads of their event logs. By login name. Where the head equals the one you have, nothing has happened since. */
  readonly listHeads: Operation<{
    readonly query?: {
      /** Maximum number of organizations on the page; a number above 100 counts as 100. */
      readonly count?: number;
      /** The value of next in the earlier page. */
      readonly cursor?: string;
    };
  }, HeadList>;
  /** Which organizations have new events. For one worker that serves all organizations: 16 shards, each with entries numbered without gaps, kept for 7 days. An organization stays in one shard. Keep a cursor for each shard and for each organization. An entry says that the organization's log goes on; read the log from your cursor. To begin, ask each shard without after, and keep its next. Then list the organizations, and read each log whose head is not the one you hold. 410 means: begin again in this way. Cost: 2 read units for up to 40 entries. */
  readonly readFeed: Operation<{
    readonly query: {
      /** There are 16. */
      readonly shard: number;
      /** next or head of an earlier answer of this shard. 0: from its very first entry on, and 410 where that is gone. Absent: the answer has no entries, only the next with which you begin. It lies some entries before the head, so that you miss none that is being written. */
      readonly after?: string;
      /** Maximum number of events on the page; a number above 1000 counts as 1000. */
      readonly limit?: number;
    };
  }, Feed>;
  /** The roles of the application. The catalogue is the same for every organization. Cost: a read unit for every 4 KB of it. */
  readonly listRoles: Operation<Record<never, never>, RoleList>;
  /** One role. */
  readonly getRole: Operation<{ readonly path: Pick<PathNames, "role"> }, Role>;
  /** Put a role into the catalogue. It replaces the whole role with this key; what the request does not name gets its default. An equal role changes nothing. Any other change makes Rollcall compute the roles of all people again, some seconds later, in every organization that has roles. 409: a second default, more than 100 roles, or a role that organizations use and that would no longer be assignable. */
  readonly setRole: Operation<{
    readonly path: Pick<PathNames, "role">;
    readonly body: RoleWishes;
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, Role>;
  /** Delete a role. 409 while an organization names it in its mappings or has it as its default: detail says how many organizations do. */
  readonly removeRole: Operation<{
    readonly path: Pick<PathNames, "role">;
    /** `version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since. */
    readonly ifVersion?: number;
  }, RoleList>;
}
}

/** By name: method, and path below the root of the API. */
export const ROUTES = {
  listUsers: { method: "GET", path: "orgs/{org}/users" },
  createUser: { method: "POST", path: "orgs/{org}/users" },
  createUsers: { method: "POST", path: "orgs/{org}/users/bulk" },
  getUser: { method: "GET", path: "orgs/{org}/users/{id}" },
  updateUser: { method: "PATCH", path: "orgs/{org}/users/{id}" },
  deleteUser: { method: "DELETE", path: "orgs/{org}/users/{id}", isEmpty: true },
  linkUser: { method: "PUT", path: "orgs/{org}/users/{id}/link" },
  unlinkUser: { method: "DELETE", path: "orgs/{org}/users/{id}/link" },
  listTeams: { method: "GET", path: "orgs/{org}/teams" },
  createTeam: { method: "POST", path: "orgs/{org}/teams" },
  getTeam: { method: "GET", path: "orgs/{org}/teams/{id}" },
  renameTeam: { method: "PATCH", path: "orgs/{org}/teams/{id}" },
  deleteTeam: { method: "DELETE", path: "orgs/{org}/teams/{id}", isEmpty: true },
  listMembers: { method: "GET", path: "orgs/{org}/teams/{id}/members" },
  addMember: { method: "PUT", path: "orgs/{org}/teams/{id}/members/{userId}" },
  removeMember: { method: "DELETE", path: "orgs/{org}/teams/{id}/members/{userId}", isEmpty: true },
  getAccess: { method: "GET", path: "orgs/{org}/access" },
  getDeleted: { method: "GET", path: "orgs/{org}/deleted/{id}" },
  listEvents: { method: "GET", path: "orgs/{org}/events" },
  getHistory: { method: "GET", path: "orgs/{org}/history/{id}" },
  listHeads: { method: "GET", path: "orgs" },
  readFeed: { method: "GET", path: "feed" },
  listRoles: { method: "GET", path: "roles" },
  getRole: { method: "GET", path: "roles/{role}" },
  setRole: { method: "PUT", path: "roles/{role}" },
  removeRole: { method: "DELETE", path: "roles/{role}" },
} as const;

/** What `fields` may name of a user. */
export const USER_FIELDS = ["externalId", "userName", "name", "displayName", "nickName", "profileUrl", "title", "userType", "preferredLanguage", "locale", "timezone", "active", "emails", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "idpRoles", "x509Certificates", "id", "managed", "lockedReason", "version", "enterprise", "extensions", "applicationId", "linkVersion", "created", "lastModified", "teams", "roles", "rolesVersion"] as const;
