import { keyStatus, readApplicationKey, SCOPES } from "../../provisioning/applicationKey.ts";
import { actorNamed } from "../../provisioning/changeOrg.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { isSlug } from "../../provisioning/orgSettings.ts";
import { openApplicationKey } from "../../store/openApplicationKey.ts";
import type { ApplicationKeyRecord, ApplicationScope } from "../../store/records.ts";
import { SettingsStore } from "../../store/settings.ts";
import { soon } from "../authenticate.ts";
import type { OperationRoute } from "./route.ts";
import { anyOrgNamed, type Caller, type IdentifyCaller, type SignedContext } from "./signedHandler.ts";

interface KeyRules {
  /** What a key needs for an operation. */
  scopeOf(operation: OperationRoute): ApplicationScope;
  /** What is for the operator alone, though its path names one org. */
  isClosed?(operation: OperationRoute): boolean;
  /** What a key of one org opens, though it is about none. */
  isCommon?(operation: OperationRoute): boolean;
  /** The same of a path that another function answers to the operator. */
  isOutside?(segments: readonly string[]): boolean;
}

/**
 * Lets in who presents a live application key: the checksum before any read, then one round trip, and no acceptance is
 * remembered. A key of one org opens no other: another org gets the answer of one that does not exist, and what concerns no single
 * org gets 403. Nothing counts against an org's request budget: that is there for its identity provider, which the
 * application's own calls must not crowd out (ADR 42).
 */
export function byKey({ scopeOf, isClosed, isCommon, isOutside }: KeyRules): IdentifyCaller {
  return async (ctx, segments): Promise<Caller> => {
    const { key, ahead } = await openKey(ctx, segments);
    if (isOutside?.(segments) === true) throw OperatorError.outOfScope("operator");
    const { logFields, store } = ctx;
    const actor = actorNamed(`app-key/${key.id}`, ctx.header("rollcall-actor"));
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
  const [, text] = /^Bearer (\S+)$/i.exec(ctx.header("authorization") ?? "") ?? [];
  const claim = text === undefined ? undefined : readApplicationKey(text);
  if (claim === undefined) throw OperatorError.unauthorized(ctx.header("authorization") ? "malformed" : "missing");
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

/** The log shall say whose trouble it is, also where the key counts no more. */
function note({ logFields }: SignedContext, { id }: ApplicationKeyRecord, slug: string | undefined): void {
  logFields.keyId = id;
  if (slug !== undefined) logFields.org = slug;
}
