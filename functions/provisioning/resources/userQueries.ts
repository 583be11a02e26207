import { isObject, type Json, type JsonObject } from "../../scim/json.ts";
import { emailKey, userNameKey, userNamePrefix } from "../../scim/paths.ts";
import { asksFor, includes } from "../../scim/render.ts";
import { userType } from "../../scim/resourceTypes.ts";
import { ENTERPRISE_SCHEMA, isGroupId, isUserId } from "../../scim/schema.ts";
import type { GroupRecord, ResourceRecord } from "../../store/records.ts";
import type { Directory } from "../../store/session.ts";
import { attributesOf, USER_LAYOUT } from "../../store/storedType.ts";
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
  type Origin,
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
      besideId: (id) => [{ kind: "groupsOf", memberId: id }],
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
        // A roster is paged through whatever its size (product.md 5.10): only users of the page are read.
        idPage: rosterPage,
        firstPage: firstOfRoster,
        wanted: (id) => (isGroupId(id) ? [{ kind: "resource", id }] : []),
      },
    ],
  ]),
  derived: {
    name: "groups",
    open: (context) => new GroupsOfUsers(context),
    wanted: (id) => ({ kind: "groupsOf", memberId: id }),
  },
};

/** The ids of users begin with it, and those of nested groups come before. */
const BEFORE_USERS = "u";

/** In the order of ids the members of a group, the nested groups left out. */
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
  { directory: { groups, memberships } }: Session,
  groupId: string,
  limit: number,
): Promise<CountedPage | undefined> {
  const group = isGroupId(groupId) ? await groups.find(groupId) : undefined;
  if (group === undefined) return { ids: [], next: undefined, total: 0 };
  const [{ ids, next }, total] = await Promise.all([
    memberships.members(groupId, limit, BEFORE_USERS),
    memberships.userCount(group),
  ]);
  return total === undefined ? undefined : { ids, next, total };
}

/** Of a group that a search may look at all at once, as a process remembers it: it is paged through by its roster. */
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

/** The attribute `groups`, and the names of managers where the client asked for them. */
class GroupsOfUsers implements DerivedValues<ResourceRecord> {
  readonly #context: DerivedContext;
  /** By user, the ids of its groups: asked for once, however often they are needed in one request. */
  readonly #asked = new Map<string, Promise<string[]>>();
  #beside: GroupsById = new Map();

  constructor(context: DerivedContext) {
    this.#context = context;
  }

  expect(userIds: readonly string[]): void {
    if (includes(this.#context.projection, "groups")) for (const id of userIds) this.#groupIds(id);
  }

  async beside(userId: string): Promise<number | undefined> {
    if (!includes(this.#context.projection, "groups") || !isUserId(userId)) return undefined;
    this.#beside = await this.#groupsOf([userId]);
    return this.#beside.get(userId)?.length;
  }

  async compared(
    records: readonly ResourceRecord[],
    deciding: readonly string[] | undefined,
  ): Promise<ReadonlyMap<string, Lists>> {
    const ids = records.map(({ id }) => id);
    return this.#lists(await (deciding === undefined ? this.#groupsOf(ids) : this.#groupsAmong(ids, deciding)));
  }

  async shown(records: readonly ResourceRecord[], origin: Origin): Promise<Shown> {
    const { projection, session } = this.#context;
    // Groups cost one read per user. A user looked for by key shows them; a page of many only when asked by name.
    const reads = origin === "key" || (origin === "list" && projection?.mode === "only");
    const ids = reads && includes(projection, "groups") ? records.map(({ id }) => id) : [];
    const groups = origin === "request" ? this.#beside : await this.#groupsOf(ids);
    if (!asksFor(projection, ENTERPRISE_SCHEMA, "manager", "displayName")) return { lists: this.#lists(groups) };
    const managers = records.flatMap((record) => managerIn(attributesOf(record)) ?? []);
    const names = await namesOf(session, managers);
    return { lists: this.#lists(groups), withNames: (attributes) => withManagerName(attributes, names) };
  }

  /** The groups of each user that still exist. */
  async #groupsOf(userIds: readonly string[]): Promise<GroupsById> {
    const idsOf = await Promise.all(userIds.map((id) => this.#groupIds(id)));
    const records = await this.#context.session.directory.groups.findMany([...new Set(idsOf.flat())]);
    const known = new Map(records.map((record) => [record.id, record]));
    return new Map(userIds.map((id, index) => [id, (idsOf[index] ?? []).flatMap((group) => known.get(group) ?? [])]));
  }

  /** The same for certain groups only, whose memberships are read strongly consistent. */
  async #groupsAmong(userIds: readonly string[], groupIds: readonly string[]): Promise<GroupsById> {
    const { groups, memberships } = this.#context.session.directory;
    const living = await groups.findMany([...new Set(groupIds)].filter(isGroupId));
    const asked = living.map(({ id }) => id);
    const holding = await memberships.holding(new Map(userIds.map((id) => [id, asked])));
    const groupsOf = (userId: string) => living.filter(({ id }) => holding.get(userId)?.has(id) === true);
    return new Map(userIds.map((id) => [id, groupsOf(id)]));
  }

  #groupIds(userId: string): Promise<string[]> {
    const known = this.#asked.get(userId);
    if (known !== undefined) return known;
    const ids = this.#context.session.directory.memberships.groupsOf(userId);
    // Asked for ahead, and perhaps by nobody again: a failure is then no surprise that ends the process.
    ids.catch(() => undefined);
    this.#asked.set(userId, ids);
    return ids;
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
    // A user without groups shows no such attribute.
    const filled = [...groups].filter(([, some]) => some.length > 0);
    return new Map(filled.map(([id, some]) => [id, listsOf({ groups: some.map(elementOf) })]));
  }
}

/** By user id. */
type GroupsById = ReadonlyMap<string, readonly GroupRecord[]>;

/** The id of the user's manager, as the identity provider gave it. */
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
