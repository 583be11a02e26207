import { createCipheriv, createDecipheriv } from "node:crypto";
import { ScimError } from "../../scim/error.ts";
import { CURSOR_TIMEOUT, type SortPosition } from "../../scim/query.ts";
import { cursorKey } from "../../store/settings.ts";
import type { Session } from "../session.ts";

/** The walk that a cursor belongs to. In another walk the cursor is invalid. */
export interface Walk {
  /** `/Users`, or `/` over all types. */
  readonly endpoint: string;
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly count: number;
}

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * The text of a cursor that continues after `position`. It is encrypted, because the position in a sorted walk holds a value, and
 * authenticated together with the org and the walk (RFC 9865 section 5.2; ADR 0015).
 */
export async function sealCursor(session: Session, walk: Walk, position: SortPosition): Promise<string> {
  const nonce = session.randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, await keyOf(session), nonce).setAAD(bindingOf(session, walk));
  const text = JSON.stringify([session.now(), walk.count, position.id, position.key]);
  return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** @throws ScimError 400 invalidCursor, 400 expiredCursor, 400 invalidCount when the walk began with another count */
export async function openCursor(session: Session, walk: Walk, cursor: string): Promise<SortPosition> {
  const opened = decrypted(await keyOf(session), bindingOf(session, walk), cursor);
  // This is our own text, since it was authenticated.
  const [issued, count, id, key] = JSON.parse(opened) as [number, number, string, SortPosition["key"]];
  if (session.now() - issued > CURSOR_TIMEOUT * 1_000) {
    throw ScimError.cursor("expired");
  }
  if (count !== walk.count) {
    throw ScimError.cursor("countChanged");
  }
  return { id, key };
}

function keyOf(session: Session): Promise<Uint8Array> {
  return cursorKey(session.directory.view, session.randomBytes(KEY_BYTES));
}

function bindingOf(session: Session, { endpoint, filter, sortBy, sortOrder }: Walk): Uint8Array {
  const walk = [session.org.id, endpoint, filter ?? null, sortBy ?? null, sortOrder ?? null];
  return Buffer.from(JSON.stringify(walk));
}

function decrypted(key: Uint8Array, binding: Uint8Array, cursor: string): string {
  const bytes = Buffer.from(cursor, "base64url");
  // The decoder ignores unknown characters, so accept only our own spelling.
  if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== cursor) throw invalidCursor();
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(binding)
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    throw invalidCursor();
  }
}

/** One text for every reason: a guess shall reveal nothing. */
function invalidCursor(): ScimError {
  return ScimError.cursor("invalid");
}
