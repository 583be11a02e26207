/** A directory as its clients see it, in the simplest form: the state that a serial order of requests changes. */
export interface ModelUser {
  readonly name: string;
  readonly title: string | null;
  readonly version: number;
}

interface ModelGroup {
  readonly name: string;
  readonly members: readonly string[];
  readonly exists: boolean;
}

export interface Model {
  readonly users: Readonly<Record<string, ModelUser>>;
  readonly groups: Readonly<Record<string, ModelGroup>>;
  /** Half-done readings of a roster, by number. */
  readonly readings?: Readonly<Record<string, RosterHalf>>;
}

/** What one half of a reading saw. */
type RosterHalf = { readonly stored: ModelGroup } | { readonly living: readonly string[] };

export const EMPTY: Model = { users: {}, groups: {} };

export function keyOfModel({ users, groups, readings = {} }: Model): string {
  const sorted = (record: Readonly<Record<string, unknown>>) =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(users), sorted(groups), sorted(readings)]);
}

/** Answers to a request, as far as they show the state. */
export type Reply =
  | { readonly kind: "ok"; readonly version?: number }
  | { readonly kind: "notFound" | "taken" | "mismatch" }
  /** `groupIds`: as listed on the user's item, if they are. */
  | { readonly kind: "user"; readonly user: ModelUser; readonly groupIds?: readonly string[] | undefined }
  | { readonly kind: "members"; readonly ids: readonly string[] }
  | { readonly kind: "id"; readonly id: string | undefined }
  /** The request may have taken place or not. */
  | { readonly kind: "unknown" };

export type Request =
  | { readonly kind: "createUser"; readonly name: string; readonly id: string | undefined }
  | {
      readonly kind: "changeUser";
      readonly id: string;
      readonly name?: string;
      readonly title?: string;
      readonly match?: number;
    }
  | { readonly kind: "deleteUser"; readonly id: string }
  | { readonly kind: "readUser"; readonly id: string }
  | { readonly kind: "findUser"; readonly name: string }
  | {
      readonly kind: "createGroup";
      readonly name: string;
      readonly members: readonly string[];
      readonly id: string | undefined;
    }
  | {
      readonly kind: "addMembers" | "removeMembers" | "setMembers";
      readonly id: string;
      readonly members: readonly string[];
    }
  | {
      readonly kind: "putGroup";
      readonly id: string;
      readonly name: string;
      readonly members: readonly string[];
    }
  | { readonly kind: "renameGroup"; readonly id: string; readonly name: string }
  | { readonly kind: "deleteGroup"; readonly id: string }
  | { readonly kind: "readGroup" | "readMembers"; readonly id: string };

/** The states after the request, if it took place on this state with this answer. */
export function effectsOf(request: Request, reply: Reply, state: Model): readonly Model[] {
  const after = carriedOut(request, state);
  if (reply.kind === "unknown") return after.reply.kind === "ok" ? [after.state] : [];
  const lists = request.kind !== "readUser" || reply.kind !== "user" || isListOf(request.id, reply.groupIds, state);
  return lists && agrees(reply, after.reply) ? [after.state] : [];
}

/** Lists all groups of the user, and otherwise at most its deleted groups that are not swept yet. */
function isListOf(id: string, groupIds: readonly string[] | undefined, { groups }: Model): boolean {
  if (groupIds === undefined) return true;
  const listed = new Set(groupIds);
  const holding = Object.entries(groups).filter(([, { members }]) => members.includes(id));
  const known = new Set(holding.map(([groupId]) => groupId));
  return (
    groupIds.every((groupId) => known.has(groupId)) &&
    holding.every(([groupId, { exists }]) => !exists || listed.has(groupId))
  );
}

/**
 * The states after one half of a roster's reading with this answer. One call reads the memberships, another the deletions: each
 * member is shown as at one moment or the other, so a roster may be shown that never existed.
 */
export function effectsOfHalf(
  half: "stored" | "living",
  reading: { readonly number: string; readonly id: string; readonly ids: readonly string[] },
  state: Model,
): readonly Model[] {
  const group = state.groups[reading.id];
  if (group === undefined) return [];
  const { [reading.number]: other, ...readings } = state.readings ?? {};
  const living = Object.keys(state.users);
  if (other === undefined) {
    const seen: RosterHalf = half === "stored" ? { stored: group } : { living };
    return [{ ...state, readings: { ...readings, [reading.number]: seen } }];
  }
  const shown = new Set(reading.ids);
  const stored = "stored" in other ? other.stored : group;
  const alive = new Set("living" in other ? other.living : living);
  // Users deleted in between, before the memberships were read, may still have theirs.
  const diedBetween = "living" in other ? other.living.filter((id) => state.users[id] === undefined) : [];
  const may = new Set([...stored.members.filter((id) => alive.has(id)), ...diedBetween]);
  const mustShow = stored.exists ? stored.members.filter((id) => alive.has(id)) : [];
  const explained = reading.ids.every((id) => may.has(id)) && mustShow.every((id) => shown.has(id));
  return explained ? [{ ...state, readings }] : [];
}

function agrees(got: Reply, due: Reply): boolean {
  if (got.kind !== due.kind) return false;
  if (got.kind === "ok" && due.kind === "ok") return got.version === undefined || got.version === due.version;
  if (got.kind === "user" && due.kind === "user") return JSON.stringify(got.user) === JSON.stringify(due.user);
  return JSON.stringify(got) === JSON.stringify(due);
}

interface After {
  readonly reply: Reply;
  readonly state: Model;
}

function carriedOut(request: Request, state: Model): After {
  const { groups, users } = state;
  const stays = (reply: Reply): After => ({ reply, state });
  const withUser = (id: string, user: ModelUser): Model => ({ ...state, users: { ...users, [id]: user } });
  const withGroup = (id: string, group: ModelGroup): Model => ({ ...state, groups: { ...groups, [id]: group } });
  const nameTaken = (name: string, own?: string) =>
    Object.entries(users).some(([id, user]) => id !== own && user.name === name);
  const groupNameTaken = (name: string, own?: string) =>
    Object.entries(groups).some(([id, group]) => id !== own && group.exists && group.name === name);
  const living = (ids: readonly string[]) => [...new Set(ids)].filter((id) => users[id] !== undefined).sort();
  switch (request.kind) {
    case "createUser":
      if (nameTaken(request.name)) return stays({ kind: "taken" });
      if (request.id === undefined) return stays({ kind: "notFound" });
      return {
        reply: { kind: "ok", version: 1 },
        state: withUser(request.id, { name: request.name, title: null, version: 1 }),
      };
    case "changeUser": {
      const user = users[request.id];
      if (user === undefined) return stays({ kind: "notFound" });
      if (request.match !== undefined && request.match !== user.version) return stays({ kind: "mismatch" });
      const next = { name: request.name ?? user.name, title: request.title ?? user.title };
      if (next.name === user.name && next.title === user.title) return stays({ kind: "ok", version: user.version });
      if (nameTaken(next.name, request.id)) return stays({ kind: "taken" });
      const version = user.version + 1;
      return { reply: { kind: "ok", version }, state: withUser(request.id, { ...next, version }) };
    }
    case "deleteUser": {
      if (users[request.id] === undefined) return stays({ kind: "notFound" });
      const { [request.id]: _gone, ...others } = users;
      const left = Object.entries(groups).map(([id, group]): [string, ModelGroup] => [
        id,
        { ...group, members: group.members.filter((member) => member !== request.id) },
      ]);
      return { reply: { kind: "ok" }, state: { ...state, users: others, groups: Object.fromEntries(left) } };
    }
    case "readUser": {
      const user = users[request.id];
      return stays(user === undefined ? { kind: "notFound" } : { kind: "user", user });
    }
    case "findUser":
      return stays({ kind: "id", id: Object.entries(users).find(([, user]) => user.name === request.name)?.[0] });
    case "createGroup":
      if (groupNameTaken(request.name)) return stays({ kind: "taken" });
      if (request.id === undefined) return stays({ kind: "notFound" });
      return {
        reply: { kind: "ok" },
        state: withGroup(request.id, { name: request.name, members: living(request.members), exists: true }),
      };
    case "addMembers":
    case "removeMembers":
    case "setMembers": {
      const group = groups[request.id];
      if (group?.exists !== true) return stays({ kind: "notFound" });
      const named = new Set(request.members);
      const members =
        request.kind === "setMembers"
          ? living(request.members)
          : request.kind === "addMembers"
            ? living([...group.members, ...request.members])
            : group.members.filter((member) => !named.has(member));
      return { reply: { kind: "ok" }, state: withGroup(request.id, { ...group, members }) };
    }
    case "putGroup": {
      const group = groups[request.id];
      if (group?.exists !== true) return stays({ kind: "notFound" });
      if (groupNameTaken(request.name, request.id)) return stays({ kind: "taken" });
      const next = { name: request.name, members: living(request.members), exists: true };
      return { reply: { kind: "ok" }, state: withGroup(request.id, next) };
    }
    case "renameGroup": {
      const group = groups[request.id];
      if (group?.exists !== true) return stays({ kind: "notFound" });
      if (groupNameTaken(request.name, request.id)) return stays({ kind: "taken" });
      return { reply: { kind: "ok" }, state: withGroup(request.id, { ...group, name: request.name }) };
    }
    case "deleteGroup": {
      const group = groups[request.id];
      if (group?.exists !== true) return stays({ kind: "notFound" });
      return { reply: { kind: "ok" }, state: withGroup(request.id, { ...group, exists: false }) };
    }
    case "readGroup":
      return stays({ kind: groups[request.id]?.exists === true ? "ok" : "notFound" });
    case "readMembers": {
      // The roster is read after the group: a group deleted in between still has its last roster. `readGroup`, which every
      // reading also does, shows whether the group existed then.
      const group = groups[request.id];
      return stays(group === undefined ? { kind: "notFound" } : { kind: "members", ids: group.members });
    }
  }
}
