import { readFileSync } from "node:fs";
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { OpenStack } from "../aws/openStack.ts";
import type { Check } from "../support/target.ts";
import { type Ended, rollcall } from "./cli.ts";
import { CREDENTIALS, type Deployment } from "./deployment.ts";

const USER = { emails: [{ type: "work", primary: true, value: "after@example.com" }] };

const RUNBOOK = readFileSync(new URL("../../lib/docs/RUNBOOK.md", import.meta.url), "utf8");

/**
 * The runbook's restore, from the stop of all organizations to the deployment on the new table. It changes the stack, so
 * nothing comes after it.
 */
export function restoreIsPlayed({ aws, outputs, place }: OpenStack, deployment: Deployment): Check {
  return {
    name: "stop --all, restore and a deployment bring everybody back on a table that has all a restore leaves out",
    run: async (target) => {
      const { env } = place;
      const tenant = await target.org();
      const post = (userName: string) =>
        tenant.request({ method: "POST", path: "/Users", body: { schemas: [USER_SCHEMA], ...USER, userName } });
      const before = await post("before@example.com");
      // The emulator's CloudFormation does not switch it on, which the template asks for.
      const on = { PointInTimeRecoveryEnabled: true };
      const recovery = { TableName: outputs.TableName, PointInTimeRecoverySpecification: on };
      await aws.json("dynamodb", "DynamoDB_20120810.UpdateContinuousBackups", recovery);
      const stopped = await rollcall(env, ...printed("stop"));
      const refused = await post("meanwhile@example.com");
      const to = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      const words = printed("restore").map((word) => (/^\d{4}-.*Z$/.test(word) ? to : word));
      const foreseen = await rollcall(env, ...words, "--dry-run");
      const restored = await rollcall(env, ...words, "--json");
      const stream = /"streamArn": "([^"]+)"/.exec(restored.stdout)?.[1];
      if (stream === undefined) return [...ended("stop", stopped), ...ended("restore", restored)];
      const faults = await faultsOf(place.env, /"table": "([^"]+)"/.exec(restored.stdout)?.[1]);
      await deployment.deploy("-c", `tableStreamArn=${stream}`);
      const still = await post("still@example.com");
      const started = await rollcall(env, ...printed("start"));
      const found = await tenant.request({ method: "GET", path: "/Users?filter=userName%20sw%20%22%22" });
      const after = await post("after@example.com");
      return [
        ...ended("stop", stopped),
        ...ended("start", started),
        ...faults,
        ...(before.status === 201 ? [] : [`before the stop: ${before.status}`]),
        ...[refused, still].flatMap(({ status }) => (status >= 500 || status === 429 ? [] : [`stopped: ${status}`])),
        ...(foreseen.stdout.includes(outputs.TableName)
          ? []
          : [`--dry-run said: ${foreseen.stdout}${foreseen.stderr}`]),
        ...(JSON.stringify(found.json).includes("before@example.com")
          ? []
          : [`not restored: ${found.status} ${JSON.stringify(found.json)}`]),
        ...(after.status === 201 ? [] : [`after the start: ${after.status} ${JSON.stringify(after.json)}`]),
      ];
    },
  };
}

/** The command as the runbook has it, for the stack Rollcall. */
function printed(command: string): string[] {
  const call = new RegExp(`rollcall -- (${command} (?!.*--dry-run).*)$`, "m").exec(RUNBOOK)?.[1];
  if (call === undefined) throw new Error(`the runbook does not print ${command}`);
  return call.split(" ");
}

async function faultsOf(env: NodeJS.ProcessEnv, TableName: string | undefined): Promise<string[]> {
  const client = new DynamoDBClient({
    endpoint: env.AWS_ENDPOINT_URL,
    region: CREDENTIALS.region,
    credentials: CREDENTIALS,
  });
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    const has = {
      protection: Table?.DeletionProtectionEnabled === true,
      stream: Table?.StreamSpecification?.StreamViewType === "NEW_AND_OLD_IMAGES",
      timeToLive: TimeToLiveDescription?.AttributeName === "ttl",
      recovery: ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED",
    };
    return Object.entries(has).flatMap(([name, there]) => (there ? [] : [`the restored table has no ${name}`]));
  } finally {
    client.destroy();
  }
}

function ended(what: string, { code, stderr, stdout }: Ended): string[] {
  return code === 0 ? [] : [`${what} ended with ${code}: ${stdout}${stderr}`];
}
