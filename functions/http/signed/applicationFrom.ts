import { type Application, applicationOf } from "../../provisioning/application.ts";
import { rulesOf } from "../../provisioning/session.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { RequestContext } from "../requestContext.ts";

interface Asking extends Pick<Application, "base" | "mayTidy"> {
  /** The actor, as stored and logged. */
  readonly actor: string;
}

/** Both sides of the org, for a caller who may see it. */
export function applicationFrom(
  { endpoint, store, reference, deadline }: RequestContext,
  org: OrgRecord,
  { actor, ...how }: Asking,
): Application {
  const { sweepLater } = endpoint;
  const { adoption: key } = rulesOf(org);
  const managed = store.directory(org.id);
  return applicationOf(org, managed, store.unmanaged(org.id), {
    ...how,
    tokenId: actor,
    usage: store.usage,
    reference,
    deadline,
    now: () => endpoint.now(),
    wait: (milliseconds) => endpoint.wait(milliseconds),
    randomBytes: (length) => endpoint.randomBytes(length),
    ...(endpoint.adoption && key !== "off" && { otherSide: { directory: managed, key } }),
    ...(sweepLater && { sweepLater: (id) => sweepLater({ orgId: org.id, managed: false, id }) }),
  });
}
