import { ScimError } from "../../scim/error.ts";
import { type Json, type JsonObject, sameJson } from "../../scim/json.ts";
import { applyPatch } from "../../scim/patch/applyPatch.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import { type ReadBody, readResourceBody } from "../../scim/readResource.ts";
import type { ResourceType, SchemaRules } from "../../scim/schema.ts";
import type { HeldRequest } from "../../store/holds.ts";
import type { Created, ResourceRecord, ResourceWrite } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import type { ResourceStore } from "../../store/resourceStore.ts";
import type { StoredResources } from "../../store/resources.ts";
import type { Directory } from "../../store/session.ts";
import type { StoredType } from "../../store/storedTypes.ts";
import { waitToRetry } from "../retrying.ts";
import { type CountedRemovals, newIdFor, type Session, stampOf } from "../session.ts";
import { sweepAfterDeletion } from "../sweeping.ts";
import type { ChangeAnswer, Precondition, ResourceActions } from "./definition.ts";

/** What reading and deleting resources of a type needs. */
export interface ActedOn<R extends ResourceRecord = ResourceRecord> extends StoredType {
  type(rules: SchemaRules): ResourceType;
  store(directory: Directory): StoredResources<R>;
  /** The error for an id without a resource. */
  missing(): ScimError;
  /** The error for a name that another resource has. @param holder its id */
  taken(holder: string): ScimError;
}

/** A type without members: one write changes a resource completely. */
interface PlainType extends ActedOn {
  store(directory: Directory): ResourceStore;
}

/** The attributes after a request. */
export interface PlannedAttributes {
  readonly attributes: JsonObject;
  /** True: a forbidden or taken value keeps its stored value, and the request is not refused. */
  readonly lenient?: boolean;
}

/** Rules specific to one type. Each may refuse the request. An absent rule changes nothing. */
interface PlainRules<R extends ResourceRecord = ResourceRecord> {
  /** The attributes of a new resource. */
  created?(session: Session, read: ReadBody): JsonObject;
  /** Stores a new resource, where more than its own write is needed. */
  insert?(session: Session, id: string, attributes: JsonObject, write: ResourceWrite): Promise<Created<ResourceRecord>>;
  /** The attributes after a PUT. */
  replaced?(session: Session, stored: JsonObject, body: Json): PlannedAttributes;
  patched?(session: Session, stored: JsonObject, operations: readonly ResolvedOperation[]): PlannedAttributes;
  /**
   * Applies the org's rules to the planned attributes.
   * @param name `kept` where a lenient request's name is taken
   */
  settled?(
    session: Session,
    previous: ResourceRecord,
    stored: JsonObject,
    planned: PlannedAttributes,
    name: "planned" | "kept",
  ): JsonObject;
  /**
   * Checks that need a read, before the write: returns the attributes to store. @param stored empty for a new resource
   * @returns undefined where all attributes may be stored
   */
  admitted?(
    session: Session,
    stored: JsonObject,
    settled: JsonObject,
    lenient: boolean,
  ): Promise<JsonObject> | undefined;
  /** After the write. */
  changed?(session: Session, stored: JsonObject, settled: JsonObject): void;
  mayDelete?(session: Session, id: string): void;
  /** How a deletion counts in an org that holds mass changes; absent: it does not count. */
  readonly removal?: CountedDeletion<R>;
  deleted?(session: Session): void;
}

interface CountedDeletion<R> {
  readonly request: HeldRequest;
  count(record: R): number;
}

/** The actions of a type without members, under its rules. */
export function plainActions(of: PlainType, rules: PlainRules = {}): ResourceActions<ResourceRecord> {
  const read = (session: Session, body: Json) =>
    readResourceBody(of.type(session.rules), body, session.quirks, session.rules);
  const patched = (session: Session, stored: JsonObject, operations: readonly ResolvedOperation[]) =>
    applyPatch(of.type(session.rules), stored, operations, session.rules, session.quirks, session.effort);
  return {
    create: async (session, body) => {
      const asked = read(session, body);
      const planned = rules.created?.(session, asked) ?? asked.attributes;
      const admission = rules.admitted?.(session, {}, planned, false);
      const attributes = admission === undefined ? planned : await admission;
      const id = newIdFor(session, of.letter);
      const write = writeOf(of, attributes);
      const creating =
        rules.insert?.(session, id, attributes, write) ??
        of.store(session.directory).create(id, write, stampOf(session));
      const created = await creating;
      if (created.outcome === "taken") throw of.taken(created.holder);
      return created.record;
    },
    read: (session, id) => findResource(session, of, id),
    replace: (session, id, body, precondition) =>
      changeResource(session, of, rules, id, precondition, (stored) => {
        const sent = body();
        return rules.replaced?.(session, stored, sent) ?? { attributes: read(session, sent).attributes };
      }),
    patch: (session, id, readOperations, precondition) => {
      let operations: readonly ResolvedOperation[] | undefined;
      const { looks } = session.effort;
      return changeResource(session, of, rules, id, precondition, (stored) => {
        operations ??= readOperations();
        session.effort.looks = looks;
        const planned = rules.patched?.(session, stored, operations);
        return planned ?? { attributes: patched(session, stored, operations) };
      });
    },
    delete: (session, id, precondition) => deleteResource(session, of, id, precondition, rules),
  };
}

/** @throws ScimError 404 */
export async function findResource<R extends ResourceRecord>(session: Session, of: ActedOn<R>, id: string): Promise<R> {
  const record = await of.store(session.directory).find(id);
  if (record === undefined) throw of.missing();
  return record;
}

type DeletionRules<R extends ResourceRecord> = Pick<PlainRules<R>, "mayDelete" | "removal" | "deleted">;

/** @throws ScimError 404, 412, 503 and 403 where removals are held, and errors of `mayDelete` */
export async function deleteResource<R extends ResourceRecord>(
  session: Session,
  of: ActedOn<R>,
  id: string,
  precondition: Precondition | undefined,
  rules: DeletionRules<R>,
): Promise<void> {
  const { removal, deleted } = rules;
  const removals = removal && session.guard?.begin(session, removal.request, id);
  try {
    await deleteUnchanged(session, of, id, precondition, rules, removals);
  } catch (error) {
    await removals?.left(error);
    throw error;
  }
  deleted?.(session);
  await sweepAfterDeletion(session, id);
}

async function deleteUnchanged<R extends ResourceRecord>(
  session: Session,
  of: ActedOn<R>,
  id: string,
  precondition: Precondition | undefined,
  { mayDelete, removal }: DeletionRules<R>,
  removals: CountedRemovals | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const previous = await findResource(session, of, id);
    if (precondition !== undefined) assertMet(precondition, previous.version);
    mayDelete?.(session, id);
    if (removal !== undefined) await removals?.admit(removal.count(previous));
    const { outcome } = await of.store(session.directory).delete(previous, stampOf(session));
    if (outcome === "missing") throw of.missing();
    if (outcome === "deleted") return;
    await waitToRetry(session, attempt, "lost");
  }
}

/** Reads, plans and writes on condition that nothing changed. Plans again if another writer was faster. */
async function changeResource(
  session: Session,
  of: PlainType,
  rules: PlainRules,
  id: string,
  precondition: Precondition | undefined,
  plan: (stored: JsonObject) => PlannedAttributes,
): Promise<ChangeAnswer<ResourceRecord>> {
  let name: "planned" | "kept" = "planned";
  for (let attempt = 1; ; attempt += 1) {
    const previous = await findResource(session, of, id);
    if (precondition !== undefined) assertMet(precondition, previous.version);
    const stored = attributesOf(previous);
    const planned = plan(stored);
    let settled = rules.settled?.(session, previous, stored, planned, name) ?? planned.attributes;
    const admission = rules.admitted?.(session, stored, settled, planned.lenient === true);
    if (admission !== undefined) settled = await admission;
    if (sameJson(settled, stored)) return { record: previous, changed: false };
    const written = await of.store(session.directory).replace(previous, writeOf(of, settled), stampOf(session));
    switch (written.outcome) {
      case "changed":
        rules.changed?.(session, stored, settled);
        return { record: written.record, changed: true };
      case "taken":
        if (planned.lenient !== true || name === "kept") throw of.taken(written.holder);
        name = "kept";
        break;
      case "missing":
        throw of.missing();
      case "stale":
        await waitToRetry(session, attempt, "lost");
    }
  }
}

export function writeOf(of: StoredType, attributes: JsonObject): ResourceWrite {
  return { attributes: JSON.stringify(attributes), keys: of.keysOf(attributes) };
}

/** @throws ScimError 412 */
export function assertMet(precondition: Precondition, version: number): void {
  if (!precondition(version)) throw ScimError.version("mismatch");
}
