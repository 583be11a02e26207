import { adminPath, neededListIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { flag, given, secondsOf, text, textOption } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { printTable } from "./table.ts";

const WISHES = MEMBER_TEXTS.admin.createPortalSession;

/** The portal, where an organization's own administrator connects and watches the identity provider. */
export const portalCommands: readonly Command[] = [
  {
    name: "portal link",
    arguments: ["ORG"],
    summary: "make a link to the organization's portal; the link can be used once",
    options: {
      person: text("ID", `${WISHES.actor} (default operator)`),
      page: text("PAGE", `${WISHES.intent} (default connect)`),
      "read-only": flag("the session may only look, not change anything"),
      "return-url": text("URL", WISHES.returnUrl),
      "expires-in": text("TIME", "how long the link can be redeemed, e.g. 15m or 24h (default 15m, at most 24h)"),
    },
    run: link,
  },
  {
    name: "portal list",
    arguments: ["ORG"],
    summary: "list portal links and sessions, also those that ended within the last day",
    run: list,
  },
  {
    name: "portal revoke",
    arguments: ["ORG", "SESSION_ID"],
    summary: "end a portal link or session at once; ending a link also ends the session that began with it",
    run: revoke,
  },
];

async function link({ arguments: [org = ""], connect, options, print, terminal }: Invocation): Promise<undefined> {
  const expiresIn = textOption(options, "expires-in");
  const made = await (await connect()).call("POST", sessionsOf(org), {
    actor: textOption(options, "person") ?? "operator",
    ...given({
      intent: textOption(options, "page"),
      access: options["read-only"] === true ? "read" : undefined,
      returnUrl: textOption(options, "return-url"),
      expiresIn: expiresIn === undefined ? undefined : secondsOf("expires-in", expiresIn),
    }),
  });
  print(made, () => {
    terminal.out(String(made.url));
    terminal.err(
      "The link can be used once, and is shown only now. It opens a page with a button: pressing the button uses the link.",
    );
    return undefined;
  });
}

async function list(invocation: Invocation): Promise<undefined> {
  const [org = ""] = invocation.arguments;
  const answer = await (await invocation.connect()).call("GET", sessionsOf(org));
  printTable(invocation, {
    rows: neededListIn(answer, "sessions"),
    head: ["ID", "KIND", "STATUS", "PERSON", "ACCESS", "PAGE", "CREATED", "BY", "EXPIRES"],
    row: ({ id, kind, status, actor, access, intent, createdAt, createdBy, expiresAt }) => {
      return [id, kind, status, actor, access, intent, createdAt, createdBy, expiresAt];
    },
    none: `There is no portal link or session. Make one with: ${printedCommand(invocation.place, "portal link", org)}`,
  });
}

async function revoke({ arguments: [org = "", id = ""], connect, print }: Invocation): Promise<undefined> {
  const revoked = await (await connect()).call("DELETE", sessionsOf(org, id));
  print(revoked, () => `Portal ${revoked.kind} ${revoked.id} is ${revoked.status}.`);
}

function sessionsOf(org: string, ...id: readonly string[]): string {
  return adminPath("orgs", org, "portal-sessions", ...id);
}
