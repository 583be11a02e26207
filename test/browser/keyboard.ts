import type { Page } from "puppeteer-core";

/** What has the focus. */
export interface Focused {
  /** As a screen reader says it, about: of `aria-label`, its label or its text. */
  readonly name: string;
  /** Of the element, in lower case. */
  readonly tag: string;
}

/** Run in the page. Null: nothing has the focus but the page itself. */
const FOCUSED = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (element === null || element === document.body) return null;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { bottom, top, width, height } = element.getBoundingClientRect();
  const names = [element.getAttribute("aria-label"), ...[...element.labels ?? []].map((one) => one.textContent), element.textContent];
  return {
    name: names.find((one) => one)?.replace(/\\s+/g, " ").trim() ?? "",
    tag: element.tagName.toLowerCase(),
    // A heading takes the focus so that reading goes on there: no key does anything with it.
    isMarked: element.tabIndex === -1 || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none",
    isInView: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
  };
})()`;

/** More than any page has that can be focused. */
const MOST_STEPS = 150;

export async function focused(page: Page): Promise<Focused> {
  const found = (await page.evaluate(FOCUSED)) as (Focused & { isMarked: boolean; isInView: boolean }) | null;
  if (found === null) throw new Error(`Nothing has the focus at ${page.url()}.`);
  const { isInView, isMarked, name, tag } = found;
  if (!isMarked) throw new Error(`The focus on ${tag} ${name} cannot be seen.`);
  if (!isInView) throw new Error(`${tag} ${name} has the focus and is out of view.`);
  return { name, tag };
}

/** Presses the key until what has the focus is called so. @throws Error with what had it on the way */
export async function moveTo(page: Page, name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const way: string[] = [];
  for (let step = 0; step < MOST_STEPS; step++) {
    if (key === "Shift+Tab") await page.keyboard.down("Shift");
    await page.keyboard.press("Tab");
    await page.keyboard.up("Shift");
    // Between the last element and the first, the browser's own controls have it.
    const there = await focused(page).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith("Nothing has the focus") && step > 0) return undefined;
      throw error;
    });
    if (there === undefined) continue;
    if (there.name === name) return;
    way.push(`${there.tag} ${there.name}`);
  }
  throw new Error(`${key} never came to ${name}, but to:\n${way.join("\n")}`);
}
