import { runningBrowser } from "./openBrowser.ts";

/** Jest runs it after the last test of all files. */
export default async function stopBrowser(): Promise<void> {
  await (await runningBrowser()).close();
}
