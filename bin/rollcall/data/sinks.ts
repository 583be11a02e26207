import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { codeOf, Refused } from "../refused.ts";

/** The output of an export. */
export interface Sink {
  /** Resolves when there is room for more, so that memory stays small. */
  write(text: string): Promise<void>;
  /** The export is complete. */
  done(): Promise<void>;
  /** The export failed: removes the partial output where possible. */
  abandon(): Promise<void>;
}

/** A file that only its owner reads. It gets its name once it is complete. @throws Refused */
export async function fileSink(path: string): Promise<Sink> {
  if (existsSync(path)) throw new Refused(`${path} exists: choose another name, or move it away.`);
  const part = `${path}.part`;
  const unwritable = (error: unknown) =>
    new Refused(`${part} cannot be written (${codeOf(error) ?? "unknown reason"}).`);
  // An existing file or link would keep its mode, or lead elsewhere: O_EXCL refuses both.
  const file = await open(part, "wx", 0o600).catch((error: unknown) => {
    if (codeOf(error) === "EEXIST") {
      throw new Refused(`${part} exists, from an export that runs or broke off: remove it, or choose another name.`);
    }
    throw unwritable(error);
  });
  const writing = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      throw unwritable(error);
    });
  return {
    write: (text) => writing(file.appendFile(text)),
    done: async () => {
      await writing(file.sync());
      await file.close();
      await writing(rename(part, path));
    },
    abandon: async () => {
      await file.close();
      await rm(part, { force: true });
    },
  };
}

/** The standard output takes nothing more. `main.ts` says why, unless its reader closed it. */
export class OutputClosed extends Error {}

export function streamSink(stream: NodeJS.WritableStream): Sink {
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(new OutputClosed()) : resolve()));
      }),
    done: async () => undefined,
    abandon: async () => undefined,
  };
}
