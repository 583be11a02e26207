import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { OpenStack } from "../aws/openStack.ts";
import type { Check, Target } from "../support/target.ts";
import { at, type Tenant } from "../support/wire.ts";
import { type Ended, rollcall } from "./cli.ts";
import { startEmulatorProxy } from "./emulatorProxy.ts";
import { askingUntil } from "./logs.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** What the on-call person types, over the lines that the deployed functions wrote. */
export function logCommands(stack: OpenStack): readonly Check[] {
  return [
    {
      name: "explain, history and tail answer from CloudWatch, with Logs Insights and without the permission for it",
      run: async (target) => {
        const life = await oneLife(target);
        return within(stack, async (env, deny) => {
          const problems = await asked(stack, env, life);
          if (deny === undefined) return problems;
          deny();
          return [
            ...problems,
            ...differs("explain", await rollcall(env, "explain", life.reference, ...placeOf(stack)), 0, TOLD),
          ];
        });
      },
    },
    {
      name: "tail shows what happens while it happens, and ends at Ctrl-C",
      run: async (target) => {
        const tenant = await target.org();
        return within(stack, (env) => tailed(stack, env, tenant));
      },
    },
  ];
}

/** The sandbox is purged a minute after it was deleted: meanwhile other checks may run. */
export function doctorVisits(stack: OpenStack): { readonly begins: Check; readonly ends: Check } {
  let visit: Promise<string[]> | undefined;
  const begin = (target: Target): Promise<string[]> => {
    visit ??= target.org().then((tenant) => within(stack, (env) => examined(stack, env, tenant)));
    // Judged at its end.
    visit.catch(() => undefined);
    return visit;
  };
  return {
    begins: {
      name: "doctor begins to examine the deployment",
      run: async (target) => {
        void begin(target);
        return [];
      },
    },
    ends: { name: "doctor found nothing wrong with the deployment, and took its sandbox away", run: begin },
  };
}

/** @param work gets the environment of a command, and where that can be shown, a way to take a permission away */
async function within(
  { aws, emulated, place }: OpenStack,
  work: (env: NodeJS.ProcessEnv, deny?: () => void) => Promise<string[]>,
): Promise<string[]> {
  if (!emulated) return work(place.env);
  const proxy = await startEmulatorProxy(Number(new URL(String(place.env.AWS_ENDPOINT_URL)).port), aws);
  const deny = (): void => {
    proxy.denied = true;
  };
  try {
    return await work({ ...place.env, AWS_ENDPOINT_URL: proxy.url }, deny);
  } finally {
    await proxy.close();
  }
}

interface Life {
  readonly tenant: Tenant;
  readonly id: string;
  readonly reference: string;
}

/** A user who is made, and whose name the identity provider then wants to change, in vain. */
async function oneLife(target: Target): Promise<Life> {
  const tenant = await target.org();
  const emails = [{ type: "work", primary: true, value: "ada@example.com" }];
  const user = { schemas: [USER_SCHEMA], userName: "ada@example.com", emails, active: true };
  const made = await tenant.request({ method: "POST", path: "/Users", body: user });
  const id = String(at(made.json, "id"));
  const Operations = [{ op: "replace", path: "userName", value: "lovelace@example.com" }];
  const body = { schemas: [PATCH_OP], Operations };
  const refused = await tenant.request({ method: "PATCH", path: `/Users/${id}`, body });
  const reference = /\(ref: ([0-9a-f]+)\)$/.exec(String(at(refused.json, "detail")))?.[1] ?? refused.text;
  return { tenant, id, reference };
}

const TOLD = [
  /It was refused: 400 mutability\.userName/,
  /userNameMutability is immutable now/,
  /What to do\n {2}.*\n/,
  /Around it, u\w+\n.*\n.* create a user/,
];

const placeOf = ({ stackName }: OpenStack): readonly string[] => ["--stack", stackName];

async function asked(stack: OpenStack, env: NodeJS.ProcessEnv, { tenant, id, reference }: Life): Promise<string[]> {
  const place = placeOf(stack);
  // Until CloudWatch shows the line, explain says that there is none yet. The line before it may come later, from another process.
  const explain = async () => {
    const said = await rollcall(env, "explain", `refused (ref: ${reference})`, ...place);
    const isEarly = said.code === 0 ? !said.stdout.includes(" create a user") : /^No line with/m.test(said.stderr);
    return isEarly ? undefined : said;
  };
  const explained = await askingUntil(explain, () => tenant.request({ method: "GET", path: "/Users?count=1" }));
  const history = await rollcall(env, "history", tenant.slug, "user", "ada@example.com", ...place);
  const last = await rollcall(env, "tail", tenant.slug, "--no-follow", "--errors", "--json", ...place);
  const none = await rollcall(env, "explain", "0a1b2c3d4e5f", ...place);
  return [
    ...differs("explain", explained, 0, [...TOLD, new RegExp(`Around it, ${id}\\n`)]),
    ...differs("history", history, 0, [/create a user .* 201, done/, /replace userName.* refused: 400/]),
    ...differs("tail --no-follow", last, 0, [new RegExp(`^\\{.*"ref":"${reference}".*\\}\\n$`)]),
    ...differs("explain of no reference", none, 1, [/^No line with the reference 0a1b2c3d4e5f/m]),
  ];
}

async function tailed(stack: OpenStack, env: NodeJS.ProcessEnv, tenant: Tenant): Promise<string[]> {
  const script = join(PROJECT, "bin", "rollcall.ts");
  const words = [script, "tail", tenant.slug, "--stack", stack.stackName, "--json"];
  const child = spawn(process.execPath, words, {
    env,
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { code: 0, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    said.stdout += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said.stderr += chunk.toString("utf8");
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  try {
    const list = (path: string) => () => tenant.request({ method: "GET", path: `${path}?count=1` });
    const shows = (text: string) => () => said.stdout.includes(text) || child.exitCode !== null;
    // Once it follows.
    await askingUntil(shows("\n"), list("/Groups"));
    await askingUntil(shows('"users.list"'), list("/Users"));
    child.kill("SIGINT");
    const code = await ended;
    return code === 0
      ? differs("tail", said, 0, [/^\{.*"op":"users\.list".*\}\n/m])
      : [`tail ended with ${code}: ${said.stderr}`];
  } finally {
    child.kill("SIGKILL");
  }
}

async function examined(stack: OpenStack, env: NodeJS.ProcessEnv, tenant: Tenant): Promise<string[]> {
  const place = placeOf(stack);
  const said = await rollcall(env, "doctor", tenant.slug, ...place);
  const left = await rollcall(env, "org", "show", "rollcall-doctor", ...place);
  return [
    ...differs("doctor", said, 0, [
      /✓ a user and a group go there, and each change shows afterwards/,
      /Nothing is wrong/,
    ]),
    ...differs("org show rollcall-doctor", left, 1, [/No organization has this login name/]),
  ];
}

function differs(what: string, said: Ended, code: number, patterns: readonly RegExp[]): string[] {
  const text = said.stdout === "" ? said.stderr : said.stdout;
  return [
    ...(said.code === code ? [] : [`${what} ended with ${said.code}: ${said.stderr}`]),
    ...patterns.filter((pattern) => !pattern.test(text)).map((pattern) => `${what} lacks ${pattern} in: ${text}`),
  ];
}
