import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { memoryTarget } from "../support/memoryTarget.ts";
import type { OrgRules } from "../support/target.ts";
import type { WireRequest } from "../support/wire.ts";
import { expectNothing } from "./onWire.ts";
import { type Client, clientOf, type Expected } from "./rows/client.ts";

/** A conversation with one org of which the log lines are looked at as well. */
export interface Recorded {
  readonly scim: Client;
  /** As `scim.say`, and the line records exactly these quirks, with how often each happened. */
  recording(title: string, request: WireRequest, expected: Expected, quirks: JsonObject): Promise<void>;
}

/** A test over a new org, empty of differences at its end. Its rules are those of a new org where none are given. */
export function onLine(run: (recorded: Recorded) => Promise<void>, rules?: OrgRules): () => Promise<void> {
  return async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const scim = await clientOf(
      memoryTarget((line) => lines.push(line)),
      rules,
    );
    await run({
      scim,
      recording: async (title, request, expected, quirks) => {
        await scim.say(title, request, expected);
        scim.expect(`${title}: quirks`, { $exactly: quirks }, quirksOf(lines.at(-1)));
      },
    });
    expectNothing(scim);
  };
}

function quirksOf(line: Readonly<Record<string, unknown>> | undefined): Json {
  const bent: unknown = line?.bent ?? {};
  const json: Json = JSON.parse(JSON.stringify(bent));
  return isObject(json) ? json : {};
}
