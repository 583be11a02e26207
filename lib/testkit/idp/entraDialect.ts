import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Chance } from "../chance.ts";
import { createdId, DELETED, DONE, idIn, onlyMatch } from "./answers.ts";
import { type Dialect, type HeldGroup, type HeldUser, oneByOne } from "./dialect.ts";
import { ENTRA_BODY_HEADERS, ENTRA_HEADERS, ENTRA_PATHS, type EntraMode, entraRequests } from "./entraRequests.ts";
import { type AttributeChange, type Line, WAITING_FOR_SECONDS } from "./line.ts";
import type { ProviderUser } from "./providerUser.ts";

export interface EntraOptions {
  /** The flag at the end of the Tenant URL; absent: Entra's default PATCH. */
  readonly flags?: "aadOptscim062020";
  /** The matching attribute of the mapping; absent: userName. */
  readonly matchBy?: "userName" | "externalId";
}

/** Entra's provisioning service with its default mapping (shared evidence: Microsoft's documentation and recorded traffic). */
export function entraDialect(chance: Chance, { flags, matchBy = "userName" }: EntraOptions): Dialect {
  const mode: EntraMode = flags ?? "default";
  const find: Dialect["find"] = (line, { source }) => onlyMatch(line, entraRequests.find(matchBy, source[matchBy]));
  const findGroup: Dialect["findGroup"] = (line, name) => onlyMatch(line, entraRequests.findGroup(name));
  const activate: Dialect["activate"] = async (line, user, id, active) => {
    await line.send(entraRequests.activate(id, active, mode), DONE);
    user.active = active;
  };
  const patchUser = async (line: Line, id: string, changes: readonly AttributeChange[]) => {
    if (changes.length > 0) await line.send(entraRequests.change(id, changes, mode), DONE);
  };
  /** A user provisioned before keeps its link under another name. */
  const linked = async (line: Line, { id }: HeldUser): Promise<JsonObject | undefined> => {
    if (id === undefined) return undefined;
    const { json, status } = await line.send(entraRequests.read(`/Users/${id}`), [200, 404]);
    return status === 200 && isObject(json) ? json : undefined;
  };
  /** A group pushed before keeps its link where its new name never arrived. @returns its id */
  const renamedOrNew = async (line: Line, { id, name, externalId }: HeldGroup): Promise<string> => {
    if (id === undefined || (await line.send(entraRequests.readGroup(id), [200, 404])).status === 404)
      return await createdId(line, entraRequests.createGroup(name, externalId));
    await line.send(entraRequests.renameGroup(id, name, mode), DONE);
    return id;
  };
  const testConnection: Dialect["testConnection"] = async (line) => {
    await line.send(entraRequests.find(matchBy, chance.uuid()), [200]);
    await line.send(entraRequests.findGroup(chance.uuid()), [200]);
  };
  // As seen in live tenants; existing members change nothing.
  const { changeMembers, addAll } = oneByOne(
    (id, member) => entraRequests.addMember(id, member, mode),
    (id, member) => entraRequests.removeMember(id, member, mode),
  );
  return {
    title: "Entra ID",
    headers: ENTRA_HEADERS,
    bodyHeaders: ENTRA_BODY_HEADERS,
    // Sources about 429 conflict; otherwise this cycle fails.
    retrying: WAITING_FOR_SECONDS,
    newExternalId: (of) => of.uuid(),
    testConnection,
    find,
    create: (line, { source }) => createdId(line, entraRequests.create(source)),
    async match(line, user, found) {
      const request = entraRequests.find(matchBy, user.source[matchBy]);
      const id = idIn(found, request);
      const known = user.id === id;
      const read = known ? undefined : await line.send(entraRequests.read(`/Users/${id}`), [200]);
      const got = isObject(read?.json) ? read.json : found;
      await patchUser(line, id, differing(user.source, got));
      if (got.active === false) await activate(line, user, id, true);
    },
    async change(line, { source }, id, before) {
      const { json } = await line.send(entraRequests.read(`/Users/${id}`), [200]);
      const changed = differing(source, isObject(json) ? json : {});
      // Unchanged attributes wait for the next cycle.
      const paths = new Set<string>(
        attributesOf(source).flatMap(([name, path]) => (source[name] === before[name] ? [] : path)),
      );
      await patchUser(
        line,
        id,
        changed.filter(({ path }) => paths.has(path)),
      );
    },
    activate,
    async unassign(line, user, id) {
      if (user.active) await activate(line, user, id, false);
      return "kept";
    },
    async remove(line, user, id) {
      // A soft deletion first; the DELETE comes with the hard deletion, 30 days later or at once by hand.
      if (user.active) await activate(line, user, id, false);
      await line.send(entraRequests.delete(`/Users/${id}`), DELETED);
      return "gone";
    },
    findGroup,
    createGroup: (line, { name, externalId }) => createdId(line, entraRequests.createGroup(name, externalId)),
    fillGroup: addAll,
    changeMembers,
    async renameGroup(line, { name }, id) {
      await line.send(entraRequests.readGroup(id), [200]);
      await line.send(entraRequests.renameGroup(id, name, mode), DONE);
    },
    beginCycle: testConnection,
    async reviewUser(line, user) {
      const found = (await find(line, user)) ?? (await linked(line, user));
      if (found === undefined) {
        user.id = user.active ? await createdId(line, entraRequests.create(user.source)) : undefined;
        return;
      }
      const id = idIn(found, entraRequests.find(matchBy, user.source[matchBy]));
      user.id = id;
      await patchUser(line, id, differing(user.source, found));
      if ((found.active !== false) !== user.active) await activate(line, user, id, user.active);
    },
    async reviewGroup(line, group) {
      const found = await findGroup(line, group.name);
      const id =
        found === undefined ? await renamedOrNew(line, group) : idIn(found, entraRequests.findGroup(group.name));
      group.id = id;
      await addAll(line, group, id);
    },
  };
}

type MappedName = keyof typeof ENTRA_PATHS;

function attributesOf(user: ProviderUser): [name: MappedName, path: string][] {
  const names = Object.keys(ENTRA_PATHS) as MappedName[];
  return names.filter((name) => user[name] !== undefined).map((name) => [name, ENTRA_PATHS[name]]);
}

/** Attributes that differ in the service, compared exactly: each becomes part of one PATCH. */
function differing(user: ProviderUser, got: JsonObject): AttributeChange[] {
  return attributesOf(user).flatMap(([name, path]) => {
    const value = user[name];
    const there = valueAt(got, name);
    return value === undefined || there === value ? [] : [{ path, value, isNew: there === undefined }];
  });
}

function valueAt(got: JsonObject, name: MappedName): Json | undefined {
  switch (name) {
    case "email": {
      const emails = Array.isArray(got.emails) ? got.emails : [];
      return emails.filter(isObject).find(({ type }) => type === "work")?.value;
    }
    case "givenName":
    case "familyName":
      return isObject(got.name) ? got.name[name] : undefined;
    case "department":
    case "employeeNumber": {
      const enterprise = got[ENTERPRISE_SCHEMA];
      return isObject(enterprise) ? enterprise[name] : undefined;
    }
    default:
      return got[name];
  }
}
