import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { loggedGuard } from "../../../functions/http/massChangeWatch.ts";
import { type AdminEndpoint, adminHandler } from "../../../functions/http/signed/admin.ts";
import type { TxtAnswer } from "../../../functions/provisioning/domains.ts";
import { MASS_CHANGE_LIMITS } from "../../../functions/provisioning/massChange.ts";
import type { RequestBudget } from "../../../functions/provisioning/requestBudget.ts";
import type { Store, StoreSession } from "../../../functions/store/session.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { lambdaContext } from "../../support/lambdaContext.ts";
import { localStore } from "../../support/localStore.ts";
import { makeOrg } from "../../support/org.ts";
import type { OrgRules, Target } from "../../support/target.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, answer, type RawRequest, type Tenant } from "../../support/wire.ts";

/** What was sent, whoever sent it, and what came back. */
export interface RequestContext {
  readonly request: RawRequest;
  readonly answer: Answer;
}

interface Listener {
  over(target: Target): Target;
  log(line: Readonly<Record<string, unknown>>): void;
}

export type Change = (session: StoreSession) => StoreSession;

const DAY = 86_400_000;
/** What needs no store. */
const UNCHANGED: Pick<AdminEndpoint, "webhooks" | "portal"> = testEndpoint(localStore());
/** In place of a signature's headers. */
export const SIGNED = { Authorization: "AWS4-HMAC-SHA256 …" };

/** A service over a store in memory with a clock of its own, one org in it, and what can be turned against a request. */
export class RefusalSetup {
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly target: Target;
  readonly endpoint: AdminEndpoint;
  /** The latest. */
  last: RequestContext | undefined;
  /** Put between the handlers and the store, from the next request on. */
  change: Change = (session) => session;
  budget: RequestBudget | undefined;
  adoption: true | undefined = true;
  roles: true | undefined = true;
  massChange = MASS_CHANGE_LIMITS;
  webhooks: AdminEndpoint["webhooks"] = UNCHANGED.webhooks;
  portal: AdminEndpoint["portal"] = UNCHANGED.portal;
  /** What name servers say. */
  dns: TxtAnswer = { failure: "missing" };
  #now = Date.parse("2026-03-01T00:00:00.000Z");
  #org: Tenant | undefined;

  /** @param listener may put something between whoever asks and the service, and hears its lines */
  constructor({ over = (target) => target, log = () => undefined }: Partial<Listener> = {}) {
    const store = localStore();
    const changed: Store = { begin: () => this.change(store.begin()) };
    const setup = this;
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
      resolveTxt: async () => this.dns,
      get webhooks() {
        return setup.webhooks;
      },
      get portal() {
        return setup.portal;
      },
      get adoption() {
        return setup.adoption;
      },
      get roles() {
        return setup.roles;
      },
      get budget() {
        return setup.budget;
      },
      get guard() {
        return loggedGuard(this, setup.massChange);
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

  async begin(rules?: OrgRules): Promise<RefusalSetup> {
    this.#org = await this.target.org(rules);
    return this;
  }

  get org(): Tenant {
    if (this.#org === undefined) throw new Error("the setup has not begun");
    return this.#org;
  }

  pass(days: number): void {
    this.#now += days * DAY;
  }

  passSeconds(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  /**
   * A call of an operator as API Gateway hands it over.
   * @param headers those that a signed call has are left out where Authorization is null
   */
  async handedOver(method: string, path: string, given: Readonly<Record<string, string | null>>): Promise<Answer> {
    const { Authorization: authorization, ...rest } = given;
    const userArn = authorization === null ? undefined : "arn:aws:iam::000000000000:user/test";
    const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
    const event = {
      httpMethod: method,
      path,
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
    const signed = userArn === undefined ? {} : SIGNED;
    this.last = {
      request: { method, target: path, headers: { ...signed, ...headers }, body: undefined },
      answer: refused,
    };
    return refused;
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
