/** The bundler inserts the minified style. */
declare const PORTAL_STYLE: string;

/** For embedded elements: an adopted sheet needs no permission of the host's policy. The page loads the style as a file. */
export const portalSheet = new CSSStyleSheet();
portalSheet.replaceSync(PORTAL_STYLE);
