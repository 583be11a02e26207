import { render } from "preact";
import { makePortalApi, type OperatorAnswer } from "./app/api.ts";
import { chooseLanguage, loadTexts } from "./app/languages.ts";
import { hashRouter } from "./app/pageRouter.ts";
import { PortalApp } from "./app/portalApp.tsx";
import { RollcallPortal } from "./embed.tsx";
import { loadPage } from "./pages/registry.ts";

/** As in OPERATOR_PATHS, which only the console's pages load. */
const BEGIN = ["POST", "console/session"] as const;

/**
 * Exchanges the one-time token that `rollcall console` put into the address for the bearer of later requests.
 * @returns an invalid bearer where the token is used up: then the first request is refused, and the page reports it
 */
async function beginConsole(base: string, token: string): Promise<string> {
  const api = makePortalApi({
    base,
    bearer: null,
    fetch: globalThis.fetch.bind(globalThis),
    csrf: () => null,
    onTime: () => undefined,
    onEnded: () => undefined,
    gone: new AbortController().signal,
  });
  try {
    const { bearer } = await api.send<OperatorAnswer<"beginConsole">>(BEGIN, {}, { body: { token } });
    return bearer;
  } catch {
    return "used";
  }
}

/** The portal as its own page: its shell has this element. embed.js loads the same script without it. */
const root = document.getElementById("rollcall-portal");
if (root !== null) await showPage(root);

async function showPage(root: HTMLElement): Promise<void> {
  const base = new URL("v1/", import.meta.url).href;
  const link = takeFromAddress("link");
  const consoleToken = takeFromAddress("console");
  const lang = chooseLanguage(navigator.languages);
  const router = hashRouter(window);
  // Loads while the session is read. A failed load is repeated and reported later.
  loadPage(router.read().page)?.catch(() => undefined);
  const [texts, bearer] = await Promise.all([
    loadTexts(lang),
    consoleToken === null ? null : beginConsole(base, consoleToken),
  ]);
  document.documentElement.lang = lang;
  root.replaceChildren();
  show(link);
  // Another link in a tab with the portal: the browser does not reload.
  window.addEventListener(
    "hashchange",
    (event) => {
      // A new address of an operator console: start again.
      if (location.hash.startsWith("#console=")) location.reload();
      const another = takeFromAddress("link");
      if (another === null) return;
      event.stopImmediatePropagation();
      show(another);
    },
    { capture: true },
  );

  function show(link: string | null): void {
    render(
      <PortalApp
        key={link ?? ""}
        base={base}
        bearer={bearer}
        link={link}
        intent={null}
        texts={texts}
        lang={lang}
        router={router}
        gone={new AbortController().signal}
        setTitle={(text) => {
          document.title = text;
        }}
        onEnded={() => undefined}
      />,
      root,
    );
  }
}

/** Defines `<rollcall-portal>` for other sites' pages: embed.js calls this. */
export function defineElement(): void {
  if (customElements.get("rollcall-portal") === undefined) customElements.define("rollcall-portal", RollcallPortal);
}

/** Takes a secret from the address and removes it at once, so that no history, bookmark or screen shows it. */
function takeFromAddress(name: "link" | "console"): string | null {
  const [said, text] = location.hash.slice(1).split("=", 2);
  if (said !== name || text === undefined) return null;
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  return text;
}
