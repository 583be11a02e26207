// Made by `npm run generate` from lib/portal.

/**
 * What the browser loads from below /portal/. A name with a hash never changes its text; `embed.js` alone has none, for other
 * sites name it: it may be kept for minutes, and every origin may load it.
 */
export declare const ASSETS: Readonly<Record<string, { readonly type: string; readonly text: string }>>;

/** What the page names: its script begins in the element with the id rollcall-portal. */
export declare const ENTRY: {
  readonly script: string;
  /** What the script imports before it runs: asked for beside it, they come without another round trip. */
  readonly parts: readonly string[];
  readonly style: string;
  readonly embed: string;
};
