import type { ClientSecretList, NewClientSecret } from "../provisioning/clientSecrets.ts";
import type { MembersPage, ViewPage } from "../provisioning/directoryView.ts";
import type { OrgAnswer } from "../provisioning/orgs.ts";
import { fullStatus, type TokenFacts, tokenStatus } from "../provisioning/token.ts";
import type { NewToken, TokenList } from "../provisioning/tokens.ts";
import type { OrgRecord, TokenRecord } from "../store/records.ts";
import { rulesOf } from "../store/rules.ts";
import type { Answer } from "./answer.ts";

/** The answers of the admin API (adminOpenapi.json). No answer but that of a new token holds a secret; none holds a hash. */
export interface AdminRenderer {
  org(answer: OrgAnswer, status?: 200 | 201): Answer;
  orgs(answers: readonly OrgAnswer[], next: string | undefined): Answer;
  newToken(made: NewToken): Answer;
  token(token: TokenRecord, org: OrgRecord): Answer;
  tokens(list: TokenList): Answer;
  page(name: "users" | "teams", page: ViewPage<unknown>): Answer;
  members(page: MembersPage): Answer;
  newClientSecret(made: NewClientSecret): Answer;
  clientSecret(secret: TokenRecord, org: OrgRecord): Answer;
  clientSecrets(list: ClientSecretList): Answer;
  /** Of what is a value already. */
  json(value: object): Answer;
}

const NOTHING_KNOWN = { lastUsed: new Map<string, string>() };

/** @param now milliseconds since the epoch: whether a token counts depends on it */
export function adminRenderer(tenantUrlOf: (slug: string) => string, now: number): AdminRenderer {
  const orgView = ({ org, warnings }: OrgAnswer) => ({
    org: org.slug,
    id: org.id,
    displayName: org.displayName,
    tenantUrl: tenantUrlOf(org.slug),
    entitled: org.entitled,
    sso: org.sso ?? null,
    paused: org.paused ?? null,
    deletion: org.deletion ?? null,
    protectedUsers: org.protectedUsers ?? [],
    admins: org.admins,
    preset: org.preset,
    changedRules: org.changedRules,
    rules: rulesOf(org.preset, org.changedRules),
    created: org.created,
    version: org.version,
    warnings,
  });
  const secretView = (
    token: TokenRecord,
    org: OrgRecord,
    { lastUsed }: Pick<TokenFacts, "lastUsed"> = NOTHING_KNOWN,
  ) => ({
    id: token.id,
    description: token.description,
    status: tokenStatus(token, org, now),
    createdAt: token.createdAt,
    createdBy: token.createdBy,
    expiresAt: token.expiresAt ?? null,
    revokedAt: token.revokedAt ?? null,
    lastUsedAt: lastUsed.get(token.id) ?? null,
  });
  const tokenView = (token: TokenRecord, org: OrgRecord, facts?: TokenFacts) => ({
    ...secretView(token, org, facts),
    status: facts === undefined ? tokenStatus(token, org, now) : fullStatus(token, org, now, facts),
    boundTo: token.boundTo ?? null,
    retiredBy: token.retiredBy ?? null,
  });
  return {
    org: (answer, status = 200) => json(status, orgView(answer)),
    orgs: (answers, next) => json(200, { orgs: answers.map(orgView), ...(next === undefined ? {} : { next }) }),
    newToken: (made) =>
      json(201, {
        secretToken: made.secret,
        tenantUrl: tenantUrlOf(made.org.slug),
        token: tokenView(made.token, made.org),
        retiring: made.retiring.map((token) => tokenView(token, made.org)),
        warnings: made.warnings,
      }),
    token: (token, org) => json(200, tokenView(token, org)),
    tokens: ({ org, tokens, facts, warnings }) =>
      json(200, { tokens: tokens.map((token) => tokenView(token, org, facts)), warnings }),
    newClientSecret: ({ org, token, secret, warnings }) =>
      json(201, {
        clientId: org.slug,
        clientSecret: secret,
        tokenEndpoint: `${tenantUrlOf(org.slug)}/oauth/token`,
        secret: secretView(token, org),
        warnings,
      }),
    clientSecret: (secret, org) => json(200, secretView(secret, org)),
    clientSecrets: ({ org, secrets, lastUsed, warnings }) =>
      json(200, { clientId: org.slug, secrets: secrets.map((one) => secretView(one, org, { lastUsed })), warnings }),
    json: (value) => json(200, value),
    page: (name, { totalResults, startIndex, views }) =>
      json(200, { totalResults, startIndex, itemsPerPage: views.length, [name]: views }),
    members: ({ team, members, next }) => json(200, { team, members, ...(next === undefined ? {} : { next }) }),
  };
}

function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}
