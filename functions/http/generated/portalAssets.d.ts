// Made by `npm run generate` from lib/portal.

/**
 * The browser loads these from below /portal/. A name with a hash never changes its text. `embed.js` has no hash, because
 * other sites name it: it may be kept for minutes, and every origin may load it.
 */
export declare const ASSETS: Readonly<Record<string, { readonly type: string; readonly text: string }>>;

/** The page names these; the script renders into the element with the id rollcall-portal. */
export declare const ENTRY: {
  readonly script: string;
  /** The script imports these first; the page requests them beside it, which saves a round trip. */
  readonly parts: readonly string[];
  readonly style: string;
  readonly embed: string;
};
