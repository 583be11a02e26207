import { decidingIds, type Filter } from "../../scim/filter/filter.ts";
import type { JsonObject } from "../../scim/json.ts";
import { project, type Rendering, resourceObject, resourceText } from "../../scim/render.ts";
import type { ResourceType } from "../../scim/schema.ts";
import type { ResourceRecord } from "../../store/records.ts";
import type { ReadableResources } from "../../store/resources.ts";
import type { DerivedContext, DerivedValues, Lists, QueryDefinition, Shown } from "./definition.ts";

/** One type of resource in one request. */
export interface ResourceContext<R extends ResourceRecord = ResourceRecord> extends DerivedContext {
  readonly definition: QueryDefinition<R>;
  readonly type: ResourceType;
  readonly store: ReadableResources<R>;
  readonly derived: DerivedValues<R> | undefined;
}

export function contextOf<R extends ResourceRecord>(
  definition: QueryDefinition<R>,
  request: DerivedContext,
): ResourceContext<R> {
  const { session, base, projection } = request;
  return {
    session,
    base,
    projection,
    definition,
    type: definition.type(session.rules),
    store: definition.store(session.directory),
    derived: definition.derived?.open(request),
  };
}

/** What a filter and a sort order compare: attributes, or the URNs of extensions. */
interface Compared {
  readonly attributes: ReadonlySet<string>;
  readonly filter: Filter | undefined;
  /** The attribute that resources are sorted by. */
  readonly sortedBy: string | undefined;
}

/** The resources for a filter and a sort order, with the derived attribute where they compare it. */
export async function comparedObjects<R extends ResourceRecord>(
  context: ResourceContext<R>,
  records: readonly R[],
  { attributes, filter, sortedBy }: Compared,
): Promise<JsonObject[]> {
  const name = context.definition.derived?.name;
  const deciding = filter && name !== undefined && sortedBy !== name ? decidingIds(filter, name) : undefined;
  const lists = name !== undefined && attributes.has(name) ? context.derived?.compared(records, deciding) : undefined;
  const known = await lists;
  return records.map((record) => resourceObject(renderingOf(context, record, { lists: known ?? NONE })));
}

const NONE: ReadonlyMap<string, Lists> = new Map();

interface ShownResources {
  /** JSON texts, in the order of the records. */
  readonly texts: readonly string[];
  /** True: some resources are shown without the derived attribute, because one answer cannot hold so many values. */
  readonly omitted: boolean;
}

export async function showResources<R extends ResourceRecord>(
  context: ResourceContext<R>,
  records: readonly R[],
): Promise<ShownResources> {
  const { type, projection } = context;
  const shown = (await context.derived?.shown(records)) ?? { lists: NONE };
  const texts = records.map((record) => {
    const rendering = renderingOf(context, record, shown);
    if (projection === undefined) return resourceText(rendering);
    return JSON.stringify(project(type, resourceObject(rendering), projection));
  });
  return { texts, omitted: shown.omitted === true };
}

/** An absolute URL. */
export function locationOf({ base, type }: Pick<ResourceContext, "base" | "type">, id: string): string {
  return `${base}${type.endpoint}/${id}`;
}

function renderingOf(context: ResourceContext, record: ResourceRecord, { lists, withNames }: Shown): Rendering {
  const { id, version, attributes } = record;
  const { created, lastModified } = context.definition.isTimeless ? TIMELESS : record;
  const { name: type } = context.type;
  const location = locationOf(context, id);
  return { type, id, version, created, lastModified, attributes, location, lists: lists.get(id), withNames };
}

const TIMELESS = { created: undefined, lastModified: undefined };
