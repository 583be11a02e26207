import { BEARER_WANTED, type ScimError } from "../../scim/error.ts";
import { type CallerHelp, caller, many, type Sent, type Step, type Texts, wrong } from "../../scim/errors/family.ts";
import { familiesOf } from "../operatorError.ts";

/** One text for every reason why a session is not valid: a guess shall reveal nothing. The log has the code. */
const NO_LIVE_SESSION =
  "You are not signed in to this page, or your session is over. Open the page again from your application, which makes a new link.";

/** The portal's texts about sessions and links. Mostly an organization's administrator reads them, in a browser. */
export const PORTAL_ERRORS = {
  "session.missing": NO_LIVE_SESSION,
  "session.malformed": NO_LIVE_SESSION,
  "session.unknown": NO_LIVE_SESSION,
  "session.revoked": NO_LIVE_SESSION,
  "session.expired": NO_LIVE_SESSION,
  "portal.otherSite":
    'The request came from another web page than the portal\'s own. If a proxy stands before this service, its operator has to set "publicUrl" to the address that browsers see.',
  "portal.origin":
    "This web page may not embed the portal: its origin is not listed in portal.origins of the deployment.",
  "portal.csrf": "The header Rollcall-Csrf is missing or wrong: reload the page.",
  "portal.readOnly": "This session may only look. Ask for a link that allows changes.",
  "portal.rule":
    "The rule {rule} is not yours to change: the operator of this service has not left it to organizations.",
  "notFound.portalLink": "There is no such link here. Copy the whole link, or ask for a new one.",
  "notFound.portalSession":
    "This organization has no portal link or session with this id. Ended ones are kept for a day; the list shows the ids.",
  "gone.linkUsed": "This link was used already, and each can be used only once. Ask for a new one.",
  "gone.linkRevoked": "This link was revoked. Ask for a new one.",
  "gone.linkExpired": "This link has expired. Ask for a new one.",
  "requests.redemptions":
    "More than {#most} links of this organization were used within a minute. Wait a minute, then press the button again: the link still works.",
  "conflict.portalOff":
    'This deployment has no portal. Set "portal": true in rollcall.json and deploy; then make the link.',
  "value.portalActor":
    "actor is 1 to 64 of the characters A-Z a-z 0-9 : . _ -, for example your own id of the person. It is logged, so it must not be an e-mail address.",
  "value.portalPage": "intent is one of {known}.",
  "value.portalAccess": "access is manage or read.",
  "value.returnUrl":
    "returnUrl is a whole https address of your product, without user name and password. Only localhost may be http.",
} as const satisfies Texts;

const family = familiesOf(PORTAL_ERRORS);

/** Constructors for refusals of the portal and of its links. Only functions that need them load the texts. */
export const PortalRefusal = {
  noSession: family("session", BEARER_WANTED),
  refused: family("portal"),
  invalidValue: family("value"),
  notFound: family("notFound"),
  conflict: family("conflict"),
  gone: family("gone"),
  /** RFC 6585 section 4. @param retryAfter whole seconds */
  tooManyRedemptions(most: number, retryAfter: number): ScimError {
    return family("requests", { "Retry-After": String(retryAfter) })("redemptions", most);
  },
};

const SESSIONS = "/admin/v1/orgs/{org}/portal-sessions";
const LINK: Sent = ["POST", SESSIONS, { actor: "u-17" }];
const EMBEDDED: Sent = ["POST", SESSIONS, { actor: "u-17", embed: true }];
const READ_ONLY: Sent = ["POST", SESSIONS, { actor: "u-17", embed: true, access: "read" }];
const FROM_PAGE = { Authorization: null, "Content-Type": "application/json" };
const REDEEMED: Sent = ["POST", "/portal/v1/admin/redeem", { link: "{link}" }, FROM_PAGE];
const BEARER = { Authorization: "Bearer {bearer}" };
const OWN: Sent = ["GET", "/portal/v1/session", undefined, BEARER];
const RULES = "/portal/v1/admin/orgs/{org}/rules";
const AGAIN = "Make a new link: `portal link ORG`, or createPortalSession.";

export const PORTAL_HELP = (): CallerHelp<keyof typeof PORTAL_ERRORS> => ({
  "session.missing": caller("Somebody opened the portal, or called its API, without a session.", AGAIN, {
    example: ["GET", "/portal/v1/session", undefined, { Authorization: null }],
  }),
  "session.malformed": caller(
    "A call of the portal presented a text that is not a session, or only a part of one.",
    "Give the component the whole bearer from createPortalSession with embed true; a link is not a session.",
    { after: [LINK], example: ["GET", "/portal/v1/session", undefined, { Authorization: "Bearer {link}" }] },
  ),
  "session.unknown": caller(
    "A call of the portal presented a session that does not exist here.",
    `Its organization was purged, or it belongs to another deployment. ${AGAIN}`,
    { example: ["GET", "/portal/v1/session", undefined, { Authorization: "Bearer {unknownSession}" }] },
  ),
  "session.revoked": caller("The session was ended.", `\`portal list ORG\` says when. ${AGAIN}`, {
    after: [EMBEDDED, ["DELETE", `${SESSIONS}/{session.id}`]],
    example: OWN,
  }),
  "session.expired": caller("The session is over: none lasts longer than an hour.", AGAIN, {
    after: [EMBEDDED, 1],
    example: OWN,
  }),
  "portal.otherSite": caller(
    "A page of another origin called the portal with somebody's cookie, or a proxy hides the address that the browser shows.",
    "With a proxy, set publicUrl to the address that browsers see. Otherwise you need not do anything: Rollcall refused the call.",
    {
      example: [
        "GET",
        "/portal/v1/session",
        undefined,
        { Authorization: null, Cookie: "rollcall-portal={unknownSession}", Origin: "https://evil.example" },
      ],
    },
  ),
  "portal.origin": caller(
    "The component was embedded into a page whose origin the deployment does not list.",
    "List the origin of the page in portal.origins of rollcall.json and deploy; locally, --portal-origins.",
    {
      after: [EMBEDDED],
      example: ["GET", "/portal/v1/session", undefined, { ...BEARER, Origin: "https://other.example" }],
    },
  ),
  "portal.csrf": caller(
    "A call asked for a change without the header that only the portal's own page knows.",
    "Send the header Rollcall-Csrf: its value is the csrf that GET session returns.",
    {
      example: [
        "DELETE",
        "/portal/v1/admin/session",
        undefined,
        { Authorization: null, Cookie: "rollcall-portal={unknownSession}" },
      ],
    },
  ),
  "portal.readOnly": caller(
    "A session that may only look asked for a change.",
    "Make the session with access manage.",
    { after: [READ_ONLY], example: ["POST", "/portal/v1/admin/orgs/{org}/tokens", {}, BEARER] },
  ),
  "portal.rule": caller(
    "An organization's administrator wanted to change a rule that the operator keeps.",
    "Change it as the operator, or list it in portal.rules of rollcall.json.",
    {
      after: [EMBEDDED],
      example: ["PATCH", RULES, { rules: { unknownMembers: "refuse" } }, BEARER],
    },
  ),
  "notFound.portalLink": caller(
    "Somebody tried to redeem a text that is not a link of this deployment, or only a part of one.",
    AGAIN,
    {
      example: ["POST", "/portal/v1/admin/redeem", { link: "rollcalllink_" }, FROM_PAGE],
    },
  ),
  "notFound.portalSession": caller(
    "A call named a portal session that the organization does not have.",
    "List them: `portal list ORG`.",
    {
      example: ["DELETE", `${SESSIONS}/nobody`],
    },
  ),
  "gone.linkUsed": caller("Somebody redeemed a link a second time.", AGAIN, {
    after: [LINK, REDEEMED],
    example: REDEEMED,
  }),
  "gone.linkRevoked": caller("Somebody redeemed a link that had been revoked.", AGAIN, {
    after: [LINK, ["DELETE", `${SESSIONS}/{session.id}`]],
    example: REDEEMED,
  }),
  "gone.linkExpired": caller(
    "Somebody redeemed a link too late: a link lasts 15 minutes, unless a call chose another time.",
    AGAIN,
    {
      after: [LINK, 1],
      example: REDEEMED,
    },
  ),
  "requests.redemptions": caller(
    "Somebody redeemed very many links of one organization at once.",
    "Wait a minute. Find out who makes so many links: `portal list ORG`.",
    { after: [...many(30, (): readonly Step[] => [LINK, REDEEMED]).flat(), LINK], example: REDEEMED },
  ),
  "conflict.portalOff": caller(
    "The portal is not switched on in this deployment.",
    'Set "portal": true in rollcall.json and deploy.',
    { after: ["noPortal"], example: LINK },
  ),
  "value.portalActor": wrong("actor", { example: ["POST", SESSIONS, { actor: "ada@acme.example" }] }),
  "value.portalPage": wrong("page to begin with", {
    example: ["POST", SESSIONS, { actor: "u-17", intent: "home" }],
    words: "--page takes one of {known}.",
  }),
  "value.portalAccess": wrong("kind of access", {
    example: ["POST", SESSIONS, { actor: "u-17", access: "write" }],
  }),
  "value.returnUrl": wrong("address to return to", {
    example: ["POST", SESSIONS, { actor: "u-17", returnUrl: "http://app.example.com/settings" }],
    words:
      "--return-url takes a whole https address of your product, without user name and password. Only localhost may be http.",
  }),
});
