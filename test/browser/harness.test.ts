import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser } from "puppeteer-core";
import { onPage } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";

let browser: Browser;
let server: Server;
let origin: string;

/** Pages with one fault each. */
const PAGES: Readonly<Record<string, string>> = {
  "/whole": "<title>whole</title><p>Whole.</p>",
  "/throws": '<title>throws</title><script nonce="yes">throw new Error("on purpose");</script>',
  "/inline": '<title>inline</title><p style="color: red">Red.</p><script>1</script>',
  "/foreign": '<title>foreign</title><img src="https://example.com/a.png" alt="">',
};

/** Run in the page. What no font has is drawn alike, whatever it is: a box. */
const UNDRAWN = `(() => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const drawing = (text) => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.font = "32px system-ui";
    context.fillText(text, 20, 60);
    return context.getImageData(0, 0, canvas.width, canvas.height).data.join();
  };
  const box = drawing("\\u{10fffd}");
  return [..."aßŁΩжҐაأعگあ漢한हไש𒀀"].filter((letter) => drawing(letter) === box);
})()`;

beforeAll(async () => {
  browser = await runningBrowser();
  server = createServer(({ url = "" }, response) => {
    response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'nonce-yes'; img-src https:");
    response.writeHead(url in PAGES ? 200 : 204, { "Content-Type": "text/html" }).end(PAGES[url]);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await browser.disconnect();
  server.close();
});

const visited = (path: string): Promise<string> =>
  onPage(browser, { origins: [origin] }, async (page) => {
    await page.goto(origin + path);
    return await page.title();
  });

describe("the browser of the tests", () => {
  test("opens a page without a fault", async () => {
    expect(await visited("/whole")).toBe("whole");
  });

  test.each([
    ["/throws", "thrown: Error: on purpose"],
    ["/inline", "style-src-attr refuses inline"],
    ["/inline", "script-src-elem refuses inline"],
    ["/foreign", "asked: GET https://example.com/a.png"],
  ])("fails a test whose page %s has the fault: %s", async (path, fault) => {
    await expect(visited(path)).rejects.toThrow(fault);
  });

  test("draws letters of living scripts, and a box in place of one that no font has", async () => {
    const drawn = await onPage(browser, { origins: [] }, (page) => page.evaluate(UNDRAWN));
    expect(drawn).toEqual(["𒀀"]);
  });
});
