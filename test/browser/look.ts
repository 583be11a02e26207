import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startRollcall } from "rollcall/testkit";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import { isObject } from "../../functions/scim/json.ts";
import { liveTwoDays } from "./livelyOrg.ts";
import { onPage, type Theme } from "./onPage.ts";
import { openBrowser } from "./openBrowser.ts";
import { goTo, PAGE_NAMES, type PageName, PICTURES, redeem, shootPage } from "./portalPages.ts";

/** `node test/browser/look.ts`: pictures of the pages over an organization that has lived for two days, for who works on them. */

const { values } = scriptOptions({
  script: "pictures",
  summary: "make the pictures of README.md; without --readme, `node test/browser/look.ts` makes pictures of every page",
  options: {
    page: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: `repeat it for more: ${PAGE_NAMES.join(", ")} (default all)`,
    },
    theme: { type: "string", multiple: true, value: "NAME", help: "light or dark (default both)" },
    width: { type: "string", multiple: true, value: "PIXELS", help: "repeat it for more (default 1280 and 360)" },
    language: { type: "string", value: "TAG", help: "language of the browser" },
    rules: {
      type: "string",
      default: "teamNameMaxLength,unknownMembers",
      value: "LIST",
      help: "rules that the organization may change itself",
    },
    fresh: { type: "boolean", help: "nothing has come yet, and nobody has a token" },
    readme: { type: "boolean", help: "the pictures of README.md, into lib/docs/images" },
    out: {
      type: "string",
      default: PICTURES,
      value: "FOLDER",
      help: "where to write the others",
    },
  },
});

// Where nothing has come there is nobody to look at.
const all = values.fresh === true ? PAGE_NAMES.filter((name) => name !== "person" && name !== "group") : PAGE_NAMES;
const pages = (values.page ?? all).map((name): PageName => {
  const known = PAGE_NAMES.find((one) => one === name);
  if (known === undefined) throw new Error(`No page is called ${name}: ${PAGE_NAMES.join(", ")}`);
  return known;
});
const themes = (values.theme ?? ["light", "dark"]).map((name): Theme => (name === "dark" ? "dark" : "light"));
const widths = (values.width ?? ["1280", "360"]).map(Number);
/** What README.md shows: the top of each. */
const README_SHOTS = [
  { name: "connect", hash: "#/connect?idp=entra", theme: "light" },
  { name: "activity", hash: "#/activity", theme: "light" },
  { name: "health", hash: "#/health", theme: "dark" },
] as const;
const IMAGES = fileURLToPath(new URL("../../lib/docs/images", import.meta.url));
const folder = values.readme === true ? IMAGES : values.out;
mkdirSync(folder, { recursive: true });

const rules = values.rules.split(",");
await using rollcall = await startRollcall({ now: Date.now() - 40 * 3_600_000, portal: { rules } });
if (values.fresh === true) await withoutTokens();
else await liveTwoDays(rollcall, await rollcall.org());
rollcall.clock.advance(Math.max(0, Date.now() - rollcall.clock.now()));
const browser = await openBrowser();
try {
  if (values.readme === true) await shootReadme();
  for (const theme of values.readme === true ? [] : themes) {
    for (const width of widths) {
      await onPage(browser, { origins: [rollcall.url], theme, width, language: values.language }, async (page) => {
        for (const name of pages) {
          const path = join(folder, `${name}-${width}-${theme}.png`);
          await shootPage(page, { name, path, link });
          console.log(path);
        }
      }).catch((error: unknown) => console.error(String(error)));
    }
  }
} finally {
  await browser.close();
}

async function link(): Promise<string> {
  const { url } = await rollcall.admin("POST", "orgs/acme/portal-sessions", { actor: "look" });
  return String(url);
}

async function shootReadme(): Promise<void> {
  for (const { name, hash, theme } of README_SHOTS) {
    await onPage(browser, { origins: [rollcall.url], theme, width: 1040 }, async (page) => {
      await redeem(page, await link());
      await goTo(page, hash);
      const path = join(folder, `portal-${name}.png`);
      await page.screenshot({ path });
      console.log(path);
    });
  }
}

/** The organization as it is before anybody connects anything. */
async function withoutTokens(): Promise<void> {
  const { tokens } = await rollcall.admin("GET", "orgs/acme/tokens");
  for (const token of Array.isArray(tokens) ? tokens : []) {
    if (isObject(token)) await rollcall.admin("DELETE", `orgs/acme/tokens/${token.id}`);
  }
}
