import { type HeldType, headerOf } from "../../provisioning/exportFile.ts";
import { exportMembers, exportResources, type MembersPosition, totalsOf } from "../../provisioning/exportOrg.ts";
import { beginImport, finishImport, type ImportMeans, importLines, lookAhead } from "../../provisioning/importOrg.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { badLine, readFileCounts } from "../../provisioning/readExportFile.ts";
import { hasTimeTo } from "../../provisioning/timeBudget.ts";
import type { Json } from "../../scim/json.ts";
import { isGroupId, isUserId } from "../../scim/schema.ts";
import { OrgImport } from "../../store/import.ts";
import { isIdOf, SIDES, type Side } from "../../store/keys.ts";
import { STORED_GROUPS, STORED_USERS, type TypeLayout } from "../../store/storedTypes.ts";
import type { RequestContext } from "../requestContext.ts";
import type { DATA_OPERATIONS } from "./declarations/data.ts";
import type { Called, Handlers, MaintenanceMeans } from "./route.ts";

/** Lines per import request. The command line tool sends fewer. */
const MOST_LINES = 5_000;

/** Export and import of an org, page by page. */
export function dataHandlers(types: readonly HeldType[]): Handlers<MaintenanceMeans, typeof DATA_OPERATIONS> {
  return {
    getTotals: async ({ ctx: { store }, org }) => {
      const { id } = await org();
      return totalsOf({ managed: store.view(id, "managed"), unmanaged: store.view(id, "unmanaged") }, types);
    },
    exportHeader: async ({ ctx, org }) => headerOf(await org(), ctx.started, ctx.endpoint.version),
    exportMembers: async ({ ctx, org, parameters, query }) => {
      const { id } = await org();
      const side = sideOf(parameters);
      const directory = side === "managed" ? ctx.store.directory(id) : ctx.store.unmanaged(id);
      const { lines, next } = await exportMembers(directory, side, positionAfter(query.after), () => hasTime(ctx));
      return { lines, next: next ? `${next.group}${next.member === undefined ? "" : `.${next.member}`}` : null };
    },
    exportUsers: exportHandler(STORED_USERS),
    exportGroups: exportHandler(STORED_GROUPS),
    lookAhead: async (call) => lookAhead(await importMeans(call, types)),
    beginImport: async (call) => {
      const means = await importMeans(call, types);
      return beginImport(means, fileOf(call.body.file), readFileCounts(call.body.counts, types));
    },
    importLines: async (call) => {
      const means = await importMeans(call, types);
      const done = await importLines(means, fileOf(call.body.file), linesOf(call.body.lines));
      call.ctx.logFields.imported = done;
      return { done };
    },
    finishImport: async (call) => {
      const means = await importMeans(call, types);
      return finishImport(means, fileOf(call.body.file));
    },
  };
}

/** The resources of one type, e.g. the users. */
export function exportHandler(
  type: TypeLayout,
): Handlers<MaintenanceMeans, typeof DATA_OPERATIONS>["exportUsers" | "exportGroups"] {
  return async ({ ctx, org, parameters, query: { after } }) => {
    const { id } = await org();
    const side = sideOf(parameters);
    if (after !== undefined && !isIdOf(type, after)) throw OperatorError.invalidValue("after");
    const views = { managed: ctx.store.view(id, "managed"), unmanaged: ctx.store.view(id, "unmanaged") };
    const { lines, next } = await exportResources(views, type, side, after);
    return { lines, next: next ?? null };
  };
}

/** @throws ScimError 404 */
export function sideOf({ side }: { readonly side: string }): Side {
  const found = SIDES.find((name) => name === side);
  if (found === undefined) throw OperatorError.notFound("side");
  return found;
}

async function importMeans(
  { ctx, actor, org }: Called<MaintenanceMeans>,
  types: readonly HeldType[],
): Promise<ImportMeans> {
  const { reference, started, store } = ctx;
  const record = await org();
  return {
    org: record,
    types,
    orgImport: new OrgImport({
      managed: store.view(record.id, "managed"),
      unmanaged: store.view(record.id, "unmanaged"),
    }),
    directories: { managed: store.directory(record.id), unmanaged: store.unmanaged(record.id) },
    stamp: { at: new Date(started).toISOString(), tokenId: actor, reference },
    mayGoOn: () => hasTime(ctx),
  };
}

function hasTime({ deadline, endpoint }: RequestContext): boolean {
  return hasTimeTo("transfer", { now: () => endpoint.now(), deadline });
}

function positionAfter(after: string | undefined): MembersPosition {
  if (after === undefined) return { group: undefined, member: undefined };
  const [group = "", member] = after.split(".");
  if (isGroupId(group) && (member === undefined || isUserId(member) || isGroupId(member))) return { group, member };
  throw OperatorError.invalidValue("after");
}

function fileOf(json: Json | undefined): string {
  if (typeof json === "string" && /^[0-9a-f]{64}$/.test(json)) return json;
  throw OperatorError.invalidValue("file");
}

function linesOf(json: Json | undefined): readonly Json[] {
  if (!Array.isArray(json) || json.length === 0 || json.length > MOST_LINES) {
    throw badLine(`lines is a list of 1 to ${MOST_LINES} lines of the file`);
  }
  return json;
}
