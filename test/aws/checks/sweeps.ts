import { GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { same } from "../../deploy/smoke.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { json } from "./deployed.ts";
import { patiently } from "./patience.ts";

/** From a write to what the stream's functions make of it. */
const PATIENCE = { seconds: 90, everyMs: 1000 };
const MEMBERS = 20;

/** 25 requests. IAM lets the sweep do both, or the memberships stay: a user's leave in transactions with their groups. */
export const sweeps: LiveCheck = {
  name: "the memberships of a deleted user and of a deleted group are swept behind the answer",
  run: sweep,
};

async function sweep(stack: LiveStack): Promise<Finding> {
  const tenant = await stack.target.org();
  const members: { readonly value: string }[] = [];
  for (let n = 0; n < MEMBERS; n++) members.push({ value: await createUser(tenant, `member${n}@example.com`) });
  const body = { schemas: [GROUP_SCHEMA], displayName: "Crew", members };
  const group = idOf(await tenant.request({ method: "POST", path: "/Groups", body }));
  const left = () => edgesOf(stack, tenant.token, group);
  const before = await left();
  await tenant.request({ method: "DELETE", path: `/Users/${members[0]?.value}` });
  const userSwept = await patiently(async () => ((await left()) === MEMBERS - 1 ? true : undefined), PATIENCE);
  await tenant.request({ method: "DELETE", path: `/Groups/${group}` });
  const deleted = Date.now();
  const swept = await patiently(async () => ((await left()) === 0 ? Date.now() : undefined), PATIENCE);
  return {
    differences: [
      ...same("edges before the deletions", before, MEMBERS),
      ...(userSwept === undefined
        ? [`the membership of a deleted user is left after ${PATIENCE.seconds} seconds`]
        : []),
      ...(swept === undefined
        ? [`${await left()} of ${MEMBERS} edges are left after ${PATIENCE.seconds} seconds`]
        : []),
    ],
    figures:
      swept === undefined ? [] : [{ name: `${MEMBERS} memberships swept after`, value: swept - deleted, unit: "ms" }],
  };
}

/** As functions/store/SCHEMA.md keeps them; the org's id stands in its token (product.md 5.4). */
async function edgesOf({ aws, outputs }: LiveStack, token: string, group: string): Promise<number> {
  const answer = await aws.json("dynamodb", "DynamoDB_20120810.Query", {
    TableName: outputs.TableName,
    ConsistentRead: true,
    Select: "COUNT",
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: `O#${token.split("_")[1]}#M#${group}` } },
  });
  return Number(at(json(answer), "Count"));
}

async function createUser(tenant: Tenant, userName: string): Promise<string> {
  const emails = [{ type: "work", primary: true, value: userName }];
  const body = { schemas: [USER_SCHEMA], userName, emails, active: true };
  return idOf(await tenant.request({ method: "POST", path: "/Users", body }));
}

function idOf(answer: Answer): string {
  if (answer.status !== 201) throw new Error(`a POST was answered with ${answer.status}: ${answer.text.slice(0, 200)}`);
  return String(at(answer.json, "id"));
}
