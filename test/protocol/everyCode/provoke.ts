import { randomBytes } from "node:crypto";
import { type DetailCode, HELP } from "../../../bin/rollcall/errors/errors.ts";
import type { OAuthCode } from "../../../functions/http/oauthErrors.ts";
import { newApplicationKey } from "../../../functions/provisioning/applicationKey.ts";
import { newOrgId } from "../../../functions/provisioning/newId.ts";
import { newPortalText } from "../../../functions/provisioning/portal/portalText.ts";
import { newToken } from "../../../functions/provisioning/token.ts";
import type { Sent, Step } from "../../../functions/scim/errors/family.ts";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { BULK_REQUEST, GROUP_SCHEMA, PATCH_OP, SEARCH_REQUEST } from "../../../functions/scim/schema.ts";
import type { OrgRules } from "../../support/target.ts";
import { type Answer, at } from "../../support/wire.ts";
import { ordinaryUser } from "../idp/setup.ts";
import { RefusalSetup, type RequestContext } from "./refusalSetup.ts";
import { SITUATIONS } from "./situations.ts";

/** What a function names on its line as the reason of a refusal. */
export type FunctionCode = DetailCode | OAuthCode;

/** One that is emitted and is none of these fails every test (logLines.ts). */
export const FUNCTION_CODES = Object.keys(HELP) as readonly FunctionCode[];

export interface Provoked extends RequestContext {
  readonly setup: RefusalSetup;
  readonly rules: OrgRules | undefined;
}

/** Nobody, in the form of an id. */
const STRANGER = `u${"0".repeat(22)}`;

/** Does what the file of the code's family says. @returns undefined for a code that no request can cause. @param setup one of its own */
export async function provoke(code: FunctionCode, setup = new RefusalSetup()): Promise<Provoked | undefined> {
  const help = HELP[code];
  if ("unprovoked" in help) return undefined;
  const { after = [], example } = help;
  // Of the names of rules and presets the protocol knows none; the administration API refuses what is none.
  const rules = help.under as OrgRules | undefined;
  const client = new Client(await setup.begin(rules));
  for (const step of after) await client.take(step);
  const answer = await client.send(example);
  if (setup.last?.answer !== answer) throw new Error(`the example of ${code} does not end with its answer`);
  return { ...setup.last, setup, rules };
}

/** Sends what the files of the families have, filled in and completed. */
class Client {
  readonly #setup: RefusalSetup;
  readonly #made = new Map<string, Promise<string>>();
  readonly #answers: Answer[] = [];

  constructor(setup: RefusalSetup) {
    this.#setup = setup;
  }

  async take(step: Step): Promise<void> {
    if (typeof step === "number") this.#setup.pass(step);
    else if (typeof step === "string") await situation(step)(this.#setup);
    else await this.#did(step);
  }

  async #did(sent: Sent): Promise<Answer> {
    const answer = await this.send(sent);
    if (answer.status >= 300)
      throw new Error(`${sent.slice(0, 2).join(" ")}: ${answer.status} ${answer.text.slice(0, 300)}`);
    this.#answers.unshift(answer);
    return answer;
  }

  async send([method, shown, given, headers = {}]: Sent): Promise<Answer> {
    const { org, target } = this.#setup;
    const address = await this.#filled(shown);
    const body = await this.#body(method, address, typeof given === "function" ? given() : given);
    const filled: Readonly<Record<string, string | null>> = Object.fromEntries(
      await Promise.all(
        Object.entries(headers).map(async ([name, value]) => [name, value === null ? null : await this.#filled(value)]),
      ),
    );
    const [, api, path = ""] = /^\/(admin|directory)\/v1(.*)$/.exec(address) ?? [];
    if (api !== undefined && Object.keys(headers).length > 0) return this.#setup.handedOver(method, address, filled);
    if (api === "admin" || api === "directory") {
      return target[api](method, path, typeof body === "string" ? JSON.parse(body) : undefined);
    }
    if (address.startsWith("/")) {
      const sent: Record<string, string> = {};
      for (const [name, value] of Object.entries({ Authorization: `Bearer ${org.token}`, ...filled })) {
        if (value !== null) sent[name] = value;
      }
      return target.transport({ method, target: address, headers: sent, body });
    }
    const form = { Authorization: null, "Content-Type": "application/x-www-form-urlencoded" };
    return org.request({ method, path: `/${address}`, headers: address === "oauth/token" ? form : filled, body });
  }

  async #body(method: string, address: string, given: unknown): Promise<string | Uint8Array | undefined> {
    if (given === undefined || typeof given === "string" || given instanceof Uint8Array) return given;
    // It came out of a table of ours, or of a function there.
    const text = await this.#filled(JSON.stringify(this.#complete(method, address, given as Json)));
    if (address !== "oauth/token") return text;
    return new URLSearchParams(Object.entries<string>(JSON.parse(text))).toString();
  }

  /** With what every good request of this kind has. */
  #complete(method: string, address: string, body: Json): Json {
    if (Array.isArray(body) && address === "Bulk") return { schemas: [BULK_REQUEST], Operations: body };
    if (Array.isArray(body) && method === "PATCH") return { schemas: [PATCH_OP], Operations: body };
    const beside: Readonly<Record<string, JsonObject>> = {
      Users: ordinaryUser("ada"),
      Groups: { schemas: [GROUP_SCHEMA], displayName: "Engines" },
      ".search": { schemas: [SEARCH_REQUEST] },
      "oauth/token": { grant_type: "client_credentials", client_id: "{org}" },
    };
    return isObject(body) ? { ...beside[address], ...body } : body;
  }

  async #filled(text: string): Promise<string> {
    const names = new Set([...text.matchAll(/\{([a-z][\w.]*)\}/gi)].map(([, name = ""]) => name));
    let filled = text;
    for (const name of names) {
      const value = await this.#valueOf(name);
      filled = filled.replaceAll(name === "members" ? `"{${name}}"` : `{${name}}`, value);
    }
    return filled;
  }

  /** What is made is made once. */
  #valueOf(name: string): Promise<string> {
    const value = this.#made.get(name) ?? this.#make(name);
    if (["user", "group", "otherToken", "members"].includes(name)) this.#made.set(name, value);
    return value;
  }

  async #make(name: string): Promise<string> {
    const { org, target } = this.#setup;
    switch (name) {
      case "org":
        return org.slug;
      case "stranger":
        return STRANGER;
      case "cutToken":
        return org.token.slice(0, -1);
      case "unknownToken":
        return newToken(newOrgId(randomBytes), randomBytes);
      case "unknownKey":
        return newApplicationKey(undefined, randomBytes);
      case "unknownSession":
        return newPortalText("session", newOrgId(randomBytes), randomBytes);
      case "link":
        return new URL(await this.#make("url")).hash.slice("#link=".length);
      case "otherToken":
        return (await target.org()).token;
      case "user":
        return String(at((await this.#did(["POST", "Users", {}])).json, "id"));
      case "group":
        return String(at((await this.#did(["POST", "Groups", { members: [{ value: "{user}" }] }])).json, "id"));
      case "members":
        return this.#members(120);
      default:
        return String(this.#answers.map(({ json }) => at(json, name)).find((value) => value !== undefined));
    }
  }

  /** JSON text of new members. */
  async #members(count: number): Promise<string> {
    const members: JsonObject[] = [];
    for (let n = 0; n < count; n += 1) {
      const made = await this.#did(["POST", "Users", { userName: `u${n}` }]);
      members.push({ value: String(at(made.json, "id")) });
    }
    return JSON.stringify(members);
  }
}

/** @throws Error for a name that is none of SITUATIONS */
function situation(name: string): (setup: RefusalSetup) => void | Promise<void> {
  const known = SITUATIONS[name];
  if (known === undefined) throw new Error(`${name} is no situation of test/protocol/everyCode/situations.ts`);
  return known;
}
