import type { AppendOptions } from "../../provisioning/events/append.ts";
import { inspectLog } from "../../provisioning/events/inspectLog.ts";
import { type LogFinding, logMeaning } from "../../provisioning/events/logFindings.ts";
import { LOG_SETTINGS } from "../../provisioning/events/logSettings.ts";
import { placeText } from "../../provisioning/events/place.ts";
import { readEvents, readQuestion } from "../../provisioning/events/readEvents.ts";
import { showEvent, subjectNamed } from "../../provisioning/events/showEvent.ts";
import { newGeneration } from "../../provisioning/newId.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { LIMITS, RESERVED } from "../../provisioning/timeBudget.ts";
import type { Database } from "../../store/database.ts";
import { eraseValues } from "../../store/eraseEvents.ts";
import { eventKeys, GENERATION } from "../../store/eventKeys.ts";
import { loggedOrgOf } from "../../store/eventLog.ts";
import { type OrgId, OrgKeys, SIDES, typeOf } from "../../store/keys.ts";
import { type OrgRecord, StoreBusy } from "../../store/records.ts";
import { removeFormer, renewFeed, renewHead } from "../../store/renewLog.ts";
import { RoleWork } from "../../store/roles/roleWork.ts";
import type { StoredType } from "../../store/storedTypes.ts";
import type { RequestContext } from "../requestContext.ts";
import type { LOG_OPERATIONS } from "./declarations/logs.ts";
import { anyLogReading } from "./history.ts";
import type { Handlers, MaintenanceMeans } from "./route.ts";

const EVENTS_PER_PAGE = 1_000;

/** The operator's operations on an org's event log. */
export function logHandlers(types: readonly StoredType[]): Handlers<MaintenanceMeans, typeof LOG_OPERATIONS> {
  return {
    exportEvents: async ({ ctx, org, query: { after } }) => {
      const reading = anyLogReading(ctx, await org());
      const page = await readEvents(reading, readQuestion(reading, { after, limit: EVENTS_PER_PAGE }));
      const { generation, seq } = page.next;
      return {
        lines: page.events.map((one) => ({
          type: "event" as const,
          event: showEvent(reading.org, generation, one),
        })),
        next: seq < page.head.seq ? placeText(reading.org.id, page.next) : null,
      };
    },
    eraseValues: async ({ ctx, org, parameters: { id } }) => {
      const { database } = ctx.store;
      const { id: orgId } = await org();
      if (typeOf(types, id) === undefined) throw OperatorError.notFound("loggedResource");
      const subject = subjectNamed(orgId, id);
      if (!(await isKnown(database, orgId, id, types))) throw OperatorError.notFound("loggedResource");
      ctx.logFields.resourceId = id;
      const { erased, done } = await eraseValues(database, orgId, subject, ctx.deadline - RESERVED.write);
      await ctx.endpoint.tidy?.();
      // The next call continues here.
      if (!done) throw new StoreBusy("timeout");
      return { id, erased };
    },
    renewLog: async ({ ctx, actor, org, body: { from, feed = false } }) => {
      const { endpoint, logFields, started, store } = ctx;
      const record = await org();
      const { id } = record;
      if (from !== undefined && !GENERATION.test(from)) throw OperatorError.invalidValue("from");
      const generation = from ?? newGeneration(endpoint.randomBytes);
      if (from === undefined) {
        if (feed) await renewFeed(store.database, () => newGeneration(endpoint.randomBytes));
        const outcome = await renewHead(store.database, id, loggedOrgOf(record), generation, started);
        if (outcome === "closed") throw OperatorError.conflict("inspectionPurging");
        if (outcome === "busy") throw new StoreBusy("conflict");
        await lookAtRoles(ctx, actor, record);
      }
      const step = await removeFormer(store.database, id, generation, endpoint.now() + LIMITS.operatorStep);
      // A renewal that began later removes the rest.
      const { removed, done } = step ?? { removed: 0, done: true };
      if (step === undefined && from !== undefined) throw OperatorError.invalidValue("from");
      logFields.removed = removed;
      logFields.done = done;
      return { removed, ...(!done && { next: generation }) };
    },
    inspectLog: async ({ ctx, actor, org, body: { repair = false, from } }) => {
      const { endpoint, logFields, store } = ctx;
      const record = await org();
      if (record.deletion?.purging === true) throw OperatorError.conflict("inspectionPurging");
      const append: AppendOptions = {
        ...(endpoint.logSettings ?? LOG_SETTINGS),
        database: store.database,
        now: () => endpoint.now(),
        until: endpoint.now() + LIMITS.operatorStep,
        newGeneration: () => newGeneration(endpoint.randomBytes),
      };
      const step = await inspectLog(anyLogReading(ctx, record), { repair, from, append }, types);
      if (step === undefined) throw OperatorError.invalidValue("from");
      logFields.found = step.findings.length;
      logFields.repaired = step.findings.filter((finding) => finding.repair === "done").length;
      if (logFields.repaired > 0) await lookAtRoles(ctx, actor, record);
      logFields.done = step.next === undefined;
      const { rcu, wcu } = store.usage;
      return {
        findings: step.findings.map(findingView),
        examined: step.examined,
        ...(step.next !== undefined && { next: step.next }),
        cost: { rcu, wcu },
      };
    },
  };
}

/** A lost record without an event had no mark on roles either, so the roles of all users are computed again. */
async function lookAtRoles(ctx: RequestContext, actor: string, { id, roles }: OrgRecord): Promise<void> {
  const { endpoint, reference, started, store } = ctx;
  if (endpoint.roles !== true || roles === undefined) return;
  await new RoleWork(store.database).walk(id, { at: new Date(started).toISOString(), tokenId: actor, reference });
  endpoint.wakeRoles?.();
}

/** An operator who mistypes an id shall get an error, not a success. */
async function isKnown(database: Database, orgId: OrgId, id: string, types: readonly StoredType[]): Promise<boolean> {
  const keys = SIDES.map((side) => new OrgKeys(orgId, side, types));
  const items = await database.getMany([
    eventKeys.cursor(orgId, id),
    ...keys.flatMap((of) => [of.resource(id), of.tombstone(id)]),
  ]);
  return items.length > 0;
}

function findingView({ code, ids, repair }: LogFinding) {
  const { says, repair: mends, advice } = logMeaning(code);
  return { code, weight: "broken" as const, ids, says, repair, ...(mends && { mends }), ...(advice && { advice }) };
}
