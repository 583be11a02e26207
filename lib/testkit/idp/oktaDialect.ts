import { isObject, type JsonObject } from "../../../functions/scim/json.ts";
import type { Chance } from "../chance.ts";
import { createdId, DONE, idIn, onlyMatch } from "./answers.ts";
import type { Dialect, HeldGroup, HeldUser, MembersChange } from "./dialect.ts";
import type { Line, Retrying } from "./line.ts";
import { OKTA_BODY_HEADERS, OKTA_HEADERS, OKTA_PAGE, type OktaMember, oktaRequests } from "./oktaRequests.ts";

export interface OktaOptions {
  /**
   * The application's source: a catalog app (OIN, and the SCIM 2.0 test apps) sends PATCH for groups and (de)activation, a
   * wizard app (AIW) PUT for everything. Absent: catalog.
   */
  readonly app?: "catalog" | "wizard";
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const WITHOUT_RETRY_AFTER_MS = 300_000;

/** It waits for whole seconds; any other Retry-After means five minutes, doubled each time (Okta's SCIM concepts). */
const RETRYING: Retrying = {
  attempts: 10,
  pauseMs: (retryAfter, attempt) =>
    /^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) * 1000 : WITHOUT_RETRY_AFTER_MS * 2 ** (attempt - 1),
};

/** Okta's SCIM client (shared evidence: Okta's documentation, its test suites and live logs). */
export function oktaDialect(chance: Chance, { app = "catalog" }: OktaOptions): Dialect {
  const patches = app === "catalog";
  const placeholder = (): string => chance.text(LETTERS, 12);

  const read = async (line: Line, id: string): Promise<JsonObject> => {
    const { json } = await line.send(oktaRequests.read(`/Users/${id}`), [200]);
    return isObject(json) ? json : {};
  };
  const replace = async (line: Line, { source }: HeldUser, id: string, active: boolean): Promise<void> => {
    const got = await read(line, id);
    await line.send(oktaRequests.replace(id, source, active, placeholder(), got), DONE);
  };
  const activate: Dialect["activate"] = async (line, user, id, active) => {
    if (patches) await line.send(oktaRequests.activate(id, active), DONE);
    else await replace(line, user, id, active);
    user.active = active;
  };
  const find: Dialect["find"] = (line, { source }) => onlyMatch(line, oktaRequests.find(source.userName));
  const replaceGroup = async (line: Line, { name, members }: HeldGroup, id: string): Promise<void> => {
    await line.send(oktaRequests.replaceGroup(id, name, membersOf(members)), DONE);
  };
  const unassign: Dialect["unassign"] = async (line, user, id) => {
    if (user.active) await activate(line, user, id, false);
    return "kept";
  };

  const pushNow = async (line: Line, { members }: HeldGroup, id: string): Promise<void> => {
    await line.send(oktaRequests.pushNow(id, membersOf(members)), DONE);
  };

  return {
    title: "Okta",
    headers: OKTA_HEADERS,
    bodyHeaders: OKTA_BODY_HEADERS,
    retrying: RETRYING,
    newExternalId: (of) => `00u${of.text(LETTERS, 17)}`,
    async testConnection(line) {
      await line.send(oktaRequests.probe(), [200]);
      await line.send(oktaRequests.page("/Groups", 1), [200]);
    },
    find,
    create: (line, { source }) => createdId(line, oktaRequests.create(source, placeholder())),
    async match(line, user, found) {
      const id = idIn(found, oktaRequests.find(user.source.userName));
      if (patches && user.id === id) await line.send(oktaRequests.activate(id, true), DONE);
      else await replace(line, user, id, true);
    },
    change: (line, user, id) => replace(line, user, id, user.active),
    activate,
    unassign,
    // Okta deletes no users of an application: it deactivates them.
    remove: unassign,
    findGroup: (line, name) => onlyMatch(line, oktaRequests.findGroup(name)),
    createGroup: (line, { name }) => createdId(line, oktaRequests.createGroup(name)),
    async fillGroup(line, group, id, origin) {
      if (!patches) {
        await line.send(oktaRequests.read(`/Groups/${id}`), [200]);
        await replaceGroup(line, group, id);
      } else if (origin === "found") await pushNow(line, group, id);
      else if (group.members.size > 0) await patchMembers(line, group, id, { added: [...group.members], removed: [] });
    },
    changeMembers: (line, group, id, change) =>
      patches ? patchMembers(line, group, id, change) : replaceGroup(line, group, id),
    async renameGroup(line, group, id) {
      if (patches) await line.send(oktaRequests.renameGroup(id, group.name), DONE);
      else await replaceGroup(line, group, id);
    },
    async beginCycle(line) {
      await importAll(line, "/Users");
      await importAll(line, "/Groups");
    },
    async reviewUser(line, user) {
      if (user.id === undefined || !user.active) return;
      await replace(line, user, user.id, true);
    },
    async reviewGroup(line, group) {
      if (group.id !== undefined) await (patches ? pushNow : replaceGroup)(line, group, group.id);
    },
  };
}

/** Every change of members includes the name. */
async function patchMembers(
  line: Line,
  { name }: HeldGroup,
  id: string,
  { added, removed }: MembersChange,
): Promise<void> {
  await line.send(oktaRequests.renameGroup(id, name), DONE);
  const gone = removed.flatMap(({ id: member }) => member ?? []);
  const come = membersOf(added);
  for (let from = 0; from === 0 || from < come.length; from += OKTA_PAGE) {
    const chunk = come.slice(from, from + OKTA_PAGE);
    await line.send(oktaRequests.changeMembers(id, chunk, from === 0 ? gone : []), DONE);
  }
}

/** Always steps by a hundred, whatever came back, until `totalResults` is passed. */
async function importAll(line: Line, endpoint: "/Users" | "/Groups"): Promise<void> {
  for (let startIndex = 1; ; startIndex += OKTA_PAGE) {
    const { json } = await line.send(oktaRequests.page(endpoint, startIndex), [200]);
    const total = isObject(json) && typeof json.totalResults === "number" ? json.totalResults : 0;
    if (startIndex + OKTA_PAGE > total) return;
  }
}

function membersOf(users: Iterable<HeldUser>): OktaMember[] {
  return [...users].flatMap(({ id, source }) => (id === undefined ? [] : [{ value: id, display: source.userName }]));
}
