import { badLine, type HeldType, headerOf, readFileCounts, SIDES } from "../provisioning/exportFile.ts";
import {
  exportMembers,
  exportResources,
  type LinePage,
  type MembersPosition,
  totalsOf,
} from "../provisioning/exportOrg.ts";
import { beginImport, finishImport, type ImportMeans, importLines, lookAhead } from "../provisioning/importOrg.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import { hasTimeTo } from "../provisioning/timeBudget.ts";
import type { ScimError } from "../scim/error.ts";
import type { Json } from "../scim/json.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import { OrgImport } from "../store/import.ts";
import type { Side } from "../store/keys.ts";
import { isIdOf, type TypeLayout } from "../store/storedType.ts";
import type { Answer } from "./answer.ts";
import { readBody } from "./jsonReading.ts";
import type { MaintenanceCall, MaintenanceRoute } from "./maintenanceRoutes.ts";
import type { RequestContext } from "./requestContext.ts";

/** Of an import's request; a chunk of the command line tool has fewer. */
const MOST_LINES = 5_000;

/** Export and import: what an org holds, page by page, and the same way back. */
export function dataRoutes(types: readonly HeldType[]): readonly MaintenanceRoute[] {
  return [...exportRoutes(types), ...types.map(exportRoute), ...importRoutes(types)];
}

const exportRoutes = (types: readonly HeldType[]): readonly MaintenanceRoute[] => [
  {
    method: "GET",
    path: "orgs/{org}/data/totals",
    operation: "getTotals",
    answer: async ({ ctx: { store }, org }) => {
      const { id } = await org();
      const views = { managed: store.view(id, "managed"), unmanaged: store.view(id, "unmanaged") };
      return json(await totalsOf(views, types));
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/data/export",
    operation: "exportHeader",
    answer: async ({ ctx, org }) => json(headerOf(await org(), ctx.started, ctx.endpoint.version)),
  },
  {
    method: "GET",
    path: "orgs/{org}/data/export/{side}/members",
    operation: "exportMembers",
    answer: (call) =>
      page(call, async (directory, side) => {
        const after = positionAfter(call.ctx);
        const { lines, next } = await exportMembers(directory, side, after, () => hasTime(call.ctx));
        return { lines, next: next && `${next.group}${next.member === undefined ? "" : `.${next.member}`}` };
      }),
  },
];

const importRoutes = (types: readonly HeldType[]): readonly MaintenanceRoute[] => [
  {
    method: "GET",
    path: "orgs/{org}/data/import",
    operation: "lookAhead",
    answer: async (call) => json(await lookAhead(await means(call, types))),
  },
  {
    method: "POST",
    path: "orgs/{org}/data/import",
    operation: "beginImport",
    answer: async (call) => {
      const body = readBody(call.ctx, ["file", "counts"]);
      return json(await beginImport(await means(call, types), fileOf(body.file), readFileCounts(body.counts, types)));
    },
  },
  {
    method: "POST",
    path: "orgs/{org}/data/import/lines",
    operation: "importLines",
    answer: async (call) => {
      const body = readBody(call.ctx, ["file", "lines"]);
      const done = await importLines(await means(call, types), fileOf(body.file), linesOf(body.lines));
      call.ctx.logFields.imported = done;
      return json({ done });
    },
  },
  {
    method: "POST",
    path: "orgs/{org}/data/import/finish",
    operation: "finishImport",
    answer: async (call) => {
      const body = readBody(call.ctx, ["file"]);
      return json(await finishImport(await means(call, types), fileOf(body.file)));
    },
  },
];

/** The resources of one type, e.g. the users. */
function exportRoute(type: TypeLayout): MaintenanceRoute {
  return {
    method: "GET",
    path: `orgs/{org}/data/export/{side}/${type.kind}s`,
    operation: `export${type.kind.charAt(0).toUpperCase()}${type.kind.slice(1)}s`,
    answer: (call) => {
      const after = () => idAfter(call.ctx, (id) => isIdOf(type, id));
      return page(call, async ({ view }, side) => exportResources(view, type, side, after()));
    },
  };
}

async function page(
  { ctx, org, parameter }: MaintenanceCall,
  read: (directory: ReturnType<RequestContext["store"]["directory"]>, side: Side) => Promise<LinePage<object>>,
): Promise<Answer> {
  const { store } = ctx;
  const { id } = await org();
  const side = SIDES.find((name) => name === parameter("side"));
  if (side === undefined) throw OperatorError.notFound("side");
  const { lines, next } = await read(side === "managed" ? store.directory(id) : store.unmanaged(id), side);
  return json({ lines, next: next ?? null });
}

async function means({ ctx, actor, org }: MaintenanceCall, types: readonly HeldType[]): Promise<ImportMeans> {
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

function idAfter(ctx: RequestContext, isId: (text: string) => boolean): string | undefined {
  const after = ctx.query("after");
  if (after === undefined || isId(after)) return after;
  throw wrongAfter();
}

function positionAfter(ctx: RequestContext): MembersPosition {
  const after = ctx.query("after");
  if (after === undefined) return { group: undefined, member: undefined };
  const [group = "", member] = after.split(".");
  if (isGroupId(group) && (member === undefined || isUserId(member) || isGroupId(member))) return { group, member };
  throw wrongAfter();
}

function wrongAfter(): ScimError {
  return OperatorError.invalidValue("after");
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

function json(value: object): Answer {
  return { status: 200, body: JSON.stringify(value) };
}
