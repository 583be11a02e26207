import { ScimError } from "../../scim/error.ts";
import { type Json, type JsonObject, sameJson } from "../../scim/json.ts";
import { applyPatch } from "../../scim/patch/applyPatch.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import { type ReadBody, readResourceBody } from "../../scim/readResource.ts";
import { ifMatch } from "../../scim/render.ts";
import type { ResourceType, SchemaRules } from "../../scim/schema.ts";
import type { HeldRequest } from "../../store/holds.ts";
import type { Created, ResourceRecord, ResourceWrite } from "../../store/records.ts";
import type { ResourceStore } from "../../store/resourceStore.ts";
import type { StoredResources } from "../../store/resources.ts";
import type { Directory } from "../../store/session.ts";
import { attributesOf, type StoredType } from "../../store/storedType.ts";
import { waitToRetry } from "../retrying.ts";
import { type CountedRemovals, newIdFor, type Session, stampOf } from "../session.ts";
import { sweepAfterDeletion } from "../sweeping.ts";
import type { ChangeAnswer, ResourceActions } from "./definition.ts";

/** What reading and deleting resources of a type asks of it. */
export interface ActedOn<R extends ResourceRecord = ResourceRecord> extends StoredType {
  type(rules: SchemaRules): ResourceType;
  store(directory: Directory): StoredResources<R>;
  /** There is no resource with the id. */
  missing(): ScimError;
  /** The name is another resource's. @param holder its id */
  taken(holder: string): ScimError;
}

/** A type without members: one write changes all of a resource. */
export interface PlainType extends ActedOn {
  store(directory: Directory): ResourceStore;
}

/** What a request makes of the attributes. */
export interface PlannedAttributes {
  readonly attributes: JsonObject;
  /** What a rule forbids, or what is taken, keeps its stored value instead of having the request refused. */
  readonly lenient?: boolean;
}

/** What is about one type only. Each may refuse. Where one is absent the request is carried out as it stands. */
export interface PlainRules<R extends ResourceRecord = ResourceRecord> {
  /** The attributes of a new resource. */
  created?(session: Session, read: ReadBody): JsonObject;
  /** Stores a new resource, where that takes more than its own write. */
  insert?(session: Session, id: string, attributes: JsonObject, write: ResourceWrite): Promise<Created<ResourceRecord>>;
  /** Of a PUT. */
  replaced?(session: Session, stored: JsonObject, body: Json): PlannedAttributes;
  patched?(session: Session, stored: JsonObject, operations: readonly ResolvedOperation[]): PlannedAttributes;
  /**
   * Holds what was planned against the rules of the org.
   * @param name `kept` where the lenient request's name turned out to be taken
   */
  settled?(
    session: Session,
    previous: ResourceRecord,
    stored: JsonObject,
    planned: PlannedAttributes,
    name: "planned" | "kept",
  ): JsonObject;
  /**
   * Before the write, where that takes a read: what may be stored. @param stored of a new resource: nothing
   * @returns undefined where all of it may be
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
  /** What a deletion counts as in an org that holds mass changes; absent: as nothing. */
  readonly removal?: CountedDeletion<R>;
  deleted?(session: Session): void;
}

interface CountedDeletion<R> {
  readonly request: HeldRequest;
  count(record: R): number;
}

/** The actions of a type without members, with its rules. */
export function plainActions(of: PlainType, rules: PlainRules = {}): ResourceActions<ResourceRecord> {
  const read = (session: Session, body: Json) =>
    readResourceBody(of.type(session.rules), body, session.quirks, session.rules);
  const patched = (session: Session, stored: JsonObject, operations: readonly ResolvedOperation[]) =>
    applyPatch(of.type(session.rules), stored, operations, session.rules, session.quirks);
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
    replace: (session, id, body, match) =>
      changeResource(session, of, rules, id, match, (stored) => {
        const sent = body();
        return rules.replaced?.(session, stored, sent) ?? { attributes: read(session, sent).attributes };
      }),
    patch: (session, id, readOperations, match) => {
      let operations: readonly ResolvedOperation[] | undefined;
      return changeResource(session, of, rules, id, match, (stored) => {
        operations ??= readOperations();
        const planned = rules.patched?.(session, stored, operations);
        return planned ?? { attributes: patched(session, stored, operations) };
      });
    },
    delete: (session, id, match) => deleteResource(session, of, id, match, rules),
  };
}

/** @throws ScimError 404 */
export async function findResource<R extends ResourceRecord>(session: Session, of: ActedOn<R>, id: string): Promise<R> {
  const record = await of.store(session.directory).find(id);
  if (record === undefined) throw of.missing();
  return record;
}

type DeletionRules<R extends ResourceRecord> = Pick<PlainRules<R>, "mayDelete" | "removal" | "deleted">;

/** @throws ScimError 404, 412, 503 and 403 where removals are held, and whatever `mayDelete` refuses with */
export async function deleteResource<R extends ResourceRecord>(
  session: Session,
  of: ActedOn<R>,
  id: string,
  match: string | undefined,
  rules: DeletionRules<R> = {},
): Promise<void> {
  const { removal, deleted } = rules;
  const removals = removal && session.guard?.begin(session, removal.request, id);
  try {
    await deleteUnchanged(session, of, id, match, rules, removals);
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
  match: string | undefined,
  { mayDelete, removal }: DeletionRules<R>,
  removals: CountedRemovals | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const previous = await findResource(session, of, id);
    assertMatch(match, previous.version);
    mayDelete?.(session, id);
    if (removal !== undefined) await removals?.admit(removal.count(previous));
    const { outcome } = await of.store(session.directory).delete(previous, stampOf(session));
    if (outcome === "missing") throw of.missing();
    if (outcome === "deleted") return;
    await waitToRetry(session, attempt, "lost");
  }
}

/** Reads, plans, writes on the condition that nobody was faster, and plans anew when somebody was. */
async function changeResource(
  session: Session,
  of: PlainType,
  rules: PlainRules,
  id: string,
  match: string | undefined,
  plan: (stored: JsonObject) => PlannedAttributes,
): Promise<ChangeAnswer<ResourceRecord>> {
  let name: "planned" | "kept" = "planned";
  for (let attempt = 1; ; attempt += 1) {
    const previous = await findResource(session, of, id);
    assertMatch(match, previous.version);
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
export function assertMatch(match: string | undefined, version: number): void {
  if (ifMatch(match, version)) return;
  throw ScimError.version("mismatch");
}
