import { at, type Tenant } from "../../support/wire.ts";

/** The mix of a provisioning day, in percent. */
export const MIX = [
  ["filter by userName", 40],
  ["get a user", 20],
  ["patch a user", 15],
  ["add or remove a member", 15],
  ["create a user", 5],
  ["list 100 users", 3],
  ["get a group without members", 1],
  ["delete a user", 1],
] as const;
export type Operation = (typeof MIX)[number][0];

const GROUPS = 20;

function person(name: string) {
  const userName = `${name}@example.com`;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    externalId: `ext-${name}`,
    active: true,
    displayName: `Person ${name}`,
    name: { givenName: "Person", familyName: name },
    emails: [{ type: "work", value: userName, primary: true }],
  };
}

function patchOp(operation: object) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [operation] };
}

/** The people of the org as the clients know them; whoever is deleted leaves the list first. */
export class Crowd {
  readonly #org: Tenant;
  readonly #people: { readonly id: string; readonly name: string }[] = [];
  readonly #groups: string[] = [];
  #made = 0;

  constructor(org: Tenant) {
    this.#org = org;
  }

  get size(): number {
    return this.#people.length;
  }

  /** Creates people until there are so many, so many at a time. */
  async fill(people: number, lanes: number): Promise<void> {
    const waiting = Array.from({ length: Math.max(0, people - this.#people.length) }).values();
    const lane = async (): Promise<void> => {
      for (const _ of waiting) await this.#create();
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  async makeGroups(): Promise<void> {
    for (let index = 0; index < GROUPS; index++) this.#groups.push(await this.group(`group ${index}`, 50 * index));
  }

  /** A group with the first so many people in it: in parts, as an identity provider pushes them. @returns its id */
  async group(displayName: string, members: number): Promise<string> {
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
    const made = await this.#org.request({ method: "POST", path: "/Groups", body: { schemas, displayName } });
    const id = String(at(made.json, "id"));
    const people = this.#people.slice(0, members);
    for (let start = 0; start < people.length; start += 1_000) {
      const value = people.slice(start, start + 1_000).map((one) => ({ value: one.id }));
      const status = await this.#send("PATCH", `/Groups/${id}`, patchOp({ op: "add", path: "members", value }));
      if (status >= 300) throw new Error(`a part of ${displayName} was answered ${status}`);
    }
    return id;
  }

  async run(operation: Operation): Promise<number> {
    const one = this.#people[Math.floor(Math.random() * this.#people.length)];
    const group = this.#groups[Math.floor(Math.random() * GROUPS)];
    if (one === undefined) throw new Error("nobody is left");
    switch (operation) {
      case "filter by userName":
        return this.#send("GET", `/Users?filter=userName eq "${one.name}@example.com"`);
      case "get a user":
        return this.#send("GET", `/Users/${one.id}`);
      case "patch a user": {
        const value = `title ${Math.random()}`;
        return this.#send("PATCH", `/Users/${one.id}`, patchOp({ op: "replace", path: "title", value }));
      }
      case "add or remove a member": {
        const op = Math.random() < 0.6 ? "add" : "remove";
        return this.#send("PATCH", `/Groups/${group}`, patchOp({ op, path: "members", value: [{ value: one.id }] }));
      }
      case "create a user":
        return this.#create();
      case "list 100 users":
        return this.#send("GET", `/Users?count=100&startIndex=${1 + Math.floor(Math.random() * this.#people.length)}`);
      case "get a group without members":
        return this.#send("GET", `/Groups/${group}?excludedAttributes=members`);
      case "delete a user": {
        this.#people.splice(this.#people.indexOf(one), 1);
        return this.#send("DELETE", `/Users/${one.id}`);
      }
    }
  }

  async #create(): Promise<number> {
    const name = `person${this.#made++}`;
    const answer = await this.#org.request({ method: "POST", path: "/Users", body: person(name) });
    if (answer.status === 201) this.#people.push({ id: String(at(answer.json, "id")), name });
    return answer.status;
  }

  async #send(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.#org.request({ method, path, body })).status;
  }
}

export function drawn(): Operation {
  let left = Math.random() * 100;
  for (const [operation, share] of MIX) {
    left -= share;
    if (left < 0) return operation;
  }
  return MIX[0][0];
}
