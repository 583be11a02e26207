import { counted } from "./counters.ts";
import { derivedItems, removeDerived } from "./derivedItems.ts";
import type { CreatedBeside, ResourceRecord, ResourceWrite, Stamp, Taken } from "./records.ts";
import { newWriteId, resourceItem } from "./resourceItems.ts";
import type { ResourceStore } from "./resourceStore.ts";
import { isApplied, isHalfDone, NAMED, OWN, refusalOf, taken, unchangedSince } from "./resources.ts";
import { ABSENT, ACTIONS_PER_TRANSACTION, type Action } from "./table.ts";
import type { OrgView } from "./view.ts";

type Adopted =
  | { readonly outcome: "adopted"; readonly record: ResourceRecord }
  | Taken
  /** It has changed or is gone: read again. */
  | { readonly outcome: "stale" }
  /** A two-step change of it is running or was interrupted. */
  | { readonly outcome: "halfDone" }
  /** The `settled` condition failed. */
  | { readonly outcome: "unsettled" }
  /** It needs more actions than one transaction carries. */
  | { readonly outcome: "tooLarge" };

/** Like `createBeside`, unless a resource of the org's other side has the name. */
export async function createUnlessNamed(
  users: ResourceStore,
  id: string,
  write: ResourceWrite,
  more: readonly Action[],
  stamp: Stamp,
  other: OrgView,
): Promise<CreatedBeside<ResourceRecord> | { readonly outcome: "elsewhere"; readonly holder: string }> {
  const free = { check: other.keys.name(users.type, write.keys.name), condition: ABSENT };
  const made = await users.createBeside(id, write, [free, ...more], stamp);
  if (made.outcome !== "refused" || made.first === undefined) return made;
  return { ...taken(made.first), outcome: "elsewhere" };
}

/**
 * Takes over a user of the other side, under its id, in one transaction. Items that refer to the id, such as memberships,
 * stay.
 * @param previous as read on the other side; succeeds only while the stored version is the same
 * @param settled a check that the permission to adopt has not changed
 */
export async function adoptUser(
  users: ResourceStore,
  previous: ResourceRecord,
  write: ResourceWrite,
  stamp: Stamp,
  other: OrgView,
  settled: Action,
): Promise<Adopted> {
  const { type, view } = users;
  const { id, created } = previous;
  const version = previous.version + 1;
  const record = { ...write, id, version, created, lastModified: stamp.at, groupIds: [] };
  const own = resourceItem(view.keys, record, newWriteId(stamp));
  const coming = users.insertion(record, own);
  const going: Action[] = [
    { delete: other.keys.resource(id), condition: unchangedSince(previous.version) },
    ...derivedItems(other.keys, type, previous).map((item) => removeDerived(item, id, "only")),
    counted(other.keys, id, -1),
  ];
  const actions = [...coming, settled, ...going];
  if (actions.length > ACTIONS_PER_TRANSACTION) return { outcome: "tooLarge" };
  const refusals = await view.write(actions);
  const refused = refusalOf(refusals, OWN);
  if (refusals.length === 0 || (refused !== undefined && isApplied(refused, own.lr))) {
    return { outcome: "adopted", record };
  }
  if (refusalOf(refusals, coming.length) !== undefined) return { outcome: "unsettled" };
  const left = refusalOf(refusals, coming.length + 1);
  if (left !== undefined && isHalfDone(left, previous.version)) return { outcome: "halfDone" };
  // Another request adopted, changed or deleted it.
  if (left !== undefined || refused !== undefined) return { outcome: "stale" };
  return taken(refusalOf(refusals, NAMED));
}
