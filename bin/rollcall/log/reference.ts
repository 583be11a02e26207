/** What an error's text says about where its line is. */
export interface Reference {
  readonly text: string;
  /** The reference of our own answers, or the id by which API Gateway knows the request it answered itself. */
  readonly field: "ref" | "apigwReqId";
}

const GATEWAY_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const OURS = /^[0-9a-f]{12}$/;

/**
 * The references in a text: one alone, an error's body, or whatever a console made of it (Entra's provisioning log, Okta's
 * system log: quoted, escaped, in the middle of sentences). In order, each once.
 */
export function referencesIn(text: string): Reference[] {
  const marked = [...text.matchAll(/\(\s*ref:\s*([0-9a-fA-F-]+)\s*\)/gi)].map(([, found = ""]) => found);
  const found = marked.length > 0 ? marked : [text.trim().replace(/^\(?\s*(?:ref:)?\s*|\s*\)$/g, "")];
  return [...new Set(found.map((one) => one.toLowerCase()))].flatMap((one): Reference[] => {
    if (OURS.test(one)) return [{ text: one, field: "ref" }];
    return GATEWAY_ID.test(one) ? [{ text: one, field: "apigwReqId" }] : [];
  });
}
