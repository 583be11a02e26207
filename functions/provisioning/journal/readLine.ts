import { isObject, type Json, type JsonObject, own } from "../../scim/json.ts";
import { attributeNames } from "../../scim/resourceTypes.ts";
import { isMemberId } from "../../scim/schema.ts";
import { CANARY_ORG } from "../../store/canaryKeys.ts";
import type { JournalEntry, MassChangeNotice } from "../../store/journal.ts";
import { isOrgId, isTokenId, type OrgId } from "../../store/keys.ts";

/** What the journal takes from a log line. */
export type JournalLine = { readonly orgId: OrgId } & (
  | { readonly kind: "request"; readonly entry: JournalEntry }
  /** A request that was answered and changed nothing: counted, not listed. */
  | { readonly kind: "read"; readonly entry: BasicEntry }
  | { readonly kind: "massChange"; readonly notice: MassChangeNotice }
);

/** Types of the lines that the journal reads. */
export const JOURNALED_LINES = ["scim.request", "oauth.request", "org.massChange", "org.held"] as const;

/**
 * Anybody in the account may write log lines. So this takes only values in our forms, and only attribute names of the schemas.
 * @returns undefined for a line that is not for the journal, of an unknown org, or in an unknown form
 */
export function readLine(line: unknown): JournalLine | undefined {
  if (!isJson(line)) return undefined;
  const { type, orgId } = line;
  if (typeof orgId !== "string" || !isOrgId(orgId) || orgId === CANARY_ORG) return undefined;
  if (type === "org.massChange" || type === "org.held") {
    const notice = readMassChange(line);
    return notice && { kind: "massChange", orgId, notice };
  }
  if (type !== "scim.request" && type !== "oauth.request") return undefined;
  const entry = readRequest(line);
  if (entry === undefined) return undefined;
  if (entry.status < 400 && !changes(entry.op, line.method)) return { kind: "read", orgId, entry };
  return { kind: "request", orgId, entry: { ...entry, ...detailsIn(line, entry.op) } };
}

function isJson(line: unknown): line is JsonObject {
  return typeof line === "object" && line !== null && !Array.isArray(line);
}

const READING: readonly (Json | undefined)[] = ["GET", "HEAD", "OPTIONS"];

/** Granting an access token changes nobody's data. */
function changes(op: string, method: Json | undefined): boolean {
  return !READING.includes(method) && !op.endsWith(".search") && op !== "oauth.token";
}

const TIME = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const REFERENCE = /^[0-9A-Za-z]{1,64}$/;
const OPERATION = /^[a-z]{1,30}\.[A-Za-z]{1,40}$/;
const PROVIDER = /^[a-z]{1,20}$/;
const CODE = /^[a-z][A-Za-z]{0,30}(\.[A-Za-z0-9_]{1,40}){0,3}$/;
const SUBJECT = /^[\w-]{12}$/;
const QUIRK = /^[a-zA-Z]{1,40}(:[A-Za-z0-9.:$-]{1,150})?$/;
const MOST_NAMES = 20;

const RESOURCES = { User: "user", Group: "group" } as const;

/** Known for each request, and stored for requests that are only counted. */
type BasicEntry = Pick<JournalEntry, "at" | "ref" | "idp" | "op" | "status" | "skipped">;

function readRequest(line: JsonObject): BasicEntry | undefined {
  const at = timeIn(line);
  const ref = textOf(line.ref, REFERENCE);
  const op = textOf(line.op, OPERATION);
  const status = countOf(line.status);
  if (at === undefined || ref === undefined || op === undefined) return undefined;
  if (status === undefined || status < 200 || status > 599) return undefined;
  // A refused request skips no members.
  const skipped = status < 400 ? countOf(line.skippedMembers) : undefined;
  return { at, ref, idp: textOf(line.idp, PROVIDER) ?? "other", op, status, skipped };
}

function detailsIn(line: JsonObject, op: string): Omit<JournalEntry, keyof BasicEntry> {
  const resource = typeof line.resource === "string" ? own(RESOURCES, line.resource) : undefined;
  const attributes = listOf(line.attributes, (name) => attributeNames().has(name));
  const quirks = isObject(line.bent) ? listOf(Object.keys(line.bent), matches(QUIRK)) : [];
  return {
    code: textOf(line.detailCode, CODE),
    ...(attributes.length > 0 && { attributes }),
    resource: resource ?? resourceOf(op),
    resourceId: isMember(line.resourceId) ? line.resourceId : undefined,
    holderId: Array.isArray(line.holderIds) ? line.holderIds.find(isMember) : undefined,
    subject: textOf(line.subject, SUBJECT),
    tokenId: typeof line.tokenId === "string" && isTokenId(line.tokenId) ? line.tokenId : undefined,
    changed: typeof line.changed === "boolean" ? line.changed : undefined,
    ...(quirks.length > 0 && { quirks }),
    operations: isObject(line.statuses) ? operationsOf(line) : undefined,
  };
}

/** The operation names the resource type where no resource was found, above all for a refused create. */
function resourceOf(op: string): JournalEntry["resource"] {
  if (op.startsWith("users.")) return "user";
  return op.startsWith("groups.") ? "group" : undefined;
}

function operationsOf({ statuses, codes }: JsonObject): JournalEntry["operations"] {
  const ended = tallyOf(statuses, /^[1-5]\d\d$/);
  const refused = sum(ended.filter(([status]) => Number(status) >= 400));
  return { done: sum(ended) - refused, refused, codes: Object.fromEntries(tallyOf(codes, CODE)) };
}

function sum(tally: readonly (readonly [string, number])[]): number {
  return tally.reduce((total, [, count]) => total + count, 0);
}

function tallyOf(value: Json | undefined, name: RegExp): (readonly [string, number])[] {
  return Object.entries(isObject(value) ? value : {}).flatMap(([key, given]) => {
    const count = countOf(given);
    return count === undefined || !name.test(key) ? [] : [[key, count] as const];
  });
}

function readMassChange(line: JsonObject): MassChangeNotice | undefined {
  const at = timeIn(line);
  const ref = textOf(line.ref, REFERENCE);
  const [lost, roster] = [countOf(line.lost), countOf(line.roster)];
  const { kind } = line;
  if (at === undefined || ref === undefined || lost === undefined || roster === undefined) return undefined;
  return kind === "users" || kind === "members" ? { at, ref, kind, lost, roster } : undefined;
}

function timeIn({ ts }: JsonObject): string | undefined {
  const text = textOf(ts, TIME);
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text;
}

function textOf(value: Json | undefined, form: RegExp): string | undefined {
  return typeof value === "string" && form.test(value) ? value : undefined;
}

function countOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function listOf(value: Json | undefined, holds: (text: string) => boolean): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is string => typeof one === "string" && holds(one)).slice(0, MOST_NAMES);
}

function matches(form: RegExp): (text: string) => boolean {
  return (text) => form.test(text);
}

function isMember(value: Json | undefined): value is string {
  return typeof value === "string" && isMemberId(value);
}
