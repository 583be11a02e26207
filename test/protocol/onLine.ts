import { test } from "@jest/globals";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { memoryTarget } from "../support/memoryTarget.ts";
import type { OrgRules } from "../support/target.ts";
import type { WireRequest } from "../support/wire.ts";
import { expectNothing } from "./onWire.ts";
import { Client, clientOf, type Expected } from "./rows/client.ts";

type Line = Readonly<Record<string, unknown>>;

/** A conversation with one org of which the log lines are looked at as well. */
class RecordedClient extends Client {
  readonly #lines: readonly Line[];

  constructor({ target, tenant }: Client, lines: readonly Line[]) {
    super(target, tenant);
    this.#lines = lines;
  }

  /** As `say`, and the line records exactly these quirks, with how often each happened. */
  async recording(title: string, request: WireRequest, expected: Expected, quirks: JsonObject): Promise<void> {
    await this.say(title, request, expected);
    this.expect(`${title}: quirks`, { $exactly: quirks }, quirksOf(this.#lines.at(-1)));
  }
}

/**
 * Declares tests over a new org each, empty of differences at their end.
 * @param rules of their orgs; by default those of a new one
 */
export function onLine(rules?: OrgRules): (title: string, run: (scim: RecordedClient) => Promise<void>) => void {
  return (title, run) =>
    test(title, async () => {
      const lines: Line[] = [];
      const target = memoryTarget((line) => lines.push(line));
      const scim = new RecordedClient(await clientOf(target, rules), lines);
      await run(scim);
      expectNothing(scim);
    });
}

function quirksOf(line: Line | undefined): Json {
  const bent: unknown = line?.bent ?? {};
  const json: Json = JSON.parse(JSON.stringify(bent));
  return isObject(json) ? json : {};
}
