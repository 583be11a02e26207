import type { LinkOutcome, UserLink } from "../store/links.ts";
import type { ResourceRecord } from "../store/records.ts";
import type { Application } from "./application.ts";
import { findSeen, type OfSide, SEEN_USERS } from "./bothSides.ts";
import { OperatorError } from "./operatorError.ts";
import { waitToRetry } from "./retrying.ts";
import { stampOf } from "./session.ts";

/** Links between users of either side and the application's own records. */

export interface Linked extends OfSide<ResourceRecord> {
  /** Absent: the user was never linked. */
  readonly link: UserLink | undefined;
}

/** Replaces an earlier link of the user. @throws ScimError 404, 409 where another user has the applicationId, 503 */
export function linkUser(application: Application, id: string, applicationId: string): Promise<Linked> {
  const { links, own } = application;
  return changeLink(application, id, ({ managed }) => links.link({ id, managed }, applicationId, stampOf(own)));
}

/** Succeeds where there is no link. @throws ScimError 404, 503 */
export function unlinkUser(application: Application, id: string): Promise<Linked> {
  const { links, own } = application;
  return changeLink(application, id, ({ managed }) => links.unlink({ id, managed }, stampOf(own)));
}

async function changeLink(
  application: Application,
  id: string,
  change: (user: OfSide<ResourceRecord>) => Promise<LinkOutcome>,
): Promise<Linked> {
  for (let attempt = 1; ; attempt += 1) {
    const user = await findSeen(application, SEEN_USERS, id);
    const done = await change(user);
    if (done.outcome === "taken") throw linkTaken(done.holder);
    if (done.outcome !== "stale") return { ...user, link: done.link };
    await waitToRetry(application.own, attempt, "lost");
  }
}

export function linkTaken(holder: string) {
  return OperatorError.conflict("linked", holder);
}

/** The existing user with this link. */
export async function findLinked(application: Application, applicationId: string): Promise<Linked | undefined> {
  const { managed, own, links } = application;
  const id = await links.holderOf(applicationId);
  if (id === undefined) return undefined;
  const [theirs, ours, linked] = await Promise.all([
    managed.users.find(id),
    own.directory.users.find(id),
    links.ofUsers([id]),
  ]);
  // With adoption, a user may move to the managed side between the reads.
  const adopted = own.otherSide && (theirs ?? ours) === undefined ? await managed.users.find(id) : undefined;
  const [record, link] = [theirs ?? adopted ?? ours, linked.get(id)];
  if (record === undefined || link?.applicationId !== applicationId) return undefined;
  return { managed: record !== ours, record, link };
}
