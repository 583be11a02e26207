import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { IdentityProvider } from "rollcall/testkit";
import { Browser } from "./browser.ts";
import { BEFORE, type Expected, OWNER, type Step } from "./story.ts";

export interface Scene {
  readonly idp: IdentityProvider;
  /** Where the product listens. */
  readonly product: string;
  /** Login name of the organization, which is the workspace's too. */
  readonly org: string;
  /** Before somebody looks: where nothing pokes the product, this does. */
  readonly poke?: (() => Promise<void>) | undefined;
  /** Between two steps. */
  readonly between?: ((next: Step) => Promise<void>) | undefined;
  readonly print: (line: string) => void;
}

const PATIENCE_MS = 60_000;

/** Plays the steps and looks at the product after each one. @throws AssertionError for what it shows instead */
export async function playStory(steps: readonly Step[], scene: Scene): Promise<void> {
  const owner = new Browser(scene.product);
  assert.equal(await owner.signIn(scene.org, OWNER), 303, "the owner signs in before anybody is provisioned");
  /** Ids of the accounts that the story made. */
  const made = new Map<string, number>();
  for (const step of steps) {
    await scene.between?.(step);
    const leaver = step.ends === undefined ? undefined : await signedIn(scene, step.ends);
    await step.act(scene.idp);
    if (leaver !== undefined) await seeSessionEnd(scene, step, leaver);
    await seePeople(scene, step, owner, made);
  }
}

async function signedIn(scene: Scene, email: string): Promise<Browser> {
  const browser = new Browser(scene.product);
  assert.equal(await browser.signIn(scene.org, email), 303, `${email} signs in`);
  assert.ok(await browser.isSignedIn());
  return browser;
}

async function seeSessionEnd(scene: Scene, { name, ends = "" }: Step, leaver: Browser): Promise<void> {
  const answered = performance.now();
  await eventually(scene, async () => assert.equal(await leaver.isSignedIn(), false, `${name}: ${ends} has a session`));
  scene.print(
    `${name}: the session ended ${(performance.now() - answered).toFixed(0)} ms after the answer to the request`,
  );
  assert.equal(await leaver.signIn(scene.org, ends), 403, `${name}: ${ends} signs in again`);
}

async function seePeople(scene: Scene, { name, people }: Step, owner: Browser, made: Map<string, number>) {
  await eventually(scene, async () => {
    const shown = await peopleIn(owner);
    for (const [email, { id }] of shown) if (people[email]?.account === "new" && !made.has(email)) made.set(email, id);
    const expected = Object.entries(people).map(([email, { account, ...rest }]) => {
      return [email, { ...rest, id: account === "new" ? made.get(email) : account }] as const;
    });
    assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(expected), name);
  });
  const ids = [...made.values()];
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(
    ids.every((id) => id > BEFORE.accounts.length),
    "nobody new has an account that was there before",
  );
}

type Shown = Omit<Expected, "account"> & { readonly id: number };

async function peopleIn(browser: Browser): Promise<Map<string, Shown>> {
  const { people } = (await browser.json("/api/people")) as { people: readonly (Shown & { readonly email: string })[] };
  return new Map(people.map(({ email, ...rest }) => [email, rest]));
}

/** @throws the last AssertionError */
async function eventually({ poke }: Scene, claim: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; ; await wait(5)) {
    await poke?.();
    try {
      return await claim();
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || performance.now() > end) throw error;
    }
  }
}
