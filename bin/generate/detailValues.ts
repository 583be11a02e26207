import type { SCIM_TEXTS } from "../../functions/scim/error.ts";
import type { HOLDS } from "../../functions/scim/errors/access.ts";
import type { GROUP_TEXTS } from "../../functions/scim/errors/addresses.ts";
import type { BULK } from "../../functions/scim/errors/form.ts";
import type { USER_TEXTS } from "../../functions/scim/errors/values.ts";
import type { OPERATOR_TEXTS } from "../rollcall/errors/errors.ts";

/** A value in the text of an error. */
export interface DetailValue {
  readonly means: string;
  /**
   * `sent`: a part of the client's own request. `written`: an operator's text for this organization. Such values reach nobody
   * else and no log line. Other values are words and numbers of ours.
   */
  readonly holds?: "sent" | "written";
}

type Texts = typeof SCIM_TEXTS &
  typeof BULK &
  typeof GROUP_TEXTS &
  typeof HOLDS &
  typeof USER_TEXTS &
  typeof OPERATOR_TEXTS;
type NameIn<T> = T extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends `#${infer Name}` ? Name : Place) | NameIn<Rest>
  : never;

const sent = (means: string): DetailValue => ({ means, holds: "sent" });

/** By the name in the texts. A name without an explanation does not compile, nor an explanation that no text uses. */
export const DETAIL_VALUES = {
  allowed: { means: "the methods that the endpoint takes" },
  begun: { means: "when the import began" },
  by: { means: "the parameter" },
  bytes: { means: "how many bytes the request has" },
  days: { means: "for how many days the organization's events are kept" },
  domain: { means: "the mail domain" },
  end: { means: "the time when released removals stop passing" },
  entry: { means: "which entry, counted from 1" },
  expected: { means: "what would be right at this place" },
  fault: { means: "what is wrong there" },
  found: { means: "how many there are" },
  has: { means: "the scope of the key" },
  host: sent("the host of the issuer's address"),
  id: sent("the id of the user, group or trust"),
  ids: { means: "the ids of the teams with this name" },
  kind: { means: "the type of the resource" },
  known: { means: "what there is to choose from" },
  least: { means: "the smallest number" },
  left: { means: "how many changes of members are left to do" },
  length: { means: "how many characters it has" },
  member: { means: "the member that only private and symmetric keys have" },
  members: { means: "how many members the request names" },
  message: { means: "the kind of message" },
  method: { means: "the method of the operation" },
  more: { means: "how many more there are, where there are many" },
  most: { means: "the largest number that is possible" },
  name: sent("the attribute or parameter, as the request names it"),
  needed: { means: "the scope that the call needs" },
  op: { means: "add or replace" },
  operator: sent("the operator, as the filter has it"),
  org: { means: "the organization's login name" },
  orgs: { means: "how many organizations" },
  other: { means: "the key of another role" },
  part: { means: "the part of the request" },
  path: { means: "the attribute, as the schema names it" },
  place: sent("where in the request"),
  position: { means: "where in the filter or the list, counted from 1" },
  problem: sent("what is wrong with the line of the file"),
  reason: { means: "the reason that the operator gave", holds: "written" },
  priority: { means: "the priority of both" },
  record: { means: "the name of the TXT record" },
  role: { means: "the key of the role" },
  root: { means: "the first part of the address" },
  rule: { means: "the rule's name" },
  shown: sent("the first of the ids, as the request has them"),
  side: { means: "managed or unmanaged" },
  team: sent("the id of the team"),
  tenantUrl: { means: "the Tenant URL of the organization that the token belongs to" },
  type: { means: "the type of the attribute" },
  urn: { means: "the URN of the schema" },
  value: { means: "what the record has to say" },
  wanted: { means: "how many the file has" },
  since: { means: "since when removals are held" },
  until: { means: "the time when the earlier secrets stop signing" },
  what: { means: "users, groups or memberships" },
  why: { means: "why the application may not make the change", holds: "written" },
} satisfies Readonly<Record<NameIn<Texts[keyof Texts]>, DetailValue>>;
