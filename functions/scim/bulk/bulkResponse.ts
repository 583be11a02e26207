import { errorBody, type ScimError } from "../error.ts";
import { etagOf } from "../etag.ts";
import type { JsonObject } from "../json.ts";
import { BULK_RESPONSE } from "../schema.ts";
import type { BulkEntry } from "./readBulk.ts";

/** What became of one operation. */
export interface BulkOutcome {
  readonly status: number;
  /** Relative to the service root; absent where nothing was made and nothing was named. */
  readonly path: string | undefined;
  readonly version?: number;
  readonly error?: ScimError;
}

/** One element of `Operations` of a BulkResponse (RFC 7644 section 3.7.3). A success has no `response`: it is read at `location`. */
export function bulkAnswer(
  { method, bulkId }: BulkEntry,
  { status, path, version, error }: BulkOutcome,
  base: string,
  reference: string,
): JsonObject {
  const answer: JsonObject = {};
  if (path !== undefined) answer.location = `${base}${path}`;
  if (method !== undefined) answer.method = method;
  if (bulkId !== undefined) answer.bulkId = bulkId;
  if (version !== undefined) answer.version = etagOf(version);
  answer.status = String(status);
  if (error !== undefined) answer.response = JSON.parse(errorBody(error, reference));
  return answer;
}

export function bulkResponse(answers: readonly JsonObject[]): string {
  return JSON.stringify({ schemas: [BULK_RESPONSE], Operations: answers });
}
