import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { PAGES, type PageEntry } from "../pages/registry.ts";
import { Button } from "../parts/button.tsx";
import { GoTo } from "../parts/goTo.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/pageHead.tsx";
import { Skeleton } from "../parts/polledView.tsx";
import type { PortalTexts } from "../texts/en.ts";
import { useDoing } from "./doing.ts";
import { ErrorBoundary } from "./errorBoundary.tsx";
import { keepFocus } from "./keepFocus.ts";
import { usePortal } from "./portalContext.ts";
import { PortalError } from "./portalError.ts";
import type { Wording } from "./wording.ts";

/** Header, navigation, and the route's page. */
export function Frame() {
  const { texts, session, org, route } = usePortal();
  const scopes = session.kind !== "console" ? ["org"] : org === "" ? ["console"] : ["org", "operator"];
  const pages = PAGES.filter(({ scope }) => scopes.includes(scope));
  const entry = pages.find(({ name }) => name === route.page);
  const at = [org, route.page, ...route.rest].join("/");
  // The embedding site has a main element of its own.
  const Content = session.kind === "embedded" ? "div" : "main";
  const content = useRef<HTMLElement | null>(null);
  const hold = (element: HTMLElement | null) => {
    content.current = element;
  };
  useEffect(() => (content.current === null ? undefined : keepFocus(content.current)), [at]);
  return (
    <div class="frame">
      <SkipLink />
      <Header />
      <nav class="tabs" aria-label={texts.shell.navigation}>
        {pages.map(({ name }) => (
          <GoTo key={name} to={{ page: name }} look="tab" current={name === route.page ? "page" : undefined}>
            {texts.nav[name]}
          </GoTo>
        ))}
      </nav>
      <Content class="main" id="content" key={at} ref={hold}>
        <EndNotice />
        {session.access === "read" && <p class="read-only">{texts.shell.readOnly}</p>}
        <ErrorBoundary texts={texts} at={at}>
          {entry === undefined ? (
            <PageHead title={texts.shell.noPage} intro={texts.shell.noPageText} />
          ) : (
            <LoadedPage entry={entry} />
          )}
        </ErrorBoundary>
      </Content>
    </div>
  );
}

/** For the keyboard: skips the navigation without changing the address, which belongs to the router. */
function SkipLink() {
  const { texts } = usePortal();
  return (
    <button
      type="button"
      class="skip button"
      onClick={({ currentTarget }) => currentTarget.parentElement?.querySelector("h1")?.focus()}
    >
      {texts.shell.skip}
    </button>
  );
}

const SOON = 5 * 60_000;
const TICK = 20_000;

/** Warns in the last minutes of a session, so that nobody loses work without notice. */
function EndNotice() {
  const { texts, wording, session, now } = usePortal();
  const [left, setLeft] = useState<number | null>(null);
  const { expiresAt } = session;
  useEffect(() => {
    if (expiresAt === null) return;
    const look = () => setLeft(Date.parse(expiresAt) - now());
    look();
    const timer = setInterval(look, TICK);
    return () => clearInterval(timer);
  }, [expiresAt]);
  if (expiresAt === null || left === null || left > SOON || left <= 0) return null;
  return (
    <p class="read-only" role="status">
      {wording.fill(texts.shell.sessionEndsSoon, { when: wording.relative(expiresAt, now()) })}
    </p>
  );
}

function Header() {
  const { texts, wording, session, org, signOut } = usePortal();
  const leaving = useDoing();
  const { returnUrl, kind } = session;
  return (
    <header class="header">
      <div class="header-names">
        <span class="product">{kind === "console" ? texts.shell.console : texts.shell.product}</span>
        {org !== "" && (
          <bdi class="header-org" title={texts.shell.org}>
            {org}
          </bdi>
        )}
      </div>
      <div class="header-ways">
        {kind === "console" && org !== "" && <GoTo to={{ org: null, page: "orgs" }}>{texts.shell.allOrgs}</GoTo>}
        <WayBack to={returnUrl} texts={texts} wording={wording} />
        {kind === "session" && (
          <Button look="quiet" busy={leaving.busy} onClick={() => leaving.start(signOut)}>
            {texts.shell.signOut}
          </Button>
        )}
      </div>
      {leaving.error !== null && (
        <p class="read-only" role="alert">
          {texts.shell.stillSignedIn}
        </p>
      )}
    </header>
  );
}

interface WayBackProps {
  readonly to: string | null;
  readonly texts: PortalTexts;
  readonly wording: Wording;
}

/** The link to the page of the product that made the session's link; nothing where it named none. */
export function WayBack({ to, texts, wording }: WayBackProps) {
  const host = to === null ? null : hostOf(to);
  if (to === null || host === null) return null;
  return (
    <a class="link" href={to} rel="noreferrer">
      {wording.fill(texts.shell.backTo, { host })}
    </a>
  );
}

/** The host of a web address; null for other addresses, which get no link. */
function hostOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? host : null;
}

function LoadedPage({ entry }: { readonly entry: PageEntry }) {
  const { session } = usePortal();
  const [loaded, setLoaded] = useState<{ readonly Page: ComponentType } | PortalError | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let left = false;
    entry.load().then(
      ({ page }) => left || setLoaded({ Page: page }),
      () => left || setLoaded(new PortalError(0, null, "", null)),
    );
    return () => {
      left = true;
    };
  }, [entry, round]);
  if (loaded === null) return <Skeleton lines={6} />;
  if (loaded instanceof PortalError) {
    // Browsers may remember a failed part until the page is loaded again. A cookie session survives that.
    const again = () => (session.kind === "session" ? location.reload() : setRound(round + 1));
    return <ErrorNotice error={loaded} onAgain={again} />;
  }
  return <loaded.Page />;
}

interface BarePageProps {
  readonly title: string;
  /** It replaced the focused element. */
  readonly follows?: boolean;
  readonly children: ComponentChildren;
}

/** A page without navigation: before there is a session, and after it. */
export function BarePage({ title, follows = false, children }: BarePageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The embedding site keeps its focus.
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (follows && lost) heading.current?.focus();
  }, [title, follows]);
  return (
    <main class="bare" id="content">
      <div class="card">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}
