import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { RoutedFunction } from "../functions/routes.ts";
import type { Config } from "./config.ts";
import { type KeySpace, statement } from "./keySpaces.ts";
import { INDEX_NAME } from "./scimTable.ts";

interface Grant {
  readonly reads: readonly KeySpace[];
  readonly writes: readonly KeySpace[];
  /** May be removed but never written. */
  readonly deletes?: readonly KeySpace[];
  /** Whether it counts an org's requests against its budget. */
  readonly spends?: true;
  /** Of the index. */
  readonly finds?: readonly KeySpace[];
}

/** Functions that create users for an identity provider. */
const ADOPTING: readonly TableFunction[] = ["users", "bulk"];

/** Settings and token in one read with the resource; the mark of a token's use; the user that a token may be bound to. */
const VERIFYING: readonly KeySpace[] = ["org data", "settings", "tokens", "last used"];

/** Both sides of an org, found by the login name in the path. */
const SIDES: readonly KeySpace[] = ["org data", "unmanaged", "settings", "slugs"];

const DIRECTORY: Grant = { reads: [...SIDES, "assigned roles", "event log", "feed"], writes: ["unmanaged"] };

/** Messages and their results; these rights cannot change an address. */
const SENDING: readonly KeySpace[] = ["endpoint states", "messages", "attempts"];

/** Every function that uses the table: those with routes, and those on a schedule. */
export type TableFunction = RoutedFunction | "tokensReport" | "webhooks" | "roles" | "journal" | "canary";

/** Each function's rights: a function for identity providers can make neither an org nor a token (product.md 5.5). */
const GRANTS: Record<TableFunction, Grant> = {
  // The rule `unknownRoles` checks a user's roles against the catalogue.
  users: { reads: [...VERIFYING, "role catalogue"], writes: ["org data", "last used"], spends: true },
  groups: { reads: VERIFYING, writes: ["org data", "last used"], spends: true },
  bulk: { reads: [...VERIFYING, "role catalogue"], writes: ["org data", "last used"], spends: true },
  search: { reads: VERIFYING, writes: ["last used", "cursor keys"], spends: true },
  discovery: { reads: VERIFYING, writes: ["last used"], spends: true },
  // For client assertions, only the path names the org.
  oauth: {
    reads: ["settings", "tokens", "slugs", "issuer keys"],
    writes: ["access tokens", "issuer keys"],
    spends: true,
  },
  // The application reads SCIM's resources and changes only its own; it has no access to tokens.
  directory: DIRECTORY,
  // The same by application key: one function for each scope, so that none can do more than its scope.
  appRead: { reads: [...DIRECTORY.reads, "application keys"], writes: ["last used"] },
  // Events are read with GET, by appRead.
  appWrite: { reads: [...SIDES, "assigned roles", "application keys"], writes: [...DIRECTORY.writes, "last used"] },
  // Its keys name their org by id, so it needs no login names. It can make tokens, but neither an org nor an application key.
  appAdmin: {
    reads: ["org data", "unmanaged", "settings", "last used", "application keys"],
    writes: ["settings", "tokens", "last used"],
  },
  // Only what the pages show. It writes nothing, so a fault in a page's request changes nothing.
  portal: {
    reads: [...SIDES, "last used", "portal sessions", "journal", "event log", "feed"],
    writes: [],
  },
  // A session may change its own org, as appAdmin does with a key: it can make neither an org nor an application key.
  portalAdmin: {
    reads: ["org data", "settings", "last used", "portal sessions"],
    writes: ["settings", "tokens", "portal sessions"],
    // With a token that ended long ago goes the mark of its last use.
    deletes: ["last used"],
  },
  // Whole orgs: export, import, checks, and operators' work on event logs. It can neither make an org or a token, nor read a
  // token.
  maintenance: {
    reads: ["org data", "unmanaged", "settings", "slugs", "event log", "feed", "assigned roles"],
    writes: ["org data", "unmanaged", "event log", "feed"],
  },
  // Tokens as their orgs list them, never as clients present them.
  tokensReport: { reads: ["settings", "slugs", "last used"], writes: [] },
  // Of an org only its endpoints and their messages.
  webhooks: {
    reads: ["endpoints", ...SENDING],
    writes: SENDING,
    finds: ["due endpoints", "failing endpoints"],
  },
  // It reads everything that decides roles, on both sides, and writes who has which.
  roles: {
    reads: ["org data", "unmanaged", "settings", "roles"],
    writes: ["assigned roles", "role holders", "role work"],
  },
  // It learns of requests from the log, and of an org nothing else.
  journal: { reads: ["journal"], writes: ["journal"] },
  // It admits itself to its own sandbox, and removes leftovers there; in between it acts as any identity provider.
  canary: { reads: ["canary settings", "canary data"], writes: ["canary settings"], deletes: ["canary data"] },
  admin: {
    reads: [
      ...VERIFYING,
      "unmanaged",
      "slugs",
      "budgets",
      "application keys",
      "event log",
      "webhooks",
      "journal",
      "portal sessions",
      "roles",
    ],
    // A purge closes the org's event log, and ends it with the settings; the org then uses no role any more.
    writes: ["settings", "tokens", "slugs", "application keys", "log heads", "role uses"],
    // A purge removes all of an org's items, even where webhooks, roles or the portal were switched off since.
    deletes: [
      "org data",
      "unmanaged",
      "last used",
      "budgets",
      "event log",
      "webhooks",
      "journal",
      "portal sessions",
      "roles",
    ],
  },
};

/** Functions that make portal links, in deployments with the portal. */
const MAKING_LINKS: readonly TableFunction[] = ["admin", "appAdmin"];

/** Functions that make endpoints, in deployments with webhooks. */
const MAKING_ENDPOINTS: readonly TableFunction[] = ["admin", "appAdmin"];

/** Further rights about roles: for changes of the catalogue, and of the teams that give roles. */
const DECIDING_ROLES: Readonly<Partial<Record<TableFunction, Pick<Grant, "reads" | "writes">>>> = {
  directory: { reads: ["role uses"], writes: ["role catalogue", "role uses"] },
  appWrite: { reads: ["role uses"], writes: ["role catalogue", "role uses"] },
  // An operator can have people computed again, and stored roles and counts repaired.
  maintenance: { reads: ["role work", "role holders"], writes: ["role work", "role holders", "assigned roles"] },
  // The preview shows people's roles.
  admin: { reads: [], writes: ["orgs with roles", "role work"] },
  appAdmin: { reads: ["assigned roles"], writes: ["role uses", "orgs with roles", "role work"] },
};

const READS = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const WRITES = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"];

/**
 * Rights for adopting a user (ADR 0041): the user, its entries and its count leave the application's side. Nothing can be put
 * there. The transaction also puts the user on the other side and checks the settings: these rights are limited to single
 * actions' keys, or the function could write settings.
 */
function adoptionStatements({ tableArn }: ITableV2): PolicyStatement[] {
  return [
    statement("Adopt", ["dynamodb:DeleteItem"], tableArn, ["unmanaged users"]),
    statement("CountAdopted", ["dynamodb:UpdateItem"], tableArn, ["unmanaged counters"]),
  ];
}

/**
 * Transactions need no action of their own: IAM checks the Put, Update, Delete and ConditionCheckItem inside. AWS does not
 * document whether it compares LeadingKeys of one action or of the whole transaction, so each statement for a transaction lists
 * all its key spaces (test/infra/calls.test.ts).
 */
export function tableStatements(
  name: TableFunction,
  table: ITableV2,
  { adoption, webhooks, portal, roles }: Pick<Config, "adoption" | "webhooks" | "portal" | "roles">,
): PolicyStatement[] {
  const { deletes = [], finds = [], spends, ...granted } = GRANTS[name];
  const adopts = adoption && ADOPTING.includes(name);
  const makesEndpoints = webhooks && MAKING_ENDPOINTS.includes(name);
  const adopted: readonly KeySpace[] = adopts ? ["unmanaged users"] : [];
  const makesLinks = portal !== undefined && MAKING_LINKS.includes(name);
  const made: readonly KeySpace[] = [
    ...(makesEndpoints ? (["webhooks"] as const) : []),
    ...(makesLinks ? (["portal sessions"] as const) : []),
  ];
  const decides = roles ? DECIDING_ROLES[name] : undefined;
  // The first endpoint starts at the end of the feed.
  const followed: readonly KeySpace[] = makesEndpoints ? ["feed"] : [];
  const reads = [...new Set([...granted.reads, ...adopted, ...made, ...followed, ...(decides?.reads ?? [])])];
  const writes = [...granted.writes, ...made, ...(decides?.writes ?? [])];
  const statements = [
    // One statement for all prefixes: every key of a BatchGetItem must match within one statement.
    statement("Read", [...READS, ...(writes.length > 0 ? ["dynamodb:ConditionCheckItem"] : [])], table.tableArn, reads),
  ];
  if (writes.length > 0) statements.push(statement("Write", WRITES, table.tableArn, writes));
  if (spends) statements.push(statement("Spend", ["dynamodb:UpdateItem"], table.tableArn, ["budgets"]));
  if (adopts) statements.push(...adoptionStatements(table));
  if (deletes.length > 0) statements.push(statement("Delete", ["dynamodb:DeleteItem"], table.tableArn, deletes));
  const indexed = [...reads.filter((space) => space === "org data" || space === "unmanaged"), ...finds];
  if (indexed.length > 0 && name !== "discovery") {
    const index = `${table.tableArn}/index/${INDEX_NAME}`;
    statements.push(statement("ReadIndex", ["dynamodb:Query"], index, indexed));
  }
  return statements;
}

/**
 * Rights of the events function. It writes the event logs, the feed and its counts, nothing else; it reads a deletion's
 * leftovers with the resource's own item.
 */
export function eventsStatements(
  { tableArn }: ITableV2,
  { webhooks, roles }: Pick<Config, "webhooks" | "roles">,
): PolicyStatement[] {
  const log: readonly KeySpace[] = ["event log", "feed"];
  return [
    ...(webhooks ? notifierStatements(tableArn) : []),
    ...(roles ? markingStatements(tableArn) : []),
    statement("ReadLog", [...READS, "dynamodb:ConditionCheckItem"], tableArn, log),
    statement("WriteLog", ["dynamodb:PutItem", "dynamodb:UpdateItem"], tableArn, log),
    statement("LookUp", ["dynamodb:GetItem"], tableArn, ["settings", "users", "groups", "tombstones"]),
    statement("ReadRemovals", ["dynamodb:Query"], tableArn, ["counters", "removals"]),
    statement("CountRemovals", ["dynamodb:UpdateItem"], tableArn, ["removals"]),
    statement("ReadIndex", ["dynamodb:Query"], `${tableArn}/index/${INDEX_NAME}`, [
      "due erasures",
      // Whether messages are sent at all.
      ...(webhooks ? (["due endpoints"] as const) : []),
    ]),
  ];
}

/** It reads the endpoints, puts messages for them, and moves its place in the same transaction. */
function notifierStatements(tableArn: string): PolicyStatement[] {
  const written: readonly KeySpace[] = [...SENDING, "webhook places"];
  return [
    statement("ReadEndpoints", [...READS, "dynamodb:ConditionCheckItem"], tableArn, ["webhooks"]),
    statement("Notify", ["dynamodb:PutItem", "dynamodb:UpdateItem"], tableArn, written),
  ];
}

/** It marks whose roles must be computed; after a catalogue change, everybody in each org with roles. */
function markingStatements(tableArn: string): PolicyStatement[] {
  return [
    statement("ListOrgsWithRoles", ["dynamodb:Query"], tableArn, ["orgs with roles"]),
    statement("MarkRoles", ["dynamodb:PutItem"], tableArn, ["role work"]),
  ];
}

const KEY_READS = ["kms:Decrypt", "kms:DescribeKey"];
const KEY_WRITES = ["kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey"];

/** Actions on the table's key, if it is the customer's. */
export function keyActions(name: TableFunction): string[] {
  return GRANTS[name].writes.length > 0 ? [...KEY_READS, ...KEY_WRITES] : KEY_READS;
}

export function keyWriting(): string[] {
  return [...KEY_READS, ...KEY_WRITES];
}

/**
 * The sweep reads an org's markers, memberships and links; it removes these, raises version and count of groups, and takes
 * deleted groups off their users' lists: so its rights could change a user, but remove none. A membership and its group change
 * in one transaction, so it could also remove a group or change a membership; and put memberships, because IAM does not tell
 * the puts of a BatchWriteItem from its deletes.
 */
export function sweepStatements(table: ITableV2): PolicyStatement[] {
  const index = `${table.tableArn}/index/${INDEX_NAME}`;
  return [
    statement("Read", ["dynamodb:GetItem", "dynamodb:Query"], table.tableArn, [
      "markers",
      "memberships",
      "linked users",
    ]),
    statement("Markers", ["dynamodb:UpdateItem", "dynamodb:DeleteItem"], table.tableArn, ["markers"]),
    statement("LeaveGroup", ["dynamodb:UpdateItem", "dynamodb:DeleteItem"], table.tableArn, ["memberships", "groups"]),
    // A deleted group leaves its users' lists (ADR 0050).
    statement("LeaveList", ["dynamodb:UpdateItem"], table.tableArn, ["users"]),
    // A link ends with its user.
    statement("FreeLink", ["dynamodb:DeleteItem"], table.tableArn, ["links"]),
    statement("EndLink", ["dynamodb:UpdateItem"], table.tableArn, ["linked users"]),
    statement("RemoveLoose", ["dynamodb:BatchWriteItem"], table.tableArn, ["memberships"]),
    statement("ReadIndex", ["dynamodb:Query"], index, ["reverse", "open deletions"]),
  ];
}
