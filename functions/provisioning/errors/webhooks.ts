import { type CallerHelp, caller, many, type Sent, type Step, type Texts, wrong } from "../../scim/errors/family.ts";

const WEBHOOKS = "/admin/v1/orgs/{org}/webhooks";
const MADE: Sent = ["POST", WEBHOOKS, { url: "https://app.example.com/rollcall" }];
const ITS = `${WEBHOOKS}/{webhook.id}`;
const DISABLED: readonly Step[] = [MADE, ["PATCH", ITS, { enabled: false }]];
const urlOf = (url: string): Sent => ["POST", WEBHOOKS, { url }];

/** Texts about webhooks. No text repeats a URL, because a URL may hold a token. */
export const WEBHOOK_ERRORS = {
  "conflict.webhooksOff":
    'This deployment has no webhooks. Set "webhooks": true in rollcall.json and deploy; then make the webhook.',
  "value.webhookUrl": "url must be a whole URL, such as https://app.example.com/rollcall, without spaces.",
  "value.webhookUrlLength": "url may have at most 2,048 characters, counted as they are sent: é is %C3%A9.",
  "value.webhookUrlScheme":
    "url must begin with https://, so that nobody on the way reads or changes what is sent. Only the local server also takes http://.",
  "value.webhookUrlUser":
    "url must not hold a user name or a password: the receiver knows a webhook by its signature. Put a token into the path or the query if you need one.",
  "value.webhookUrlPort": "url must have no port: a deployment calls port 443 only.",
  "value.webhookUrlAddress":
    "url leads to the machine itself or into a private network. Only addresses of the internet are called. Use a public name or address; a receiver in a private network can read the event log, or take the events from EventBridge.",
  "value.deliveryStatus": "status is open, delivered or givenUp.",
  "conflict.tooManyWebhooks": "At most {#most} webhooks are allowed here. Remove one that is no longer needed.",
  "conflict.webhookRotation":
    "An earlier rotation is under way: two secrets sign until {until}. Wait until then, or rotate with overlapSeconds 0, which ends all earlier secrets at once.",
  "conflict.webhookDisabled": "This webhook is disabled, so nothing is sent to it. Enable it first.",
  "notFound.webhook":
    "There is no webhook with this id here. A webhook of an organization is in that organization's list, any other in the deployment's.",
  "notFound.delivery":
    "This webhook has no message with this id. Messages are kept for 14 days; the list of its deliveries shows their ids.",
} as const satisfies Texts;

export const WEBHOOKS_HELP = (): CallerHelp<keyof typeof WEBHOOK_ERRORS> => ({
  "conflict.webhooksOff": caller(
    "Webhooks are not switched on in this deployment.",
    'Set "webhooks": true in rollcall.json and deploy.',
    { after: ["noWebhooks"], example: ["GET", WEBHOOKS] },
  ),
  "value.webhookUrl": wrong("URL", {
    example: urlOf("app.example.com"),
    words: "The URL has to be whole, such as https://app.example.com/rollcall, without spaces.",
  }),
  "value.webhookUrlLength": wrong("URL", {
    example: ["POST", WEBHOOKS, () => ({ url: `https://app.example.com/${many(2_100, () => "a").join("")}` })],
    words: "The URL has at most 2,048 characters, counted as they are sent: é is %C3%A9.",
  }),
  "value.webhookUrlScheme": wrong("URL", {
    example: urlOf("http://app.example.com/rollcall"),
    words:
      "The URL has to begin with https://, so that nobody on the way can read or change a message. Only the local server also takes http://.",
  }),
  "value.webhookUrlUser": caller(
    "The URL of a webhook holds a user name or a password.",
    "Leave it out, and verify the signature.",
    {
      example: urlOf("https://ada:secret@app.example.com/"),
      words:
        "The URL must not hold a user name or a password: the receiver knows a webhook by its signature. Put a token into the path or the query if you need one.",
    },
  ),
  "value.webhookUrlPort": wrong("URL", {
    example: urlOf("https://app.example.com:8443/"),
    words: "The URL must not have a port: a deployment calls only port 443.",
  }),
  "value.webhookUrlAddress": caller(
    "The URL of a webhook does not lead to an address on the internet.",
    "Use a public name or address. A receiver in a private network can read the event log, or take the events from EventBridge.",
    {
      example: urlOf("https://169.254.169.254/latest/meta-data/"),
      words:
        "The URL leads to the machine itself or into a private network. Rollcall calls only addresses on the internet. Use a public name or address; a receiver in a private network can read the event log, or take the events from EventBridge.",
    },
  ),
  "value.deliveryStatus": wrong("status", {
    after: [MADE],
    example: ["GET", `${ITS}/deliveries?status=failed`],
    words: "--status is open, delivered or given-up.",
  }),
  "conflict.tooManyWebhooks": caller(
    "There are as many webhooks as are allowed.",
    "`webhook list ORG`, then remove one.",
    {
      after: many(10, () => MADE),
      example: MADE,
    },
  ),
  "conflict.webhookRotation": caller(
    "The secret of a webhook was rotated a short time ago.",
    "Wait, or end the earlier secrets at once: `webhook rotate WEBHOOK_ID ORG --overlap 0s`.",
    {
      after: [MADE, ["POST", `${ITS}/rotate`, {}]],
      example: ["POST", `${ITS}/rotate`, {}],
      words:
        "An earlier rotation is under way: two secrets sign until {until}. Wait until then, or end all earlier secrets at once with --overlap 0s.",
    },
  ),
  "conflict.webhookDisabled": caller(
    "The webhook is disabled.",
    "`webhook show WEBHOOK_ID ORG` says why; `webhook update WEBHOOK_ID ORG --enable` sends again.",
    {
      after: DISABLED,
      example: ["POST", `${ITS}/test`],
      words: "This webhook is disabled, so nothing is sent to it. `webhook update WEBHOOK_ID ORG --enable` enables it.",
    },
  ),
  "notFound.webhook": caller(
    "There is no webhook with this id.",
    "`webhook list ORG` shows those of an organization, `webhook list` those of the deployment.",
    {
      example: ["GET", `${WEBHOOKS}/0123456789ab`],
      words:
        "There is no webhook with this id here: `webhook list ORG` lists them. Give ORG for a webhook of an organization, and leave it out for one of all organizations.",
    },
  ),
  "notFound.delivery": caller(
    "There is no message with this id.",
    "`webhook deliveries WEBHOOK_ID ORG` shows the ids.",
    {
      after: [MADE],
      example: ["POST", `${ITS}/deliveries/{webhook.id}.x.1/replay`],
      words:
        "This webhook has no message with this id. Messages are kept for 14 days: `webhook deliveries WEBHOOK_ID ORG` shows their ids.",
    },
  ),
});
