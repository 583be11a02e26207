import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import type { State } from "./recorded.ts";

/** What a case may refer to by name, and the requests that bring it about. */
export class Setup {
  readonly tenant: Tenant;
  readonly #names = new Map<string, Json>();
  readonly #endpoints = new Map<string, string>();
  #crowd = 0;

  constructor(tenant: Tenant) {
    this.tenant = tenant;
    this.#names.set("tenantUrl", tenant.tenantUrl);
    this.#names.set("token", tenant.token);
  }

  /** Also makes `NAME.userName` and `NAME.version` known. */
  learn(name: string, endpoint: string, resource: Json | undefined): void {
    this.#endpoints.set(name, endpoint);
    this.#names.set(name, at(resource, "id") ?? null);
    for (const [short, path] of Object.entries({ userName: "userName", version: "meta.version" })) {
      const value = at(resource, path);
      if (typeof value === "string") {
        this.#names.set(`${name}.${short}`, value);
        this.#names.set(`${name}.${short}.upper`, value.toUpperCase());
      }
    }
  }

  remember(name: string, endpoint: string, value: Json | undefined): void {
    if (value === undefined) throw new Error(`there is nothing to remember as ${name}`);
    this.#endpoints.set(name, endpoint);
    this.#names.set(name, value);
  }

  /** GET of what `name` stands for. */
  read(name: string): Promise<Answer> {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) throw new Error(`the case speaks of ${name}, which it never made`);
    return this.tenant.request({ method: "GET", path: `${endpoint}/${String(this.#names.get(name))}` });
  }

  /** `value` with its placeholders filled in; names of object members are filled too. */
  fill(value: Json, repetition?: number, each?: JsonObject): Json {
    if (typeof value === "string") return this.#fillText(value, repetition, each);
    if (Array.isArray(value)) return value.flatMap((one) => this.#fillElement(one, repetition, each));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        String(this.#fillText(name, repetition, each)),
        this.fill(one, repetition, each),
      ]),
    );
  }

  /** `{"$crowd": …}` stands for as many elements as the crowd has users. */
  #fillElement(element: Json, repetition: number | undefined, each: JsonObject | undefined): Json[] {
    const forEachOfCrowd = isObject(element) ? element.$crowd : undefined;
    if (forEachOfCrowd === undefined) return [this.fill(element, repetition, each)];
    return Array.from({ length: this.#crowd }, (_none, index) => this.fill(forEachOfCrowd, index + 1, each));
  }

  #fillText(text: string, repetition: number | undefined, each: JsonObject | undefined): Json {
    const whole = /^\{\{([^{}]+)\}\}$/u.exec(text);
    if (whole !== null) {
      const value = this.#valueOf(whole[1] ?? "", repetition, each);
      return each !== undefined && whole[1]?.startsWith("each.") ? this.fill(value, repetition) : value;
    }
    return text.replace(/\{\{([^{}]+)\}\}/gu, (_all, name: string) => String(this.#valueOf(name, repetition, each)));
  }

  #valueOf(placeholder: string, repetition: number | undefined, each: JsonObject | undefined): Json {
    if (placeholder === "#") return repetition ?? 0;
    const eachOf = placeholder.startsWith("each.") ? each?.[placeholder.slice("each.".length)] : undefined;
    const value = eachOf ?? this.#names.get(placeholder.replace("#", String(repetition ?? 0)));
    if (value === undefined && placeholder.startsWith("each.")) return null;
    if (value === undefined) throw new Error(`nothing is called {{${placeholder}}}`);
    return value;
  }

  async build(state: State): Promise<void> {
    const users = Object.entries(state.users ?? {});
    const { prefix, count } = state.crowd ?? { prefix: "", count: 0 };
    this.#crowd = count;
    for (let n = 1; n <= count; n += 1) users.push([`${prefix}${n}`, {}]);
    const waiting = [...users];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [name, own] = next;
        await this.#create(name, "/Users", ordinaryUser(name, own));
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    for (const [name, own] of Object.entries(state.groups ?? {})) await this.#create(name, "/Groups", this.#group(own));
    for (const name of state.deleted ?? []) await this.#delete(name);
  }

  #group(own: JsonObject): JsonObject {
    const { members, ...rest } = own;
    const ids = Array.isArray(members) ? members.map((name) => ({ value: this.#names.get(String(name)) ?? null })) : [];
    return { schemas: [GROUP_SCHEMA], ...rest, members: ids };
  }

  async #create(name: string, endpoint: string, body: Json): Promise<void> {
    const answer = await this.tenant.request({ method: "POST", path: endpoint, body: this.fill(body) });
    if (answer.status !== 201) throw new Error(`${name} could not be made beforehand: ${answer.status} ${answer.text}`);
    this.learn(name, endpoint, answer.json);
  }

  async #delete(name: string): Promise<void> {
    const path = `${this.#endpoints.get(name)}/${String(this.#names.get(name))}`;
    const answer = await this.tenant.request({ method: "DELETE", path });
    if (answer.status !== 204)
      throw new Error(`${name} could not be deleted beforehand: ${answer.status} ${answer.text}`);
  }
}

/** A user as most identity providers make one; `$absent` in `own` takes a member away. */
export function ordinaryUser(name: string, own: JsonObject = {}): JsonObject {
  const laid: JsonObject = {
    schemas: [USER_SCHEMA],
    userName: `${name}@acme.example`,
    name: { givenName: "Given", familyName: "Family" },
    displayName: `User ${name}`,
    emails: [{ value: `${name}@acme.example`, type: "work", primary: true }],
    active: true,
    ...own,
  };
  return Object.fromEntries(Object.entries(laid).filter(([, value]) => value !== "$absent"));
}
