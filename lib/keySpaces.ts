import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { canaryPartitions } from "../functions/store/canaryKeys.ts";

/** The key spaces of functions/store/SCHEMA.md, by pattern of their partition keys. */
export type KeySpace =
  | "org data"
  | "unmanaged"
  | "unmanaged users"
  | "unmanaged counters"
  | "settings"
  | "tokens"
  | "access tokens"
  | "issuer keys"
  | "application keys"
  | "slugs"
  | "portal sessions"
  | "last used"
  | "budgets"
  | "cursor keys"
  | "counters"
  | "removals"
  | "markers"
  | "memberships"
  | "groups"
  | "users"
  | "tombstones"
  | "event log"
  | "log heads"
  | "feed"
  | "due erasures"
  | "links"
  | "linked users"
  | "endpoints"
  | "endpoint states"
  | "messages"
  | "attempts"
  | "webhook places"
  | "webhooks"
  | "due endpoints"
  | "failing endpoints"
  | "journal"
  | "role catalogue"
  | "assigned roles"
  | "role uses"
  | "orgs with roles"
  | "role work"
  | "role holders"
  | "roles"
  | "canary settings"
  | "canary data"
  | "reverse"
  | "open deletions";

/** For both sides of every org. */
const ofEachSide = (rest: string): string[] => ["O", "N"].map((side) => `${side}#????????#${rest}`);

const PATTERN: Record<KeySpace, string | readonly string[]> = {
  "org data": "O#*",
  unmanaged: "N#*",
  // With their lookup entries; without teams and memberships.
  "unmanaged users": "N#????????#U*",
  "unmanaged counters": "N#????????#C",
  settings: "C#*",
  tokens: "T#*",
  // One partition per org, named by its id of 8 characters: no other token has such a key.
  "access tokens": "T#????????",
  // Of assertions' issuers: public, and of no org.
  "issuer keys": "I#*",
  "application keys": "K#*",
  slugs: "S#*",
  // One partition per org, named by its id of 8 characters.
  "portal sessions": "P#????????",
  "last used": "L#*",
  // One item per org, named by its id of 8 characters.
  budgets: "B#????????",
  "cursor keys": "O#????????#K",
  counters: "O#????????#C",
  removals: "O#????????#W",
  markers: ofEachSide("DEAD"),
  memberships: ofEachSide("M#*"),
  groups: ofEachSide("G"),
  users: ofEachSide("U"),
  tombstones: ofEachSide("X"),
  "event log": "E#*",
  "log heads": "E#????????#H",
  feed: "F#*",
  links: "N#????????#AL",
  "linked users": "N#????????#AU",
  endpoints: "H#????????",
  "endpoint states": "H#????????#S",
  messages: "H#????????#M",
  attempts: "H#????????#Q",
  // The notifier's place, of no org.
  "webhook places": "H#--------#P",
  webhooks: "H#*",
  journal: "Y#????????#*",
  "role catalogue": "R#--------#A",
  // People's roles and the catalogue: one call reads what is shown of both.
  "assigned roles": "R#????????#A",
  "role uses": "R#--------#N",
  "orgs with roles": "R#--------#O",
  "role work": "R#--------#W?",
  "role holders": "R#????????#H",
  roles: "R#*",
  // Of the canary's sandbox, each with its id: no other org has such keys.
  "canary settings": canaryPartitions().written,
  "canary data": canaryPartitions().leftBehind,
  // In the index.
  "due endpoints": "Q#?",
  "failing endpoints": "Q#?f",
  reverse: ofEachSide("R#*"),
  "open deletions": "J#?",
  "due erasures": "Z#?",
};

/** Allows these actions on items of these key spaces only. */
export function statement(
  sid: string,
  actions: string[],
  resource: string,
  spaces: readonly KeySpace[],
): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions,
    resources: [resource],
    // ForAllValues is also true for requests without keys, such as a Scan or PartiQL: those actions are not granted.
    conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": spaces.flatMap((space) => PATTERN[space]) } },
  });
}
