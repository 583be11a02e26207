import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Refused } from "../refused.ts";

/** Where an export goes. */
export interface Sink {
  /** Resolves when there is room for more, so that nothing piles up in memory. */
  write(text: string): Promise<void>;
  /** Everything was written. */
  done(): Promise<void>;
  /** It was not: what is there is taken back where that can be done. */
  abandon(): Promise<void>;
}

/** A file that only its owner reads. It bears its name only once it is complete. @throws Refused */
export async function fileSink(path: string): Promise<Sink> {
  if (existsSync(path)) throw new Refused(`${path} exists: choose another name, or move it away.`);
  const part = `${path}.part`;
  const file = await open(part, "w", 0o600).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : "unknown reason";
    throw new Refused(`${part} cannot be written (${code}).`);
  });
  return {
    write: async (text) => {
      await file.appendFile(text);
    },
    done: async () => {
      await file.sync();
      await file.close();
      await rename(part, path);
    },
    abandon: async () => {
      await file.close();
      await rm(part, { force: true });
    },
  };
}

export function streamSink(stream: NodeJS.WritableStream): Sink {
  return {
    write: (text) =>
      new Promise((resolve) => {
        // A reader that went away takes nothing more: the rest is written to nobody.
        if (stream.write(text)) resolve();
        else {
          stream.once("drain", resolve);
          stream.once("close", resolve);
        }
      }),
    done: async () => undefined,
    abandon: async () => undefined,
  };
}
