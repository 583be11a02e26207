import type { ResourceType } from "../../scim/schema.ts";
import type { ResourceRecord } from "../../store/records.ts";
import type { StoredResources } from "../../store/resources.ts";
import type { DerivedContext, DerivedValues, QueryDefinition } from "./definition.ts";

/** One type of resource in one request. */
export interface ResourceContext<R extends ResourceRecord = ResourceRecord> extends DerivedContext {
  readonly definition: QueryDefinition<R>;
  readonly type: ResourceType;
  readonly store: StoredResources<R>;
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
