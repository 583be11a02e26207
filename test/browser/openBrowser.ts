import { type Browser, connect, launch } from "puppeteer-core";
import { installBrowser } from "./installBrowser.ts";

/** Where the one browser of a run of tests listens: set before its first test, read by each. */
const ADDRESS = "ROLLCALL_TEST_BROWSER";

/** @throws Error when none can be installed or started */
export async function openBrowser(): Promise<Browser> {
  const { executable, libraries, fonts } = await installBrowser();
  return await launch({
    executablePath: executable,
    headless: "shell",
    timeout: 240_000,
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(":"), FONTCONFIG_PATH: fonts },
    args: [
      // Root has no sandbox, nor has a container: the pages are ours.
      "--no-sandbox",
      "--no-zygote",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--font-render-hinting=none",
      // A page that asks for anything in the world gets nothing, and the test sees that it asked.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
    ],
  });
}

export function announceBrowser(browser: Browser): void {
  process.env[ADDRESS] = browser.wsEndpoint();
}

/** The browser of this run of tests, which is one for all files: each takes contexts of its own in it. */
export async function runningBrowser(): Promise<Browser> {
  const address = process.env[ADDRESS];
  if (address === undefined) throw new Error("No browser was started: run these tests with npm run test:browser.");
  return await connect({ browserWSEndpoint: address });
}
