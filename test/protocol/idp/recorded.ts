import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import type { OrgRules } from "../../support/target.ts";

/**
 * One recorded request, or a script of several. Text may hold `{{name}}`: the id of a user or group of `state`, or what
 * a step remembered; `{{name.userName}}`, `{{name.userName.upper}}`, `{{tenantUrl}}`; `#` inside the braces, or `{{#}}`,
 * is the number of the repetition of a parallel step. A text that is one placeholder takes its JSON value.
 */
export interface Recorded extends Partial<Step> {
  readonly note: string;
  readonly client: string;
  /** Which piece of the collected evidence this restates, e.g. `payloads/entra-create`, `okta-spec/3`. */
  readonly restates?: readonly string[];
  readonly rules?: OrgRules;
  readonly state?: State;
  readonly steps?: readonly Step[];
}

/** What exists before the first request, in an org of its own. */
export interface State {
  /** Members are laid over an ordinary user; `$absent` takes one away. */
  readonly users?: Readonly<Record<string, JsonObject>>;
  /** `crowd: {"prefix": "m", "count": 20}` makes m1 … m20. */
  readonly crowd?: { readonly prefix: string; readonly count: number };
  /** `members` holds names of users or groups made before. */
  readonly groups?: Readonly<Record<string, JsonObject>>;
  /** Names of what was deleted again: their ids are known, but stand for nobody. */
  readonly deleted?: readonly string[];
}

export interface Step {
  readonly note?: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly request?: Json;
  readonly status: number | readonly number[];
  readonly response?: Json;
  /** Names in lower case. */
  readonly responseHeaders?: JsonObject;
  /** Name → dotted path in the answer. */
  readonly remember?: Readonly<Record<string, string>>;
  /** Read afterwards: a partial expectation, `$gone`, or `$unchanged` (not even its version). */
  readonly stateAfter?: Readonly<Record<string, Json>>;
  /** That many copies of the request at the same moment. */
  readonly parallel?: number;
  /** Once for each, in order; `{{each.name}}` gives its members. */
  readonly each?: readonly JsonObject[];
  /** Instead of one request: read all pages of `path`, `count` at a time, expecting `total` resources. */
  readonly walk?: { readonly count: number; readonly total: number };
  /** Instead of one request: a client's load, this many requests in all, driven without a pause. */
  readonly mix?: { readonly requests: number; readonly inFlight: number };
}

const FOLDER = fileURLToPath(new URL("recorded/", import.meta.url));

/** All recorded requests, file by file. */
export function recorded(): Recorded[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(FOLDER + name, "utf8")) as Recorded[]);
}
