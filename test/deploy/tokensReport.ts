import type { Json } from "../../functions/scim/json.ts";
import type { LiveStack } from "../aws/liveStack.ts";
import { resourceOf } from "../aws/openStack.ts";
import { eventually } from "../local/processes.ts";
import type { Check } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { LOG_PATIENCE_MS, readLogs } from "./logs.ts";

/** As the schedule would call it: a day is too long to wait for. */
export function tokensAreReported(stack: LiveStack): Check {
  return {
    name: "the daily report of tokens reads every org and writes its line with both metrics",
    run: async (target) => {
      await target.org();
      const name = resourceOf(stack, "AWS::Lambda::Function", "tokensReport");
      const report = async (): Promise<string> =>
        JSON.stringify(await stack.aws.rest("lambda", "POST", `/2015-03-31/functions/${name}/invocations`, {}));
      const answer = await report();
      if (/errorMessage/.test(answer)) return [`it failed: ${answer.slice(0, 300)}`];
      const line = await eventually(async () => {
        const lines = await readLogs(stack, '{ $.type = "tokens.report" }');
        const found = lines.findLast((one) => one.includes('"type":"tokens.report"'));
        // An emulator that is short of time may keep no line of a call.
        if (found === undefined) await report();
        return found;
      }, LOG_PATIENCE_MS);
      const told: Json = JSON.parse(line);
      return [
        ...(Number(at(told, "orgs")) > 0 ? [] : [`it looked at no org: ${line}`]),
        ...(at(told, "TokenDaysSinceUse") === 0 ? [] : ["it tells no days since use"]),
      ];
    },
  };
}
