import { ASSETS } from "../../../functions/http/generated/portalAssets.js";
import { SHELL_HEADERS, shellOf } from "../../../functions/http/portal/shell.ts";
import { own } from "../../../functions/scim/json.ts";
import type { PageFile } from "./consoleServer.ts";

const ROOT = "/portal";

/**
 * The portal's own page, which detects the console by itself. Browsers keep no copy: another program may use the port tomorrow.
 */
export function consolePage(path: string): PageFile | undefined {
  if (path === ROOT) return { headers: SHELL_HEADERS, text: shellOf(ROOT) };
  const asset = path.startsWith(`${ROOT}/`) ? own(ASSETS, path.slice(ROOT.length + 1)) : undefined;
  return asset && { headers: { "Content-Type": asset.type }, text: asset.text };
}
