import { announceBrowser, openBrowser } from "./openBrowser.ts";

/** Jest runs it before the first test of all files. */
export default async function startBrowser(): Promise<void> {
  announceBrowser(await openBrowser());
}
