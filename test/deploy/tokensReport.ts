import { AwsV4Signer } from "aws4fetch";
import type { Json } from "../../functions/scim/json.ts";
import type { Check } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { CREDENTIALS } from "./deployment.ts";
import { readLogs } from "./logs.ts";

/** As the schedule would call it: the emulator's day is too long to wait for. */
export function tokensAreReported(endpoint: string): Check {
  return {
    name: "the daily report of tokens reads every org and writes its line with both metrics",
    run: async (target) => {
      await target.org();
      const listed: Json = JSON.parse(await call(`${endpoint}/2015-03-31/functions/`, "GET"));
      const functions = at(listed, "Functions");
      const names = (Array.isArray(functions) ? functions : []).map((one) => String(at(one, "FunctionName")));
      const name = names.find((one) => one.includes("tokensReport"));
      if (name === undefined) return [`no function of the report among ${names.join(", ")}`];
      const answer = await call(`${endpoint}/2015-03-31/functions/${name}/invocations`, "POST", "{}");
      const lines = (await readLogs(endpoint)).filter((line) => line.includes('"type":"tokens.report"'));
      const told: Json = JSON.parse(lines.at(-1) ?? "null");
      return [
        ...(/errorMessage/.test(answer) ? [`it failed: ${answer.slice(0, 300)}`] : []),
        ...(Number(at(told, "orgs")) > 0 ? [] : [`it looked at no org: ${lines.at(-1)}`]),
        ...(at(told, "TokenDaysSinceUse") === 0 ? [] : ["it tells no days since use"]),
      ];
    },
  };
}

async function call(url: string, method: string, body?: string): Promise<string> {
  const signed = await new AwsV4Signer({ method, url, body, service: "lambda", ...CREDENTIALS }).sign();
  const response = await fetch(signed.url, { method, headers: signed.headers, body });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.text();
}
