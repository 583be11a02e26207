import { render } from "preact";
import { chooseLanguage, loadTexts, type PortalLanguage } from "./app/languages.ts";
import { mergeTexts } from "./app/mergeTexts.ts";
import { memoryRouter, type PageRouter } from "./app/pageRouter.ts";
import { PortalApp } from "./app/portalApp.tsx";
import type { SomeTexts } from "./texts/en.ts";

/** Where this script came from is where the API is. */
const BASE = new URL("v1/", import.meta.url).href;

/**
 * `<rollcall-portal session="rollcallportal_…" intent="connect" lang="de" theme="dark">`: the portal within a host's page.
 * The session stays in memory. When it ends, the event `rollcall-portal-ended` says so: set another one.
 */
export class RollcallPortal extends HTMLElement {
  static readonly observedAttributes = ["session", "intent", "lang"];

  #texts: SomeTexts = {};
  #control: AbortController | null = null;
  #router: PageRouter = memoryRouter();
  readonly #root: HTMLDivElement;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    this.#root = document.createElement("div");
    this.#root.className = "embedded";
    shadow.append(this.#root);
  }

  /** Texts in the host's own words: some of those of lib/portal/texts, in the same tree. */
  get texts(): SomeTexts {
    return this.#texts;
  }

  set texts(some: SomeTexts) {
    this.#texts = some;
    void this.#show();
  }

  connectedCallback(): void {
    void this.#show();
  }

  disconnectedCallback(): void {
    this.#control?.abort();
    this.#control = null;
    render(null, this.#root);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    if (name === "intent") this.#router = memoryRouter();
    if (name !== "lang") {
      this.#control?.abort();
      this.#control = null;
    }
    void this.#show();
  }

  async #show(): Promise<void> {
    if (!this.isConnected) return;
    const control = this.#control ?? new AbortController();
    this.#control = control;
    const lang: PortalLanguage = chooseLanguage([this.lang, document.documentElement.lang, ...navigator.languages]);
    const [{ portalSheet }, loaded] = await Promise.all([import("./app/portalSheet.ts"), loadTexts(lang)]);
    const texts = mergeTexts(loaded, this.#texts);
    const session = this.getAttribute("session");
    if (control.signal.aborted) return;
    if (this.#root.parentNode instanceof ShadowRoot) this.#root.parentNode.adoptedStyleSheets = [portalSheet];
    this.#root.lang = lang;
    render(
      <PortalApp
        key={session ?? ""}
        base={BASE}
        bearer={session ?? ""}
        link={null}
        intent={this.getAttribute("intent")}
        texts={texts}
        lang={lang}
        router={this.#router}
        gone={control.signal}
        setTitle={() => undefined}
        onEnded={() => this.dispatchEvent(new CustomEvent("rollcall-portal-ended", { bubbles: true, composed: true }))}
      />,
      this.#root,
    );
  }
}
