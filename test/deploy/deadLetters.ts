import { setTimeout as wait } from "node:timers/promises";
import { isObject, type Json } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { REVERSE_INDEX } from "../../functions/store/tableDefinition.ts";
import { type OpenStack, resourceOf } from "../aws/openStack.ts";
import type { Check, Target } from "../support/target.ts";
import { at, type Tenant } from "../support/wire.ts";
import { type Ended, rollcall } from "./cli.ts";
import { listen, received, stopListening } from "./events.ts";
import { same, wants } from "./smoke.ts";

/** From an item in the table to a letter in a queue: longer than the emulator takes. */
const PATIENCE_MS = 120_000;

/**
 * What cannot be read, and what a function fails on: from the table over stream, function and queue to the commands of
 * whoever is on call. For an emulated account: the functions are broken on purpose.
 */
export function deadLettersAreWorkedOff(stack: OpenStack): readonly Check[] {
  const account = new Account(stack);
  return [
    {
      name: "a marker and a user that cannot be read become letters, which jobs shows, and removes when they are dealt with",
      run: (target) => poisonRecords(account, target),
    },
    {
      name: "what Lambda gave up on while both functions were broken is swept and told by --retry once they are mended",
      run: (target) => brokenFunctions(account, target),
    },
  ];
}

/** What whoever is on call has at hand. */
class Account {
  readonly stack: OpenStack;

  constructor(stack: OpenStack) {
    this.stack = stack;
  }

  async jobs(...words: readonly string[]): Promise<Ended & { readonly json: Json }> {
    const { place, stackName } = this.stack;
    const ended = await rollcall(place.env, "jobs", ...words, "--json", "--stack", stackName);
    if (ended.stdout === "") throw new Error(`jobs ${words.join(" ")} ended with ${ended.code}: ${ended.stderr}`);
    return { ...ended, json: JSON.parse(ended.stdout) };
  }

  item(operation: "PutItem" | "DeleteItem", item: Record<string, string>): Promise<unknown> {
    const typed = Object.fromEntries(Object.entries(item).map(([name, text]) => [name, { S: text }]));
    const input = operation === "PutItem" ? { Item: typed } : { Key: typed };
    const { aws, outputs } = this.stack;
    return aws.json("dynamodb", `DynamoDB_20120810.${operation}`, { TableName: outputs.TableName, ...input });
  }

  async lambda(path: string, method: string, body?: unknown): Promise<Json> {
    // What Lambda answers is JSON.
    return (await this.stack.aws.rest("lambda", method, `/2015-03-31/${path}`, body)) as Json;
  }

  /** The letters that are in a queue once a wanted one is. */
  async letters(queue: "events" | "sweep", wanted: (says: string) => boolean): Promise<readonly ShownLetter[]> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(500)) {
      const views = at((await this.jobs()).json, "deadLetters");
      const view = (Array.isArray(views) ? views : []).find((one) => at(one, "queue") === queue);
      const shown = at(view, "shown");
      const letters = (Array.isArray(shown) ? shown.filter(isObject) : []).map(({ id, says }) => {
        return { id: String(id), says: String(says) };
      });
      if (letters.some(({ says }) => wanted(says))) return letters.filter(({ says }) => wanted(says));
    }
    return [];
  }
}

/** How many letters there are, those that somebody hides by working on them included. */
async function lettersHeld({ stack }: Account): Promise<number> {
  let held = 0;
  for (const name of ["events", "sweep"]) {
    const QueueUrl = resourceOf(stack, "AWS::SQS::Queue", `${name}Failures`);
    const asked = { QueueUrl, AttributeNames: COUNTS };
    const answer = (await stack.aws.json("sqs", "AmazonSQS.GetQueueAttributes", asked)) as Json;
    for (const count of COUNTS) held += Number(at(answer, `Attributes.${count}`));
  }
  return held;
}

const COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

interface ShownLetter {
  readonly id: string;
  readonly says: string;
}

async function orgOf(target: Target): Promise<{ readonly tenant: Tenant; readonly id: string }> {
  const tenant = await target.org();
  return { tenant, id: String(at((await target.admin("GET", `/orgs/${tenant.slug}`)).json, "id")) };
}

/** What became of one letter in a run with --retry. */
function outcomeOf(json: Json, id: string): Json | undefined {
  const letters = at(json, "letters");
  const found = (Array.isArray(letters) ? letters : []).find((letter) => at(letter, "id") === id);
  return at(found, "outcome");
}

async function poisonRecords(account: Account, target: Target): Promise<string[]> {
  const { id: orgId, tenant } = await orgOf(target);
  const marker = { pk: `O#${orgId}#DEAD`, sk: "poison" };
  const user = { pk: `O#${orgId}#U`, sk: "u0123456789012345678901" };
  await account.item("PutItem", { ...marker, at: new Date().toISOString() });
  await account.item("PutItem", { ...user, d: "no JSON" });
  const ofMarker = (await account.letters("sweep", (says) => says.includes(orgId)))[0]?.id ?? "none";
  const ofUser = (await account.letters("events", (says) => says.includes(user.sk)))[0]?.id ?? "none";
  const shown = await account.jobs(tenant.slug);
  const typed = `cannot be read: see npm run rollcall -- fsck ${tenant.slug} --stack `;
  const first = await account.jobs("--retry");
  await account.item("DeleteItem", marker);
  await account.item("DeleteItem", user);
  const second = await account.jobs("--retry");
  const dismissed = await account.jobs("--dismiss", ofUser);
  return [
    ...same(
      "the marker among what is open, with what to type",
      String(at(shown.json, "open.0.state")).startsWith(typed),
      true,
    ),
    ...same("the exit code while both are there", first.code, 1),
    ...same("the marker's letter then", outcomeOf(first.json, ofMarker), "stays"),
    ...same("the user's letter then", outcomeOf(first.json, ofUser), "stays"),
    ...same("the exit code once they are gone", second.code, 1),
    ...same("the marker's letter once it is gone", outcomeOf(second.json, ofMarker), "removed"),
    ...same("the user's letter, about which a person has to do something", outcomeOf(second.json, ofUser), "stays"),
    ...same("the exit code of --dismiss", dismissed.code, 0),
    ...same("letters held at the end", await lettersHeld(account), 0),
  ];
}

async function brokenFunctions(account: Account, target: Target): Promise<string[]> {
  const { tenant, id: orgId } = await orgOf(target);
  const emails = [{ type: "work", primary: true, value: "ada@example.com" }];
  const ada = { schemas: [USER_SCHEMA], userName: "ada@example.com", emails, active: true };
  const user = String(at((await tenant.request({ method: "POST", path: "/Users", body: ada })).json, "id"));
  const members = [{ value: user }];
  const crew = { schemas: [GROUP_SCHEMA], displayName: "Crew", members };
  const group = await tenant.request({ method: "POST", path: "/Groups", body: crew });
  const edgesBefore = await edges(account, orgId, user);
  const queueUrl = await listen(account.stack, "user.deleted");

  const mend: (() => Promise<unknown>)[] = [];
  for (const name of ["events", "sweep"]) {
    mend.push(await breakFunction(account, resourceOf(account.stack, "AWS::Lambda::Function", `${name}Function`)));
  }
  const deleted = await tenant.request({ method: "DELETE", path: `/Users/${user}` });
  const isPlace = (says: string): boolean => says.includes("failed until");
  const swept = await account.letters("sweep", isPlace);
  const told = await account.letters("events", isPlace);
  const open = await account.jobs(tenant.slug);
  const whileBroken = await account.jobs("--retry");
  for (const repair of mend) await repair();

  const retried = await account.jobs("--retry");
  const isDeletionTold = await isTold(account, queueUrl, user);
  await stopListening(account.stack);
  const letters = [...swept, ...told];
  return [
    ...wants("POST the group", group, 201),
    ...wants("DELETE the user", deleted, 204),
    ...(swept.length === 0 ? ["Lambda wrote no letter about the sweep"] : []),
    ...(told.length === 0 ? ["Lambda wrote no letter about events"] : []),
    ...same("the open deletion", at(open.json, "open.0.id"), user),
    ...same("the exit code while they are broken", whileBroken.code, 1),
    ...told.flatMap(({ id }) => same("a letter of events then", outcomeOf(whileBroken.json, id), "stays")),
    ...same("the exit code once they are mended", retried.code, 0),
    ...letters.flatMap(({ id, says }) => {
      const outcome = outcomeOf(retried.json, id) ?? outcomeOf(whileBroken.json, id);
      return same(says, outcome, "removed");
    }),
    ...same("that the deletion is told", isDeletionTold, true),
    ...same("edges before", edgesBefore, 1),
    ...same("letters held at the end", await lettersHeld(account), 0),
    ...same("edges of the deleted user", await edges(account, orgId, user), 0),
  ];
}

/**
 * Has a function fail at its start, and Lambda give up on it at once: by a version of it that lacks a setting, in the place of the
 * one in force. @returns what puts it right
 */
async function breakFunction(account: Account, name: string): Promise<() => Promise<unknown>> {
  const live = `functions/${name}/aliases/live`;
  const whole = at(await account.lambda(live, "GET"), "FunctionVersion");
  const settings = await account.lambda(`functions/${name}/configuration`, "GET");
  const Variables = at(settings, "Environment.Variables");
  const mappings = await account.lambda(`event-source-mappings/?FunctionName=${name}:live`, "GET");
  const mapping = `event-source-mappings/${String(at(mappings, "EventSourceMappings.0.UUID"))}`;
  const patience = at(mappings, "EventSourceMappings.0.MaximumRecordAgeInSeconds");
  const { TABLE_NAME: _table, ...others } = isObject(Variables) ? Variables : {};
  await account.lambda(`functions/${name}/configuration`, "PUT", { Environment: { Variables: others } });
  const broken = at(await account.lambda(`functions/${name}/versions`, "POST", {}), "Version");
  await account.lambda(live, "PUT", { FunctionVersion: broken });
  await account.lambda(mapping, "PUT", { MaximumRecordAgeInSeconds: 1 });
  return async () => {
    await account.lambda(`functions/${name}/configuration`, "PUT", { Environment: { Variables } });
    await account.lambda(live, "PUT", { FunctionVersion: whole });
    await account.lambda(`functions/${name}?Qualifier=${String(broken)}`, "DELETE");
    await account.lambda(mapping, "PUT", { MaximumRecordAgeInSeconds: patience });
  };
}

async function isTold({ stack }: Account, queueUrl: string, id: string): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(250)) {
    if ((await received(stack.aws, queueUrl)).some((body) => body.includes(id))) return true;
  }
  return false;
}

/** How many memberships of a user the reverse index still shows. */
async function edges({ stack }: Account, orgId: string, userId: string): Promise<number> {
  const { aws, outputs } = stack;
  const answer = await aws.json("dynamodb", "DynamoDB_20120810.Query", {
    TableName: outputs.TableName,
    IndexName: REVERSE_INDEX,
    KeyConditionExpression: "g1p = :reverse",
    ExpressionAttributeValues: { ":reverse": { S: `O#${orgId}#R#${userId}` } },
  });
  return Number(at(answer as Json, "Count"));
}
