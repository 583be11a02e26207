import { emailKey } from "../scim/paths.ts";
import { inParallel } from "../store/database.ts";
import type { OrgRecord, ResourceRecord } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import { attributesOf } from "../store/storedType.ts";
import { workEmailsOf } from "../store/storedTypes.ts";
import { isBelievedName, isWithinVerified } from "./domainNames.ts";

/** Whom the rule `adoption` would adopt, for an operator who is about to switch it on. Nothing is changed. */

/** By which key. */
export type AdoptionKey = "userName" | "email";

/** What stands in the way, the first of these that does; `adoptable` where nothing does. */
export type AdoptionVerdict =
  | "adoptable"
  /** By e-mail, and the user has no work e-mail. */
  | "noWorkEmail"
  /** The identity provider has made a user with the key already: the two stay two. */
  | "twin"
  /** The key is an address outside the org's verified domains. */
  | "domainNotVerified"
  /** Several users of the application have the address. */
  | "double";

export interface AdoptionCandidate {
  readonly id: string;
  readonly userName: string;
  /** As the user has it; absent where there is none. */
  readonly key: string | undefined;
  readonly verdict: AdoptionVerdict;
  /** Ids of the twins or doubles. */
  readonly others: readonly string[];
}

export interface AdoptionPage {
  readonly candidates: readonly AdoptionCandidate[];
  /** Give it as `after` to go on; absent at the end. */
  readonly next: string | undefined;
}

/** Each user costs a lookup on each side. */
const USERS_AT_ONCE = 100;

interface Sides {
  readonly org: OrgRecord;
  readonly managed: Directory;
  readonly unmanaged: Directory;
}

/** A page of the application's own users, in the order of their ids. @param after id of the last one of the page before */
export async function previewAdoption(sides: Sides, by: AdoptionKey, after: string | undefined): Promise<AdoptionPage> {
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
  // A user who has several is adopted by any of them.
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

/** Indexes promise nothing: the user must really have the address. */
async function holdersOf({ users }: Directory, key: string): Promise<readonly string[]> {
  const found = await users.findMany(await users.idsByValue(key));
  return found.filter(({ keys }) => keys.values.includes(key)).map(({ id }) => id);
}

function userNameOf(record: Pick<ResourceRecord, "attributes">): string {
  return String(attributesOf(record).userName ?? "");
}
