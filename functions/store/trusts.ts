import { type Database, soundRecords } from "./database.ts";
import { keyItem, type OrgId, settingsKeys, usedAssertionKey } from "./keys.ts";
import type { OrgRecord } from "./records.ts";
import { tokenRecord } from "./settings.ts";
import { ABSENT, storedText } from "./table.ts";
import type { TokenRecord } from "./tokenRecords.ts";

/** The trusts that an org's settings name; ended ones may be among them. Strongly consistent, one read. */
export async function readTrusts(database: Database, { id, trusts = [] }: OrgRecord): Promise<TokenRecord[]> {
  if (trusts.length === 0) return [];
  const items = await database.getMany(trusts.map((trustId) => settingsKeys.listedToken(id, trustId)));
  return soundRecords(database, items, tokenRecord);
}

/** An assertion that may be used once. */
interface UsedAssertion {
  readonly orgId: OrgId;
  /** SHA-256 of its identity, hex. */
  readonly hash: string;
  /** When it would no longer count in any case, seconds since the epoch. */
  readonly until: number;
  /** Reference of the request that presents it. */
  readonly reference: string;
}

/** Marks the assertion as used. @returns whether this is the first use */
export async function useAssertion(
  database: Database,
  { orgId, hash, until, reference }: UsedAssertion,
): Promise<boolean> {
  const put = { ...keyItem(usedAssertionKey(orgId, hash)), by: reference, ttl: Math.ceil(until) };
  const [refusal] = await database.write([{ put, condition: ABSENT }]);
  // After a lost answer the write is sent again and finds its own item.
  return refusal === undefined || storedText(refusal, "by") === reference;
}

/** Unmarks the assertion after a request that ended without a token: the client may send the same one again. */
export async function forgetAssertion(
  database: Database,
  { orgId, hash, reference }: Omit<UsedAssertion, "until">,
): Promise<void> {
  await database.write([
    { delete: usedAssertionKey(orgId, hash), condition: { all: [{ equals: ["by", reference] }] } },
  ]);
}
