import { decidingIds, type Filter } from "../../scim/filter/filter.ts";
import type { Json } from "../../scim/json.ts";
import { nameKey, namePrefix } from "../../scim/paths.ts";
import { asksFor, includes } from "../../scim/render.ts";
import { groupType } from "../../scim/resourceTypes.ts";
import { isGroupId, isUserId } from "../../scim/schema.ts";
import { DeadSet } from "../../store/deadSet.ts";
import type { GroupRecord, Wanted } from "../../store/records.ts";
import type { Directory } from "../../store/session.ts";
import { GROUP_LAYOUT } from "../../store/storedTypes.ts";
import { tooManyExamined } from "../query/lookUp.ts";
import type { Session } from "../session.ts";
import { commonIndexes, type Names, namesOf } from "./commonIndexes.ts";
import {
  type DerivedContext,
  type DerivedValues,
  type Index,
  type Lists,
  listsOf,
  type QueryDefinition,
  type Shown,
} from "./definition.ts";
import { wantedOfMembers } from "./memberChanges.ts";

const store = ({ groups }: Directory) => groups;

export const GROUP_QUERIES: QueryDefinition<GroupRecord> = {
  ...GROUP_LAYOUT,
  type: groupType,
  store,
  indexes: new Map<string, Index>([
    ...commonIndexes({ layout: GROUP_LAYOUT, store, nameKey, namePrefix, besideId: wantedMembers }),
    [
      "members.value eq",
      {
        names: 10,
        ids: groupIdsOfMember,
        wanted: (id) => (isUserId(id) ? [{ kind: "resource", id }] : []),
      },
    ],
  ]),
  derived: { name: "members", open: (context) => new MembersOfGroups(context) },
};

async function groupIdsOfMember({ directory }: Session, id: string): Promise<readonly string[]> {
  if (isGroupId(id)) return directory.memberships.groupsOf(id);
  const user = await directory.users.find(id);
  return user === undefined ? [] : directory.memberships.groupsOfUser(user);
}

/** The memberships that the filter asks for. */
function wantedMembers(groupId: string, filter: Filter): Iterable<Wanted> {
  const members = decidingIds(filter, "members") ?? [];
  return wantedOfMembers(groupId, members, members);
}

/** Most members in one answer, over all its groups (product.md 5.10). */
const MEMBERS_PER_ANSWER = 10_000;

/** Existing members by group id. */
type MembersById = ReadonlyMap<string, readonly string[]>;

/** The attribute `members`, with the members' names where the client asked for them. */
class MembersOfGroups implements DerivedValues<GroupRecord> {
  readonly #context: DerivedContext;

  constructor(context: DerivedContext) {
    this.#context = context;
  }

  /**
   * A filter that only asks whether certain ids are members (`members eq "u"`) needs only those memberships. Any other comparison and
   * a sort order need the whole roster.
   */
  async compared(
    records: readonly GroupRecord[],
    deciding: readonly string[] | undefined,
  ): Promise<ReadonlyMap<string, Lists>> {
    if (deciding === undefined) {
      const { members, omitted } = await this.#rosters(records);
      if (omitted) throw tooManyExamined();
      return this.#lists(members);
    }
    const { memberships } = this.#context.session.directory;
    const groupIds = records.map(({ id }) => id);
    const [living, holding] = await Promise.all([
      memberships.living(deciding),
      memberships.holding(new Map(deciding.map((id) => [id, groupIds]))),
    ]);
    const present = [...holding].filter(([id]) => living.has(id));
    const membersOf = (groupId: string) => present.flatMap(([id, groups]) => (groups.has(groupId) ? [id] : []));
    return this.#lists(new Map(groupIds.map((id) => [id, membersOf(id)])));
  }

  async isBehind(): Promise<boolean> {
    const { projection, session } = this.#context;
    return includes(projection, "members") && !(await new DeadSet(session.directory.view).begin());
  }

  async shown(records: readonly GroupRecord[]): Promise<Shown> {
    const { projection, session } = this.#context;
    if (!includes(projection, "members")) return { lists: new Map() };
    const { members, omitted } = await this.#rosters(records);
    if (!asksFor(projection, "members", "display")) return { lists: this.#lists(members), omitted };
    return { lists: this.#lists(members, await namesOf(session, [...members.values()].flat())), omitted };
  }

  /** Members in the order of ids, for as many groups as fit into `MEMBERS_PER_ANSWER`. */
  async #rosters(records: readonly GroupRecord[]): Promise<{ members: MembersById; omitted: boolean }> {
    let room = MEMBERS_PER_ANSWER;
    const shown = records.filter((record) => {
      if (record.memberCount > room) return false;
      room -= record.memberCount;
      return true;
    });
    const peopled = shown.filter(({ memberCount }) => memberCount > 0);
    const { memberships } = this.#context.session.directory;
    const rosters = await memberships.rosters(peopled, MEMBERS_PER_ANSWER);
    const members = new Map(shown.map(({ id }) => [id, rosters.get(id) ?? []]));
    return { members, omitted: shown.length < records.length };
  }

  #lists(members: MembersById, names?: Names): ReadonlyMap<string, Lists> {
    const { base } = this.#context;
    return new Map([...members].map(([id, some]) => [id, listedMembers(base, some, names)]));
  }
}

/** Without names the text is joined directly, because ids need no escaping. That takes a tenth of the time of JSON.stringify. */
export function listedMembers(base: string, ids: readonly string[], names?: Names): Lists {
  const elementOf = (id: string): Json => {
    const type = isGroupId(id) ? "Group" : "User";
    const display = names?.get(id);
    return { value: id, $ref: `${base}/${type}s/${id}`, type, ...(display === undefined ? {} : { display }) };
  };
  const object = () => ({ members: ids.map(elementOf) });
  if (names !== undefined) return listsOf(object());
  return { object, text: () => `"members":[${joinedMembers(base, ids)}]` };
}

function joinedMembers(base: string, ids: readonly string[]): string {
  const root = JSON.stringify(base).slice(1, -1);
  const [toUser, user] = [`","$ref":"${root}/Users/`, '","type":"User"}'];
  const [toGroup, group] = [`","$ref":"${root}/Groups/`, '","type":"Group"}'];
  const texts: string[] = [];
  for (const id of ids)
    texts.push(id.startsWith(GROUP_LAYOUT.letter) ? id + toGroup + id + group : id + toUser + id + user);
  return texts.length === 0 ? "" : `{"value":"${texts.join(',{"value":"')}`;
}
