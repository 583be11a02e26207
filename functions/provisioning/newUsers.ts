import { ScimError, userError } from "../scim/error.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { USER_SCHEMA } from "../scim/schema.ts";
import { inParallel } from "../store/database.ts";
import { APPLICATION_ID_CHARACTERS, isApplicationId, type LinkClaim } from "../store/links.ts";
import type { ResourceWrite } from "../store/records.ts";
import { STORED_USERS } from "../store/storedTypes.ts";
import type { Application } from "./application.ts";
import { findLinked, type Linked, linkTaken } from "./links.ts";
import { OperatorError } from "./operatorError.ts";
import { insertOwnUser } from "./resources/adoption.ts";
import { writeOf } from "./resources/plainActions.ts";
import { attributesOfNew } from "./resources/userActions.ts";
import { waitToRetry } from "./retrying.ts";
import { newIdFor, stampOf } from "./session.ts";
import { hasTimeTo } from "./timeBudget.ts";

/** Creates one or many users of the application, each with its link in one transaction. */

/** @throws ScimError 400 */
export function readApplicationId(json: Json | undefined): string {
  if (isApplicationId(json)) return json;
  throw OperatorError.invalidValue("applicationId", APPLICATION_ID_CHARACTERS);
}

/** A valid wish, not written yet. */
interface NewUser {
  readonly write: ResourceWrite;
  readonly applicationId: string | undefined;
}

type Made =
  | { readonly outcome: "made"; readonly user: Linked }
  /** @param holder the user who already has the userName, or the applicationId */
  | { readonly outcome: "named" | "linked"; readonly holder: string };

/**
 * @param wishes userName, displayName, name, emails as in RFC 7643 section 4.1, and applicationId
 * @throws ScimError 400, 409 uniqueness, 409 where another user has the applicationId, 503
 */
export async function createOwnUser(application: Application, wishes: JsonObject): Promise<Linked> {
  const made = await make(application, readNewUser(application, wishes));
  if (made.outcome === "made") return made.user;
  throw refusalOf(made);
}

export const USERS_PER_CALL = 100;

/** The result of one entry. */
export type CreatedOne =
  | { readonly outcome: "made" | "found"; readonly user: Linked }
  | { readonly outcome: "refused"; readonly error: ScimError };

/** @throws ScimError 400 unless it is a list of 1 to USERS_PER_CALL entries */
export function readNewUsers(json: Json | undefined): readonly Json[] {
  if (Array.isArray(json) && json.length > 0 && json.length <= USERS_PER_CALL) return json;
  throw OperatorError.invalidValue("userList", USERS_PER_CALL);
}

interface Means {
  /** @throws ScimError 400 for an entry that the single call would refuse */
  readEntry(json: Json): JsonObject;
  /** The error that the answer has for a failed entry. */
  refuse(error: unknown): ScimError;
}

/**
 * Creates each user, or says why not, independently of the other entries. A user who already has this userName and applicationId
 * counts as found, so that a call can be repeated. Of entries with the same userName or applicationId, the first one counts.
 */
export async function createOwnUsers(
  application: Application,
  entries: readonly Json[],
  means: Means,
): Promise<CreatedOne[]> {
  const read = entries.map((entry): NewUser | ScimError => {
    try {
      return readNewUser(application, means.readEntry(entry));
    } catch (error) {
      return means.refuse(error);
    }
  });
  const results: CreatedOne[] = [];
  const carryOut = async (index: number): Promise<void> => {
    const one = read[index];
    if (one === undefined) return;
    results[index] =
      one instanceof ScimError ? { outcome: "refused", error: one } : await tried(application, one, means);
  };
  const again = repeating(read);
  await inParallel(
    [...read.keys()].filter((index) => !again.has(index)),
    carryOut,
  );
  for (const index of again) await carryOut(index);
  return results;
}

/** The places of entries that repeat a userName or applicationId of an earlier entry. */
function repeating(read: readonly (NewUser | ScimError)[]): ReadonlySet<number> {
  const seen = new Set<string>();
  const again = new Set<number>();
  for (const [index, one] of read.entries()) {
    if (one instanceof ScimError) continue;
    const names = [`userName ${one.write.keys.name}`];
    if (one.applicationId !== undefined) names.push(`applicationId ${one.applicationId}`);
    if (names.some((name) => seen.has(name))) again.add(index);
    for (const name of names) seen.add(name);
  }
  return again;
}

async function tried(application: Application, one: NewUser, { refuse }: Means): Promise<CreatedOne> {
  try {
    if (!hasTimeTo("write", application.own)) throw ScimError.busy("bulkTime", 1);
    const made = await make(application, one);
    if (made.outcome === "made") return made;
    const user = await foundAgain(application, one);
    return user === undefined ? { outcome: "refused", error: refusalOf(made) } : { outcome: "found", user };
  } catch (error) {
    return { outcome: "refused", error: refuse(error) };
  }
}

/** Also finds a user whom the identity provider has adopted meanwhile. */
async function foundAgain(application: Application, { write, applicationId }: NewUser): Promise<Linked | undefined> {
  const user = applicationId === undefined ? undefined : await findLinked(application, applicationId);
  return user?.record.keys.name === write.keys.name ? user : undefined;
}

function readNewUser({ own }: Application, { applicationId, ...wishes }: JsonObject): NewUser {
  const attributes = attributesOfNew(own, { ...wishes, schemas: [USER_SCHEMA] });
  return {
    write: writeOf(STORED_USERS, attributes),
    applicationId: applicationId === undefined ? undefined : readApplicationId(applicationId),
  };
}

const NO_CLAIM = { outcome: "free", actions: [], link: undefined } as const;

async function make({ own, links }: Application, { write, applicationId }: NewUser): Promise<Made> {
  const id = newIdFor(own, STORED_USERS.letter);
  for (let attempt = 1; ; attempt += 1) {
    const stamp = stampOf(own);
    const claim: LinkClaim | typeof NO_CLAIM =
      applicationId === undefined ? NO_CLAIM : await links.claim(id, applicationId, stamp);
    if (claim.outcome === "taken") return { outcome: "linked", holder: claim.holder };
    const created = await insertOwnUser(own, id, write, claim.actions, stamp);
    switch (created.outcome) {
      case "created":
        return { outcome: "made", user: { managed: false, record: created.record, link: claim.link } };
      case "taken":
        return { outcome: "named", holder: created.holder };
      case "refused":
        await waitToRetry(own, attempt, "lost");
    }
  }
}

function refusalOf({ outcome, holder }: Exclude<Made, { outcome: "made" }>): ScimError {
  return outcome === "named" ? userError("uniqueness.userName", [], {}, holder) : linkTaken(holder);
}
