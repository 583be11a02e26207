import { render } from "preact";
import { chooseLanguage, loadTexts, mergeTexts, type PortalLanguage } from "./app/languages.ts";
import { memoryRouter, type PageRouter } from "./app/pageRouter.ts";
import { PortalApp } from "./app/portalApp.tsx";
import type { SomeTexts } from "./texts/en.ts";

/** The API's address follows from the script's. */
const BASE = new URL("v1/", import.meta.url).href;

/**
 * `<rollcall-portal session="rollcallportal_…" intent="connect" lang="de" theme="dark">`: the portal within a host's page. The
 * session stays in memory. The event `rollcall-portal-ended` reports its end: set another session.
 */
export class RollcallPortal extends HTMLElement {
  static readonly observedAttributes = ["session", "intent", "lang"];

  #session: string | null = null;
  #texts: SomeTexts = {};
  #control: AbortController | null = null;
  /** Counts what was begun to be shown: texts that load late must not replace those of a later language. */
  #turn = 0;
  #router: PageRouter = memoryRouter();
  readonly #root: HTMLDivElement;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    this.#root = document.createElement("div");
    this.#root.className = "embedded";
    shadow.append(this.#root);
  }

  /** Like the attribute, for hosts that keep the bearer out of their document. Null: shows and requests nothing. */
  get session(): string | null {
    return this.#session;
  }

  set session(session: string | null) {
    if (session === this.#session) return;
    this.#session = session;
    this.#end();
    void this.#show();
  }

  /** Texts in the host's own words: some of lib/portal/texts, in the same tree. */
  get texts(): SomeTexts {
    return this.#texts;
  }

  set texts(some: SomeTexts) {
    this.#texts = some;
    void this.#show();
  }

  connectedCallback(): void {
    this.#takeOver();
    void this.#show();
  }

  disconnectedCallback(): void {
    this.#end();
    render(null, this.#root);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === "session") {
      this.session = now;
      return;
    }
    if (name === "intent") {
      this.#router = memoryRouter();
      this.#end();
    }
    void this.#show();
  }

  /** Properties that a host set before this script loaded hide the accessors. */
  #takeOver(): void {
    for (const name of ["session", "texts"] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const early: unknown = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, early);
    }
  }

  /** Aborts pending requests and prevents later ones. */
  #end(): void {
    this.#control?.abort();
    this.#control = null;
  }

  async #show(): Promise<void> {
    if (!this.isConnected) return;
    const control = this.#control ?? new AbortController();
    this.#control = control;
    const turn = ++this.#turn;
    const lang: PortalLanguage = chooseLanguage([this.lang, document.documentElement.lang, ...navigator.languages]);
    const [{ portalSheet }, loaded] = await Promise.all([import("./app/portalSheet.ts"), loadTexts(lang)]);
    const texts = mergeTexts(loaded, this.#texts);
    const session = this.#session;
    const intent = this.getAttribute("intent");
    if (control.signal.aborted || turn !== this.#turn) return;
    if (this.#root.parentNode instanceof ShadowRoot) this.#root.parentNode.adoptedStyleSheets = [portalSheet];
    this.#root.lang = lang;
    if (session === null || session === "") {
      render(null, this.#root);
      return;
    }
    render(
      <PortalApp
        key={`${session} ${intent}`}
        base={BASE}
        bearer={session}
        link={null}
        intent={intent}
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
