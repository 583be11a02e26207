import { ENTRY } from "../generated/portalAssets.js";

/** Only the portal's own files may run, and no page may frame it. The component's policy is up to its host page. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const SHELL_HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy": CONTENT_POLICY,
  // For browsers without support for frame-ancestors.
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  "X-Robots-Tag": "noindex",
};

/**
 * The same page for everybody: its script asks for the session. Its texts are for browsers where the script does not load.
 * @param path the portal's path as the browser sees it: `/prod/portal`
 */
export function shellOf(path: string): string {
  const [script, style] = [ENTRY.script, ENTRY.style].map((name) => encodeURI(`${path}/${name}`));
  const parts = ENTRY.parts
    .map((name) => `<link rel="modulepreload" href="${encodeURI(`${path}/${name}`)}">\n`)
    .join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>User provisioning</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
${parts}<script type="module" src="${script}"></script>
</head>
<body>
<div id="rollcall-portal"><p>Loading. If this text stays, reload the page.</p></div>
<noscript><p>This page needs JavaScript.</p></noscript>
</body>
</html>
`;
}
