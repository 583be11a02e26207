import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { canonical, differences } from "../../support/expectation.ts";
import { type Check, type CheckResult, runChecks, type Target } from "../../support/target.ts";
import { type Answer, at } from "../../support/wire.ts";
import { mixedLoad, walkPages } from "./load.ts";
import { type Recorded, recorded, type Step } from "./recorded.ts";
import { Setup } from "./setup.ts";
import { wireFaults } from "./wireFaults.ts";

/** Every recorded request, or those given, as a check, in an org of its own each. */
export function replays(of: readonly Recorded[] = recorded()): Check[] {
  return of.map((one) => ({ name: `${one.client}: ${one.note}`, run: (target) => replay(one, target) }));
}

/** @param report called when a replay ends */
export function runReplays(target: Target, report?: (result: CheckResult) => void): Promise<CheckResult[]> {
  return runChecks(target, replays(), report);
}

async function replay(one: Recorded, target: Target): Promise<string[]> {
  const fitting = sized(one, target);
  const setup = new Setup(await target.org(fitting.rules));
  await setup.build(fitting.state ?? {});
  const found: string[] = [];
  for (const step of stepsOf(fitting)) {
    // Later steps stand on earlier ones: what follows a difference would only repeat it.
    if (found.length === 0) found.push(...(await play(step, setup)));
  }
  return found;
}

/** Whatever in the case is as many as its crowd shrinks to what the target can take in reasonable time. */
function sized(one: Recorded, target: Target): Recorded {
  const count = one.state?.crowd?.count;
  if (count === undefined || count <= target.crowd) return one;
  return JSON.parse(JSON.stringify(one), (_name, value) => (value === count ? target.crowd : value)) as Recorded;
}

function stepsOf(one: Recorded): readonly Step[] {
  if (one.steps !== undefined) return one.steps;
  const { method, path, status } = one;
  if (method === undefined || path === undefined || status === undefined) {
    throw new Error(`the recorded case "${one.note}" has neither a request nor steps`);
  }
  return [{ ...one, note: "", method, path, status }];
}

async function play(step: Step, setup: Setup): Promise<string[]> {
  const place = step.note === undefined || step.note === "" ? `${step.method} ${step.path}` : step.note;
  if (step.walk !== undefined) return labelled(place, await walkPages(setup.tenant, step.path, step.walk));
  if (step.mix !== undefined) return labelled(place, await mixedLoad(setup.tenant, step.mix));
  const before = await readAll(step, setup);
  const found: string[] = [];
  if (step.each !== undefined) {
    for (const each of step.each) {
      found.push(...labelled(`${place} ${JSON.stringify(each)}`, await exchange(step, setup, undefined, each)));
    }
  } else if (step.parallel !== undefined) {
    const copies = Array.from({ length: step.parallel }, (_none, index) => exchange(step, setup, index + 1, undefined));
    found.push(...labelled(place, (await Promise.all(copies)).flat()));
  } else {
    found.push(...labelled(place, await exchange(step, setup, undefined, undefined)));
  }
  return found.length > 0 ? found : labelled(`after ${place}`, await stateDifferences(step, setup, before));
}

async function exchange(
  step: Step,
  setup: Setup,
  repetition: number | undefined,
  each: JsonObject | undefined,
): Promise<string[]> {
  const filled = (value: Json): Json => setup.fill(value, repetition, each);
  const headers = step.headers === undefined ? undefined : textMembers(filled({ ...step.headers }));
  const answer = await setup.tenant.request({
    method: step.method,
    path: String(filled(step.path)),
    ...(headers === undefined ? {} : { headers }),
    ...(step.request === undefined ? {} : { body: filled(step.request) }),
  });
  // An answer of another status says why in its body; what else is not in it is no news.
  const found = statusDifferences(step.status, answer);
  if (found.length > 0) return found;
  found.push(...wireFaults(answer, headers?.Accept));
  if (step.response !== undefined) found.push(...differences(filled(step.response), answer.json));
  if (step.responseHeaders !== undefined) {
    found.push(...differences(filled(step.responseHeaders), answer.headers, "headers"));
  }
  const endpoint = `/${step.path.split(/[/?]/u)[1] ?? ""}`;
  if (found.length === 0) {
    for (const [name, path] of Object.entries(step.remember ?? {})) {
      if (path === "id") setup.learn(name, endpoint, answer.json);
      else setup.remember(name, endpoint, at(answer.json, path));
    }
  }
  return found;
}

function textMembers(headers: Json): Record<string, string | null> {
  return headers as Record<string, string | null>;
}

function statusDifferences(expected: number | readonly number[], answer: Answer): string[] {
  const allowed = typeof expected === "number" ? [expected] : expected;
  return allowed.includes(answer.status)
    ? []
    : [`status: expected ${allowed.join(" or ")}, got ${answer.status} ${answer.text.slice(0, 400)}`];
}

async function readAll(step: Step, setup: Setup): Promise<Map<string, Answer>> {
  const before = new Map<string, Answer>();
  for (const [name, expected] of Object.entries(step.stateAfter ?? {})) {
    if (expected === "$unchanged") before.set(name, await setup.read(name));
  }
  return before;
}

async function stateDifferences(step: Step, setup: Setup, before: ReadonlyMap<string, Answer>): Promise<string[]> {
  const found: string[] = [];
  for (const [name, expected] of Object.entries(step.stateAfter ?? {})) {
    const now = await setup.read(name);
    if (expected === "$gone") {
      if (now.status !== 404) found.push(`${name}: expected to be gone, got ${now.status}`);
    } else if (expected === "$unchanged") {
      const was = before.get(name);
      if (canonical(was?.json) !== canonical(now.json)) {
        found.push(`${name}: expected to be unchanged, was ${was?.text}, is ${now.text}`);
      }
    } else {
      found.push(...statusDifferences(200, now), ...differences(setup.fill(expected), now.json, name));
    }
  }
  return found;
}

function labelled(place: string, found: readonly string[]): string[] {
  return found.map((line) => `${place}: ${line}`);
}
