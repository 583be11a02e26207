import type { ServerResponse } from "node:http";
import type { RunOutput } from "./consoleMeans.ts";

/** After this long without a line an empty one is sent: browsers and local proxies may give up on silence. */
const ALIVE_MS = 5_000;

/**
 * Streams the work's results, each line a JSON object of one member: `note`, `item`, and at the end `result` or `error`. A
 * refusal before the first line is thrown, for an answer with its status.
 * @param over aborted when the console ends; the run also ends when the page is gone
 */
export async function answerRun(
  response: ServerResponse,
  run: (output: RunOutput) => Promise<unknown>,
  over: AbortSignal,
  errorOf: (error: unknown) => object | undefined,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const write = (text: string): void => {
    if (!response.headersSent) {
      // Closes the connection with the run: an open one would delay the end of the console.
      const headers = { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store", Connection: "close" };
      response.writeHead(200, headers);
    }
    if (!response.destroyed) response.write(`${text}\n`);
  };
  const line = (value: Readonly<Record<string, unknown>>): void => write(JSON.stringify(value));
  const alive = setInterval(() => write(""), ALIVE_MS);
  try {
    line({
      result: await run({
        note: (note) => line({ note }),
        item: (item) => line({ item }),
        signal: AbortSignal.any([gone.signal, over]),
      }),
    });
  } catch (error) {
    if (!response.headersSent) throw error;
    if (!gone.signal.aborted) line({ error: errorOf(error) });
  } finally {
    clearInterval(alive);
  }
  response.end();
}
