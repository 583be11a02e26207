import type { GroupRecord, ResourceRecord } from "../../functions/store/records.ts";
import type { Directory } from "../../functions/store/session.ts";
import { PRESENT } from "../../functions/store/table.ts";
import type { Breakage } from "./world.ts";

/** Mistakes of other servers' stores, one each: the simulation must find all of them. */
export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  "a change of a user overwrites whatever came between": (directory) =>
    withUsers(directory, {
      replace: async (previous, write, stamp) => {
        const stored = await directory.users.find(previous.id);
        return directory.users.replace(stored ?? previous, write, stamp);
      },
    }),
  "a userName is looked up before it is taken, and not when": (directory) =>
    withUsers(directory, {
      create: async (id, write, stamp) => {
        const created = await directory.users.create(id, write, stamp);
        if (created.outcome === "created") return created;
        // The check was made before the other user was stored.
        return directory.users.create(id, { ...write, keys: { ...write.keys, name: `${id}` } }, stamp);
      },
    }),
  "a deleted user is still shown as a member": (directory) =>
    withMemberships(directory, {
      members: async (groupId) => ({ ids: await directory.memberships.stored(groupId), next: undefined }),
      rosters: async (groups) => new Map(await Promise.all(groups.map(storedIn(directory)))),
    }),
  "a roster is replaced although it is not the one that was read": (directory) =>
    withGroups(directory, {
      change: (previous, { onlyVersion: _ignored, ...change }, stamp) =>
        directory.groups.change(previous, change, stamp),
    }),
  "a change that met another one is answered as if it had been made": (directory) =>
    withGroups(directory, {
      change: async (previous, change, stamp) => {
        const changed = await directory.groups.change(previous, change, stamp);
        return changed.outcome === "stale" ? { outcome: "changed", record: previous } : changed;
      },
    }),
  "one of several new members is lost": (directory) =>
    withGroups(directory, {
      change: (previous, change, stamp) =>
        directory.groups.change(previous, { ...change, add: change.add.slice(0, 1) }, stamp),
    }),
  "a deletion is answered and not made": (directory) =>
    withUsers(directory, { delete: async () => ({ outcome: "deleted" }) }),
  "a read is of a copy that lags behind": lagging(),
  "members are added without asking whether they live": (directory) =>
    withMemberships(directory, { living: async (ids) => new Set(ids) }),
  "a new member's own list of groups does not say so": (directory) =>
    withGroups(directory, {
      change: (previous, change, stamp) => {
        for (const id of change.add) directory.view.listed.set(id, "absent");
        return directory.groups.change(previous, change, stamp);
      },
    }),
  "who leaves a group still lists it": (directory) =>
    withGroups(directory, {
      change: async (previous, change, stamp) => {
        const changed = await directory.groups.change(previous, change, stamp);
        const { database, keys } = directory.view;
        for (const id of changed.outcome === "changed" ? change.remove : []) {
          const update = { update: keys.resource(id), add: { g: 1 }, include: { gs: previous.id } };
          await database.write([{ ...update, condition: { all: [{ exists: "g" }] } }]);
        }
        return changed;
      },
    }),
  "a change of a user forgets its groups": (directory) =>
    withUsers(directory, {
      replace: async (previous, write, stamp) => {
        const changed = await directory.users.replace(previous, write, stamp);
        const update = { update: directory.view.keys.resource(previous.id), set: { g: 0 }, remove: ["gs"] };
        if (changed.outcome === "changed") await directory.view.database.write([{ ...update, condition: PRESENT }]);
        return changed;
      },
    }),
  "a deleted group stays on the lists of its members": (directory) =>
    withMemberships(directory, {
      sweepDeletions: async (ids, until, stamp) => {
        const { memberships, view } = directory;
        for (const id of ids) {
          // Deletes the memberships first, although they lead to the lists.
          const members = await memberships.stored(id);
          await view.database.deleteMany(members.map((member) => view.keys.membership(id, member)));
        }
        return memberships.sweepDeletions(ids, until, stamp);
      },
    }),
  "a group's name may be given twice": (directory) =>
    withGroups(directory, {
      create: (id, write, members, stamp, creation) =>
        directory.groups.create(id, { ...write, nameUnique: false }, members, stamp, creation),
      change: (previous, change, stamp) => {
        const write = change.write && { ...change.write, nameUnique: false };
        return directory.groups.change(previous, { ...change, ...(write && { write }) }, stamp);
      },
    }),
  "nobody sweeps behind a deletion": (directory) =>
    withMemberships(directory, { sweep: async () => undefined, sweepDeletions: async (ids) => ids.map(() => "done") }),
};

function storedIn({ memberships }: Directory) {
  return async ({ id }: GroupRecord) => [id, await memberships.stored(id)] as const;
}

function lagging(): Breakage {
  const users = new Map<string, ResourceRecord>();
  const groups = new Map<string, GroupRecord>();
  let reads = 0;
  const late = <T extends { readonly id: string }>(copy: Map<string, T>, id: string, found: T | undefined) => {
    const before = copy.get(id);
    if (found !== undefined) copy.set(id, found);
    reads += 1;
    return reads % 3 === 0 ? (before ?? found) : found;
  };
  return (directory) => ({
    ...withUsers(directory, { find: async (id) => late(users, id, await directory.users.find(id)) }),
    groups: proxied(directory.groups, { find: async (id) => late(groups, id, await directory.groups.find(id)) }),
  });
}

function withUsers(directory: Directory, own: Partial<Directory["users"]>): Directory {
  return { ...directory, users: proxied(directory.users, own) };
}
function withGroups(directory: Directory, own: Partial<Directory["groups"]>): Directory {
  return { ...directory, groups: proxied(directory.groups, own) };
}
function withMemberships(directory: Directory, own: Partial<Directory["memberships"]>): Directory {
  return { ...directory, memberships: proxied(directory.memberships, own) };
}

/** The port with some methods replaced. */
export function proxied<T extends object>(port: T, own: Partial<T>): T {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(name in own ? own : target, name);
      return typeof value === "function" && !(name in own) ? value.bind(target) : value;
    },
  });
}
