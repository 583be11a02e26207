import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { USER_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Tenant } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { referenceOf } from "./judging.ts";
import { patiently } from "./patience.ts";

const PROJECT = new URL("../../..", import.meta.url).pathname;
/** The longest of them waits for Logs Insights. */
const COMMAND_MS = 180_000;
/** A line can be found seconds after the request, at times a minute. */
const PATIENCE = { seconds: 120, everyMs: 5000 };

export interface Ended {
  readonly code: number;
  /** What it said, on both streams. */
  readonly said: string;
}

/** The requests of doctor (about 30), and 5 of its own; the commands are those of the README. */
export const commandLine: LiveCheck = { name: "doctor, explain and tail work on the deployed stack", run: runAll };

async function runAll(stack: LiveStack): Promise<Finding> {
  const tenant = await stack.target.org();
  const emails = [{ type: "work", primary: true, value: "ada@example.com" }];
  const user = { schemas: [USER_SCHEMA], userName: "ada@example.com", emails, active: true };
  await tenant.request({ method: "POST", path: "/Users", body: user });
  const refused = await tenant.request({ method: "POST", path: "/Users", body: user });
  const reference = referenceOf(refused) ?? "none came";
  const where = ["--stack", stack.stackName, "--region", stack.region];
  const doctor = await rollcall(["doctor", "--url", tenant.tenantUrl], tenant);
  const explain = await untilGood((ended) => judgedExplain(ended, reference), ["explain", reference, ...where], tenant);
  const tail = await untilGood((ended) => judgedTail(ended), ["tail", tenant.slug, "--no-follow", ...where], tenant);
  return {
    differences: [...judgedDoctor(doctor), ...judgedExplain(explain, reference), ...judgedTail(tail)],
    notes: doctor.said.split("\n").filter((line) => line.startsWith("! ")),
  };
}

/** The last run of a command that may be too early. */
async function untilGood(
  judge: (ended: Ended) => readonly string[],
  words: readonly string[],
  tenant: Tenant,
): Promise<Ended> {
  let last: Ended = { code: -1, said: "" };
  await patiently(async () => {
    last = await rollcall(words, tenant);
    return judge(last).length === 0 ? last : undefined;
  }, PATIENCE);
  return last;
}

/** Warnings alone are no fault: it says so itself. */
export function judgedDoctor({ code, said }: Ended): string[] {
  const faults = said.split("\n").filter((line) => line.startsWith("✗"));
  return code === 0 && faults.length === 0
    ? []
    : [`doctor ended with ${code}`, ...(faults.length > 0 ? faults : [last(said)])];
}

/** It was a second user of the same name. */
export function judgedExplain({ code, said }: Ended, reference: string): string[] {
  if (code !== 0) return [`explain ended with ${code}: ${last(said)}`];
  const wanted = [`Reference ${reference}`, "What happened", "What to do", "409", `"ref":"${reference}"`];
  return wanted.filter((text) => !said.includes(text)).map((text) => `explain does not say “${text}”`);
}

/** The creation and its repetition. */
export function judgedTail({ code, said }: Ended): string[] {
  if (code !== 0) return [`tail ended with ${code}: ${last(said)}`];
  return ["201", "409"]
    .filter((status) => !said.includes(` ${status}`))
    .map((status) => `tail does not show the ${status}`);
}

function last(said: string): string {
  return said.trim().split("\n").slice(-5).join(" / ");
}

/** With the credentials of whoever runs this, and the token where nobody else can read it. */
async function rollcall(words: readonly string[], { token }: Tenant): Promise<Ended> {
  const env = { ...process.env, ROLLCALL_TOKEN: token, NO_COLOR: "1" };
  try {
    const script = join(PROJECT, "bin", "rollcall.ts");
    const run = promisify(execFile)(process.execPath, [script, ...words], { env, cwd: PROJECT, timeout: COMMAND_MS });
    const { stderr, stdout } = await run;
    return { code: 0, said: stdout + stderr };
  } catch (cause) {
    // What execFile rejects with carries the exit code and the output.
    const { code, stderr = "", stdout = "" } = cause as { code?: number; stderr?: string; stdout?: string };
    return { code: typeof code === "number" ? code : -1, said: stdout + stderr };
  }
}
