/** What an error's text says about where its line is. */
export interface Reference {
  readonly text: string;
  /** The reference of our own answers, or the id by which API Gateway knows the request it answered itself. */
  readonly field: "ref" | "apigwReqId";
}

/** `$context.extendedRequestId`: base64, mostly 16 characters with the `=` at the end; its case counts. */
const GATEWAY_ID = /^[\w+/-]{13,62}={0,2}$/;
const OURS = /^[0-9a-f]{12}$/i;
/** What consoles write for the characters of base64 that are no letters: JSON's escapes, a URL's, HTML's. */
const ESCAPED = /(?:\\u00|%|&#x)(3d|2b|2f);?/gi;

/**
 * The references in a text: one alone, an error's body, or whatever a console made of it (Entra's provisioning log, Okta's
 * system log: quoted, escaped, in the middle of sentences). In order, each once.
 */
export function pastedReferences(pasted: string): Reference[] {
  const text = pasted.replace(ESCAPED, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const marked = [...text.matchAll(/\(\s*ref:\s*([\w+/=-]+)\s*\)/gi)].map(([, found = ""]) => found);
  const found = marked.length > 0 ? marked : [text.trim().replace(/^\(?\s*(?:ref:)?\s*|\s*\)$/gi, "")];
  const references = found.flatMap((one): Reference[] => {
    if (OURS.test(one)) return [{ text: one.toLowerCase(), field: "ref" }];
    return GATEWAY_ID.test(one) ? [{ text: one, field: "apigwReqId" }] : [];
  });
  return [...new Map(references.map((one) => [one.text, one])).values()];
}
