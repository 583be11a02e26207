import { keyStatus, readApplicationKey, SCOPES } from "../../provisioning/applicationKey.ts";
import { actorNamed } from "../../provisioning/changeOrg.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { isSlug } from "../../provisioning/orgSettings.ts";
import { openApplicationKey } from "../../store/openApplicationKey.ts";
import { SettingsStore } from "../../store/settings.ts";
import type { ApplicationKeyRecord, ApplicationScope } from "../../store/tokenRecords.ts";
import { soon } from "../authenticate.ts";
import type { OperationRoute } from "./route.ts";
import { anyOrgNamed, type Caller, type IdentifyCaller, type SignedContext } from "./signedHandler.ts";

interface KeyRules {
  /** The scope that an operation requires. */
  scopeOf(operation: OperationRoute): ApplicationScope;
  /** True: only the operator may call it, although its path names one org. */
  isClosed?(operation: OperationRoute): boolean;
  /** True: a key of one org may call it, although it concerns no org. */
  isCommon?(operation: OperationRoute): boolean;
  /** True: only the operator may call this path, which another function serves. */
  isOutside?(segments: readonly string[]): boolean;
}

/**
 * Admits a live application key: it checks the checksum before any read, then reads once, and caches no result. A key of one org
 * opens no other org: another org gets the answer of an unknown org, and operations on no single org get 403. Application calls
 * do not count against an org's request budget, so that they cannot crowd out its identity provider (ADR 42).
 */
export function byKey({ scopeOf, isClosed, isCommon, isOutside }: KeyRules): IdentifyCaller {
  return async (ctx, segments): Promise<Caller> => {
    const { key, ahead } = await openKey(ctx, segments);
    if (isOutside?.(segments) === true) throw OperatorError.outOfScope("operator");
    const { logFields, store } = ctx;
    const actor = actorNamed(`app-key/${key.id}`, ctx.headers.get("rollcall-actor"));
    logFields.actor = actor;
    const settings = new SettingsStore(store.database, ahead);
    return {
      actor,
      settings,
      assertMay: (operation) => {
        const needed = scopeOf(operation);
        if (!SCOPES[key.scope].includes(needed)) throw OperatorError.outOfScope("needed", needed, key.scope);
        const ofOneOrg = operation.path.includes("{org}") && isClosed?.(operation) !== true;
        if (key.orgId !== undefined && !ofOneOrg && isCommon?.(operation) !== true)
          throw OperatorError.outOfScope("operator");
      },
      orgNamed: async (named) => {
        if (key.orgId === undefined) return anyOrgNamed(ctx, settings, named);
        const { org } = ahead;
        if (org === undefined || (named !== org.slug && named !== org.id)) throw OperatorError.notFound("org");
        return org.slug;
      },
      mayTidy: false,
      remembered: store.markUsed(key.id, ctx.started),
    };
  };
}

/** @throws ScimError 401 */
async function openKey(ctx: SignedContext, segments: readonly string[]) {
  const [, text] = /^Bearer +(\S+)$/i.exec(ctx.headers.get("authorization") ?? "") ?? [];
  const claim = text === undefined ? undefined : readApplicationKey(text);
  if (claim === undefined) throw OperatorError.unauthorized(ctx.headers.get("authorization") ? "malformed" : "missing");
  const [collection, named = ""] = segments;
  const slug = collection === "orgs" && isSlug(named) ? named : undefined;
  const { key, ...ahead } = await soon(ctx, openApplicationKey(ctx.store.database, { ...claim, slug }));
  if (key === undefined || key.orgId !== claim.orgId || key.orgId !== (key.orgId && ahead.org?.id)) {
    throw OperatorError.unauthorized("unknown");
  }
  note(ctx, key, ahead.org?.slug);
  const status = keyStatus(key, ctx.started);
  if (status !== "live") throw OperatorError.unauthorized(status);
  return { key, ahead };
}

/** The log names the org and the key, also of a key that is no longer valid. */
function note({ logFields }: SignedContext, { id }: ApplicationKeyRecord, slug: string | undefined): void {
  logFields.keyId = id;
  if (slug !== undefined) logFields.org = slug;
}
