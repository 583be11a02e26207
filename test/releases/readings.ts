import type { Answer } from "../support/wire.ts";
import type { Told } from "./story.ts";
import type { Talk } from "./talk.ts";

/** Differ from one answer to the next where nothing changed: places that are sealed anew, times of use, and texts for people. */
const VOLATILE = new Set([
  "failingSince",
  "lastFailureAt",
  "lastSuccessAt",
  "lastUsedAt",
  "lockedReason",
  "next",
  "nextCursor",
  "previousCursor",
  "warnings",
]);

/** Everything that the story left is read, each request by its words. @returns the answers, without the address of the server */
export async function readAll(talk: Talk, told: Told): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const org of ["acme", "globex"] as const) {
    const tenant = talk.idp(org, told.tokens[org]);
    for (const path of [...SCIM, ...resourcePaths(told)])
      answers[`${org} ${path}`] = cleaned(talk, await tenant.request({ method: "GET", path }));
  }
  for (const target of signedTargets(told)) answers[target] = cleaned(talk, await talk.signed(target));
  return answers;
}

const filtered = (type: string, filter: string) => `/${type}?filter=${encodeURIComponent(filter)}`;

const SCIM = [
  "/Users",
  "/Users?count=2",
  "/Users?cursor&count=2",
  "/Users?sortBy=userName&sortOrder=descending",
  "/Groups",
  filtered("Users", 'userName eq "ADA@acme.example"'),
  filtered("Users", 'externalId eq "00u-ben"'),
  filtered("Users", `externalId eq "${"x".repeat(1_000)}"`),
  filtered("Users", 'emails.value eq "ada@home.example"'),
  filtered("Users", 'active eq false or userName sw "b"'),
  filtered("Groups", 'displayName eq "crew"'),
];

/** Of either organization, so that each is asked for the other's as well. */
function resourcePaths({ users, groups }: Told): string[] {
  return [
    ...Object.values(users).map((id) => `/Users/${id}`),
    ...Object.values(groups).map((id) => `/Groups/${id}`),
    filtered("Groups", `members.value eq "${users.ada}"`),
    filtered("Users", `groups.value eq "${groups.crew}"`),
  ];
}

function signedTargets({ users, groups, webhook }: Told): string[] {
  const directory = "/directory/v1/orgs/acme";
  const admin = "/admin/v1/orgs/acme";
  const ofOrgs = ["acme", "globex", "umbrella", "initech"].flatMap((org) => [
    `/admin/v1/orgs/${org}`,
    `/admin/v1/orgs/${org}/data/totals`,
    `/directory/v1/orgs/${org}/users`,
    `/directory/v1/orgs/${org}/events?after=0&limit=1000`,
  ]);
  return [
    ...ofOrgs,
    ...Object.values(users).map((id) => `${directory}/users/${id}`),
    ...Object.values(groups).flatMap((id) => [
      `${directory}/teams/${id}`,
      `${directory}/teams/${id}/members?include=inactive`,
    ]),
    ...["email=ada@home.example", "applicationId=account-3", "externalId=00u-eve", "userName=ben@acme.example"].map(
      (person) => `${directory}/access?${person.replace("@", "%40")}`,
    ),
    `${directory}/deleted/${users.dee}`,
    `${directory}/deleted/${groups.gone}`,
    `${directory}/history/${users.ben}`,
    "/directory/v1/orgs",
    `${admin}/tokens`,
    `${admin}/domains`,
    `${admin}/webhooks/${webhook.acme.id}`,
    `/admin/v1/webhooks/${webhook.every.id}`,
    "/admin/v1/orgs/globex/tokens",
    "/admin/v1/orgs/globex/clients",
    "/admin/v1/orgs/initech/data/import",
    "/admin/v1/app-keys",
    "/admin/v1/app-keys?org=acme",
  ];
}

/** Of a refusal the status alone: its text may become a better one. */
function cleaned({ url }: Talk, { status, json }: Answer): unknown {
  if (status >= 300) return { status };
  const text = JSON.stringify(json, (name, value) => (VOLATILE.has(name) ? undefined : value));
  return { status, json: JSON.parse(text.replaceAll(url, "URL")) };
}
