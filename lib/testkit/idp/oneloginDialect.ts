import { createdId, DELETED, DONE, idIn, onlyMatch } from "./answers.ts";
import { type Dialect, type HeldGroup, oneByOne } from "./dialect.ts";
import { type Line, WAITING_FOR_SECONDS } from "./line.ts";
import { ONELOGIN_BODY_HEADERS, ONELOGIN_HEADERS, oneloginRequests } from "./oneloginRequests.ts";

export interface OneLoginOptions {
  /** For unassigned and deleted users; absent: delete. */
  readonly deprovision?: "delete" | "suspend";
}

/** OneLogin's provisioner (shared evidence: its documentation of the calls, and one live trace of lookups and PUTs). */
export function oneloginDialect({ deprovision = "delete" }: OneLoginOptions): Dialect {
  const replace: Dialect["activate"] = async (line, user, id, active) => {
    await line.send(oneloginRequests.replace(id, user.source, active), DONE);
    user.active = active;
  };
  const find: Dialect["find"] = (line, { source }) => onlyMatch(line, oneloginRequests.find(source.userName));
  const depart: Dialect["unassign"] = async (line, user, id) => {
    if (deprovision === "delete") {
      await line.send(oneloginRequests.delete(`/Users/${id}`), DELETED);
      return "gone";
    }
    if (user.active) await replace(line, user, id, false);
    return "kept";
  };
  const { changeMembers, addAll } = oneByOne(oneloginRequests.addMember, oneloginRequests.removeMember);
  const findGroup: Dialect["findGroup"] = (line, name) => onlyMatch(line, oneloginRequests.findGroup(name));
  /** A group pushed before keeps its link where its new name never arrived. @returns its id */
  const renamedOrNew = async (line: Line, { id, name }: HeldGroup): Promise<string> => {
    const renamed = id && oneloginRequests.renameGroup(id, name);
    if (renamed && (await line.send(renamed, [...DONE, 404])).status !== 404) return id;
    return await createdId(line, oneloginRequests.createGroup(name));
  };
  return {
    title: "OneLogin",
    headers: ONELOGIN_HEADERS,
    bodyHeaders: ONELOGIN_BODY_HEADERS,
    // Not documented.
    retrying: WAITING_FOR_SECONDS,
    newExternalId: (chance) => String(100_000_000 + chance.below(900_000_000)),
    async testConnection(line) {
      // An error also passes.
      await line.send(oneloginRequests.find("nobody"), [200, 404]);
    },
    find,
    create: (line, { source }) => createdId(line, oneloginRequests.create(source)),
    match: (line, user, found) => replace(line, user, idIn(found, oneloginRequests.find(user.source.userName)), true),
    change: (line, user, id) => replace(line, user, id, user.active),
    activate: replace,
    unassign: depart,
    remove: depart,
    findGroup,
    createGroup: (line, { name }) => createdId(line, oneloginRequests.createGroup(name)),
    fillGroup: addAll,
    changeMembers,
    async renameGroup(line, { name }, id) {
      await line.send(oneloginRequests.renameGroup(id, name), DONE);
    },
    beginCycle: async () => undefined,
    async reviewUser(line, user) {
      const found = await find(line, user);
      if (found === undefined) {
        // A user provisioned before keeps its link under another name.
        const renamed = user.id && oneloginRequests.replace(user.id, user.source, user.active);
        if (renamed && (await line.send(renamed, [...DONE, 404])).status !== 404) return;
        user.id = user.active ? await createdId(line, oneloginRequests.create(user.source)) : undefined;
        return;
      }
      user.id = idIn(found, oneloginRequests.find(user.source.userName));
      await replace(line, user, user.id, user.active);
    },
    async reviewGroup(line, group) {
      const found = await findGroup(line, group.name);
      const id =
        found === undefined ? await renamedOrNew(line, group) : idIn(found, oneloginRequests.findGroup(group.name));
      group.id = id;
      await addAll(line, group, id);
    },
  };
}
