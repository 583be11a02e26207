import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCredentials } from "../../bin/local/credentials.ts";
import { eventually, run } from "../local/processes.ts";
import type { Spoken } from "./talk.ts";

/** The server of an earlier release, in a process of its own. */
export interface ReleaseServer extends Spoken {
  /** Of acme, where this start made it. */
  readonly token: string | undefined;
  /** @throws Error where it does not end as asked */
  stop(): Promise<void>;
}

/** Lays the files of a recorded server into a folder. @param packed of `recordedServer` */
export function unpack(files: Readonly<Record<string, string>>, folder: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
}

/** Starts what was unpacked in `program` on the data in `data`. @throws Error with what it said */
export async function startReleaseServer(program: string, data: string): Promise<ReleaseServer> {
  const server = run([join(program, "rollcall-server.cjs"), "--port", "0", "--data", data, "--json"]);
  const line = await eventually(() => {
    if (server.child.exitCode !== null) throw new Error(`${server.stdout()}${server.stderr()}`);
    return /^\{.*\}$/m.exec(server.stdout())?.[0];
  });
  const { url, token } = JSON.parse(line);
  const credentials = readCredentials(data);
  if (credentials === undefined) throw new Error(`there are no credentials in ${data}`);
  return {
    url,
    token: token ?? undefined,
    credentials,
    now: Date.now,
    async stop() {
      server.child.kill("SIGTERM");
      const end = await server.ended;
      if (end !== 0) throw new Error(`it ended with ${end}: ${server.stderr()}`);
    },
  };
}
