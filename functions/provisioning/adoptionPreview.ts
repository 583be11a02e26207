import { emailKey } from "../scim/paths.ts";
import { inParallel } from "../store/database.ts";
import type { OrgRecord, ResourceRecord } from "../store/records.ts";
import { attributesOf } from "../store/resourceItems.ts";
import type { Directory } from "../store/session.ts";
import { workEmailsOf } from "../store/storedTypes.ts";
import { isBelievedName, isWithinVerified } from "./domainNames.ts";

/** A read-only preview of whom the rule `adoption` would adopt, for an operator before switching it on. */

/** The key by which users are matched. */
export type AdoptionKey = "userName" | "email";

/** The first obstacle in this order; `adoptable` where there is none. */
type AdoptionVerdict =
  | "adoptable"
  /** By e-mail, and the user has no work e-mail. */
  | "noWorkEmail"
  /** The identity provider has already created a user with this key: both users stay. */
  | "twin"
  /** The key is an address outside the org's verified domains. */
  | "domainNotVerified"
  /** Several users of the application have the address. */
  | "double";

interface AdoptionCandidate {
  readonly id: string;
  readonly userName: string;
  /** The user's own spelling; absent where the user has no such value. */
  readonly key: string | undefined;
  readonly verdict: AdoptionVerdict;
  /** Ids of the twins or doubles. */
  readonly others: readonly string[];
}

/** Each user costs a lookup on each side. */
const USERS_AT_ONCE = 100;

interface Sides {
  readonly org: OrgRecord;
  readonly managed: Directory;
  readonly unmanaged: Directory;
}

/** A page of the application's own users, in the order of their ids. @param after last id of the earlier page */
export async function previewAdoption(sides: Sides, by: AdoptionKey, after: string | undefined) {
  const { records, next } = await sides.unmanaged.users.list(USERS_AT_ONCE, after);
  const judge = by === "userName" ? byUserName : byWorkEmail;
  return { candidates: await inParallel(records, (record) => judge(sides, record)), next };
}

async function byUserName(
  { org, managed }: Sides,
  { id, keys, attributes }: ResourceRecord,
): Promise<AdoptionCandidate> {
  const userName = userNameOf({ attributes });
  const others = await managed.users.idsByName(keys.name);
  const verdict =
    others.length > 0 ? "twin" : isBelievedName(org, keys.name, userName) ? "adoptable" : "domainNotVerified";
  return { id, userName, key: userName, verdict, others };
}

async function byWorkEmail(sides: Sides, record: ResourceRecord): Promise<AdoptionCandidate> {
  const { id } = record;
  const userName = userNameOf(record);
  const judged = await inParallel(workEmailsOf(attributesOf(record)), (address) => byAddress(sides, id, address));
  // A user with several addresses is adopted by any of them.
  const best = judged.find(({ verdict }) => verdict === "adoptable") ?? judged[0];
  return { id, userName, ...(best ?? { key: undefined, verdict: "noWorkEmail", others: [] }) };
}

async function byAddress(
  { org, managed, unmanaged }: Sides,
  id: string,
  address: string,
): Promise<Pick<AdoptionCandidate, "key" | "verdict" | "others">> {
  const key = emailKey(address);
  const [twins, holders] = await Promise.all([holdersOf(managed, key), holdersOf(unmanaged, key)]);
  if (twins.length > 0) return { key: address, verdict: "twin", others: twins };
  if (!isWithinVerified(org, address)) return { key: address, verdict: "domainNotVerified", others: [] };
  const others = holders.filter((holder) => holder !== id);
  return { key: address, verdict: others.length > 0 ? "double" : "adoptable", others };
}

/** Indexes can be stale: the record itself must have the address. */
async function holdersOf({ users }: Directory, key: string): Promise<readonly string[]> {
  const found = await users.findMany(await users.idsByValue(key));
  return found.filter(({ keys }) => keys.values.includes(key)).map(({ id }) => id);
}

function userNameOf(record: Pick<ResourceRecord, "attributes">): string {
  return String(attributesOf(record).userName ?? "");
}
