import type { IncomingMessage, ServerResponse } from "node:http";
import type { Client } from "rollcall/client";
import type { Database } from "./database.ts";
import { answer, cookie, html, Refused, readForm } from "./http.ts";
import { type Identity, isOwner, type Session, sessionOf, signIn, signOut, takeCsrf } from "./sessions.ts";
import { makeToken, type SettingsOptions, settingsPage } from "./settingsPage.ts";
import { type ReceiverOptions, receiveWebhook } from "./webhook.ts";
import { accountName, listPeople } from "./workspace.ts";

export interface RouteOptions {
  readonly database: Database;
  readonly client: Client;
  readonly settings: SettingsOptions;
  readonly webhooks: ReceiverOptions;
  /** Brings the copy of a workspace up to date. @returns undefined where there is none of that name */
  readonly catchUp: (org: string) => Promise<void> | undefined;
  /** Whether browsers reach the product by https. */
  readonly isSecure: boolean;
}

type Route = (options: RouteOptions, request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

export const ROUTES = new Map<string, Route>([
  ["GET /", home],
  ["POST /sign-in", beginSession],
  ["POST /sign-out", endSession],
  ["GET /api/me", me],
  ["GET /api/people", people],
  ["GET /settings", settings],
  ["POST /settings/token", token],
  ["POST /webhooks/rollcall", ({ webhooks }, request, response) => receiveWebhook(request, response, webhooks)],
]);

const COOKIE = "session";

function home({ database }: RouteOptions, request: IncomingMessage, response: ServerResponse): void {
  const session = sessionIn(database, request);
  const content = session
    ? html`<p>${accountName(database, session.account)}</p>
<ul>${listPeople(database, session.org).map(({ name, active, teams }) => html`<li>${name} ${active ? teams.join(", ") : "(inactive)"}</li>`)}</ul>
<p><a href="/settings">Settings</a></p>
<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="${session.csrf}"><button>Sign out</button></form>`
    : html`<form method="post" action="/sign-in"><label>Workspace <input name="org" required></label>
<label>E-mail <input name="email" type="email" required></label><button>Sign in</button></form>`;
  answer(response, 200, html`<html lang="en"><title>The product</title>${content}</html>`);
}

async function beginSession(options: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { database, client, catchUp, isSecure } = options;
  const identity = vouchedFor(await readForm(request));
  if (catchUp(identity.org) === undefined) throw new Refused(404, "There is no such workspace.");
  const result = await signIn(database, client, identity, async () => await catchUp(identity.org));
  if ("refused" in result) {
    return answer(response, result.isTemporary ? 503 : 403, `${result.refused}\n`, { "Retry-After": "1" });
  }
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  answer(response, 303, "", { Location: "/", "Set-Cookie": `${COOKIE}=${result.token}; ${attributes}` });
}

/** STANDS FOR SAML: your SAML library has checked the response's signature, audience and time, and gives you this. */
function vouchedFor(form: URLSearchParams): Identity {
  const [org, email, userName] = [form.get("org"), form.get("email"), form.get("userName")];
  if (org && email) return { org, email };
  if (org && userName) return { org, userName };
  throw new Refused(400, "Give org, and email or userName.");
}

async function endSession({ database }: RouteOptions, request: IncomingMessage, response: ServerResponse) {
  await checkedForm(database, request);
  signOut(database, cookie(request, COOKIE) ?? "");
  answer(response, 303, "", { Location: "/" });
}

function me({ database }: RouteOptions, request: IncomingMessage, response: ServerResponse): void {
  const { org, account } = needed(sessionIn(database, request));
  const [person] = listPeople(database, org, account);
  answer(response, 200, { json: { org, ...(person ?? { id: account, name: accountName(database, account) }) } });
}

function people({ database }: RouteOptions, request: IncomingMessage, response: ServerResponse): void {
  const { org } = needed(sessionIn(database, request));
  answer(response, 200, { json: { people: listPeople(database, org) } });
}

async function settings(options: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = ownerIn(options.database, request);
  answer(response, 200, await settingsPage(options.settings, session));
}

async function token(options: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { database } = options;
  const session = ownerIn(database, request);
  const form = await checkedForm(database, request);
  answer(response, 200, await makeToken(options.settings, session, form.get("description") ?? ""));
}

function sessionIn(database: Database, request: IncomingMessage): Session | undefined {
  return sessionOf(database, cookie(request, COOKIE) ?? "");
}

function needed(session: Session | undefined): Session {
  if (session === undefined) throw new Refused(401, "Sign in first.");
  return session;
}

function ownerIn(database: Database, request: IncomingMessage): Session {
  const session = needed(sessionIn(database, request));
  if (!isOwner(database, session)) throw new Refused(403, "Only an owner of the workspace may do this.");
  return session;
}

/** @throws Refused 403 for a form that no page of this session had, or that was sent before */
async function checkedForm(database: Database, request: IncomingMessage): Promise<URLSearchParams> {
  const form = await readForm(request);
  const isOwn = takeCsrf(database, cookie(request, COOKIE) ?? "", form.get("csrf") ?? "");
  if (!isOwn) throw new Refused(403, "This form was sent before, or is not of your session. Load the page again.");
  return form;
}
