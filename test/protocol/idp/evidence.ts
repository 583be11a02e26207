import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Json } from "../../../functions/scim/json.ts";

/** The collected evidence beside this repository. A clone stands alone: the recorded requests say the same in our words. */
const FOLDER = fileURLToPath(new URL("../../../../shared/idp/", import.meta.url));

export const EVIDENCE_IS_HERE = existsSync(`${FOLDER}payloads.json`);

/** One request of Okta's suites as somebody normalised it. */
export interface SuiteRequest {
  readonly n: number;
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly assertions: readonly SuiteAssertion[];
  readonly captures: readonly { readonly name: string | null; readonly property: string }[];
}

export interface SuiteAssertion {
  readonly source: "response_status" | "response_json" | "response_time";
  readonly property?: string;
  readonly comparison: string;
  readonly value?: string | number;
}

export function suiteRequests(file: "okta-spec-test" | "okta-crud"): readonly SuiteRequest[] {
  return read<{ requests: SuiteRequest[] }>(`${file}.normalized.json`).requests;
}

/** Id → method of its request. */
export function payloadCases(): ReadonlyMap<string, string> {
  const { cases } = read<{ cases: { id: string; request: { method: string } }[] }>("payloads.json");
  return new Map(cases.map(({ id, request }) => [id, request.method]));
}

/** `client/scenario` of every script in which the client sends something. */
export function sequenceNames(): readonly string[] {
  const { sequences } = read<{ sequences: { client: string; scenario: string; steps: object[] }[] }>("sequences.json");
  return sequences
    .filter(({ steps }) => steps.some((step) => !("server_answers" in step)))
    .map(({ client, scenario }) => `${client}/${scenario}`);
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(FOLDER + name, "utf8")) as T;
}
