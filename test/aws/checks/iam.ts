import { REVERSE_INDEX } from "../../../functions/store/tableDefinition.ts";
import { elementOf } from "../../support/xmlAnswers.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { type DeployedFunction, functionsOf } from "./asking.ts";
import {
  type Having,
  ITEM_ACTIONS,
  NEVER_ELSEWHERE,
  NEVER_ON_THE_INDEX,
  NEVER_ON_THE_TABLE,
  type Right,
  rightsOf,
} from "./rights.ts";

/** One question to IAM, and what it has to say. */
export interface Question {
  /** For the report: `users, tokens`. */
  readonly says: string;
  readonly actions: readonly string[];
  readonly resource: string;
  /** `dynamodb:LeadingKeys` of the request; undefined: it has none. */
  readonly keys: readonly string[] | undefined;
  readonly allowed: readonly string[];
}

/** About 440 calls, each evaluating up to 11 actions. Nothing is done: IAM says what it would answer. */
export const iam: LiveCheck = { name: "IAM allows each function what it needs and nothing else", run: simulateAll };

async function simulateAll(stack: LiveStack): Promise<Finding> {
  const differences: string[] = [];
  let decided = 0;
  const functions = await functionsOf(stack);
  const has = (wanted: string) => functions.some(({ name }) => name === wanted);
  const having = { webhooks: has("webhooks"), portal: has("portal"), roles: has("roles") };
  for (const deployed of functions) {
    const questions = questionsAbout(deployed, stack.outputs.TableName, having);
    if (questions.length === 0) differences.push(`test/aws/checks/rights.ts has no row for ${deployed.name}`);
    for (const question of questions) {
      const parameters = parametersOf(deployed.role, question);
      const xml = await stack.aws.query("iam", "2010-05-08", "SimulatePrincipalPolicy", parameters);
      differences.push(...judged(question, xml));
      decided += question.actions.length;
    }
  }
  return { differences, figures: [{ name: "decisions of IAM that were compared", value: decided, unit: "" }] };
}

/** All that is asked about one function. */
export function questionsAbout(
  { arn, logGroup, name }: DeployedFunction,
  tableName: string,
  having?: Having,
): Question[] {
  const rights = rightsOf(name, having);
  if (rights === undefined) return [];
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  const filled = (template: string): string =>
    template.replace("{partition}", partition).replace("{region}", region).replace("{account}", account);
  const table = filled(`arn:{partition}:dynamodb:{region}:{account}:table/${tableName}`);
  const index = `${table}/index/${REVERSE_INDEX}`;
  const ofKey =
    (resource: string, where: string, actions: readonly string[]) =>
    ({ allowed, key, space }: Right) => ({
      says: `${name}, ${space}${where}`,
      actions,
      resource,
      keys: [key],
      allowed,
    });
  const log = filled(`arn:{partition}:logs:{region}:{account}:log-group:${logGroup}:log-stream:one`);
  return [
    ...rights.table.map(ofKey(table, "", ITEM_ACTIONS)),
    ...rights.index.map(ofKey(index, " in the index", ["dynamodb:Query"])),
    ...mixed(name, table, rights.table),
    ...[table, index].map((resource) => ({
      says: `${name}, ${resource === table ? "the table" : "the index"}`,
      actions: resource === table ? NEVER_ON_THE_TABLE : NEVER_ON_THE_INDEX,
      resource,
      // These name no keys, and a condition with ForAllValues is true of such a request.
      keys: undefined,
      allowed: [],
    })),
    ...NEVER_ELSEWHERE.map(([action, template]) => ({
      says: `${name}, ${template.split(":").slice(5).join(":")}`,
      actions: [action],
      resource: filled(template),
      keys: action.startsWith("dynamodb:") ? [rights.table[0]?.key ?? ""] : undefined,
      allowed: [],
    })),
    {
      says: `${name}, its own log`,
      actions: ["logs:PutLogEvents"],
      resource: log,
      keys: undefined,
      allowed: ["logs:PutLogEvents"],
    },
  ];
}

/** A request at several keys may do what it may do at each of them: one key that is allowed must not let another in. */
function mixed(name: string, resource: string, rights: readonly Right[]): Question[] {
  return ITEM_ACTIONS.flatMap((action) => {
    const [may, mayNot] = [true, false].map((wanted) =>
      rights.find(({ allowed }) => allowed.includes(action) === wanted),
    );
    if (may === undefined || mayNot === undefined || !action.includes("Batch")) return [];
    const keys = [may.key, mayNot.key];
    return [
      { says: `${name}, ${may.space} together with ${mayNot.space}`, actions: [action], resource, keys, allowed: [] },
    ];
  });
}

/**
 * The keys are always given where the condition asks for them: `ForAllValues` is true when the request has no such key, so a
 * simulation without it would allow everything, and with a forgotten one this check would be blind.
 * Source: IAM API Reference, SimulatePrincipalPolicy (`ContextEntries`); IAM User Guide, "Set operators for multivalued keys".
 */
export function parametersOf(role: string, { actions, keys, resource }: Question): Record<string, string> {
  const numbered = (prefix: string, values: readonly string[]) =>
    Object.fromEntries(values.map((value, place) => [`${prefix}.member.${place + 1}`, value]));
  const entry = "ContextEntries.member.1";
  return {
    PolicySourceArn: role,
    ...numbered("ActionNames", actions),
    ...numbered("ResourceArns", [resource]),
    ...(keys === undefined
      ? {}
      : {
          [`${entry}.ContextKeyName`]: "dynamodb:LeadingKeys",
          [`${entry}.ContextKeyType`]: "stringList",
          ...numbered(`${entry}.ContextKeyValues`, keys),
        }),
  };
}

/** @param xml SimulatePrincipalPolicy's answer */
export function judged({ actions, allowed, says }: Question, xml: string): string[] {
  const decisions = decisionsIn(xml);
  const cut = elementOf(xml, "IsTruncated") === "true" ? [`${says}: IAM's answer was cut off`] : [];
  return [
    ...cut,
    ...actions.flatMap((action) => {
      const decision = decisions.get(action);
      if (decision === undefined) return [`${says}: IAM did not decide on ${action}`];
      const wanted = allowed.includes(action);
      if (wanted === (decision === "allowed")) return [];
      return [`${says}: ${action} is ${decision}, ${wanted ? "and it is needed" : "and it must be denied"}`];
    }),
  ];
}

/**
 * By action. Each result names its action and its decision once: those of single resources and of policy types have other names.
 * Source: IAM API Reference, EvaluationResult.
 */
function decisionsIn(xml: string): ReadonlyMap<string, string> {
  const texts = (name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) => text ?? "");
  const [actions, decisions] = [texts("EvalActionName"), texts("EvalDecision")];
  if (actions.length !== decisions.length) return new Map();
  return new Map(actions.map((action, place) => [action, decisions[place] ?? ""]));
}
