/**
 * Where the focused element disappears with its part of the page, the nearest part that is still there takes the focus.
 * @returns ends it
 */
export function keepFocus(page: HTMLElement): () => void {
  let within: readonly HTMLElement[] = [];
  const note = ({ target }: Event) => {
    within = [];
    for (let one = target; one instanceof HTMLElement && one !== page; one = one.parentElement)
      within = [...within, one];
  };
  const forget = () => {
    within = [];
  };
  const observer = new MutationObserver(() => {
    const root = page.getRootNode();
    const [focused] = within;
    if (focused === undefined || focused.isConnected || !(root instanceof Document || root instanceof ShadowRoot))
      return;
    const isLost = (root.activeElement ?? document.body) === document.body;
    const left =
      within.find((one) => one.isConnected && one.matches("section, [tabindex]")) ?? page.querySelector("h1");
    forget();
    if (!isLost || left === null) return;
    if (!left.hasAttribute("tabindex")) left.tabIndex = -1;
    left.focus({ preventScroll: true });
  });
  observer.observe(page, { childList: true, subtree: true });
  page.addEventListener("focusin", note);
  // Pressing beside everything takes the focus from all.
  page.addEventListener("pointerdown", forget);
  return () => {
    observer.disconnect();
    page.removeEventListener("focusin", note);
    page.removeEventListener("pointerdown", forget);
  };
}
