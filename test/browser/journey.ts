import type { Browser, Page } from "puppeteer-core";
import { type IdentityProvider, ProviderRefused, type ScimConnection } from "rollcall/testkit";
import { en } from "../../lib/portal/texts/en.ts";
import { allowClipboard, readClipboard } from "./clipboard.ts";
import { onPage } from "./onPage.ts";
import { fill, goTo, press, redeem, said } from "./portalPages.ts";

/** A running Rollcall with an org that nobody has connected: it has no live token, and may change `userNameMutability` itself. */
export interface JourneyStage {
  readonly browser: Browser;
  /** The origin of its pages. */
  readonly origin: string;
  /** What the browser adds to each request, in place of what stands between it and the functions. */
  readonly headers?: Readonly<Record<string, string>>;
  link(): Promise<string>;
  /** The customer's Entra, as its console is filled in. */
  connect(connection: ScimConnection): IdentityProvider;
  /** The status that an identity provider with this token gets. */
  statusWith(token: string): Promise<number>;
  /** Called at the beginning of each step. */
  onStep?(name: string): void;
}

const HIRED = { userName: "ada.byron@acme.example", givenName: "Ada", familyName: "Lovelace" };
const ROUNDS = 8;
const ROUND_MS = 3_000;
const MARRIED = "ada.lovelace@acme.example";

/**
 * What the portal is for, from the link to the rotated token, as the customer's administrator does it, and Entra beside it.
 * @throws Error with what the page shows where it shows something else
 */
export async function playJourney(stage: JourneyStage): Promise<void> {
  const { browser, origin } = stage;
  const link = await stage.link();
  const step = (name: string): void => stage.onStep?.(name);
  await onPage(browser, { origins: [origin] }, async (page) => {
    await allowClipboard(page, origin);
    await page.setExtraHTTPHeaders({ ...stage.headers });
    step("the link opens the page that connects");
    await redeem(page, link);
    await press(page, "link", en.idps.entra);
    await press(page, "button", en.values.make);
    const token = await copied(page, en.values.token);
    await press(page, "button", en.secret.saved);
    await said(page, en.live.waiting);

    step("Test Connection turns it green, then people arrive");
    const entra = stage.connect({ tenantUrl: await copied(page, en.values.tenantUrl), token });
    await entra.testConnection();
    await said(page, en.live.passed.split("{")[0] ?? "");
    await said(page, `, from ${en.idps.entra}`);
    await entra.assign(HIRED);
    await entra.assign({ userName: "grace.hopper@acme.example", givenName: "Grace", familyName: "Hopper" });
    await entra.pushGroup("Engineering", [HIRED.userName]);
    await said(page, fill(en.live.arrived, { users: "2 people", groups: "1 group" }));

    step("a refused user is seen with its remedy");
    await refused(entra.rename(HIRED.userName, { userName: MARRIED }));
    await said(page, en.live.seeWhy);
    await press(page, "link", en.nav.activity);
    await saidSoon(page, fill(en.activity.affects, { who: fill(en.activity.people.one, { n: "1" }) }));
    await said(page, "Do not send userName for users who exist");

    step("the rule is changed, and Entra tries again");
    await goTo(page, "#/settings");
    const rule = en.settings.rules.userNameMutability;
    await press(page, "button", fill(en.settings.changeOf, { rule: rule.title }));
    await press(page, "radio", rule.readWrite);
    await press(page, "button", en.settings.save);
    await said(page, fill(en.settings.default, { effect: rule.immutable }));
    const { failures } = await entra.nightlyCycle();
    if (failures.length > 0) throw new Error(`Entra still fails: ${failures.join("; ")}`);
    await press(page, "link", en.nav.activity);
    await saidSoon(page, fill(en.activity.causesSolved.one, { n: "1" }));

    step("her history says what it was before, and what it is now");
    await goTo(page, "#/people");
    await press(page, "link", MARRIED);
    await said(page, HIRED.userName);
    await said(page, MARRIED);

    step("the token is rotated: both work, then the old one ends");
    await goTo(page, "#/credentials");
    await press(page, "button", en.credentials.rotate);
    await press(page, "button", en.credentials.rotate, "dialog");
    const rotated = await copied(page, en.credentials.newToken);
    await press(page, "button", en.secret.saved);
    await expectStatuses(stage, [token, 200], [rotated, 200]);
    // Both have the same description: the older one is the second in the list.
    const name = fill(en.values.madeFor, { idp: en.idps.entra });
    await press(page, "button", fill(en.credentials.revokeOf, { name }), "tbody tr:nth-child(2)");
    await press(page, "button", en.credentials.revoke, "dialog");
    await said(page, fill(en.credentials.revoked, { name }));
    await expectStatuses(stage, [token, 401], [rotated, 200]);
  });
  step("the link is used up");
  await onPage(browser, { origins: [origin], expected: [/status of 410/] }, async (page) => {
    await page.setExtraHTTPHeaders({ ...stage.headers });
    await page.goto(link);
    await press(page, "button", en.redeem.open);
    await said(page, en.redeem.usedTitle);
  });
}

async function copied(page: Page, what: string): Promise<string> {
  await press(page, "button", fill(en.common.copyOf, { what }));
  await said(page, en.common.copied);
  return await readClipboard(page);
}

/** The journal follows a request within seconds, and this page asks for causes four times a minute: who waits loads it again. */
async function saidSoon(page: Page, text: string): Promise<void> {
  for (let round = 0; ; round++) {
    try {
      return await said(page, text, ROUND_MS);
    } catch (error) {
      if (round === ROUNDS) throw error;
      await page.reload();
    }
  }
}

async function refused(attempt: Promise<unknown>): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ProviderRefused)) throw new Error("Entra was not refused", { cause: error });
}

async function expectStatuses(stage: JourneyStage, ...expected: readonly (readonly [string, number])[]): Promise<void> {
  for (const [index, [token, status]] of expected.entries()) {
    const answered = await stage.statusWith(token);
    if (answered !== status) throw new Error(`Token ${index + 1} is answered with ${answered} instead of ${status}.`);
  }
}
