import { openCursor, sealCursor, type Walk } from "../provisioning/cursor.ts";
import type { Session } from "../provisioning/session.ts";
import type { ListRequest } from "../scim/listRequest.ts";
import { fittingPage, type Paging, walkResponse } from "../scim/paging.ts";
import type { Place } from "../scim/sorting.ts";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";

/** A page of a walk, as JSON texts. */
export interface WalkPage {
  readonly texts: readonly string[];
  /** Where each of `texts` is. */
  readonly places: readonly Place[];
  readonly more: Place | undefined;
  readonly total: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** What one endpoint walks over. */
export interface Walker {
  readonly endpoint: Walk["endpoint"];
  /** In one spelling, whichever the client writes it in: RFC 9865 section 2 itself changes `userName` to `username`. */
  readonly filter: Walk["filter"];
  pageBehind(after: Place | undefined): Promise<WalkPage>;
  /** Exact count of all matches, for a page of none. */
  total(): Promise<number>;
}

/** One page of a walk by cursor (RFC 9865). @throws ScimError 400 */
export async function answerWalk(
  exchange: Exchange,
  session: Session,
  request: ListRequest,
  { count }: Paging,
  walker: Walker,
): Promise<Answer> {
  const { sortBy, sortOrder, cursor = "" } = request;
  const { filter } = walker;
  const walk: Walk = { endpoint: walker.endpoint, filter, sortBy, sortOrder, count };
  exchange.noted.byCursor = true;
  const after = cursor === "" ? undefined : await openCursor(session, walk, cursor);
  if (count === 0) return { status: 200, body: walkResponse([], await walker.total(), undefined) };
  const { texts, places, more, total, headers } = await walker.pageBehind(after);
  const page = fittingPage(texts);
  exchange.noted.itemsOut = page.length;
  const next = page.length < texts.length ? places[page.length - 1] : more;
  const nextCursor = next === undefined ? undefined : await sealCursor(session, walk, next);
  return { status: 200, headers, body: walkResponse(page, total, nextCursor) };
}
