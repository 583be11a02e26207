import Type from "typebox";
import type { Json } from "../../../scim/json.ts";
import { type PRESETS, RULE_VALUES, type Rules } from "../../../store/rules.ts";
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
  readByUseCase,
  reason,
  remove,
  SLUG_PATTERN,
  slug,
  texts,
  time,
  warnings,
} from "./declaration.ts";

export const preset = Type.Enum(["standard", "fulcrum-compat", "open", "rfc"] satisfies (keyof typeof PRESETS)[], {
  $id: "Preset",
  description: "A named set of rules.",
});

const VALUES = Object.entries(RULE_VALUES).map(
  ([name, values]) =>
    [
      name,
      "least" in values
        ? Type.Integer({ minimum: values.least, maximum: values.most })
        : values.some((value) => typeof value === "boolean")
          ? Type.Boolean()
          : Type.Unsafe<Json>({ enum: values }),
    ] as const,
);

const rules = Type.Unsafe<Rules>({
  ...closed(Object.fromEntries(VALUES)),
  $id: "Rules",
  description: "The rules in force.",
});

const changedRules = Type.Unsafe<Partial<Rules>>(
  closed(Object.fromEntries(VALUES.map(([name, value]) => [name, Type.Optional(value)]))),
);

export const singleSignOn = closed(
  {
    url: Type.Optional(
      Type.String({ maxLength: 2048, description: "http(s) address of the identity provider's SAML endpoint." }),
    ),
    entityId: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  },
  {
    $id: "SingleSignOn",
    description: "An empty object means that SAML SSO is configured and the application keeps its details itself.",
  },
);

const wishes = {
  displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "Name that people see." })),
  entitled: Type.Optional(Type.Boolean({ description: "Whether the organization's plan includes SCIM." })),
  sso: Type.Optional(orNull(singleSignOn, "null: SAML SSO is not, or no longer, configured.")),
  admins: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      maxItems: 50,
      description: "The application's own ids of all org admins. Two or more are recommended.",
    }),
  ),
  preset: Type.Optional(readByUseCase<Json>(preset)),
  changedRules: Type.Optional(
    readByUseCase<Readonly<Record<string, Json>>>(
      closed(Object.fromEntries(VALUES.map(([name, value]) => [name, Type.Optional(orNull(value))])), {
        $id: "RuleChanges",
        description: "Rules that differ from the preset; null returns a rule to the preset's value; absent rules stay.",
      }),
      "members",
    ),
  ),
  eventRetentionDays: Type.Optional(
    orNull(
      Type.Integer({ minimum: 7, maximum: 400 }),
      "Days for which events are kept, at most the deployment's own number; null: the deployment's number.",
    ),
  ),
};

const org = closed(
  {
    org: slug,
    id: Type.String({ pattern: "^[0-9A-Za-z]{8}$" }),
    displayName: Type.String(),
    tenantUrl: Type.String({ format: "uri", description: "What the identity provider's console asks for." }),
    entitled: Type.Boolean(),
    sso: orNull(singleSignOn),
    paused: orNull(closed({ since: time(), reason: Type.String() })),
    deletion: orNull(closed({ since: time(), reason: Type.String(), purging: Type.Optional(Type.Literal(true)) })),
    protectedUsers: texts("Ids of users that the identity provider can neither deactivate nor delete."),
    verifiedDomains: texts("Mail domains that the organization has proven to own."),
    admins: texts(),
    preset,
    changedRules,
    rules,
    eventRetentionDays: orNull(Type.Integer(), "Null: the deployment's number."),
    created: time(),
    version: Type.Integer({ minimum: 1 }),
    warnings,
  },
  { $id: "Org" },
);

const NOW = "The organization as it is now.";

/** Organizations and their life cycle: pause, deletion, purge, protected users. */
export const ORG_OPERATIONS = {
  listOrgs: get("orgs", "All organizations, by login name", {
    query: { count: pageSize(100, "organizations"), after: after(SLUG_PATTERN) },
    answer: closed({ orgs: Type.Array(org), next: Type.Optional(slug) }, { $id: "OrgList" }),
    answerDescription: "A page of organizations.",
  }),
  createOrg: post("orgs", "Create an organization", {
    description:
      "The organization is entitled to SCIM unless the request says otherwise, and has no SSO unless the request configures it.",
    body: closed({ org: slug, ...wishes }, { $id: "NewOrg" }),
    status: 201,
    answer: org,
    answerDescription: "The new organization.",
  }),
  getOrg: get("orgs/{org}", "One organization", {
    answer: org,
    answerDescription: "The organization.",
    versioned: true,
  }),
  updateOrg: patch("orgs/{org}", "Change settings of an organization", {
    description: "Settings that are absent stay as they are; sso and admins are replaced as a whole.",
    body: closed(wishes, { $id: "OrgChange" }),
    answer: org,
    answerDescription: NOW,
    versioned: true,
  }),
  pauseOrg: post("orgs/{org}/pause", "Pause provisioning", {
    description: "SCIM answers 403 with the reason until provisioning is resumed. Nothing is lost.",
    body: reason,
    answer: org,
    answerDescription: NOW,
  }),
  resumeOrg: remove("orgs/{org}/pause", "Resume provisioning", { answer: org, answerDescription: NOW }),
  scheduleDeletion: post("orgs/{org}/deletion", "Schedule the deletion", {
    description: "SCIM answers 403 with the reason at once. Nothing is removed before the purge.",
    body: reason,
    answer: org,
    answerDescription: NOW,
  }),
  restoreOrg: remove("orgs/{org}/deletion", "Cancel a scheduled deletion", {
    description: "Refused with 409 once the purge has begun.",
    answer: org,
    answerDescription: NOW,
  }),
  purgeOrg: post("orgs/{org}/purge", "Remove everything, one step at a time", {
    description:
      "Call it until done is true, and wait waitSeconds between calls. The login name is free afterwards; a new organization of that name gets a new id.",
    body: closed(
      { confirm: Type.String({ description: "The login name again, or the id." }) },
      { $id: "Confirmation" },
    ),
    answer: closed(
      { orgId: Type.String(), done: Type.Boolean(), removed: count(), waitSeconds: count() },
      { $id: "PurgeStep" },
    ),
    answerDescription: "What the step did.",
  }),
  listRemains: get("remains/{orgId}", "What is stored of an organization, partition by partition", {
    description: "Reads every partition that an organization can have, also after its purge.",
    answer: closed(
      {
        orgId: Type.String(),
        left: count(),
        read: Type.Array(closed({ partition: Type.String(), items: count() })),
      },
      { $id: "Remains" },
    ),
    answerDescription: "What is left.",
  }),
  protectUser: post("orgs/{org}/protected/{userId}", "Protect a user from the identity provider", {
    description: "The identity provider gets 403 when it tries to deactivate or delete the user.",
    answer: org,
    answerDescription: NOW,
  }),
  unprotectUser: remove("orgs/{org}/protected/{userId}", "End the protection of a user", {
    answer: org,
    answerDescription: NOW,
  }),
} as const satisfies Declarations;
