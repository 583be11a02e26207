import { isObject } from "../../../functions/scim/json.ts";
import { type AdminClient, adminPath } from "../adminClient.ts";
import type { CallerRemedy, Remedy } from "../errors/consoles.ts";
import { ruleOf, SKIPPED_MEMBERS } from "../errors/errors.ts";
import { gatewayRemedy } from "../errors/gateway.ts";
import { secondsOf } from "../options.ts";
import type { Place } from "../place.ts";
import { withCommands } from "../printedCommand.ts";
import { Refused, UsageError } from "../refused.ts";
import { around, changesBefore } from "./around.ts";
import { type FoundLine, type LogReader, pastedReferences, type Reference, textAt } from "./logReader.ts";
import { type RefusedOperations, refusedOperations, remedyOf } from "./remedyOf.ts";

export const EXPLAIN_SINCE = "14d";

/** Each reference asks the log several times. */
const REFERENCES_MOST = 5;

export interface Explanation {
  readonly reference: string;
  readonly line: FoundLine;
  readonly remedy: Remedy | CallerRemedy | undefined;
  readonly rule: { readonly name: string; readonly value: string | undefined } | undefined;
  readonly around: readonly FoundLine[];
  /** Operators' earlier changes, where the state of the org or its token was the cause. */
  readonly changes: readonly FoundLine[];
  /** The refused operations of a bulk request. */
  readonly operations: readonly RefusedOperations[];
}

interface ExplainMeans {
  readonly place: Place;
  /** The admin API, for the org's rules. */
  connect(): Promise<AdminClient>;
  /** Opens the log. */
  open(): Promise<LogReader>;
}

export interface Explanations {
  readonly found: readonly Explanation[];
  /** A sentence for each reference that was not found. */
  readonly missing: readonly string[];
  /** References beyond one run's limit. */
  readonly rest: readonly string[];
  /** Whether the text had more than one reference. */
  readonly several: boolean;
}

/**
 * Explains the requests whose references are in a text: a single reference, or a pasted error.
 * @param since how far back to look, e.g. `12h`
 * @throws UsageError, Refused where the text has one reference and nothing is found
 */
export async function explainText(means: ExplainMeans, text: string, since: string): Promise<Explanations> {
  const references = pastedReferences(text);
  if (references.length === 0) {
    throw new UsageError(
      "That text has no reference. It follows “ref:” at the end of an error, for example 0a1b2c3d4e5f, or JKJaXmPLvHcESHA= if API Gateway answered.",
    );
  }
  const to = Date.now();
  const from = to - 1000 * secondsOf("since", since);
  const log = await means.open();
  const found: Explanation[] = [];
  const missing: string[] = [];
  for (const reference of references.slice(0, REFERENCES_MOST)) {
    try {
      const line = await lineBehind(log, reference, from, to);
      found.push({
        ...(await explained(means, log, reference, line)),
        changes: await changesBefore(log, line, from),
        operations: refusedOperations(line, text).map((refused) => ({
          ...refused,
          remedy: remedyAt(means.place, textAt(line, "org"), refused.remedy),
        })),
      });
    } catch (error) {
      if (!(error instanceof Refused) || references.length === 1) throw error;
      missing.push(error.message);
    }
  }
  const rest = references.slice(REFERENCES_MOST).map((one) => one.text);
  return { found, missing, rest, several: references.length > 1 };
}

/** @throws Refused that says where it looked, and why the line may be elsewhere */
async function lineBehind(log: LogReader, reference: Reference, from: number, to: number): Promise<FoundLine> {
  const { field, text } = reference;
  const lines = await log.find({ equal: { [field]: text }, from, to, most: 5 });
  // Workers' lines carry the request's reference too; the request's own line has a status.
  const line = lines.find(({ status }) => status !== undefined) ?? lines[0];
  if (line !== undefined) return line;
  const [access] = await log.gateway(reference, from, to);
  if (access !== undefined) return { type: "gateway.access", ts: timeOfAccess(access), ...access };
  const days = Math.round((to - from) / 86_400_000);
  const reasons = [
    ...log.gaps,
    days < 1 ? "It may be older: give a longer --since." : `It may be older than ${days} days: give a longer --since.`,
  ];
  throw new Refused(
    `No line with the reference ${text} is in ${log.name}.\n${reasons.map((one) => `  ${one}`).join("\n")}`,
  );
}

function timeOfAccess(line: FoundLine): string {
  const at = Number(line.requestTimeEpoch);
  return Number.isFinite(at) ? new Date(at).toISOString() : "";
}

async function explained(
  means: ExplainMeans,
  log: LogReader,
  { text: reference }: Reference,
  line: FoundLine,
): Promise<Omit<Explanation, "changes" | "operations">> {
  const access = line.type === "gateway.access";
  const known = access ? gatewayRemedy(textAt(line, "errorResponseType")) : remedyOf(line);
  const remedy = known === undefined ? undefined : remedyAt(means.place, textAt(line, "org"), known);
  return { reference, line, remedy, rule: await ruleAt(means, line), around: await around(log, line) };
}

/** With commands for this place. */
function remedyAt(place: Place, org: string, remedy: Remedy | CallerRemedy): Remedy | CallerRemedy {
  const typed = (text: string): string => withCommands(text, place, org);
  if ("caller" in remedy) return { ...remedy, caller: typed(remedy.caller) };
  return { ...remedy, entra: typed(remedy.entra), okta: typed(remedy.okta), elsewhere: typed(remedy.elsewhere) };
}

/** The rule's present value; without access to the settings, only its name. */
async function ruleAt(means: ExplainMeans, line: FoundLine): Promise<Explanation["rule"]> {
  const name = remedyOf(line) === SKIPPED_MEMBERS ? "unknownMembers" : ruleOf(textAt(line, "detailCode"));
  const org = textAt(line, "org");
  if (name === undefined || org === "") return undefined;
  try {
    const client = await means.connect();
    const { rules } = await client.call("GET", adminPath("orgs", org));
    return { name, value: isObject(rules) ? String(rules[name]) : undefined };
  } catch (error) {
    if (error instanceof Refused || error instanceof UsageError) return { name, value: undefined };
    throw error;
  }
}
