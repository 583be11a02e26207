import { createClientSecret, listClientSecrets, revokeClientSecret } from "../provisioning/clientSecrets.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import {
  pauseOrg,
  protectUser,
  restoreOrg,
  resumeOrg,
  scheduleDeletion,
  unprotectUser,
} from "../provisioning/orgLife.ts";
import { isSlug } from "../provisioning/orgSettings.ts";
import { purgeOrg, remainsOf } from "../provisioning/purge.ts";
import { reportTokens } from "../provisioning/tokensReport.ts";
import { readImportState } from "../store/import.ts";
import { isOrgId, type OrgId } from "../store/keys.ts";
import { OrgData } from "../store/orgData.ts";
import { readConfirmation, readNewClientSecret, readReason } from "./adminReading.ts";
import type { AdminRoute } from "./adminRoutes.ts";

/** What becomes of an organization (pause, deletion, purge), of its protected users and its client secrets. */
export const ADMIN_LIFE_ROUTES: readonly AdminRoute[] = [
  {
    method: "POST",
    path: "orgs/{org}/pause",
    operation: "pauseOrg",
    answer: async ({ ctx, administration, render, parameter }) =>
      render.org(await pauseOrg(administration, parameter("org"), readReason(ctx))),
  },
  {
    method: "DELETE",
    path: "orgs/{org}/pause",
    operation: "resumeOrg",
    answer: async ({ ctx, administration, render, parameter }) => {
      const importStateOf = ({ id }: { readonly id: OrgId }) => readImportState(ctx.store.view(id, "managed"));
      return render.org(await resumeOrg(administration, importStateOf, parameter("org")));
    },
  },
  {
    method: "POST",
    path: "orgs/{org}/deletion",
    operation: "scheduleDeletion",
    answer: async ({ ctx, administration, render, parameter }) =>
      render.org(await scheduleDeletion(administration, parameter("org"), readReason(ctx))),
  },
  {
    method: "DELETE",
    path: "orgs/{org}/deletion",
    operation: "restoreOrg",
    answer: async ({ administration, render, parameter }) =>
      render.org(await restoreOrg(administration, parameter("org"))),
  },
  {
    method: "POST",
    path: "orgs/{org}/purge",
    operation: "purgeOrg",
    answer: async ({ ctx, administration, render, parameter }) => {
      const dataOf = (orgId: OrgId) => new OrgData(ctx.store.database, orgId);
      const confirmed = readConfirmation(ctx);
      const step = await purgeOrg(administration, dataOf, parameter("org"), confirmed);
      ctx.logFields.removed = step.removed;
      ctx.logFields.done = step.done;
      return render.json(step);
    },
  },
  {
    method: "GET",
    path: "remains/{orgId}",
    operation: "listRemains",
    answer: async ({ ctx, render, parameter }) => {
      const orgId = parameter("orgId");
      if (!isOrgId(orgId)) throw OperatorError.invalidValue("orgId");
      return render.json({ orgId, ...(await remainsOf(new OrgData(ctx.store.database, orgId))) });
    },
  },
  {
    method: "GET",
    path: "tokens-report",
    operation: "reportTokens",
    answer: async ({ ctx, administration, render }) => {
      const after = ctx.query("after");
      if (after !== undefined && !isSlug(after)) {
        throw OperatorError.invalidValue("after");
      }
      const { daysToExpiry, daysSinceUse, next, ...rest } = await reportTokens(
        administration.settings,
        administration.now,
        ORGS_PER_REPORT,
        after,
      );
      return render.json({
        ...rest,
        daysToExpiry: daysToExpiry ?? null,
        daysSinceUse: daysSinceUse ?? null,
        next: next ?? null,
      });
    },
  },
  {
    method: "POST",
    path: "orgs/{org}/protected/{userId}",
    operation: "protectUser",
    answer: async ({ ctx, administration, render, parameter }) => {
      const users = ({ id }: { readonly id: OrgId }) => ctx.store.directory(id).users;
      return render.org(await protectUser(administration, users, parameter("org"), parameter("userId")));
    },
  },
  {
    method: "DELETE",
    path: "orgs/{org}/protected/{userId}",
    operation: "unprotectUser",
    answer: async ({ administration, render, parameter }) =>
      render.org(await unprotectUser(administration, parameter("org"), parameter("userId"))),
  },
  {
    method: "GET",
    path: "orgs/{org}/clients",
    operation: "listClientSecrets",
    answer: async ({ administration, render, parameter }) =>
      render.clientSecrets(await listClientSecrets(administration, parameter("org"))),
  },
  {
    method: "POST",
    path: "orgs/{org}/clients",
    operation: "createClientSecret",
    answer: async ({ ctx, administration, render, parameter }) => {
      const made = await createClientSecret(administration, parameter("org"), readNewClientSecret(ctx));
      ctx.logFields.tokenId = made.token.id;
      return render.newClientSecret(made);
    },
  },
  {
    method: "DELETE",
    path: "orgs/{org}/clients/{tokenId}",
    operation: "revokeClientSecret",
    answer: async ({ ctx, administration, render, parameter }) => {
      const { token, org } = await revokeClientSecret(administration, parameter("org"), parameter("tokenId"));
      ctx.logFields.tokenId = token.id;
      return render.clientSecret(token, org);
    },
  },
];

/** A query each, and a read of the marks of use. */
const ORGS_PER_REPORT = 100;

/** The form is all that can be checked: an org that was purged has no settings any more. */
