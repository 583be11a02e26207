import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { adminHandler } from "../../../functions/edge/admin.ts";
import type { Endpoint } from "../../../functions/edge/endpoint.ts";
import { createMemoryStore } from "../../../functions/memory/store.ts";
import type { RequestBudget } from "../../../functions/provisioning/requestBudget.ts";
import { GROUP_SCHEMA, PATCH_OP } from "../../../functions/scim/schema.ts";
import { type Store, StoreBusy, type StoreSession } from "../../../functions/store/ports.ts";
import { inProcessTarget, lambdaContext } from "../../support/inProcess.ts";
import { expectStatus, makeOrg } from "../../support/org.ts";
import type { OrgRules, Target } from "../../support/target.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, answer, at, connect, type RawRequest, type Tenant } from "../../support/wire.ts";
import { ordinaryUser } from "../idp/world.ts";

/** What was sent, whoever sent it, and what came back. */
export interface Exchange {
  readonly request: RawRequest;
  readonly answer: Answer;
}

interface Listener {
  over(target: Target): Target;
  log(line: Readonly<Record<string, unknown>>): void;
}

export type Change = (session: StoreSession) => StoreSession;

const DAY = 86_400_000;
/** In place of a signature's headers. */
export const SIGNED = { Authorization: "AWS4-HMAC-SHA256 …" };
const STRANGER = `u${"0".repeat(22)}`;

/** A service over a store in memory with a clock of its own, one org in it, and what can be turned against a request. */
export class Stage {
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly target: Target;
  readonly endpoint: Endpoint;
  /** The latest. */
  last: Exchange | undefined;
  /** Nobody, in the form of an id. */
  readonly stranger = STRANGER;
  /** Put between the handlers and the store, from the next request on. */
  change: Change = (session) => session;
  budget: RequestBudget | undefined;
  #now = Date.parse("2026-03-01T00:00:00.000Z");
  #org: Tenant | undefined;

  /** @param listener may put something between whoever asks and the service, and hears its lines */
  constructor({ over = (target) => target, log = () => undefined }: Partial<Listener> = {}) {
    const store = createMemoryStore();
    const changed: Store = { begin: () => this.change(store.begin()) };
    const stage = this;
    this.endpoint = {
      ...testEndpoint(changed, (line) => {
        this.lines.push(line);
        log(line);
      }),
      now: () => {
        this.#now += 1;
        return this.#now;
      },
      wait: async () => undefined,
      get budget() {
        return stage.budget;
      },
    };
    this.target = this.#listened(over(inProcessTarget("memory", this.endpoint, 10)));
  }

  #listened({ transport, admin, directory, ...rest }: Target): Target {
    const heard = async (request: RawRequest, answering: Promise<Answer>): Promise<Answer> => {
      const answer = await answering;
      this.last = { request, answer };
      return answer;
    };
    const signed =
      (root: string, call: Target["admin"]): Target["admin"] =>
      (method, path, body) => {
        const request = {
          method,
          target: root + path,
          headers: SIGNED,
          body: body === undefined ? body : JSON.stringify(body),
        };
        return heard(request, call(method, path, body));
      };
    const listening = {
      ...rest,
      transport: (request: RawRequest) => heard(request, transport(request)),
      admin: signed("/admin/v1", admin),
      directory: signed("/directory/v1", directory),
    };
    return { ...listening, org: makeOrg(rest.base, listening.transport, listening.admin) };
  }

  async begin(rules?: OrgRules): Promise<Stage> {
    this.#org = await this.target.org(rules);
    return this;
  }

  get org(): Tenant {
    if (this.#org === undefined) throw new Error("the stage has not begun");
    return this.#org;
  }

  pass(days: number): void {
    this.#now += days * DAY;
  }

  passSeconds(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  get(path: string, headers: Readonly<Record<string, string | null>> = {}): Promise<Answer> {
    return this.org.request({ method: "GET", path, headers });
  }

  filter(filter: string, endpoint = "/Users"): Promise<Answer> {
    return this.get(`${endpoint}?filter=${encodeURIComponent(filter)}`);
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string | null>> = {}): Promise<Answer> {
    return this.org.request({ method: "POST", path, body, headers });
  }

  search(own: object): Promise<Answer> {
    return this.post("/.search", { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], ...own });
  }

  bulk(...Operations: unknown[]): Promise<Answer> {
    return this.post("/Bulk", { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], Operations });
  }

  newUser(own: Readonly<Record<string, unknown>> = {}, name = "ada"): Promise<Answer> {
    return this.post("/Users", { ...ordinaryUser(name), ...own });
  }

  newGroup(own: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.post("/Groups", { schemas: [GROUP_SCHEMA], displayName: "Engines", ...own });
  }

  async user(name = "ada", own: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return idIn(await this.newUser(own, name));
  }

  async group(own: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return idIn(await this.newGroup(own));
  }

  patch(path: string, ...Operations: unknown[]): Promise<Answer> {
    return this.org.request({ method: "PATCH", path, body: { schemas: [PATCH_OP], Operations } });
  }

  async patchUser(...operations: unknown[]): Promise<Answer> {
    return this.patch(`/Users/${await this.user()}`, ...operations);
  }

  async patchGroup(...operations: unknown[]): Promise<Answer> {
    const member = await this.user();
    return this.patch(`/Groups/${await this.group({ members: [{ value: member }] })}`, ...operations);
  }

  delete(path: string): Promise<Answer> {
    return this.org.request({ method: "DELETE", path });
  }

  /** `path` follows the org's in the administration API. */
  admin(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.target.admin(method, `/orgs/${this.org.slug}${path}`, body);
  }

  async did(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.admin(method, path, body);
    return expectStatus(answer, answer.status === 201 ? 201 : 200);
  }

  /** `path` follows the org's in the directory API. */
  directory(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.target.directory(method, `/orgs/${this.org.slug}${path}`, body);
  }

  async token(path: string, wishes: unknown = {}): Promise<string> {
    return String(at((await this.did("POST", `/tokens${path}`, wishes)).json, "secretToken"));
  }

  /** A request with this value in `Authorization`. */
  as(authorization: string | null): Promise<Answer> {
    return this.get("/Users", { Authorization: authorization });
  }

  /** The same org, by another token. */
  with(token: string): Tenant {
    return connect(this.target.transport, { ...this.org, token });
  }

  async client(): Promise<{ readonly id: string; readonly secret: string }> {
    const { json } = await this.did("POST", "/clients", { description: "c", expiresInDays: 365 });
    return { id: String(at(json, "secret.id")), secret: String(at(json, "clientSecret")) };
  }

  /** Asks the token endpoint. @param own takes the place of what a good request has */
  grant(own: Readonly<Record<string, string>>): Promise<Answer> {
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: this.org.slug, ...own });
    const headers = { Authorization: null, "Content-Type": "application/x-www-form-urlencoded" };
    return this.post("/oauth/token", form.toString(), headers);
  }

  async bought(secret: string): Promise<string> {
    const granted = expectStatus(await this.grant({ client_secret: secret }), 200);
    return String(at(granted.json, "access_token"));
  }

  /** A call of an operator that API Gateway let through although nobody signed it. */
  unsigned(): Promise<Answer> {
    return this.#handedOver(undefined, {});
  }

  /** A call of an operator in the name of somebody. */
  actingAs(actor: string): Promise<Answer> {
    return this.#handedOver("arn:aws:iam::000000000000:user/test", { "Rollcall-Actor": actor });
  }

  async #handedOver(userArn: string | undefined, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const event = {
      httpMethod: "GET",
      path: "/admin/v1/orgs",
      resource: "/admin/v1/{proxy+}",
      headers,
      body: null,
      isBase64Encoded: false,
      requestContext: { requestId: randomUUID(), identity: { userArn } },
    };
    // The rest of what API Gateway sends is nothing that the API reads.
    const proxied = event as unknown as APIGatewayProxyEvent;
    const { statusCode, body } = await adminHandler(this.endpoint)(proxied, lambdaContext(randomUUID()));
    const refused = answer(statusCode, {}, body);
    const request = {
      method: event.httpMethod,
      target: event.path,
      headers: userArn === undefined ? {} : SIGNED,
      body: undefined,
    };
    this.last = { request: { ...request, headers: { ...request.headers, ...headers } }, answer: refused };
    return refused;
  }

  /** A purge that has begun and is not at its end. */
  async purging(): Promise<void> {
    await this.user();
    await this.did("POST", "/deletion", { reason: "left" });
    this.pass(1);
    await this.did("POST", "/purge", { confirm: this.org.slug });
  }

  /** So many ids that nobody has. */
  strangers(count: number): { readonly value: string }[] {
    return Array.from({ length: count }, (_none, n) => ({ value: `u${String(n).padStart(22, "0")}` }));
  }

  /** Where a walk over three users goes on behind the first. */
  async cursor(): Promise<string> {
    for (const name of ["ada", "bob", "cyd"]) await this.user(name);
    return encodeURIComponent(String(at((await this.get("/Users?cursor&count=1")).json, "nextCursor")));
  }

  /** Every write of a user meets a faster one. */
  stale(): void {
    this.#replaceIn("users", { replace: async () => ({ outcome: "stale" }) });
  }

  /** Every question after all users finds so many. */
  crowd(total: number): void {
    this.#replaceIn("users", { page: async () => ({ total, records: [] }) });
  }

  /** An import has begun that nobody finishes. @returns the file's name */
  async importing(users = 0, slug = this.org.slug): Promise<string> {
    const file = "0".repeat(64);
    const none = { users: 0, groups: 0, memberships: 0 };
    expectStatus(await this.target.admin("POST", `/orgs/${slug}/pause`, { reason: "import" }), 200);
    const wishes = { file, counts: { managed: { ...none, users }, unmanaged: none } };
    expectStatus(await this.target.admin("POST", `/orgs/${slug}/data/import`, wishes), 200);
    return file;
  }

  /** A line of a file of an export. */
  async importLines(...lines: unknown[]): Promise<Answer> {
    const file = await this.importing();
    return this.admin("POST", "/data/import/lines", { file, lines });
  }

  #replaceIn(part: "users" | "groups", members: Readonly<Record<string, unknown>>): void {
    this.change = (session) =>
      replaced(session, {
        directory: (...args: Parameters<StoreSession["directory"]>) => {
          const directory = session.directory(...args);
          return replaced(directory, { [part]: replaced(directory[part], members) });
        },
      });
  }

  failWith(error: () => Error): void {
    const fail = () => {
      throw error();
    };
    this.change = (session) => replaced(session, { directory: fail });
  }

  /** Nobody's token can be read. */
  failToOpen(error: () => Error): void {
    this.change = (session) => replaced(session, { open: () => Promise.reject(error()) });
  }

  throttle(code: "throttled" | "conflict"): void {
    this.failWith(() => new StoreBusy(code));
  }

  /** The clock jumps before this method of the store's `part` is called the n-th time: what comes then has no time left. */
  lateAt(part: "users" | "groups", method: string, seconds: number, nth = 1): void {
    let calls = 0;
    this.change = (session) =>
      replaced(session, {
        directory: (...args: Parameters<StoreSession["directory"]>) => {
          const directory = session.directory(...args);
          const inner = directory[part];
          const late = (...given: unknown[]): unknown => {
            calls += 1;
            if (calls === nth) this.passSeconds(seconds);
            return Reflect.apply(Reflect.get(inner, method), inner, given);
          };
          return replaced(directory, { [part]: replaced(inner, { [method]: late }) });
        },
      });
  }
}

/** The object with some of its members put in their place. */
export function replaced<T extends object>(whole: T, members: Readonly<Record<string, unknown>>): T {
  return new Proxy(whole, {
    get(from, name) {
      if (typeof name === "string" && Object.hasOwn(members, name)) return members[name];
      const value: unknown = Reflect.get(from, name);
      return typeof value === "function" ? value.bind(from) : value;
    },
  });
}

export function idIn(answer: Answer): string {
  return String(at(expectStatus(answer, 201).json, "id"));
}

/** Causes the refusal. */
export type Seed = (stage: Stage) => Promise<Answer>;

/** With other rules than a new org has. */
export interface UnderRules {
  readonly rules: OrgRules;
  readonly seed: Seed;
}

/** Why no request can cause it. */
export interface Unprovoked {
  readonly because: string;
}

export type Row = Seed | UnderRules | Unprovoked;

export const under =
  (rules: OrgRules) =>
  (seed: Seed): UnderRules => ({ rules, seed });

export const rfc = under({ preset: "rfc" });
