import type { Database } from "./database.ts";
import { keyItem, type OrgId, settingsKeys, usedAssertionKey } from "./keys.ts";
import type { OrgRecord, TokenRecord } from "./records.ts";
import { tokenRecord } from "./settings.ts";
import { ABSENT, storedText } from "./table.ts";

/** The trusts of an org, which its settings name: those that ended may be among them. Strongly consistent, one read. */
export async function readTrusts(database: Database, { id, trusts = [] }: OrgRecord): Promise<TokenRecord[]> {
  if (trusts.length === 0) return [];
  const items = await database.getMany(trusts.map((trustId) => settingsKeys.listedToken(id, trustId)));
  return items.map(tokenRecord);
}

/** An assertion that counts once. */
export interface UsedAssertion {
  readonly orgId: OrgId;
  /** SHA-256 of what it is known by, hex. */
  readonly hash: string;
  /** Seconds since the epoch from which it would count no more in any case. */
  readonly until: number;
  /** Of the request that presents it. */
  readonly reference: string;
}

/** Remembers that an assertion was presented. @returns whether it is the first time */
export async function useAssertion(
  database: Database,
  { orgId, hash, until, reference }: UsedAssertion,
): Promise<boolean> {
  const put = { ...keyItem(usedAssertionKey(orgId, hash)), by: reference, ttl: Math.ceil(until) };
  const [refusal] = await database.write([{ put, condition: ABSENT }]);
  // Sent again when an answer was lost, it meets what it wrote.
  return refusal === undefined || storedText(refusal, "by") === reference;
}

/** The request that presented it ends without a token: the same one may be sent again as it stands. */
export async function forgetAssertion(
  database: Database,
  { orgId, hash, reference }: Omit<UsedAssertion, "until">,
): Promise<void> {
  await database.write([
    { delete: usedAssertionKey(orgId, hash), condition: { all: [{ equals: ["by", reference] }] } },
  ]);
}
