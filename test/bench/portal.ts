import { storePeople } from "../browser/manyPeople.ts";
import { onPage } from "../browser/onPage.ts";
import { openBrowser } from "../browser/openBrowser.ts";
import { IS_READY, redeem } from "../browser/portalPages.ts";
import { startPortal } from "../browser/portalProcess.ts";
import { machineLine, median, table } from "./machine.ts";

const ROUNDS = 9;

/** Run in the page before anything else of it: when it showed for the first time what it has loaded, in milliseconds from the navigation. */
const WATCH = `{
  const look = () => {
    if (${IS_READY}) window.readyAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}`;

/** Prints how long it takes from the address until a page of an org of so many people can be used, in Chromium against npm start. */
export async function benchPortal(people: number): Promise<void> {
  const browser = await openBrowser();
  await using portal = await startPortal();
  try {
    await portal.restart((folder) => storePeople(folder, portal.token, people));
    const rows: (string | number)[][] = [];
    for (const name of ["connect", "people", "activity", "health"]) {
      const times: { first: number[]; again: number[]; heap: number[] } = { first: [], again: [], heap: [] };
      for (let round = 0; round < ROUNDS; round++) {
        const link = await portal.link({ intent: name });
        await onPage(browser, { origins: [portal.url] }, async (page) => {
          await page.evaluateOnNewDocument(WATCH);
          const readyAt = async (): Promise<number> => {
            await page.goto("about:blank");
            await page.goto(`${portal.url}/portal#/${name}`);
            await page.waitForFunction("window.readyAt !== undefined");
            return Number(await page.evaluate("window.readyAt"));
          };
          await redeem(page, link);
          // What the redeemed link left in the cache is as good as nothing there.
          await page.setCacheEnabled(false);
          times.first.push(await readyAt());
          await page.setCacheEnabled(true);
          await readyAt();
          times.again.push(await readyAt());
          times.heap.push(((await page.metrics()).JSHeapUsedSize ?? 0) / 1e6);
        });
      }
      const { first, again, heap } = times;
      rows.push([name, ...[first, again].map((all) => (median(all) / 1000).toFixed(2)), median(heap).toFixed(1)]);
    }
    console.log(`\nThe portal's pages, ${people} people, medians of ${ROUNDS}. ${machineLine()}\n`);
    console.log(table(["page", "usable after s, nothing cached", "s, cached", "heap MB"], rows));
  } finally {
    await browser.close();
  }
}
