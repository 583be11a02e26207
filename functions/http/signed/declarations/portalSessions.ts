import Type from "typebox";
import type { Json } from "../../../scim/json.ts";
import { PORTAL_PAGES } from "../../../store/portalPages.ts";
import {
  closed,
  type Declarations,
  get,
  orNull,
  patch,
  post,
  readByUseCase,
  remove,
  slug,
  texts,
  time,
} from "./declaration.ts";
import { TOKEN_OPERATIONS } from "./tokens.ts";

/** Portal sessions of the customer's IT admin: how they begin and end, and what they may change. */

const intent = Type.Enum(PORTAL_PAGES, { description: "The page that the portal opens with." });
const access = Type.Enum(["manage", "read"], {
  description:
    "read: nothing can be changed. manage: the person may make and revoke credentials, and change the rules that the operator left to the organization.",
});
const actor = Type.String({
  description:
    "The application's own id of the person, never an e-mail address: kept and logged with everything that is changed.",
});

const session = closed(
  {
    id: Type.String(),
    kind: Type.Enum(["link", "session"], {
      description: "link: opens the portal once. session: what a browser or an embedded component holds.",
    }),
    status: Type.Enum(["live", "used", "revoked", "expired"], { description: "used: the link was redeemed." }),
    intent,
    access,
    actor,
    createdAt: time(),
    createdBy: Type.String(),
    expiresAt: time(),
    redeemedAt: orNull(time(), "When the link was used."),
    revokedAt: orNull(time(), "When it was revoked, or its person signed out."),
    linkId: orNull(
      Type.String(),
      "Of a session: the link that began it. Null for a session of the embedded component.",
    ),
  },
  { $id: "PortalSession" },
);

/** Operations of the admin API. */
export const PORTAL_SESSION_OPERATIONS = {
  listPortalSessions: get("orgs/{org}/portal-sessions", "Portal links and sessions of an organization, newest first", {
    description: "Those that have ended are listed for a day.",
    answer: closed({ sessions: Type.Array(session) }, { $id: "PortalSessionList" }),
    answerDescription: "Its links and sessions.",
  }),
  createPortalSession: post(
    "orgs/{org}/portal-sessions",
    "Make a link to the portal, or a session for the embedded component",
    {
      description:
        "The link works once. Opening it shows a button, and only the button redeems the link, so mail scanners do not use it up. A session lasts an hour at most.",
      body: closed(
        {
          actor: Type.String({ description: "The application's own id of the person, never an e-mail address." }),
          intent: Type.Optional(
            Type.Enum(PORTAL_PAGES, { default: "connect", description: "The page that the portal opens with." }),
          ),
          access: Type.Optional(
            Type.Enum(["manage", "read"], { default: "manage", description: "read: nothing can be changed." }),
          ),
          returnUrl: Type.Optional(
            Type.String({
              maxLength: 2048,
              description: "https address of your product that the portal offers as the way back.",
            }),
          ),
          expiresIn: Type.Optional(
            Type.Integer({
              minimum: 60,
              maximum: 86_400,
              default: 900,
              description:
                "Seconds for which the link can be redeemed; for an embedded session, seconds until it ends, 3600 at most.",
            }),
          ),
          embed: Type.Optional(
            Type.Boolean({ default: false, description: "true: a session for <rollcall-portal>, in place of a link." }),
          ),
        },
        { $id: "PortalSessionWishes" },
      ),
      status: 201,
      answer: closed(
        {
          session,
          url: orNull(Type.String({ format: "uri" }), "The link: shown this once. Null where embed is true."),
          bearer: orNull(
            Type.String(),
            "For the attribute session of <rollcall-portal>: shown this once. Null unless embed is true.",
          ),
        },
        { $id: "NewPortalSession" },
      ),
      answerDescription: "The new link or session, shown this once.",
    },
  ),
  revokePortalSession: remove("orgs/{org}/portal-sessions/{sessionId}", "End a portal link or session", {
    description:
      "It stops working at once. Repeating the request changes nothing. Ending a used link ends its session too.",
    answer: session,
    answerDescription: "The link or session as it is now.",
  }),
} as const satisfies Declarations;

const {
  listTokens,
  generateToken,
  regenerateToken,
  rotateToken,
  revokeToken,
  listClientSecrets,
  createClientSecret,
  revokeClientSecret,
} = TOKEN_OPERATIONS;

/** What a live portal session may change, in its own org and in its actor's name. */
export const PORTAL_ADMIN_OPERATIONS = {
  redeemPortalLink: post("redeem", "Redeem a link: begins the session, and sets its cookie", {
    body: closed(
      { link: Type.String({ description: "The text after #link= in the address." }) },
      { $id: "PortalLink" },
    ),
    gone: true,
    answer: closed({ org: slug, intent, expiresAt: time() }, { $id: "Redeemed" }),
    answerDescription: "The session has begun; its cookie is set.",
    conflicts: false,
  }),
  endOwnSession: remove("session", "Sign out: ends the session of this request", {
    answerDescription: "It has ended.",
    conflicts: false,
  }),
  listTokens,
  generateToken,
  regenerateToken,
  rotateToken,
  revokeToken,
  listClientSecrets,
  createClientSecret,
  revokeClientSecret,
  changeOwnRules: patch("orgs/{org}/rules", "Change rules that the operator left to the organization", {
    body: closed(
      {
        rules: readByUseCase<Readonly<Record<string, Json>>>(
          Type.Object(
            {},
            { description: "Rules by name; null returns a rule to the preset's value.", additionalProperties: true },
          ),
          "members",
        ),
      },
      { $id: "OwnRules" },
    ),
    answer: closed(
      {
        rules: Type.Unsafe<Readonly<Record<string, Json>>>({
          type: "object",
          description: "Every rule with its value.",
        }),
        warnings: texts("What does not work with these rules, and what to do."),
      },
      { $id: "OwnRulesNow" },
    ),
    answerDescription: "The rules as they are now.",
  }),
} as const satisfies Declarations;

/** A page's first request: its session. The function that serves the pages answers it, and so does the operator console. */
export const PORTAL_ENTRY_OPERATIONS = {
  getOwnSession: get("session", "The session of this request", {
    answer: closed(
      {
        kind: Type.Enum(["session", "embedded", "console"], {
          description:
            "session: by cookie. embedded: by bearer. console: an operator, who may open every organization.",
        }),
        org: orNull(slug, "Null in the operator console, which opens every organization."),
        actor,
        intent,
        access,
        returnUrl: orNull(Type.String()),
        expiresAt: orNull(time()),
        csrf: orNull(Type.String(), "Send it as header Rollcall-Csrf with every change. Null: not needed."),
      },
      { $id: "OwnSession" },
    ),
    answerDescription: "Whose session it is, and what it may do.",
  }),
} as const satisfies Declarations;
