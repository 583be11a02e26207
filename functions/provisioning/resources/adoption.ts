import { userError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import { emailKey } from "../../scim/paths.ts";
import type { QuirkMeanings } from "../../scim/quirks.ts";
import { adoptUser, createUnlessNamed } from "../../store/adopting.ts";
import { settingsKeys } from "../../store/keys.ts";
import type { Created, CreatedBeside, ResourceRecord, ResourceWrite, Stamp } from "../../store/records.ts";
import { attributesOf, isActive } from "../../store/resourceItems.ts";
import { refusedForNothing } from "../../store/resources.ts";
import type { Directory } from "../../store/session.ts";
import { workEmailsOf } from "../../store/storedTypes.ts";
import type { Action } from "../../store/table.ts";
import { isBelievedName, isWithinVerified } from "../domainNames.ts";
import { changedAttributes } from "../events/images.ts";
import { tooContended, waitToRetry } from "../retrying.ts";
import { type OtherSide, type Session, stampOf } from "../session.ts";

/**
 * The rule `adoption` (ADR 0041): a create of the identity provider takes over the application's user with the same key. An e-mail
 * address is a key only within a verified domain of the org: otherwise everybody who may write into an identity provider could
 * take over any account.
 */

export const ADOPTION_QUIRKS = {
  adoptionDomain:
    "a user of the application has the same key, but it is an address outside the org's verified domains; a second user was created (rule adoption)",
  adoptionAmbiguous:
    "several users of the application or of the identity provider have the e-mail address; another user was created, and nobody was adopted (rule adoption)",
  adoptionOtherEmail:
    "a user of the application has the e-mail address, but not as the work e-mail; another user was created, and nobody was adopted (rule adoption)",
} as const satisfies QuirkMeanings;

/** How often to wait for a change of the user that is between its two steps, before it counts as interrupted. */
const HALF_DONE_TRIES = 5;

/** Stores a new user of the identity provider, or adopts a user of the application. @throws ScimError 409, 503 */
export async function insertUser(
  session: Session,
  id: string,
  attributes: JsonObject,
  write: ResourceWrite,
): Promise<Created<ResourceRecord>> {
  const { otherSide } = session;
  if (otherSide === undefined) return createUser(session, id, write);
  if (otherSide.key === "userName") return insertByUserName(session, otherSide, id, String(attributes.userName), write);
  for (let attempt = 1; ; attempt += 1) {
    const found = await findByWorkEmail(session, otherSide, attributes);
    if (found === undefined) return createUser(session, id, write);
    const adopted = await adopt(session, otherSide, found, write, attempt);
    if (adopted !== undefined) return adopted;
    await waitToRetry(session, attempt, "lost");
  }
}

/**
 * Stores a new user of the application in one transaction with `more`. Where users are matched by userName, it fails if the
 * identity provider has a user with this userName. Nothing prevents two users with the same e-mail address.
 */
export async function insertOwnUser(
  { directory: { users }, org, otherSide }: Pick<Session, "directory" | "org" | "otherSide">,
  id: string,
  write: ResourceWrite,
  more: readonly Action[],
  stamp: Stamp,
): Promise<CreatedBeside<ResourceRecord>> {
  const isKey = isBelievedName(org, write.keys.name, String(attributesOf(write).userName));
  if (otherSide?.key !== "userName" || !isKey) return users.createBeside(id, write, more, stamp);
  const made = await createUnlessNamed(users, id, write, more, stamp, otherSide.directory.view);
  return made.outcome === "elsewhere" ? { outcome: "taken", holder: made.holder } : made;
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
  if (!isBelievedName(session.org, key, userName)) {
    if ((await users.idsByName(key)).length > 0) session.quirks.note<typeof ADOPTION_QUIRKS>("adoptionDomain");
    return createUser(session, id, write);
  }
  // The transaction itself checks the other side, so that a new user costs no read.
  for (let attempt = 1; ; attempt += 1) {
    const made = await createUnlessNamed(session.directory.users, id, write, [], stampOf(session), view);
    if (made.outcome === "refused") throw refusedForNothing();
    if (made.outcome !== "elsewhere") return made;
    const found = await users.find(made.holder);
    if (found?.keys.name === key) {
      if (!isBelievedName(session.org, key, String(attributesOf(found).userName))) {
        session.quirks.note<typeof ADOPTION_QUIRKS>("adoptionDomain");
        return createUser(session, id, write);
      }
      const adopted = await adopt(session, otherSide, found, write, attempt);
      if (adopted !== undefined) return adopted;
    }
    await waitToRetry(session, attempt, "lost");
  }
}

/** The only user of the other side with the work e-mail, if no user of this side has it. */
async function findByWorkEmail(
  { directory, org, quirks }: Session,
  otherSide: OtherSide,
  attributes: JsonObject,
): Promise<ResourceRecord | undefined> {
  const addresses = workEmailsOf(attributes);
  const keys = [...new Set(addresses.map(emailKey))];
  const ids = await idsByEmail(otherSide.directory, keys);
  if (ids.length === 0) return undefined;
  const [found, managed] = await Promise.all([otherSide.directory.users.findMany(ids), idsByEmail(directory, keys)]);
  const holders = found.filter(hasEmail(keys));
  const [holder, ...others] = [...holders, ...(await directory.users.findMany(managed)).filter(hasEmail(keys))];
  if (holder === undefined || holders.length === 0) return undefined;
  const theirs = workEmailsOf(attributesOf(holder)).filter((address) => keys.includes(emailKey(address)));
  const same = new Set(theirs.map(emailKey));
  const ours = addresses.filter((address) => same.has(emailKey(address)));
  if (others.length > 0) quirks.note<typeof ADOPTION_QUIRKS>("adoptionAmbiguous");
  else if (theirs.length === 0) quirks.note<typeof ADOPTION_QUIRKS>("adoptionOtherEmail");
  else if ([...theirs, ...ours].every((address) => isWithinVerified(org, address))) return holder;
  else quirks.note<typeof ADOPTION_QUIRKS>("adoptionDomain");
  return undefined;
}

async function idsByEmail({ users }: Directory, keys: readonly string[]): Promise<string[]> {
  const ids = await Promise.all(keys.map((key) => users.idsByValue(key)));
  return [...new Set(ids.flat())];
}

/** Indexes can be stale, so check the record itself. */
function hasEmail(wanted: readonly string[]): (record: ResourceRecord) => boolean {
  return ({ keys }) => keys.values.some((value) => wanted.includes(value));
}

/** @returns undefined when the search has to be repeated @throws ScimError 409 where the user cannot be moved, 503 */
async function adopt(
  session: Session,
  { directory: { view } }: OtherSide,
  found: ResourceRecord,
  write: ResourceWrite,
  attempt: number,
): Promise<Created<ResourceRecord> | undefined> {
  const { directory, effects, org } = session;
  const settled = { check: settingsKeys.org(org.id), condition: { all: [{ equals: ["v", org.version] }] } } as const;
  const changed = changedAttributes(attributesOf(found), attributesOf(write));
  const adopted = await adoptUser(
    directory.users,
    found,
    { ...write, adopted: changed },
    stampOf(session),
    view,
    settled,
  );
  switch (adopted.outcome) {
    case "adopted": {
      const { record } = adopted;
      effects.adopted += 1;
      // A user of the application was a member until now.
      if (!isActive(record)) effects.deactivated += 1;
      return { outcome: "created", record };
    }
    case "taken":
      return adopted;
    case "stale":
      return undefined;
    case "halfDone":
      if (attempt < HALF_DONE_TRIES) return undefined;
      throw userError("conflict.adoption", []);
    case "tooLarge":
      throw userError("conflict.adoption", []);
    case "unsettled":
      // The org's settings changed meanwhile: rule, domains or token may no longer be valid. A new request reads them.
      throw tooContended();
  }
}
