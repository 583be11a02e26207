import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

const FILE = "console.html";

/**
 * Opens an address in the operator's browser. The address holds a token, and every user of this machine can read a program's
 * arguments: the browser gets a file that redirects, readable by this user alone.
 * @param failed called when no program opens it, or the file cannot be written
 * @returns removes the file
 */
export function openBrowser(address: string, failed: () => void): () => void {
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Console</a>\n`;
  let folder = "";
  const remove = (): void => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  };
  try {
    folder = mkdtempSync(join(tmpdir(), "rollcall-console-"));
    writeFileSync(join(folder, FILE), page, { mode: 0o600 });
  } catch {
    failed();
    return remove;
  }
  const [program = "", ...words] = OPENERS[process.platform] ?? ["xdg-open"];
  const opener = spawn(program, [...words, join(folder, FILE)], { stdio: "ignore", detached: true });
  opener.once("error", failed);
  opener.unref();
  return remove;
}
