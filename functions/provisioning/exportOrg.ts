import type { JsonObject } from "../scim/json.ts";
import { readTotals } from "../store/counters.ts";
import type { SideCounts } from "../store/import.ts";
import { SIDES, type Side } from "../store/keys.ts";
import { LinkStore, type UserLink } from "../store/links.ts";
import { listOf } from "../store/listing.ts";
import type { GroupRecord, ResourceRecord } from "../store/records.ts";
import { attributesOf, listedAttributes, storedRecord } from "../store/resourceItems.ts";
import type { Directory } from "../store/session.ts";
import type { TypeLayout } from "../store/storedTypes.ts";
import type { Item } from "../store/table.ts";
import type { OrgView } from "../store/view.ts";
import { MEMBERS_PER_LINE, type MembersLine, type ResourceLine } from "./exportFile.ts";

/** One page of an export's lines. */
interface LinePage<L> {
  readonly lines: readonly L[];
  /** Pass it as `after` to continue; absent at the end. */
  readonly next: string | undefined;
}

/**
 * Characters of JSON after which a page ends. Escaping in Lambda's answer at most doubles them, so that with one more resource
 * of the largest size the answer stays below 6 MB.
 */
const PAGE_CHARACTERS = 2_500_000;
const READ_AT_ONCE = 100;
/** 20,000 ids are half a megabyte. */
const MEMBERS_PER_PAGE = 20_000;
const GROUPS_PER_PAGE = 500;

/** Exact numbers of resources by type. They come from counters, so the cost does not grow with the org. */
export async function totalsOf(
  views: Readonly<Record<Side, OrgView>>,
  types: readonly TypeLayout[],
): Promise<Readonly<Record<Side, SideCounts>>> {
  const [managed = {}, unmanaged = {}] = await Promise.all(SIDES.map((side) => sideTotals(views[side], types)));
  return { managed, unmanaged };
}

export async function sideTotals(view: OrgView, types: readonly TypeLayout[]): Promise<SideCounts> {
  const totals = await readTotals(view);
  return Object.fromEntries(types.map(({ kind, letter }) => [`${kind}s`, totals.get(letter) ?? 0]));
}

/** A page of the resources of one type. @param after last id of the earlier page */
export async function exportResources(
  views: Readonly<Record<Side, OrgView>>,
  type: TypeLayout,
  side: Side,
  after: string | undefined,
): Promise<LinePage<ResourceLine>> {
  const view = views[side];
  const linkStore = new LinkStore(views.managed, views.unmanaged);
  const listed = { type, only: listedAttributes(type), recordOf: (item: Item) => storedRecord(type, item) };
  const lines: ResourceLine[] = [];
  let characters = 0;
  let behind = after;
  do {
    const { records, next } = await listOf(view, listed, READ_AT_ONCE, behind);
    const links = await linkStore.ofUsers(type.isLinked ? records.map(({ id }) => id) : []);
    for (const record of records) {
      characters += record.attributes.length;
      lines.push(resourceLine(type.kind, side, record, links.get(record.id)));
    }
    behind = next;
  } while (behind !== undefined && characters < PAGE_CHARACTERS && lines.length < 10 * READ_AT_ONCE);
  return { lines, next: behind };
}

function resourceLine(type: string, side: Side, record: ResourceRecord, link: UserLink | undefined): ResourceLine {
  const { id, version, created, lastModified } = record;
  const attributes: JsonObject = attributesOf(record);
  const linked = link && { link: { applicationId: link.applicationId ?? null, version: link.version } };
  return { type, side, id, version, created, lastModified, attributes, ...linked };
}

/** Where a page of members begins. */
export interface MembersPosition {
  /** With groups after this one. */
  readonly group: string | undefined;
  /** Or, in `group`, with members after this one. */
  readonly member: string | undefined;
}

/**
 * The members of all groups, in the order of the groups. Small groups are read together, a large group line by line. Deleted
 * members are left out. A member created after the users were read is included: the writer of the file leaves it out.
 * @param mayGoOn whether the page still has time
 */
export async function exportMembers(
  directory: Directory,
  side: Side,
  after: MembersPosition,
  mayGoOn: () => boolean,
): Promise<{ readonly lines: readonly MembersLine[]; readonly next: MembersPosition | undefined }> {
  const { memberships } = directory;
  const lines: MembersLine[] = [];
  let room = MEMBERS_PER_PAGE;
  let groups = 0;
  const add = (group: string, ids: readonly string[]): void => {
    for (let start = 0; start < ids.length; start += MEMBERS_PER_LINE) {
      lines.push({ type: "members", side, group, ids: ids.slice(start, start + MEMBERS_PER_LINE) });
    }
    room -= ids.length;
  };
  const isFull = (): boolean => room <= 0 || groups >= GROUPS_PER_PAGE || !mayGoOn();
  for await (const { small = [], large } of inBatches(directory, after)) {
    // The group may have grown since its count was read, so the read has no limit.
    const rosters = await memberships.rosters(small, Number.POSITIVE_INFINITY);
    for (const { id } of small) add(id, rosters.get(id) ?? []);
    if (large !== undefined) {
      let member = large === after.group ? after.member : undefined;
      do {
        const page = await memberships.members(large, MEMBERS_PER_LINE, member);
        add(large, page.ids);
        member = page.next;
        if (member !== undefined && isFull()) return { lines, next: { group: large, member } };
      } while (member !== undefined);
    }
    groups += Math.max(1, small.length);
    if (isFull()) return { lines, next: { group: large ?? small.at(-1)?.id, member: undefined } };
  }
  return { lines, next: undefined };
}

/** Groups whose members are read together, or the id of a group that is read alone. */
interface GroupBatch {
  readonly small?: readonly GroupRecord[];
  readonly large?: string;
}

/** Begins inside or after the group where the earlier page ended. */
async function* inBatches({ groups }: Directory, { group, member }: MembersPosition): AsyncIterable<GroupBatch> {
  if (group !== undefined && member !== undefined) yield { large: group };
  let behind = group;
  do {
    const { records, next } = await groups.list(READ_AT_ONCE, behind);
    let small: GroupRecord[] = [];
    let members = 0;
    for (const record of records.filter(({ memberCount }) => memberCount > 0)) {
      members += record.memberCount;
      if (members > MEMBERS_PER_LINE && small.length > 0) {
        yield { small };
        [small, members] = [[], record.memberCount];
      }
      if (record.memberCount <= MEMBERS_PER_LINE) small.push(record);
      else {
        yield { large: record.id };
        members = 0;
      }
    }
    if (small.length > 0) yield { small };
    behind = next;
  } while (behind !== undefined);
}
