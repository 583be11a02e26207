import { isObject, type Json, type JsonObject } from "../../scim/json.ts";
import { emailKey, userNameKey, userNamePrefix } from "../../scim/paths.ts";
import { asksFor, includes } from "../../scim/render.ts";
import { userType } from "../../scim/resourceTypes.ts";
import { ENTERPRISE_SCHEMA, isGroupId, isUserId } from "../../scim/schema.ts";
import { userCount } from "../../store/memberships.ts";
import type { GroupRecord, ResourceRecord } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import type { Directory } from "../../store/session.ts";
import { USER_LAYOUT } from "../../store/storedTypes.ts";
import { EXAMINED_AT_MOST } from "../query/lookUp.ts";
import type { Session } from "../session.ts";
import { commonIndexes, type Names, namesOf } from "./commonIndexes.ts";
import {
  type CountedPage,
  type DerivedContext,
  type DerivedValues,
  type IdPage,
  type Index,
  type Lists,
  listsOf,
  type QueryDefinition,
  type Shown,
} from "./definition.ts";

const store = ({ users }: Directory) => users;

export const USER_QUERIES: QueryDefinition = {
  ...USER_LAYOUT,
  type: userType,
  store,
  indexes: new Map<string, Index>([
    ...commonIndexes({
      layout: USER_LAYOUT,
      store,
      nameKey: userNameKey,
      namePrefix: userNamePrefix,
    }),
    [
      "emails.value eq",
      {
        names: 4,
        ids: ({ directory }, value) => directory.users.idsByValue(emailKey(value)),
        wanted: (value) => [{ kind: "value", type: USER_LAYOUT, key: emailKey(value) }],
      },
    ],
    [
      "groups.value eq",
      {
        names: 1_000,
        exact: true,
        ids: rosterOf,
        // A roster is read in pages whatever its size (product.md 5.10): only the users of the page are read.
        idPage: rosterPage,
        firstPage: firstOfRoster,
        wanted: (id) => (isGroupId(id) ? [{ kind: "resource", id }] : []),
      },
    ],
  ]),
  derived: {
    name: "groups",
    open: (context) => new GroupsOfUsers(context),
    storeWith: ({ users }) => users.withGroups,
  },
};

/** The first letter of user ids. Ids of nested groups sort before it. */
const BEFORE_USERS = "u";

/** A page of a group's members in the order of ids, without nested groups. */
async function rosterPage(
  { directory }: Session,
  groupId: string,
  limit: number,
  after: string | undefined,
): Promise<IdPage> {
  const group = isGroupId(groupId) ? await directory.groups.find(groupId) : undefined;
  if (group === undefined) return { ids: [], next: undefined, total: 0 };
  return directory.memberships.members(groupId, limit, after ?? BEFORE_USERS);
}

async function firstOfRoster(
  { directory: { groups, memberships, view } }: Session,
  groupId: string,
  limit: number,
): Promise<CountedPage | undefined> {
  const group = isGroupId(groupId) ? await groups.find(groupId) : undefined;
  if (group === undefined) return { ids: [], next: undefined, total: 0 };
  const [page, total] = await Promise.all([memberships.members(groupId, limit, BEFORE_USERS), userCount(view, group)]);
  return total === undefined ? undefined : { ...page, total };
}

/** The ids of a group's users. A small group is read through the process's cache, a large one page by page. */
async function rosterOf(
  { directory: { groups, memberships } }: Session,
  groupId: string,
  limit: number,
): Promise<readonly string[] | undefined> {
  const group = isGroupId(groupId) ? await groups.find(groupId) : undefined;
  if (group !== undefined && group.memberCount <= limit) {
    const roster = (await memberships.rosters([group], limit)).get(groupId) ?? [];
    return roster.filter(isUserId);
  }
  const ids: string[] = [];
  let after: string | undefined = BEFORE_USERS;
  while (group !== undefined && after !== undefined) {
    const page: IdPage = await memberships.members(groupId, EXAMINED_AT_MOST, after);
    ids.push(...page.ids);
    if (ids.length > limit) return undefined;
    after = page.next;
  }
  return ids;
}

/**
 * Most groups that a list shows for all its users, unless the client asks for groups by name. The groups of a hundred users whose
 * items list them fit, and such a page fits one answer (product.md 5.10).
 */
const GROUPS_PER_LIST = 5_000;

/** The attribute `groups`, and the managers' names where the client asked for them. */
class GroupsOfUsers implements DerivedValues<ResourceRecord> {
  readonly #context: DerivedContext;
  /** Group ids from the index, by id of a user whose item does not list the groups. */
  readonly #indexed = new Map<string, Promise<readonly string[]>>();
  /** By group id: the read that includes the group, if it exists. */
  readonly #read = new Map<string, Promise<ReadonlyMap<string, GroupRecord>>>();

  constructor(context: DerivedContext) {
    this.#context = context;
  }

  begin(userId: string): void {
    const { projection, session } = this.#context;
    const user = includes(projection, "groups") ? session.directory.users.peek(userId) : undefined;
    // Nobody may await this read, so its failure must not end the process.
    if (user !== undefined) this.#groupsOf([user]).catch(() => undefined);
  }

  async beside(user: ResourceRecord): Promise<number | undefined> {
    if (!includes(this.#context.projection, "groups")) return undefined;
    return (await this.#groupsOf([user])).get(user.id)?.length;
  }

  async compared(
    records: readonly ResourceRecord[],
    deciding: readonly string[] | undefined,
  ): Promise<ReadonlyMap<string, Lists>> {
    return this.#lists(await (deciding === undefined ? this.#groupsOf(records) : this.#groupsAmong(records, deciding)));
  }

  async shown(records: readonly ResourceRecord[]): Promise<Shown> {
    const { projection, session } = this.#context;
    const users = includes(projection, "groups") ? records : [];
    const isWhole = projection?.mode === "only" || records.length === 1;
    const groups = await this.#groupsOf(users, isWhole ? undefined : GROUPS_PER_LIST);
    const shown = { lists: this.#lists(groups), omitted: groups.size < users.length };
    if (!asksFor(projection, ENTERPRISE_SCHEMA, "manager", "displayName")) return shown;
    const managers = records.flatMap((record) => managerIn(attributesOf(record)) ?? []);
    const names = await namesOf(session, managers);
    return { ...shown, withNames: (attributes) => withManagerName(attributes, names) };
  }

  /** Each user's existing groups, without the users whose groups do not fit into `room`: the names of these are not read. */
  async #groupsOf(users: readonly ResourceRecord[], room = Number.POSITIVE_INFINITY): Promise<GroupsById> {
    const idsOf = await Promise.all(users.map((user) => user.groupIds ?? this.#fromIndex(user)));
    let left = room;
    const fitting = users.flatMap(({ id }, index) => {
      const ids = idsOf[index] ?? [];
      if (ids.length > left) return [];
      left -= ids.length;
      return [{ id, ids }];
    });
    const known = await this.#existing(fitting.flatMap(({ ids }) => ids));
    return new Map(fitting.map(({ id, ids }) => [id, ids.flatMap((group) => known.get(group) ?? [])]));
  }

  /** Each user's existing groups among certain ids. Memberships are read strongly consistent. */
  async #groupsAmong(users: readonly ResourceRecord[], groupIds: readonly string[]): Promise<GroupsById> {
    const { memberships } = this.#context.session.directory;
    const living = await this.#existing(groupIds.filter(isGroupId));
    const unlisted = users.filter((user) => user.groupIds === undefined);
    const holding = await memberships.holding(new Map(unlisted.map(({ id }) => [id, [...living.keys()]])));
    const isIn = ({ id, groupIds: listed }: ResourceRecord, groupId: string): boolean =>
      listed === undefined ? holding.get(id)?.has(groupId) === true : listed.includes(groupId);
    return new Map(users.map((user) => [user.id, [...living.values()].filter((group) => isIn(user, group.id))]));
  }

  #fromIndex(user: ResourceRecord): Promise<readonly string[]> {
    const known = this.#indexed.get(user.id);
    if (known !== undefined) return known;
    const ids = this.#context.session.directory.memberships.groupsOfUser(user);
    this.#indexed.set(user.id, ids);
    return ids;
  }

  async #existing(groupIds: readonly string[]): Promise<ReadonlyMap<string, GroupRecord>> {
    const open = [...new Set(groupIds)].filter((id) => !this.#read.has(id));
    const found = this.#context.session.directory.groups.findMany(open);
    const read = found.then((records) => new Map(records.map((record) => [record.id, record])));
    for (const id of open) this.#read.set(id, read);
    const records = await Promise.all(groupIds.map(async (id) => (await this.#read.get(id))?.get(id)));
    return new Map(records.flatMap((record) => (record === undefined ? [] : [[record.id, record]])));
  }

  #lists(groups: GroupsById): ReadonlyMap<string, Lists> {
    const { base } = this.#context;
    const elementOf = (group: GroupRecord): Json => {
      const { displayName } = attributesOf(group);
      return {
        value: group.id,
        $ref: `${base}/Groups/${group.id}`,
        display: typeof displayName === "string" ? displayName : "",
        type: "direct",
      };
    };
    // A user without groups does not have the attribute.
    const filled = [...groups].filter(([, some]) => some.length > 0);
    return new Map(filled.map(([id, some]) => [id, listsOf({ groups: some.map(elementOf) })]));
  }
}

/** By user id. */
type GroupsById = ReadonlyMap<string, readonly GroupRecord[]>;

/** The id of the user's manager, from the identity provider. */
function managerIn(attributes: JsonObject): string | undefined {
  const enterprise = attributes[ENTERPRISE_SCHEMA];
  const manager = isObject(enterprise) ? enterprise.manager : undefined;
  return isObject(manager) && typeof manager.value === "string" ? manager.value : undefined;
}

function withManagerName(attributes: JsonObject, names: Names): JsonObject {
  const displayName = names.get(managerIn(attributes) ?? "");
  const enterprise = attributes[ENTERPRISE_SCHEMA];
  if (displayName === undefined || !isObject(enterprise) || !isObject(enterprise.manager)) return attributes;
  return { ...attributes, [ENTERPRISE_SCHEMA]: { ...enterprise, manager: { ...enterprise.manager, displayName } } };
}
