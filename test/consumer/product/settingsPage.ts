import { createClient, RollcallError } from "rollcall/client";
import { type Html, html } from "./http.ts";
import type { Session } from "./sessions.ts";

export interface SettingsOptions {
  readonly url: string;
  /** By organization an application key of the scope admin, which opens that organization only. */
  readonly adminKeys: ReadonlyMap<string, string>;
}

/** The page on which a customer's administrator connects an identity provider. */
export async function settingsPage(options: SettingsOptions, session: Session): Promise<Html> {
  const client = adminClient(options, session);
  if (client === undefined) return page(session, html`<p>Your plan has no provisioning.</p>`);
  const path = { org: session.org };
  try {
    const { tokens, warnings } = await client.call("admin.listTokens", { path });
    const { tenantUrl } = await client.call("admin.getOrg", { path });
    const live = tokens.filter(({ status }) => status === "live");
    return page(
      session,
      html`<p>Tenant URL: <code>${tenantUrl}</code></p>
${live.map(({ description, lastUsedAt }) => html`<p>Token ${description}, last used: ${lastUsedAt ?? "never"}</p>`)}
${shownWarnings(warnings)}
${form(session, live.length === 0 ? "Make a token" : "Make another token; the earlier one works for a day")}`,
    );
  } catch (error) {
    return page(session, refusal(error));
  }
}

/** Makes the first token, or the next one without a gap, and shows it this once: Rollcall keeps its hash only. */
export async function makeToken(options: SettingsOptions, session: Session, description: string): Promise<Html> {
  const client = adminClient(options, session);
  if (client === undefined) return page(session, html`<p>Your plan has no provisioning.</p>`);
  const path = { org: session.org };
  const body = { description };
  try {
    const { tokens } = await client.call("admin.listTokens", { path });
    const isFirst = tokens.every(({ status }) => status !== "live");
    const made = await (isFirst
      ? client.call("admin.generateToken", { path, body })
      : client.call("admin.rotateToken", { path, body }));
    return page(
      session,
      html`<p>Copy both into your identity provider now. The token is not shown again.</p>
<p>Tenant URL: <code id="tenant-url">${made.tenantUrl}</code></p>
<p>Secret Token: <code id="secret-token">${made.secretToken}</code></p>
${shownWarnings(made.warnings)}
<p><a href="/settings">Done</a></p>`,
    );
  } catch (error) {
    return page(session, refusal(error));
  }
}

/** Rollcall's log names the account that made a token. */
function adminClient({ url, adminKeys }: SettingsOptions, { org, account }: Session) {
  const key = adminKeys.get(org);
  return key === undefined ? undefined : createClient({ url, key, actor: `account:${account}` });
}

function form({ csrf }: Session, label: string): Html {
  return html`<form method="post" action="/settings/token">
<input type="hidden" name="csrf" value="${csrf}">
<label>For <input name="description" value="Entra ID" maxlength="64" required></label>
<button>${label}</button>
</form>`;
}

function shownWarnings(warnings: readonly string[]): Html {
  return html`${warnings.map((warning) => html`<p role="alert">${warning}</p>`)}`;
}

/** Rollcall's refusals are written for the administrator who reads them here. */
function refusal(error: unknown): Html {
  if (!(error instanceof RollcallError)) throw error;
  return html`<p role="alert">${error.detail}</p>`;
}

function page({ org }: Session, content: Html): Html {
  return html`<html lang="en"><title>Provisioning of ${org}</title><h1>Provisioning of ${org}</h1>
${content}
<p><a href="/">Back</a></p></html>`;
}
