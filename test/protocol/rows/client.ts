import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { PATCH_OP } from "../../../functions/scim/schema.ts";
import { differences } from "../../support/expectation.ts";
import type { Check, OrgRules, Target } from "../../support/target.ts";
import { type Answer, at, type Tenant, type WireRequest } from "../../support/wire.ts";
import { ordinaryUser } from "../idp/setup.ts";
import { wireFaults } from "../idp/wireFaults.ts";

export interface Expected {
  readonly status: number;
  /** A partial expectation of the body (see `differences`). */
  readonly json?: Json;
}

/** A conversation with one org. What differs from what is expected is collected, so that a row tells all of it at once. */
export class Client {
  readonly target: Target;
  readonly tenant: Tenant;
  readonly found: string[] = [];

  constructor(target: Target, tenant: Tenant) {
    this.target = target;
    this.tenant = tenant;
  }

  async say(title: string, request: WireRequest, expected: Expected): Promise<Answer> {
    const answer = await this.tenant.request(request);
    this.#compare(title, answer, expected, request.headers?.Accept);
    return answer;
  }

  /** The same to any tenant, e.g. one that this org's token has no business with. */
  async sayTo(tenant: Tenant, title: string, request: WireRequest, expected: Expected): Promise<Answer> {
    const answer = await tenant.request(request);
    this.#compare(title, answer, expected, undefined);
    return answer;
  }

  #compare(title: string, answer: Answer, { status, json }: Expected, accept: string | null | undefined): void {
    if (answer.status !== status) {
      this.note(title, `expected ${status}, got ${answer.status} ${answer.text.slice(0, 400)}`);
      return;
    }
    for (const line of wireFaults(answer, accept)) this.note(title, line);
    for (const line of json === undefined ? [] : differences(json, answer.json)) this.note(title, line);
  }

  note(title: string, difference: string): void {
    this.found.push(`${title}: ${difference}`);
  }

  expect(title: string, expected: Json, got: Json | undefined): void {
    for (const line of differences(expected, got)) this.note(title, line);
  }

  /** A user as most identity providers make one. @returns its id */
  async user(name: string, own: JsonObject = {}): Promise<string> {
    return this.#made(`create ${name}`, { method: "POST", path: "/Users", body: ordinaryUser(name, own) });
  }

  async group(displayName: string, members: readonly string[] = [], own: JsonObject = {}): Promise<string> {
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
    const body = { schemas, displayName, members: members.map((value) => ({ value })), ...own };
    return this.#made(`create ${displayName}`, { method: "POST", path: "/Groups", body });
  }

  async #made(title: string, request: WireRequest): Promise<string> {
    const id = at((await this.say(title, request, { status: 201 })).json, "id");
    if (typeof id !== "string") throw new Error(`${title}: nothing was made; ${this.found.join("; ")}`);
    return id;
  }

  get(title: string, path: string, expected: Expected): Promise<Answer> {
    return this.say(title, { method: "GET", path }, expected);
  }

  post(title: string, path: string, body: unknown, expected: Expected): Promise<Answer> {
    return this.say(title, { method: "POST", path, body }, expected);
  }

  put(title: string, path: string, body: unknown, expected: Expected): Promise<Answer> {
    return this.say(title, { method: "PUT", path, body }, expected);
  }

  patch(title: string, path: string, operations: readonly JsonObject[], expected: Expected): Promise<Answer> {
    return this.say(title, { method: "PATCH", path, body: patchOf(...operations) }, expected);
  }

  delete(title: string, path: string, expected: Expected): Promise<Answer> {
    return this.say(title, { method: "DELETE", path }, expected);
  }

  /** Expects the resource at `path` to look like this. */
  seen(title: string, path: string, json: Json): Promise<Answer> {
    return this.get(title, path, { status: 200, json });
  }

  async admin(title: string, method: string, path: string, body: unknown, expected: Expected): Promise<Answer> {
    return this.#compareSigned(
      title,
      await this.target.admin(method, `/orgs/${this.tenant.slug}${path}`, body),
      expected,
    );
  }

  /** As the application. */
  async directory(title: string, method: string, path: string, expected: Expected, body?: unknown): Promise<Answer> {
    const answer = await this.target.directory(method, `/orgs/${this.tenant.slug}${path}`, body);
    return this.#compareSigned(title, answer, expected);
  }

  #compareSigned(title: string, answer: Answer, expected: Expected): Answer {
    if (answer.status !== expected.status) {
      this.note(title, `expected ${expected.status}, got ${answer.status} ${answer.text.slice(0, 400)}`);
    } else if (expected.json !== undefined) {
      this.expect(title, expected.json, answer.json);
    }
    return answer;
  }
}

export async function clientOf(target: Target, rules?: OrgRules): Promise<Client> {
  return new Client(target, await target.org(rules));
}

/**
 * A check that is a conversation with a new org, empty of differences at its end.
 * @param rules of the org; by default those of a new one
 */
export function conversation(name: string, steps: (scim: Client) => Promise<void>, rules?: OrgRules): Check {
  return {
    name,
    run: async (target) => {
      const scim = await clientOf(target, rules);
      await steps(scim);
      return scim.found;
    },
  };
}

export function patchOf(...operations: readonly JsonObject[]): JsonObject {
  return { schemas: [PATCH_OP], Operations: [...operations] };
}

export function members(...ids: readonly string[]): Json {
  return ids.length === 0 ? "$empty" : { $members: [...ids] };
}

/** The shape of a refusal, its detail matching `words` (a regular expression, in any letter case). */
export function refusal(status: number, scimType: string | undefined, words: string): Json {
  const shape: JsonObject = { status: String(status), detail: { $matches: words } };
  return scimType === undefined ? shape : { ...shape, scimType };
}

export function textAt(json: Json | undefined, path: string): string {
  const value = at(json, path);
  return typeof value === "string" ? value : isObject(value) ? JSON.stringify(value) : String(value ?? "");
}
