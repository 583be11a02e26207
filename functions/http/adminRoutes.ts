import { type Administration, getOrg } from "../provisioning/changeOrg.ts";
import { viewTeams, viewTeamWithMembers, viewUsers } from "../provisioning/directoryView.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import { isSlug } from "../provisioning/orgSettings.ts";
import { answerWith, createOrg, updateOrg } from "../provisioning/orgs.ts";
import { generateToken, listTokens, regenerateToken, revokeToken, rotateToken } from "../provisioning/tokens.ts";
import type { ScimError } from "../scim/error.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import type { Directory } from "../store/session.ts";
import { readNewOrg, readNewToken, readOrgChange, readRotation } from "./adminReading.ts";
import type { AdminRenderer } from "./adminRendering.ts";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { readCount } from "./jsonReading.ts";

/** One authorized request of the admin API. */
export interface AdminCall {
  readonly exchange: Exchange;
  readonly administration: Administration;
  readonly render: AdminRenderer;
  /** The value of a `{name}` of the route's path, decoded. */
  parameter(name: string): string;
}

export interface AdminRoute {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/admin/v1/`, as adminOpenapi.json writes it. */
  readonly path: string;
  /** For the log, and the document's `operationId`. */
  readonly operation: string;
  answer(call: AdminCall): Promise<Answer>;
}

/** Per page, at most. */
const PAGE = 100;
const MEMBERS_PAGE = 1000;

/** Organizations, their tokens, and a view of their users and teams. */
export const ORG_ROUTES: readonly AdminRoute[] = [
  {
    method: "GET",
    path: "orgs",
    operation: "listOrgs",
    answer: async ({ exchange, administration, render }) => {
      const count = readCount(exchange, "count", PAGE, PAGE);
      const after = exchange.query("after");
      if (after !== undefined && !isSlug(after)) throw wrongAfter();
      const { orgs, next } = await administration.settings.orgs(count, after);
      return render.orgs(orgs.map(answerWith), next);
    },
  },
  {
    method: "POST",
    path: "orgs",
    operation: "createOrg",
    answer: async ({ exchange, administration, render }) => {
      const { slug, wishes } = readNewOrg(exchange);
      const made = await createOrg(administration, slug, wishes);
      exchange.noted.org = slug;
      return render.org(made, 201);
    },
  },
  {
    method: "GET",
    path: "orgs/{org}",
    operation: "getOrg",
    answer: async (call) =>
      call.render.org(answerWith(await getOrg(call.administration.settings, call.parameter("org")))),
  },
  {
    method: "PATCH",
    path: "orgs/{org}",
    operation: "updateOrg",
    answer: async (call) =>
      call.render.org(await updateOrg(call.administration, call.parameter("org"), readOrgChange(call.exchange))),
  },
  {
    method: "GET",
    path: "orgs/{org}/tokens",
    operation: "listTokens",
    answer: async (call) => call.render.tokens(await listTokens(call.administration, call.parameter("org"))),
  },
  {
    method: "POST",
    path: "orgs/{org}/tokens",
    operation: "generateToken",
    answer: (call) =>
      makeToken(call, generateToken(call.administration, call.parameter("org"), readNewToken(call.exchange))),
  },
  {
    method: "POST",
    path: "orgs/{org}/tokens/regenerate",
    operation: "regenerateToken",
    answer: (call) =>
      makeToken(call, regenerateToken(call.administration, call.parameter("org"), readNewToken(call.exchange))),
  },
  {
    method: "POST",
    path: "orgs/{org}/tokens/rotate",
    operation: "rotateToken",
    answer: (call) =>
      makeToken(call, rotateToken(call.administration, call.parameter("org"), readRotation(call.exchange))),
  },
  {
    method: "DELETE",
    path: "orgs/{org}/tokens/{tokenId}",
    operation: "revokeToken",
    answer: async ({ exchange, administration, render, parameter }) => {
      const { token, org } = await revokeToken(administration, parameter("org"), parameter("tokenId"));
      exchange.noted.tokenId = token.id;
      return render.token(token, org);
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/users",
    operation: "listUsers",
    answer: async (call) => {
      const [startIndex, count] = pageOf(call.exchange);
      return call.render.page("users", await viewUsers(await directoryOf(call), startIndex, count));
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/teams",
    operation: "listTeams",
    answer: async (call) => {
      const [startIndex, count] = pageOf(call.exchange);
      return call.render.page("teams", await viewTeams(await directoryOf(call), startIndex, count));
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/teams/{idOrName}",
    operation: "getTeam",
    answer: async (call) => {
      const after = call.exchange.query("after");
      if (after !== undefined && !isUserId(after) && !isGroupId(after)) throw wrongAfter();
      const count = readCount(call.exchange, "count", MEMBERS_PAGE, MEMBERS_PAGE);
      const directory = await directoryOf(call);
      return call.render.members(await viewTeamWithMembers(directory, call.parameter("idOrName"), count, after));
    },
  },
];

function wrongAfter(): ScimError {
  return OperatorError.invalidValue("after");
}

async function makeToken({ exchange, render }: AdminCall, making: ReturnType<typeof generateToken>): Promise<Answer> {
  const made = await making;
  exchange.noted.tokenId = made.token.id;
  return render.newToken(made);
}

async function directoryOf({ exchange, administration, parameter }: AdminCall): Promise<Directory> {
  const org = await getOrg(administration.settings, parameter("org"));
  return exchange.store.directory(org.id);
}

function pageOf(exchange: Exchange): readonly [startIndex: number, count: number] {
  return [readCount(exchange, "startIndex", 1, Number.MAX_SAFE_INTEGER), readCount(exchange, "count", PAGE, PAGE)];
}
