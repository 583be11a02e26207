/** `W/"3"`: weak, because `attributes` changes the body and not the version. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/**
 * Whether the precondition holds. Weak and strong tags are compared by what is between the quotes: RFC 7232 would never
 * let a weak tag pass, but every SCIM example sends one. A malformed header never holds.
 */
export function ifMatch(header: string | undefined, version: number): boolean {
  return header === undefined || names(header, version);
}

/** Whether the client has this version already, so that 304 is the answer. */
export function ifNoneMatch(header: string | undefined, version: number): boolean {
  return header !== undefined && names(header, version);
}

const TAG_LIST = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;
const TAG = /(?:W\/)?"([^"]*)"/g;

function names(header: string, version: number): boolean {
  if (header.trim() === "*") return true;
  if (!TAG_LIST.test(header)) return false;
  for (const [, tag] of header.matchAll(TAG)) if (tag === String(version)) return true;
  return false;
}
