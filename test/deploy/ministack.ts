import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/freePort.ts";
import { runCommand } from "./command.ts";

const VERSION = "1.5.33";
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const VENV = join(PROJECT, ".venv", `ministack-${VERSION}`);
const START_TIMEOUT = 60_000;

export interface Ministack {
  /** An address, not a name, so that S3 clients put the bucket into the path. */
  readonly endpoint: string;
  readonly port: number;
  stop(): Promise<void>;
  /** What it has printed so far, for a failure report. */
  log(): string;
}

/** Written when the installation is whole. */
const READY = join(VENV, "ready");

/** A Python virtual environment of its own, made once per version; git ignores the folder. */
export async function installMinistack(): Promise<void> {
  if (existsSync(READY)) return;
  await runCommand({ file: "python3", args: ["-m", "venv", "--clear", VENV] });
  await runCommand({
    file: join(VENV, "bin", "python"),
    args: ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `ministack==${VERSION}`],
  });
  writeFileSync(READY, VERSION);
}

/** Starts the emulator on a port nobody uses, and hands it over once it is known to be ours and answering. */
export async function startMinistack(): Promise<Ministack> {
  const port = await freePort();
  const child = spawn(join(VENV, "bin", "python"), [join(import.meta.dirname, "emulator.py")], {
    // A group of its own: its Lambda workers end with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      // The functions run under the project's Node 24, as on Lambda, whatever else is installed.
      PATH: `${join(PROJECT, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
    },
  });
  let printed = "";
  const collect = (chunk: Buffer): void => {
    printed += chunk.toString("utf8");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const endGroup = (): void => signalGroup(child, "SIGKILL");
  process.once("exit", endGroup);
  const stop = async (): Promise<void> => {
    process.off("exit", endGroup);
    await stopGroup(child);
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    // The line says that this very child has the port; another program on it would have made the child fail.
    await until(() => printed.includes(`Running on ${endpoint}`), child);
    await until(async () => (await fetch(`${endpoint}/_ministack/health`)).ok, child);
  } catch (cause) {
    await stop();
    throw new Error(`ministack did not start:\n${printed.split("\n").slice(-20).join("\n")}`, { cause });
  }
  return { endpoint, port, stop, log: () => printed };
}

async function until(holds: () => boolean | Promise<boolean>, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_TIMEOUT;
  while (!(await holds())) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (Date.now() > end) throw new Error("it took too long");
    await wait(100);
  }
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  signalGroup(child, "SIGTERM");
  const late = setTimeout(() => signalGroup(child, "SIGKILL"), 5_000);
  await ended;
  clearTimeout(late);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}
