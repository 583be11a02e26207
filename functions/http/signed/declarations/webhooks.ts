import Type from "typebox";
import {
  after,
  closed,
  count,
  type Declarations,
  get,
  orNull,
  pageSize,
  patch,
  post,
  remove,
  slug,
  texts,
  time,
} from "./declaration.ts";

const URL_RULES =
  "In a deployment: https://, port 443, a public address, no user name or password. The local server also takes http://, any port, and this machine. Stored as a URL parser prints it, without a fragment.";
const TYPES =
  "Names of event types, such as user.created, or user.* for all events of users. Empty: all types. An entry of the log without an event of these types makes no message.";
const OVERLAP =
  "Seconds for which the earlier secret signs as well, a day by default. 0 ends every earlier secret now.";

const url = Type.String({ description: URL_RULES });
const description = Type.String({ maxLength: 200, description: "Label in the list of webhooks." });
const types = texts(TYPES);

const webhook = closed(
  {
    id: Type.String(),
    org: orNull(slug, "null: it gets the events of every organization."),
    url: Type.String({ format: "uri" }),
    description: Type.String(),
    types: texts("Empty: all."),
    enabled: Type.Boolean({ description: "While it is false, nothing is sent, and new events make no messages." }),
    disabled: orNull(
      closed({
        reason: Type.Enum(["operator", "gone", "failing"], {
          description:
            "operator: somebody asked for it. gone: the receiver answered 410. failing: for five days or more, attempts failed and none succeeded.",
        }),
        at: time(),
      }),
    ),
    secondSecretUntil: orNull(time(), "During a rotation: until then two secrets sign."),
    failingSince: orNull(time(), "First failure since the last success."),
    lastSuccessAt: orNull(time()),
    lastFailureAt: orNull(time()),
    createdAt: time(),
    createdBy: Type.String(),
  },
  { $id: "Webhook" },
);
const webhooks = closed({ webhooks: Type.Array(webhook) }, { $id: "WebhookList" });
const newSecret = closed(
  {
    secret: Type.String({
      pattern: "^whsec_[A-Za-z0-9+/]{43}=$",
      description: "The key of its signatures (Standard Webhooks). It is shown in this answer and never again.",
    }),
    webhook,
  },
  { $id: "WebhookSecret" },
);
const delivery = closed(
  {
    id: Type.String({ description: "webhook-id: the same in each attempt." }),
    type: Type.String({ description: "events.logged, org.ended, log.reset or webhook.test." }),
    status: Type.Enum(["open", "delivered", "givenUp"], {
      description: "open: another attempt will follow. givenUp: all attempts failed, over a day at most.",
    }),
    attempts: count(),
    result: orNull(
      Type.String(),
      "Of the last attempt: an HTTP status, or ForbiddenAddress, ForbiddenUrl, NameNotFound, ConnectionRefused, ConnectionLost, Certificate, Timeout, NotHttp or Unknown; Secret: no attempt was possible, because the secret could not be decrypted. null: no attempt yet.",
    ),
    org: Type.Optional(Type.String({ description: "Login name of the organization whose events it names." })),
    from: Type.Optional(Type.Integer({ minimum: 1, description: "seq of the first event that it names." })),
    to: Type.Optional(Type.Integer({ minimum: 1, description: "seq of the last one." })),
    madeAt: time(),
    firstAttemptAt: orNull(time(), "The first attempt since the message was made or last replayed."),
    lastAttemptAt: orNull(time()),
    nextAttemptAt: orNull(time(), "null: no attempt will follow."),
  },
  { $id: "WebhookDelivery" },
);
const deliveries = closed(
  { deliveries: Type.Array(delivery), next: Type.Optional(Type.String()) },
  { $id: "WebhookDeliveryList" },
);
const replayed = closed({ replayed: count("How many messages will be sent again.") }, { $id: "WebhookReplay" });
const replayStep = closed(
  {
    replayed: count("How many messages this step sends again."),
    next: orNull(Type.String(), "The value of from for the next step; null at the end."),
  },
  { $id: "WebhookReplayStep" },
);

/**
 * The operations on the webhooks of an org, or of the deployment.
 * @param root `orgs/{org}/`, or nothing
 * @param of the owner's name in the summaries
 */
function operationsAt<const R extends string>(root: R, of: string) {
  const all = `${root}webhooks` as const;
  const one = `${root}webhooks/{webhookId}` as const;
  return {
    list: get(all, `The webhooks of ${of}`, {
      description: "In the order in which they were made; at most 10. A secret can never be retrieved.",
      answer: webhooks,
      answerDescription: "Its webhooks.",
      conflicts: true,
    }),
    create: post(all, `Make a webhook of ${of}`, {
      description:
        "From now on, it gets a message for each entry of the event log. A message is signed as Standard Webhooks 1.0 says, and names the events without their values. At most 10 webhooks.",
      body: closed(
        { url, description: Type.Optional(description), types: Type.Optional(types) },
        { $id: "NewWebhook" },
      ),
      status: 201,
      answer: newSecret,
      answerDescription: "The webhook, and its secret, shown this once.",
    }),
    get: get(one, `A webhook of ${of}`, { answer: webhook, answerDescription: "The webhook.", conflicts: true }),
    update: patch(one, `Change a webhook of ${of}`, {
      description:
        "What the request leaves out stays as it is. enabled true, or another url, sends waiting messages at once and forgets earlier failures.",
      body: closed(
        {
          url: Type.Optional(url),
          description: Type.Optional(description),
          types: Type.Optional(types),
          enabled: Type.Optional(
            Type.Boolean({ description: "false: nothing is sent, and new events make no messages." }),
          ),
        },
        { $id: "WebhookChanges" },
      ),
      answer: webhook,
      answerDescription: "The webhook as it is now.",
    }),
    remove: remove(one, `Remove a webhook of ${of}`, {
      description: "Nothing is sent any more, and its messages are no longer listed.",
      answer: webhooks,
      answerDescription: "The webhooks that are left.",
    }),
    rotate: post(`${one}/rotate`, `Make another secret for a webhook of ${of}`, {
      description: "The new secret signs messages at once, and the earlier one as well until the overlap ends.",
      body: closed(
        {
          overlapSeconds: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 604_800, default: 86_400, description: OVERLAP }),
          ),
        },
        { $id: "WebhookRotation" },
      ),
      status: 201,
      answer: newSecret,
      answerDescription: "The webhook, and its new secret, shown this once.",
    }),
    test: post(`${one}/test`, `Send a message of the type webhook.test to a webhook of ${of}`, {
      description: "The list of deliveries shows its result.",
      status: 201,
      answer: closed({ id: Type.String({ description: "Its webhook-id." }) }, { $id: "WebhookTest" }),
      answerDescription: "The message. It will be sent soon.",
    }),
    deliveries: get(`${one}/deliveries`, `Messages to a webhook of ${of}, newest first`, {
      description:
        "Those of the last 14 days. With status, a page looks at a few hundred messages, so it may be empty without being the last. Go on while the answer has next.",
      query: {
        status: Type.String({ enum: ["open", "delivered", "givenUp"], description: "Only messages of this status." }),
        count: pageSize(100, "messages"),
        after: after(),
      },
      answer: deliveries,
      answerDescription: "A page of messages.",
      conflicts: true,
    }),
    replayOne: post(`${one}/deliveries/{deliveryId}/replay`, `Send a message to a webhook of ${of} again`, {
      description:
        "Whatever the result of the message was. It keeps its webhook-id, and gets all attempts of a new message.",
      answer: replayed,
      answerDescription: "It will be sent soon.",
    }),
    replay: post(`${one}/replay`, `Send again what did not reach a webhook of ${of}`, {
      description:
        "Sends at once the messages that were given up or that wait after a failure, if they were made since the time in since. Each step takes a few hundred: call it again with the answer's next as from, until next is null.",
      body: closed(
        {
          since: Type.String({
            format: "date-time",
            description: "Takes messages made since then, no matter when they were attempted.",
          }),
          from: Type.Optional(Type.String({ description: "next of the earlier step." })),
        },
        { $id: "WebhookReplayWishes" },
      ),
      answer: replayStep,
      answerDescription: "What this step did.",
    }),
  };
}

const ofOrg = operationsAt("orgs/{org}/", "an organization");
const ofDeployment = operationsAt("", "the deployment");

/** Addresses that get messages about events: those of one organization, and those of all organizations. */
export const WEBHOOK_OPERATIONS = {
  listWebhooks: ofOrg.list,
  createWebhook: ofOrg.create,
  getWebhook: ofOrg.get,
  updateWebhook: ofOrg.update,
  removeWebhook: ofOrg.remove,
  rotateWebhookSecret: ofOrg.rotate,
  testWebhook: ofOrg.test,
  listDeliveries: ofOrg.deliveries,
  replayDelivery: ofOrg.replayOne,
  replayFailed: ofOrg.replay,
  listDeploymentWebhooks: ofDeployment.list,
  createDeploymentWebhook: ofDeployment.create,
  getDeploymentWebhook: ofDeployment.get,
  updateDeploymentWebhook: ofDeployment.update,
  removeDeploymentWebhook: ofDeployment.remove,
  rotateDeploymentWebhookSecret: ofDeployment.rotate,
  testDeploymentWebhook: ofDeployment.test,
  listDeploymentDeliveries: ofDeployment.deliveries,
  replayDeploymentDelivery: ofDeployment.replayOne,
  replayDeploymentFailed: ofDeployment.replay,
} as const satisfies Declarations;
