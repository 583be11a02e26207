import type { APIGatewayProxyResult } from "aws-lambda";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { ScimError } from "../../scim/error.ts";
import { own } from "../../scim/json.ts";
import type { GatewayHandler } from "../endpoint.ts";
import { ASSETS, ENTRY } from "../generated/portalAssets.js";
import { contextHandler, type SignedContext } from "../signed/signedHandler.ts";
import { portalUrlOf } from "../signed/views.ts";
import type { PortalEndpoint } from "./portalMeans.ts";
import { SHELL_HEADERS, shellOf } from "./shell.ts";

const ROOT = "/portal";
const METHODS = ["GET", "HEAD", "OPTIONS"];

/** In seconds. A name with a hash never changes its content; other sites use the name without a hash. */
const FOR_A_YEAR = "public, max-age=31536000, immutable";
const FOR_MINUTES = "public, max-age=300";

/**
 * The Lambda handler of the pages: the same bytes for everybody, without session or store. Every path that names no file gets
 * the page, whose script reads the rest of the path.
 */
export function pagesHandler(endpoint: PortalEndpoint): GatewayHandler {
  return contextHandler(endpoint, { root: ROOT, type: "portal.request" }, async (ctx) => pageFor(ctx));
}

/** @throws ScimError 404, 405 */
function pageFor(ctx: SignedContext): APIGatewayProxyResult {
  const name = fileOf(ctx.path);
  ctx.logFields.op = name === undefined ? "portal.page" : "portal.file";
  if (ctx.method === "OPTIONS") {
    return { statusCode: 204, headers: { Allow: METHODS.join(", "), "Cache-Control": "no-store" }, body: "" };
  }
  if (!METHODS.includes(ctx.method)) throw ScimError.methodNotAllowed(METHODS);
  const page = name === undefined ? pageOf(ctx) : fileNamed(name);
  return { statusCode: 200, headers: page.headers, body: ctx.method === "HEAD" ? "" : page.text };
}

interface Page {
  readonly headers: Record<string, string>;
  readonly text: string;
}

function pageOf(ctx: SignedContext): Page {
  return { headers: { ...SHELL_HEADERS }, text: shellOf(new URL(portalUrlOf(ctx)).pathname) };
}

/** Public code: every site may load it, so caches need not distinguish origins. @throws ScimError 404 */
function fileNamed(name: string): Page {
  const asset = own(ASSETS, name);
  // This includes files of an earlier release, which an open page may still request.
  if (asset === undefined) throw OperatorError.notFound("apiPath", `${ROOT}/`);
  const headers = {
    "Content-Type": asset.type,
    "Cache-Control": name === ENTRY.embed ? FOR_MINUTES : FOR_A_YEAR,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
  };
  return { headers, text: asset.text };
}

/** The file that the path names: its last segment has a dot. */
function fileOf(path: string): string | undefined {
  const rest = path.slice(path.indexOf(ROOT) + ROOT.length + 1);
  return /^[^/]+\.[a-z0-9]+$/i.test(rest) ? rest : undefined;
}
