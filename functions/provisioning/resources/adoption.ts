import { ScimError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import { emailKey } from "../../scim/paths.ts";
import type { QuirkMeanings } from "../../scim/quirks.ts";
import { settingsKeys } from "../../store/keys.ts";
import type { Created, OrgRecord, ResourceRecord, ResourceWrite } from "../../store/records.ts";
import { attributesOf } from "../../store/storedType.ts";
import { isActive, workEmailsOf } from "../../store/storedTypes.ts";
import { isWithinVerified } from "../domainNames.ts";
import { tooContended, waitToRetry } from "../retrying.ts";
import { type OtherSide, type Session, stampOf } from "../session.ts";

/**
 * The rule `adoption` (ADR 0041): a user whom the identity provider creates is one whom the application made before, where
 * both have the same key. An address is a key only within a domain that the org has verified: everybody who may write into an
 * identity provider could else take over the account of anybody.
 */

export const ADOPTION_QUIRKS = {
  adoptionDomain:
    "a user of the application has the same key, an address outside the org's verified domains; a second user was created (rule adoption)",
  adoptionAmbiguous:
    "several users of the application have the e-mail address; another user was created, and nobody adopted (rule adoption)",
  adoptionOtherEmail:
    "a user of the application has the e-mail address, but not as the work e-mail; another user was created, and nobody adopted (rule adoption)",
} as const satisfies QuirkMeanings;

/** How often a change of the user that is between its two steps is waited for, before it counts as cut off. */
const HALF_DONE_TRIES = 5;

/** Stores a new user, or adopts one. @throws ScimError 409, 503 */
export async function insertUser(
  session: Session,
  id: string,
  attributes: JsonObject,
  write: ResourceWrite,
): Promise<Created<ResourceRecord>> {
  const { otherSide } = session;
  if (otherSide === undefined) return createUser(session, id, write);
  if (otherSide.key === "userName") return insertByUserName(session, otherSide, id, String(attributes.userName), write);
  // Nothing keeps two users from having one address: the application's own may have that of a managed user.
  if (otherSide.holders === "stay") return createUser(session, id, write);
  for (let attempt = 1; ; attempt += 1) {
    const found = await findByWorkEmail(session, otherSide, attributes);
    if (found === undefined) return createUser(session, id, write);
    const adopted = await adopt(session, otherSide, found, write, attempt);
    if (adopted !== undefined) return adopted;
    await waitToRetry(session, attempt, "lost");
  }
}

function createUser(session: Session, id: string, write: ResourceWrite): Promise<Created<ResourceRecord>> {
  return session.directory.users.create(id, write, stampOf(session));
}

async function insertByUserName(
  session: Session,
  otherSide: OtherSide,
  id: string,
  userName: string,
  write: ResourceWrite,
): Promise<Created<ResourceRecord>> {
  const { users, view } = otherSide.directory;
  const key = write.keys.name;
  if (!isBelieved(session.org, key, userName)) {
    if ((await users.idsByName(key)).length > 0) session.quirks.note<typeof ADOPTION_QUIRKS>("adoptionDomain");
    return createUser(session, id, write);
  }
  // The transaction finds out, so that somebody new costs no read.
  for (let attempt = 1; ; attempt += 1) {
    const made = await session.directory.users.createUnlessNamed(id, write, stampOf(session), view);
    if (made.outcome !== "elsewhere") return made;
    if (otherSide.holders === "stay") return { outcome: "taken", holder: made.holder };
    const found = await users.find(made.holder);
    if (found?.keys.name === key) {
      if (!isBelieved(session.org, key, String(attributesOf(found).userName))) {
        session.quirks.note<typeof ADOPTION_QUIRKS>("adoptionDomain");
        return createUser(session, id, write);
      }
      const adopted = await adopt(session, otherSide, found, write, attempt);
      if (adopted !== undefined) return adopted;
    }
    await waitToRetry(session, attempt, "lost");
  }
}

/**
 * Whether a userName may be a key: one that is no address, or is within a verified domain. The key counts as well as what
 * was written: width and case of a letter may hide an `@`, or name another domain.
 */
function isBelieved(org: OrgRecord, key: string, userName: string): boolean {
  return !key.includes("@") || (isWithinVerified(org, key) && isWithinVerified(org, userName));
}

/** The one user of the other side who has the work e-mail. */
async function findByWorkEmail(
  { org, quirks }: Session,
  { directory: { users } }: OtherSide,
  attributes: JsonObject,
): Promise<ResourceRecord | undefined> {
  const addresses = workEmailsOf(attributes);
  const keys = new Set(addresses.map(emailKey));
  const ids = await Promise.all([...keys].map((key) => users.idsByValue(key)));
  const found = await users.findMany([...new Set(ids.flat())]);
  const holders = found.filter(({ keys: { values } }) => values.some((value) => keys.has(value)));
  const [holder, ...others] = holders;
  if (holder === undefined) return undefined;
  const theirs = workEmailsOf(attributesOf(holder)).filter((address) => keys.has(emailKey(address)));
  const same = new Set(theirs.map(emailKey));
  const ours = addresses.filter((address) => same.has(emailKey(address)));
  if (others.length > 0) quirks.note<typeof ADOPTION_QUIRKS>("adoptionAmbiguous");
  else if (theirs.length === 0) quirks.note<typeof ADOPTION_QUIRKS>("adoptionOtherEmail");
  else if ([...theirs, ...ours].every((address) => isWithinVerified(org, address))) return holder;
  else quirks.note<typeof ADOPTION_QUIRKS>("adoptionDomain");
  return undefined;
}

/** @returns undefined where it has to be looked for again @throws ScimError 409 where it cannot be moved, 503 */
async function adopt(
  session: Session,
  { directory: { view } }: OtherSide,
  found: ResourceRecord,
  write: ResourceWrite,
  attempt: number,
): Promise<Created<ResourceRecord> | undefined> {
  const { directory, effects, org } = session;
  const settled = { check: settingsKeys.org(org.id), condition: { all: [{ equals: ["v", org.version] }] } } as const;
  const adopted = await directory.users.adopt(found, write, stampOf(session), view, settled);
  switch (adopted.outcome) {
    case "adopted": {
      const { record } = adopted;
      effects.adopted += 1;
      // Whom the application made was a member until now.
      if (!isActive(record)) effects.deactivated += 1;
      return { outcome: "created", record };
    }
    case "taken":
      return adopted;
    case "stale":
      return undefined;
    case "halfDone":
      if (attempt < HALF_DONE_TRIES) return undefined;
      throw ScimError.conflict("adoption");
    case "tooLarge":
      throw ScimError.conflict("adoption");
    case "unsettled":
      // The rule, the domains or the token may count no more: the next request knows.
      throw tooContended();
  }
}
