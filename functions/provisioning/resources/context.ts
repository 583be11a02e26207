import type { ResourceType } from "../../scim/schema.ts";
import type { ResourceRecord, Resources } from "../../store/directoryPorts.ts";
import type { DerivedContext, DerivedValues, ResourceDefinition } from "./definition.ts";

/** One type of resource in one request. */
export interface ResourceContext<R extends ResourceRecord = ResourceRecord> extends DerivedContext {
  readonly definition: ResourceDefinition<R>;
  readonly type: ResourceType;
  readonly store: Resources<R>;
  readonly derived: DerivedValues<R> | undefined;
}

export function contextOf<R extends ResourceRecord>(
  definition: ResourceDefinition<R>,
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
