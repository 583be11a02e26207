import { csrfOf } from "../../../functions/provisioning/portal/portalText.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import type { Target } from "../../support/target.ts";
import { type Answer, at } from "../../support/wire.ts";

export interface MadeSession {
  readonly id: string;
  /** The link, or the bearer of a component. */
  readonly text: string;
}

/** Makes a link, or with embed a session of a component. */
export async function makePortalSession(target: Target, org: string, wishes: JsonObject = {}): Promise<MadeSession> {
  const made = await target.admin("POST", `/orgs/${org}/portal-sessions`, { actor: "u-17", ...wishes });
  if (made.status !== 201) throw new Error(`no session was made: ${made.text}`);
  const url = at(made.json, "url");
  const text = typeof url === "string" ? new URL(url).hash.slice("#link=".length) : String(at(made.json, "bearer"));
  return { id: String(at(made.json, "session.id")), text };
}

export interface PortalCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** A request of the portal's API. @param path below /portal/v1 */
export function portalRequest(
  target: Target,
  method: string,
  path: string,
  { headers = {}, body }: PortalCall = {},
): Promise<Answer> {
  return target.transport({
    method,
    target: `/portal/v1${path}`,
    headers: { "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

export function redeem(target: Target, link: string, headers: PortalCall["headers"] = {}): Promise<Answer> {
  return portalRequest(target, "POST", "/admin/redeem", { headers, body: { link } });
}

/** The cookie that the answer sets, as a browser sends it back. */
export function cookieOf(answer: Answer): string {
  const [cookie = ""] = (answer.headers["set-cookie"] ?? "").split(";");
  if (cookie === "") throw new Error(`no cookie was set: ${answer.text}`);
  return cookie;
}

/** What a page of the portal sends with every request. */
export function fromPage(cookie: string): Readonly<Record<string, string>> {
  const [, ...text] = cookie.split("=");
  return { Cookie: cookie, "Rollcall-Csrf": csrfOf(text.join("=")), "Sec-Fetch-Site": "same-origin" };
}

/** The headers of a page after a link was redeemed. */
export async function signIn(
  target: Target,
  org: string,
  wishes: JsonObject = {},
): Promise<Readonly<Record<string, string>>> {
  const { text } = await makePortalSession(target, org, wishes);
  return fromPage(cookieOf(await redeem(target, text)));
}
