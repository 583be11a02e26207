import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { RollcallError } from "rollcall/client";
import { ProviderRefused } from "rollcall/testkit";
import type { Json } from "../../../functions/scim/json.ts";
import type { OpenStack } from "../../aws/openStack.ts";
import type { Check, Target } from "../../support/target.ts";
import { at, connect, type Tenant } from "../../support/wire.ts";
import { type Ended, rollcall } from "../cli.ts";
import { startFront } from "../consumer.ts";
import type { Deployment } from "../deployment.ts";
import { same } from "../smoke.ts";
import { copyDiffers, providerDiffers } from "./customers.ts";
import { type PointInTime, startPointInTime } from "./pointInTime.ts";
import { restoredLacks } from "./restoredLacks.ts";
import { EXAMPLE_SECOND, printedStep } from "./runbook.ts";
import { damage, patched, provision, type Scene, workOn } from "./story.ts";

/** From a write to the copy of an application: longer than the emulator takes. */
const PATIENCE_MS = 60_000;

interface Place {
  readonly stack: OpenStack;
  readonly deployment: Deployment;
  /** The emulator's. */
  readonly port: number;
  /** Where exports and tokens go. */
  readonly folder: string;
}

/** The runbook's section Restore, step by step, after a day on which much went wrong. It leaves the stack on another table. */
export function disasterIsDrilled(place: Place): Check {
  const { port, stack } = place;
  return {
    name: "after much damage the runbook's restore brings one second back, providers and applications continue, and fsck finds nothing",
    run: async (target) => {
      const pasted = new Map<string, string>();
      await using front = await startFront(target, pasted);
      await using past = await startPointInTime(port, stack.aws, stack.outputs.TableName);
      return await new Drill(place, target, past, pasted).run(front.url);
    },
  };
}

class Drill {
  readonly #place: Place;
  readonly #target: Target;
  readonly #past: PointInTime;
  /** What customers pasted in their provider's console in the place of a token. */
  readonly #pasted: Map<string, string>;
  readonly #differences: string[] = [];

  constructor(place: Place, target: Target, past: PointInTime, pasted: Map<string, string>) {
    this.#place = place;
    this.#target = target;
    this.#past = past;
    this.#pasted = pasted;
  }

  /** What was found until it broke off counts too. */
  async run(front: string): Promise<string[]> {
    try {
      await this.#play(front);
    } catch (cause) {
      this.#differences.push(`it broke off: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    return this.#differences;
  }

  async #play(front: string): Promise<void> {
    const scene = await this.#timed("provision", () => provision(this.#target, front));
    const orgs = [scene.entra.org, scene.okta.org, scene.gone.slug];
    await this.#timed("the application catches up", () => this.#catchUp(scene));
    const before = await this.#exports(orgs, "before");
    const second = (await this.#timed("a second is kept", () => this.#past.keep())).toISOString().replace(".000", "");
    await this.#timed("work goes on, which will be lost", () => workOn(this.#target, scene));
    await this.#timed("the application catches up", () => this.#catchUp(scene));
    await this.#timed("damage", () => damage(this.#target, scene, this.#stored()));
    await this.#timed("fsck finds it", () => this.#seeDamage(scene));
    const list = await this.#timed("stop, and who left", () => this.#stop(scene));
    await this.#timed("restore", () => this.#restore(second));
    await this.#timed("all is as it was", () => this.#seeSecond(scene, orgs, before));
    const token = await this.#timed("administration again, renew, start", () => this.#start(scene));
    await this.#timed("providers send again", () => this.#sendAgain(scene, token, list));
    await this.#timed("the application takes a snapshot", () => this.#catchUp(scene));
    await this.#timed("fsck finds nothing", () => this.#seeHealth(orgs));
  }

  /** Everybody's copy is as the directory is, within the time that a change needs to get there. */
  async #catchUp({ entra, okta }: Scene): Promise<void> {
    for (const customer of [entra, okta]) {
      let differs: string[] = [];
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(100)) {
        await customer.client.sync(customer.copy.options);
        differs = await copyDiffers(customer);
        if (differs.length === 0) break;
      }
      this.#differences.push(...differs);
    }
  }

  /** Of each organization, without the line that says when. */
  async #exports(orgs: readonly string[], moment: "before" | "after"): Promise<readonly string[]> {
    const texts = orgs.map(async (org) => {
      const file = join(this.#place.folder, `${org}-${moment}.ndjson`);
      const { code } = await this.#rollcall(["export", org, "--out", file, "--stack", this.#place.stack.stackName]);
      return code !== 0 ? "" : readFileSync(file, "utf8").split("\n").slice(1).join("\n");
    });
    return Promise.all(texts);
  }

  #stored() {
    const { aws, outputs } = this.#place.stack;
    return { aws, table: outputs.TableName };
  }

  async #seeDamage({ entra, gone, okta }: Scene): Promise<void> {
    const [ofEntra, ofOkta] = await Promise.all([entra, okta].map(({ org }) => this.#fsck(org)));
    this.#see("fsck of an organization with a user that cannot be read", ofEntra?.code, 1);
    this.#see("fsck of an organization that lacks a user", ofOkta?.code, 1);
    const { status } = await gone.request({ method: "GET", path: "/Users" });
    this.#see("a request to the organization that is gone", status, 401);
  }

  /** Steps 1 and 2. @returns who left, by their ids */
  async #stop({ entra, okta }: Scene): Promise<readonly string[]> {
    await this.#rollcall(printedStep("stop"));
    for (const { tenant } of [entra, okta]) {
      const { status } = await tenant.request({ method: "GET", path: "/Users?count=1" });
      if (status < 500 && status !== 429) this.#differences.push(`a request while all is stopped: ${status}`);
    }
    const access = await entra.client.gate({ org: entra.org, email: "edith@example.com" });
    this.#see("the gate while all is stopped, of who left", access.reason, "inactive");
    const shown = await this.#rollcall([...printedStep("events --types", { acme: entra.org }), "--json"]);
    const events: Json = shown.code === 0 ? JSON.parse(shown.stdout) : [];
    return (Array.isArray(events) ? events : [])
      .filter((event) => at(event, "type") === "user.deactivated")
      .map((event) => String(at(event, "resource")));
  }

  /** Steps 3 and 4. */
  async #restore(second: string): Promise<void> {
    const given = { [EXAMPLE_SECOND]: second };
    const { stack, deployment } = this.#place;
    const env = { ...stack.place.env, AWS_ENDPOINT_URL: this.#past.url };
    const hourAgo = new Date(Date.parse(second) - 3_600_000).toISOString().replace(".000", "");
    const early = await rollcall(env, ...printedStep("restore --dry-run", { [EXAMPLE_SECOND]: hourAgo }));
    this.#see("a dry run for a second that nobody kept", early.code, 1);
    await this.#rollcall(printedStep("restore --dry-run", given), env);
    const restored = await this.#rollcall([...printedStep("restore", given), "--json"], env);
    const told: Json = JSON.parse(restored.stdout);
    const table = String(at(told, "table"));
    this.#differences.push(...(await restoredLacks(stack.place, table)));
    await this.#timed("deployment", () => deployment.deployWith({ tableStreamArn: at(told, "streamArn") }));
    const old = { TableName: stack.outputs.TableName };
    const kept = (await stack.aws.json("dynamodb", "DynamoDB_20120810.DescribeTable", old)) as Json;
    this.#see("the old table", at(kept, "Table.TableStatus"), "ACTIVE");
  }

  /** Before anybody sends again: the data is that of the second, whatever came later is gone, and what ended later is back. */
  async #seeSecond({ entra, gone, okta, revoked }: Scene, orgs: readonly string[], before: readonly string[]) {
    const after = await this.#exports(orgs, "after");
    for (const [index, org] of orgs.entries())
      this.#see(`that the export of ${org} is the one of that second`, after[index] === before[index], true);
    const access = await entra.client.gate({ org: entra.org, email: "edith@example.com" });
    this.#see("the gate, of who left: the restore let this person in again", access.member, true);
    const early = await entra.client.sync(entra.copy.options).catch((error: unknown) => error);
    const code = early instanceof RollcallError ? early.code : early;
    this.#see("what the application hears before renew", code, "value.eventCursorAhead");
    for (const tenant of [okta.tenant, gone, { ...okta.tenant, token: revoked.secret }]) {
      const { status } = await connect(this.#target.transport, tenant).request({
        method: "GET",
        path: "/Users?count=1",
      });
      if (status < 500 && status !== 429) this.#differences.push(`a request before start: ${status}`);
    }
  }

  /** Step 5. @returns the new token of Entra's organization */
  async #start({ entra, gone, okta, revoked }: Scene): Promise<string> {
    const file = join(this.#place.folder, "acme.token");
    await this.#rollcall(printedStep("token", { acme: entra.org, "acme.token": file }));
    await this.#rollcall(printedStep("events renew"));
    await this.#rollcall(printedStep("start"));
    const asked = { method: "GET", path: "/Users?count=1" };
    const second = connect(this.#target.transport, { ...okta.tenant, token: revoked.secret });
    this.#see("the token that was revoked later", (await second.request(asked)).status, 200);
    await this.#rollcall(["token", "revoke", okta.org, revoked.id, "--stack", this.#place.stack.stackName]);
    this.#see("the same, once it is revoked again", (await second.request(asked)).status, 401);
    this.#see("a token from before regenerate", (await entra.tenant.request(asked)).status, 401);
    this.#see("the organization that was gone", (await gone.request(asked)).status, 200);
    return readFileSync(file, "utf8").trim();
  }

  /** Steps 6 and 7. */
  async #sendAgain({ entra, leaver, okta }: Scene, token: string, list: readonly string[]): Promise<void> {
    const tenant: Tenant = connect(this.#target.transport, { ...entra.tenant, token });
    this.#see("who left, as the events list it", String(list), leaver);
    for (const id of list) await patched(tenant, `/Users/${id}`, { op: "replace", path: "active", value: false });
    this.#pasted.set(entra.tenant.token, token);
    const { failures } = await entra.idp.nightlyCycle();
    this.#see("what Entra's restarted cycle could not do", failures.map(String).join(), "");
    this.#differences.push(...(await providerDiffers({ ...entra, tenant })));
    const forced = await okta.idp.nightlyCycle();
    const lost = forced.failures.map((failure) => (failure instanceof ProviderRefused ? failure.status : failure));
    this.#see("Okta's forced sync: one person is unknown by the id it keeps", lost.map(String).join(), "404");
    await okta.idp.assign("tony@example.com");
    await okta.idp.pushGroup("Operations");
    this.#differences.push(...(await providerDiffers(okta)));
  }

  async #seeHealth(orgs: readonly string[]): Promise<void> {
    await Promise.all(orgs.map((org) => this.#rollcall(printedStep("fsck", { acme: org }))));
  }

  #fsck(org: string): Promise<Ended> {
    return rollcall(this.#place.stack.place.env, ...printedStep("fsck", { acme: org }));
  }

  /** A command that has to work. */
  async #rollcall(words: readonly string[], env = this.#place.stack.place.env): Promise<Ended> {
    const ended = await rollcall(env, ...words);
    if (ended.code !== 0)
      this.#differences.push(`${words.join(" ")} ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
    return ended;
  }

  #see(what: string, actual: unknown, expected: unknown): void {
    this.#differences.push(...same(what, actual, expected));
  }

  async #timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = Date.now();
    try {
      return await work();
    } finally {
      console.log(`  ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    }
  }
}
