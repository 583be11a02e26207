import { givenNames } from "../scim/givenNames.ts";
import { isShownAsStored, type Selection, selectionOf } from "../scim/projection.ts";
import type { ResourceType } from "../scim/schema.ts";
import type { Exchange } from "./exchange.ts";

/** What the request writes: its answer shows that, even what else is returned on request only (RFC 7643 section 7). */
export function writtenBy(exchange: Exchange, type: ResourceType): Selection | undefined {
  const isWrite = exchange.method === "POST" || exchange.method === "PUT" || exchange.method === "PATCH";
  return isWrite && !isShownAsStored(type) ? selectionOf(type, givenNames(exchange.body())) : undefined;
}
