import { type JsonObject, objectIn } from "../../functions/scim/json.ts";
import { CANARY_ORG } from "../../functions/store/canaryKeys.ts";
import { type OpenStack, openStack, resourceOf } from "../aws/openStack.ts";
import { SEEDED } from "../support/canaryFaults.ts";
import { type Meddling, type Message, startFaultyProxy } from "../support/faultyProxy.ts";
import { share } from "../support/proof.ts";
import type { Check } from "../support/target.ts";

/** test/local/canary.test.ts has all of them. */
const SEEDED_HERE = share(SEEDED, 3);

/**
 * Against the stack with the canary. The function is led through a proxy on this machine, by the host name that API Gateway has; what
 * the proxy does wrong, a run has to name.
 */
export function canarySings({ outputs, place, stackName }: OpenStack): Check {
  return {
    name: `the canary is green, turns red for each of ${SEEDED_HERE.length} seeded faults by name, and leaves no item`,
    run: async () => {
      const { aws, resources } = await openStack(place, stackName);
      const name = resourceOf({ resources }, "AWS::Lambda::Function", "canaryFunction");
      const proxy = await startFaultyProxy(Number(new URL(place.reachable(outputs.AdminUrl)).port));
      const play = async (event: object = {}): Promise<JsonObject> =>
        objectIn(
          JSON.stringify(await aws.rest("lambda", "POST", `/2015-03-31/functions/${name}/invocations`, event)),
        ) ?? {};
      try {
        const { hostname, pathname } = new URL(outputs.AdminUrl);
        const host = `${hostname.split(".")[0]}.execute-api.localhost:${new URL(proxy.url).port}`;
        await changeVariable(aws, name, `http://${host}${pathname.replace("/admin/v1", "/scim/v2")}`);
        proxy.meddling = overHttp({});
        const well = await play({ org: "acme", url: "http://elsewhere.example" });
        const found = well.outcome === "green" ? [] : [`it is not green: ${JSON.stringify(well)}`];
        for (const { faults, meddling, says, step } of SEEDED_HERE) {
          proxy.meddling = overHttp(meddling);
          const { outcome, ...seen } = await play();
          const due = JSON.stringify({ faults, step });
          if (outcome === "red" && JSON.stringify({ faults: seen.faults, step: seen.step }) === due) continue;
          found.push(`where ${says}, ${due} was due, ${outcome} ${JSON.stringify(seen)} came`);
        }
        return [...found, ...(await leftBehind(aws, outputs.TableName))];
      } finally {
        await proxy.close();
      }
    },
  };
}

/** The emulator's API Gateway takes every address for https unless a header says otherwise. */
function overHttp(meddling: Meddling): Meddling {
  const request = (message: Message): Message => {
    const sent = { ...message, headers: { ...message.headers, "x-forwarded-proto": "http" } };
    return meddling.request?.(sent) ?? sent;
  };
  return { ...meddling, request };
}

async function changeVariable(aws: OpenStack["aws"], name: string, url: string): Promise<void> {
  const path = `/2015-03-31/functions/${name}/configuration`;
  // The shape is that of the Lambda API reference.
  const { Environment } = (await aws.rest("lambda", "GET", path)) as { readonly Environment: { Variables: object } };
  const Variables = { ...Environment.Variables, CANARY_URL: url };
  await aws.rest("lambda", "PUT", path, { Environment: { Variables } });
}

async function leftBehind(aws: OpenStack["aws"], TableName: string): Promise<string[]> {
  const found: string[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const page = (await aws.json("dynamodb", "DynamoDB_20120810.Scan", {
      TableName,
      ConsistentRead: true,
      ProjectionExpression: "pk, sk, d",
      ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      // The shape is that of the DynamoDB API reference.
    })) as { readonly Items: readonly object[]; readonly LastEvaluatedKey?: unknown };
    found.push(...page.Items.map((item) => JSON.stringify(item)).filter((item) => item.includes(CANARY_ORG)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found.map((item) => `left behind: ${item.slice(0, 200)}`);
}
