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
import { readCount } from "./jsonReading.ts";
import type { RequestContext } from "./requestContext.ts";

/** One authorized request of the admin API. */
export interface AdminCall {
  readonly ctx: RequestContext;
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
    answer: async ({ ctx, administration, render }) => {
      const count = readCount(ctx, "count", PAGE, PAGE);
      const after = ctx.query("after");
      if (after !== undefined && !isSlug(after)) throw wrongAfter();
      const { orgs, next } = await administration.settings.orgs(count, after);
      return render.orgs(orgs.map(answerWith), next);
    },
  },
  {
    method: "POST",
    path: "orgs",
    operation: "createOrg",
    answer: async ({ ctx, administration, render }) => {
      const { slug, wishes } = readNewOrg(ctx);
      const made = await createOrg(administration, slug, wishes);
      ctx.logFields.org = slug;
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
      call.render.org(await updateOrg(call.administration, call.parameter("org"), readOrgChange(call.ctx))),
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
      makeToken(call, generateToken(call.administration, call.parameter("org"), readNewToken(call.ctx))),
  },
  {
    method: "POST",
    path: "orgs/{org}/tokens/regenerate",
    operation: "regenerateToken",
    answer: (call) =>
      makeToken(call, regenerateToken(call.administration, call.parameter("org"), readNewToken(call.ctx))),
  },
  {
    method: "POST",
    path: "orgs/{org}/tokens/rotate",
    operation: "rotateToken",
    answer: (call) => makeToken(call, rotateToken(call.administration, call.parameter("org"), readRotation(call.ctx))),
  },
  {
    method: "DELETE",
    path: "orgs/{org}/tokens/{tokenId}",
    operation: "revokeToken",
    answer: async ({ ctx, administration, render, parameter }) => {
      const { token, org } = await revokeToken(administration, parameter("org"), parameter("tokenId"));
      ctx.logFields.tokenId = token.id;
      return render.token(token, org);
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/users",
    operation: "listUsers",
    answer: async (call) => {
      const [startIndex, count] = pageOf(call.ctx);
      return call.render.page("users", await viewUsers(await directoryOf(call), startIndex, count));
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/teams",
    operation: "listTeams",
    answer: async (call) => {
      const [startIndex, count] = pageOf(call.ctx);
      return call.render.page("teams", await viewTeams(await directoryOf(call), startIndex, count));
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/teams/{idOrName}",
    operation: "getTeam",
    answer: async (call) => {
      const after = call.ctx.query("after");
      if (after !== undefined && !isUserId(after) && !isGroupId(after)) throw wrongAfter();
      const count = readCount(call.ctx, "count", MEMBERS_PAGE, MEMBERS_PAGE);
      const directory = await directoryOf(call);
      return call.render.members(await viewTeamWithMembers(directory, call.parameter("idOrName"), count, after));
    },
  },
];

function wrongAfter(): ScimError {
  return OperatorError.invalidValue("after");
}

async function makeToken({ ctx, render }: AdminCall, making: ReturnType<typeof generateToken>): Promise<Answer> {
  const made = await making;
  ctx.logFields.tokenId = made.token.id;
  return render.newToken(made);
}

async function directoryOf({ ctx, administration, parameter }: AdminCall): Promise<Directory> {
  const org = await getOrg(administration.settings, parameter("org"));
  return ctx.store.directory(org.id);
}

function pageOf(ctx: RequestContext): readonly [startIndex: number, count: number] {
  return [readCount(ctx, "startIndex", 1, Number.MAX_SAFE_INTEGER), readCount(ctx, "count", PAGE, PAGE)];
}
