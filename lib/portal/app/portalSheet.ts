/** The minified style, put here by the bundler. */
declare const PORTAL_STYLE: string;

/** Of embedded elements: a sheet that is adopted needs no permission of the host's policy. The page has it as a file. */
export const portalSheet = new CSSStyleSheet();
portalSheet.replaceSync(PORTAL_STYLE);
