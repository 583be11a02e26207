import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openRequestsLog } from "../../bin/local/requestsLog.ts";
import { adviceOn, DETAIL_CODES } from "../../bin/rollcall/errors/errors.ts";
import { explainCommand } from "../../bin/rollcall/explainCommand.ts";
import { printedCommand } from "../../bin/rollcall/printedCommand.ts";
import { Refused } from "../../bin/rollcall/refused.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { newOrgId } from "../../functions/provisioning/newId.ts";
import { RequestBudget } from "../../functions/provisioning/requestBudget.ts";
import { newToken } from "../../functions/provisioning/token.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, PATCH_OP } from "../../functions/scim/schema.ts";
import { ProcessBuckets } from "../../functions/store/buckets.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import type { Store, StoreSession } from "../../functions/store/session.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { expectStatus } from "../support/org.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import type { OrgRules, Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";
import { ordinaryUser } from "./idp/setup.ts";
import { portalRequest, signIn } from "./portal/portalCaller.ts";

/** A service whose lines go where `npm start` puts them, and what can be turned against a request. */
interface Setup {
  readonly endpoint: AdminEndpoint;
  readonly target: Target;
  org: Tenant;
  ahead: number;
  /** Milliseconds by which the clock goes on with each look at it. */
  pace: number;
  failing: StoreBusy | undefined;
}

interface Failure {
  readonly what: string;
  readonly rules?: OrgRules;
  /** Causes it; what it answers with is all that `explain` is given. */
  seed(setup: Setup): Promise<Answer>;
  /** What the explanation must say of the cause, and of the remedy. */
  readonly cause: RegExp;
  readonly remedy: RegExp;
  /** What an operator did that led to it, by the name of the operation; no other failure shows changes. */
  readonly after?: string;
}

const folder = newFolder();
const log = openRequestsLog(folder);
afterAll(() => {
  log.close();
  removeData(folder);
});

/** Some failures take days to come about; the log is asked today. */
const BEGAN = Date.now() - 5 * 86_400_000;

const lines: Readonly<Record<string, unknown>>[] = [];
let setup: Setup;
let explain: ReturnType<typeof rollcallOver>;

async function begin(rules: OrgRules | undefined, budget?: RequestBudget): Promise<void> {
  const store = localStore();
  const busy = busyStore(store, () => setup.failing);
  const endpoint = {
    ...testEndpoint(busy, (line) => {
      lines.push(line);
      log.append(line);
    }),
    now: () => {
      setup.ahead += setup.pace;
      return BEGAN + setup.ahead;
    },
    ...(budget === undefined ? {} : { budget }),
  };
  const target = inProcessTarget("memory", endpoint, 10);
  setup = {
    endpoint,
    target,
    ahead: 0,
    pace: 1,
    failing: undefined,
    org: { slug: "", tenantUrl: "", token: "", request: unready },
  };
  setup.org = await target.org(rules);
  explain = rollcallOver(endpoint, [explainCommand]);
}

async function unready(): Promise<Answer> {
  throw new Error("the organization is not made yet");
}

/** A store whose users cannot be read while `failing` says so. */
function busyStore(store: Store, failing: () => StoreBusy | undefined): Store {
  return {
    begin: () => {
      const session = store.begin();
      return new Proxy(session, {
        get(from: StoreSession, name) {
          const busy = failing();
          if (name === "directory" && busy !== undefined) return () => broken(busy);
          const value: unknown = Reflect.get(from, name);
          return typeof value === "function" ? value.bind(from) : value;
        },
      });
    },
  };
}

function broken(busy: StoreBusy): never {
  throw busy;
}

const get = (path: string) => (s: Setup) => s.org.request({ method: "GET", path });
const withToken = (token: string | null) => (s: Setup) =>
  s.org.request({
    method: "GET",
    path: "/Users",
    headers: { Authorization: token === null ? null : `Bearer ${token}` },
  });
const admin = async (s: Setup, method: string, path: string, body?: unknown) =>
  expectStatus(await s.target.admin(method, `/orgs/${s.org.slug}${path}`, body), 200);
const post = (s: Setup, path: string, body: unknown) => s.org.request({ method: "POST", path, body });
const group = (displayName: string, members: readonly unknown[] = []) => ({
  schemas: [GROUP_SCHEMA],
  displayName,
  members,
});
const patch = (...Operations: unknown[]) => ({ schemas: [PATCH_OP], Operations });

async function made(s: Setup, name: string): Promise<string> {
  return String(at(expectStatus(await post(s, "/Users", ordinaryUser(name)), 201).json, "id"));
}

const STRANGER = `u${"0".repeat(22)}`;

const FAILURES: readonly Failure[] = [
  {
    what: "no token",
    seed: withToken(null),
    cause: /carried no token/,
    remedy: /Secret Token/,
  },
  {
    what: "a token that lost a letter",
    seed: (s) => withToken(s.org.token.slice(0, -1))(s),
    cause: /characters are missing or wrong/,
    remedy: /paste the current token into Secret Token.*Test Connection/,
  },
  {
    what: "a token of another deployment",
    seed: withToken(newToken(newOrgId(randomBytes), randomBytes)),
    cause: /belongs to another deployment/,
    remedy: /npm run rollcall -- token regenerate ORG --data/,
  },
  {
    what: "an expired token",
    seed: async (s) => {
      const made = await s.target.admin("POST", `/orgs/${s.org.slug}/tokens/regenerate`, { expiresInDays: 1 });
      s.ahead += 2 * 86_400_000;
      return withToken(String(at(made.json, "secretToken")))(s);
    },
    cause: /The token has expired/,
    after: "regenerate token",
    remedy: /token regenerate/,
  },
  {
    what: "a revoked token",
    seed: async (s) => {
      const { json } = await admin(s, "GET", "/tokens");
      await admin(s, "DELETE", `/tokens/${at(json, "tokens.0.id")}`);
      return get("/Users")(s);
    },
    cause: /The token was revoked/,
    after: "revoke token",
    remedy: /token regenerate/,
  },
  {
    what: "a token that the organization's own administrator replaced, in the portal",
    seed: async (s) => {
      const headers = await signIn(s.target, s.org.slug);
      const path = `/admin/orgs/${s.org.slug}/tokens/regenerate`;
      expectStatus(await portalRequest(s.target, "POST", path, { headers, body: {} }), 201);
      return get("/Users")(s);
    },
    cause: /later regenerate|invalidated|replaced|superseded/i,
    after: "regenerate token \\(portal\\)",
    remedy: /token/,
  },
  {
    what: "the token of another organization",
    seed: async (s) => withToken((await s.target.org()).token)(s),
    cause: /belongs to another organization than the Tenant URL/,
    remedy: /correct the Tenant URL/,
  },
  {
    what: "no SAML SSO",
    seed: async (s) => {
      await admin(s, "PATCH", "", { sso: null });
      return get("/Users")(s);
    },
    cause: /SAML SSO is not configured/,
    after: "update org",
    remedy: /org update \w+ --sso/,
  },
  {
    what: "a plan without SCIM",
    seed: async (s) => {
      await admin(s, "PATCH", "", { entitled: false });
      return get("/Users")(s);
    },
    cause: /plan does not include SCIM/,
    after: "update org",
    remedy: /org update \w+ --entitled/,
  },
  {
    what: "a paused organization",
    seed: async (s) => {
      await admin(s, "POST", "/pause", { reason: "merger" });
      return get("/Users")(s);
    },
    cause: /Somebody paused provisioning/,
    after: "pause org",
    remedy: /npm run rollcall -- org resume t[0-9a-f]+ --data/,
  },
  {
    what: "an organization that is to be deleted",
    seed: async (s) => {
      await admin(s, "POST", "/deletion", { reason: "left" });
      return get("/Users")(s);
    },
    cause: /scheduled for deletion/,
    after: "schedule deletion",
    remedy: /org restore t[0-9a-f]+/,
  },
  {
    what: "a group's name that is too long",
    seed: (s) => post(s, "/Groups", group("x".repeat(41))),
    cause: /longer than this organization allows/,
    remedy: /teamNameMaxLength is 40 now[\s\S]*Shorten the group's/,
  },
  {
    what: "a changed userName",
    seed: async (s) => {
      const id = await made(s, "ada");
      const body = patch({ op: "Replace", path: "userName", value: "lovelace@acme.example" });
      return s.org.request({
        method: "PATCH",
        path: `/Users/${id}`,
        body,
        headers: { "User-Agent": "Microsoft Entra" },
      });
    },
    cause: /Entra ID, token \w+ wanted to change the user u\w+ \(replace userName\)[\s\S]*another userName/,
    remedy: /userNameMutability is immutable now[\s\S]*What to do\n {2}Entra ID .*"Only during object creation"/,
  },
  {
    what: "a missing e-mail address",
    seed: (s) => post(s, "/Users", ordinaryUser("nomail", { emails: "$absent" })),
    cause: /no work e-mail address/,
    remedy: /workEmailRequired is true now[\s\S]*emails\[type eq "work"\]\.value/,
  },
  {
    what: "a member who is nobody",
    rules: { preset: "rfc" },
    seed: (s) => post(s, "/Groups", group("Engines", [{ value: STRANGER }])),
    cause: /members that are not users or groups of this organization/,
    remedy: /unknownMembers is refuse now[\s\S]*assign the missing people/,
  },
  {
    what: "a user who exists already",
    seed: async (s) => {
      await made(s, "ada");
      return post(s, "/Users", ordinaryUser("ada"));
    },
    cause: /another user of this organization already has/,
    remedy:
      /Who has it already\n {2}(u\w{22}): npm run rollcall -- history t[0-9a-f]+ user \1 --data .+ shows[\s\S]*make userName the matching attribute/,
  },
  {
    what: "a group that exists already",
    seed: async (s) => {
      expectStatus(await post(s, "/Groups", group("Engines")), 201);
      return post(s, "/Groups", group("engines"));
    },
    cause: /another group of this organization already has/,
    remedy:
      /Who has it already\n {2}(g\w{22}): npm run rollcall -- history t[0-9a-f]+ team \1 --data .+ shows[\s\S]*link the group to the existing one/,
  },
  {
    what: "a malformed PATCH",
    seed: async (s) =>
      s.org.request({
        method: "PATCH",
        path: `/Users/${await made(s, "ada")}`,
        body: { schemas: [PATCH_OP], Operations: "x" },
      }),
    cause: /PATCH request is malformed/,
    remedy: /"Operations":\[/,
  },
  {
    what: "a filter that breaks off",
    seed: get('/Users?filter=userName eq "a'),
    cause: /could not read a filter/,
    remedy: /userName eq "ada@example\.com"/,
  },
  {
    what: "a filter by what there is not",
    seed: get('/Users?filter=shoeSize eq "42"'),
    cause: /searches by an attribute/,
    remedy: /matching attributes/,
  },
  {
    what: "a body that is too large",
    seed: (s) => post(s, "/Users", ordinaryUser("ada", { title: "x".repeat(5_500_000) })),
    cause: /too many bytes/,
    remedy: /several requests/,
  },
  {
    what: "a table that is throttled",
    seed: async (s) => {
      s.failing = new StoreBusy("throttled");
      return get("/Users")(s);
    },
    cause: /DynamoDB throttled it/,
    remedy: /Okta do so by themselves/,
  },
  {
    what: "changes that were faster every time",
    seed: async (s) => {
      s.failing = new StoreBusy("conflict");
      return get("/Users")(s);
    },
    cause: /Other changes to the same data/,
    remedy: /Change nothing in the console/,
  },
  {
    what: "a protected user",
    seed: async (s) => {
      const id = await made(s, "ada");
      await admin(s, "POST", `/protected/${id}`);
      return s.org.request({ method: "DELETE", path: `/Users/${id}` });
    },
    cause: /deactivate or delete a protected user/,
    remedy: /org unprotect t[0-9a-f]+ USER_ID/,
  },
  {
    what: "a body that is not JSON",
    seed: (s) => post(s, "/Users", "{"),
    cause: /body of the request is not JSON/,
    remedy: /Send valid JSON/,
  },
  {
    what: "a body of another type",
    seed: (s) =>
      s.org.request({ method: "POST", path: "/Users", body: "a=b", headers: { "Content-Type": "text/plain" } }),
    cause: /not sent as JSON/,
    remedy: /application\/scim\+json/,
  },
  {
    what: "an If-Match of before",
    seed: async (s) => {
      const id = await made(s, "ada");
      const body = patch({ op: "replace", path: "title", value: "Countess" });
      return s.org.request({ method: "PATCH", path: `/Users/${id}`, body, headers: { "If-Match": 'W/"7"' } });
    },
    cause: /Somebody else changed the resource/,
    remedy: /Read the resource again/,
  },
  {
    what: "a cursor that is too old",
    seed: async (s) => {
      await made(s, "ada");
      await made(s, "bob");
      const first = await get("/Users?cursor&count=1")(s);
      s.ahead += 86_400_000;
      return get(`/Users?count=1&cursor=${at(first.json, "nextCursor")}`)(s);
    },
    cause: /too long after the earlier one/,
    remedy: /Start the query over/,
  },
  {
    what: "a user who is gone",
    seed: async (s) => {
      const id = await made(s, "ada");
      expectStatus(await s.org.request({ method: "DELETE", path: `/Users/${id}` }), 204);
      return get(`/Users/${id}`)(s);
    },
    cause: /wanted to read the user u\w+[\s\S]*was never here, or was deleted/,
    remedy: /Around it, u\w+\n.*\n.*create a user.*done.*\n.*delete the user/,
  },
  {
    what: "a token address made of a Tenant URL that ends in a slash",
    seed: get("//oauth/token"),
    cause: /ends in a slash/,
    remedy: /without a slash at its end/,
  },
  {
    what: "a wrong client secret",
    seed: (s) =>
      s.org.request({
        method: "POST",
        path: "/oauth/token",
        headers: { Authorization: null, "Content-Type": "application/x-www-form-urlencoded" },
        body: `grant_type=client_credentials&client_id=${s.org.slug}&client_secret=guessed`,
      }),
    cause: /wanted to get an access token/,
    remedy: /client create [^`]+` shows a new secret/,
  },
];

/** What people paste: the body, and what the two consoles make of it. */
const CONSOLES: readonly ((body: string) => string)[] = [
  (body) => body,
  (body) =>
    `Failed to create User 'x' in customappsso; Error: The SCIM endpoint is not fully compatible with the Azure Active Directory SCIM client. StatusCode: BadRequest Message: Processing of the HTTP request resulted in an exception. Web Response: \r\n${body}. This operation was retried 0 times.`,
  (body) =>
    `{"displayMessage":"Push new user to external application","outcome":{"result":"FAILURE","reason":${JSON.stringify(`Automatic provisioning of user to app failed: Error while creating user: Bad Request. Errors reported by remote server: ${JSON.stringify(body)}`)}}}`,
];

describe("explain goes from the error alone to cause and remedy", () => {
  test.each(FAILURES.map((failure, index) => ({ ...failure, paste: CONSOLES[index % CONSOLES.length] ?? String })))(
    "for $what",
    async ({ after, rules, seed, paste, cause, remedy }) => {
      await begin(rules);
      const refused = await seed(setup);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      setup.failing = undefined;
      const explained = await explain("explain", paste(refused.text), "--data", folder);
      expect(explained).toMatchObject({ code: 0, err: "" });
      expect(explained.out).toMatch(cause);
      expect(explained.out).toMatch(remedy);
      expect(commandsElsewhere(explained.out)).toEqual([]);
      expect(explained.out).toContain(`refused: ${refused.status}`);
      const [, changes = ""] = /\nChanges before it, organization \w+\n([\s\S]*?)\n\n/.exec(explained.out) ?? [];
      expect(changes.trimEnd().split("\n").at(-1)).toMatch(
        after === undefined ? /^$/ : new RegExp(` ${after} {2,}20[01], done `),
      );
      expect(explained.out).toMatch(/Fix this before anybody|Sending it again helps|You need not send anything again/);
    },
  );

  test("for twenty kinds of them and more", () => {
    expect(new Set(FAILURES.map(({ what }) => what)).size).toBeGreaterThanOrEqual(20);
  });

  test("for a request over the organization's budget", async () => {
    await begin(undefined, new RequestBudget({ rate: 0.001, burst: 1 }, new ProcessBuckets()));
    await get("/Users")(setup);
    const refused = expectStatus(await get("/Users")(setup), 429);
    const { out } = await explain("explain", refused.text, "--data", folder);
    expect(out).toMatch(/larger requests at once than it may[\s\S]*second job with the same token/);
  });
});

test("explain says in words what was asked for where no resource was meant", async () => {
  await begin(undefined);
  const asked = async (method: string, path: string, body?: unknown): Promise<string> => {
    const answer = await setup.org.request(body === undefined ? { method, path } : { method, path, body });
    const { out } = await explain("explain", answer.text, "--data", folder);
    return / wanted to (.*)\.\n/.exec(out)?.[1] ?? "";
  };
  expect(await asked("DELETE", "/Users")).toBe(`send DELETE to /scim/v2/${setup.org.slug}/Users`);
  expect(await asked("GET", "/Nothing")).toBe(`send GET to /scim/v2/${setup.org.slug}/…`);
  expect(await asked("GET", "/Me")).toBe("ask for /Me");
  expect(await asked("POST", "/Bulk", {})).toBe("run a bulk request");
});

describe("explain, of a bulk request, which is answered with 200", () => {
  const make = (bulkId: string, name: string, own: JsonObject = {}) => ({
    method: "POST",
    path: "/Users",
    bulkId,
    data: ordinaryUser(name, own),
  });

  beforeEach(() => begin(undefined));

  async function bulk(): Promise<Answer> {
    await made(setup, "ada");
    const change = {
      method: "PATCH",
      path: `/Users/${await made(setup, "bob")}`,
      data: patch({ op: "Replace", path: "userName", value: "other@acme.example" }),
    };
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
    const Operations = [make("one", "ada"), make("two", "cyd"), change, make("four", "ada", { title: "x" })];
    return expectStatus(await post(setup, "/Bulk", { schemas, Operations }), 200);
  }

  test("tells which operations were refused, why, and what to do about each kind", async () => {
    const { text } = await bulk();
    const { code, err, out } = await explain("explain", text, "--data", folder);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const taken = out.slice(out.indexOf("2 operations were refused"), out.indexOf("One operation was refused"));
    expect(out).toContain("It was answered with 200, 3 operations refused (");
    expect(taken).toMatch(
      /^2 operations were refused: 409 uniqueness.userName\n {2}1. POST, bulkId one\n {2}4. POST, bulkId four\n/,
    );
    expect(taken).toMatch(/another user of this organization already has[\s\S]*make userName the matching attribute/);
    const changed = out.slice(out.indexOf("One operation was refused"));
    expect(changed).toMatch(/^One operation was refused: 400 mutability.userName\n {2}3. PATCH, \/Users\/u\w+\n/);
    expect(changed).toContain('"Only during object creation"');
    expect(out).not.toContain("bulkId two");
  });

  test("says of operations that were not begun that the time was over, where no limit of failures was given", async () => {
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
    const Operations = Array.from({ length: 40 }, (_, n) => make(`b${n}`, `late${n}`));
    // The clock goes on by a second with each look at it.
    setup.pace = 1_000;
    const { text } = expectStatus(await post(setup, "/Bulk", { schemas, Operations }), 200);
    setup.pace = 1;
    const { out } = await explain("explain", text, "--data", folder);
    expect(out).toMatch(/operations of the bulk request were not begun, because its time was over/);
    expect(out).not.toContain("failOnErrors");
    expect(out).toMatch(/operations were refused: 503 busy.bulkTime/);
  });

  test("names who has what was taken", async () => {
    const { text } = await bulk();
    const { out } = await explain("explain", text, "--data", folder);
    expect(out).toMatch(
      /\nWho has it already\n {2}u\w{22}: npm run rollcall -- history t[0-9a-f]+ user u\w{22} --data .+ shows where it came from\n/,
    );
  });

  test("tells by the reference alone how many were refused, and why", async () => {
    const { text } = await bulk();
    const reference = /ref: (\w+)/.exec(text)?.[1];
    const { out } = await explain("explain", String(reference), "--data", folder, "--json");
    expect(JSON.parse(out).operations).toMatchObject([
      { code: "uniqueness.userName", count: 2, which: [], remedy: { again: "onceFixed" } },
      { code: "mutability.userName", count: 1, which: [], remedy: { again: "onceFixed" } },
    ]);
  });
});

describe("explain", () => {
  beforeEach(() => begin(undefined));

  test("says of a quirk that it was understood all the same, and tells a success as well", async () => {
    const id = await made(setup, "ada");
    const off = patch({ op: "Replace", path: "active", value: "False" });
    expectStatus(await setup.org.request({ method: "PATCH", path: `/Users/${id}`, body: off }), 200);
    const { ref } = lines.at(-1) ?? {};
    const { out } = await explain("explain", String(ref), "--data", folder);
    expect(out).toContain("answered with 200, changed");
    expect(out).toContain('true or false came as a text ("True") (active)');
    expect(out).not.toContain("What to do");
  });

  test("says of members who were left out who they are, as far as they may be named, and what to do", async () => {
    const members = [...Array.from({ length: 6 }, (_, n) => `u${String(n).repeat(22)}`), "ada@acme.example"];
    const made = await post(
      setup,
      "/Groups",
      group(
        "Engines",
        members.map((value) => ({ value })),
      ),
    );
    expectStatus(made, 201);
    const { ref, skippedIds } = lines.at(-1) ?? {};
    expect(skippedIds).toEqual(members.slice(0, 5));
    const { out } = await explain("explain", String(ref), "--data", folder);
    expect(out).toContain("answered with 201, done; 7 unknown members left out");
    expect(out).toMatch(/\nRule at work\n {2}unknownMembers is skip now/);
    expect(out).toMatch(
      /\nLeft out\n {2}(u0{22}): npm run rollcall -- history t[0-9a-f]+ user \1 --data .+ shows whether/,
    );
    expect(out).toContain("\n  and 2 more, whose ids are not on the line\n");
    expect(out).toMatch(/\nWhat to do\n {2}Elsewhere .*[\s\S]*assign the missing people[\s\S]*Send the group again/);
    expect(out).not.toContain("ada@acme.example");
  });

  test("names nobody who was left out where the values have no form of ids", async () => {
    expectStatus(await post(setup, "/Groups", group("Engines", [{ value: "ada@acme.example" }])), 201);
    const { ref } = lines.at(-1) ?? {};
    const { out } = await explain("explain", String(ref), "--data", folder);
    expect(out).toContain("\nLeft out\n  None of the values has the form of a Rollcall id");
  });

  test("shows another request with the same fault, and the rules it was made under, and nothing too long", async () => {
    const filtered = await get('/Users?filter=shoeSize eq "42"')(setup);
    const title = "Example that is refused in the same way (lib/docs/ERRORS.md)";
    const { out } = await explain("explain", filtered.text, "--data", folder);
    expect(out).toContain(`${title}\n  GET /scim/v2/acme/Users?filter=shoeSize eq "42"\n\n`);
    await begin({ preset: "rfc" });
    const nobody = await post(setup, "/Groups", group("Engines", [{ value: STRANGER }]));
    const { out: under } = await explain("explain", nobody.text, "--data", folder);
    expect(under).toContain(`${title}\n  under preset rfc:\n  POST /scim/v2/acme/Groups\n`);
    const deep = await post(setup, "/Users", JSON.parse(`{"title":${'{"a":'.repeat(30)}1${"}".repeat(30)}}`));
    expect((await explain("explain", deep.text, "--data", folder)).out).not.toContain(title);
  });

  test("explains every reference of the text, in its order, up to five, and says which it does not", async () => {
    const [one, two] = [await get(`/Users/u${"1".repeat(22)}`)(setup), await get(`/Groups/g${"1".repeat(22)}`)(setup)];
    const refs = (text: string) => [...text.matchAll(/^Reference (\w+)$/gm)].map(([, ref = ""]) => ref);
    const refOf = ({ text }: Answer) => String(/ref: (\w+)/.exec(text)?.[1]);
    const both = await explain("explain", one.text + two.text, "--data", folder);
    expect(both).toMatchObject({ code: 0, err: "" });
    expect(refs(both.out)).toEqual([refOf(one), refOf(two)]);
    const mixed = await explain("explain", `${one.text}(ref: 0a1b2c3d4e5f)${two.text}`, "--data", folder);
    expect(mixed).toMatchObject({ code: 1, err: expect.stringContaining("No line with the reference 0a1b2c3d4e5f") });
    expect(refs(mixed.out)).toEqual([refOf(one), refOf(two)]);
    const many = Array.from({ length: 5 }, (_, n) => `(ref: ${String(n).repeat(12)})`).join(" ");
    const { err } = await explain("explain", `${one.text} ${many}`, "--data", folder);
    expect(err).toContain(`explain these separately: ${"4".repeat(12)}`);
  });

  test("gives the whole as JSON, several references as a list", async () => {
    const [one, two] = [await get(`/Users/${STRANGER}`)(setup), await get(`/Groups/g${"0".repeat(22)}`)(setup)];
    const { out } = await explain("explain", one.text + two.text, "--data", folder, "--json");
    const [{ reference, line, remedy, around }, ...others] = JSON.parse(out);
    expect(one.text).toContain(`(ref: ${reference})`);
    expect(line).toMatchObject({ ref: reference, detailCode: "notFound.user" });
    expect(remedy).toMatchObject({ happened: expect.stringContaining("was never here"), again: "onceFixed" });
    expect(around).toMatchObject([{ detailCode: "notFound.group" }]);
    expect(others).toMatchObject([{ line: { detailCode: "notFound.group" } }]);
  });

  test("says why a reference may not be found, in the words of the place", async () => {
    const { code, out, err } = await explain("explain", "(ref: 0a1b2c3d4e5f)", "--data", folder);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^No line with the reference 0a1b2c3d4e5f is in the log in .*\n {2}The log here keeps/);
    expect(err).toContain("older than 14 days");
    const nothing = await explain("explain", "it does not work", "--data", folder);
    expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining("That text has no reference") });
    const nowhere = await explain("explain", "0a1b2c3d4e5f", "--data", join(folder, "none"));
    expect(nowhere).toMatchObject({
      code: 1,
      err: expect.stringMatching(/: npm start -- --data .+ writes one there/),
    });
  });

  test("names a rule also where the settings cannot be read", async () => {
    const refused = await post(setup, "/Users", ordinaryUser("nomail", { emails: "$absent" }));
    const shut = rollcallOver(setup.endpoint, [explainCommand], () => {
      throw new Refused("You may not read the settings.");
    });
    const { code, out } = await shut("explain", refused.text, "--data", folder);
    expect(code).toBe(0);
    expect(out).toContain("workEmailRequired. To change it");
  });
});

describe("what is told of a refusal", () => {
  test("names commands that there are", () => {
    const texts = DETAIL_CODES.flatMap((code) => Object.values(adviceOn(code)));
    const named = texts.flatMap((text) => found(text, /((?:[a-z]+ ){0,2}[a-z]+) ORG/g));
    const names = new Set(sourcesIn("bin/rollcall").flatMap((text) => found(text, /^\s*name: "([a-z ]+)",$/gm)));
    // Up to three words, before which others of the sentence may stand.
    const endings = (words: string) => words.split(" ").map((_word, from, all) => all.slice(from).join(" "));
    const unknown = named.filter((words) => !endings(words).some((ending) => names.has(ending)));
    expect([...new Set(unknown)]).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  test("knows the quirks of every file that declares some", () => {
    const declared = sourcesIn("functions").flatMap((text) => found(text, /^export const (\w+_QUIRKS) = /gm));
    const collected = sourcesIn("bin/rollcall/log").flatMap((text) => found(text, /^ {2}\.\.\.(\w+_QUIRKS),$/gm));
    expect(collected.sort()).toEqual(declared.sort());
    expect(declared.length).toBeGreaterThan(10);
  });
});

function sourcesIn(folder: string): string[] {
  const root = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return names.map((name) => readFileSync(join(root, name), "utf8"));
}

/** Commands that would not work on the place that was asked. */
function commandsElsewhere(out: string): string[] {
  const [, ends = ""] = printedCommand({ kind: "local", folder }, "COMMAND").split("COMMAND");
  return found(out, /(npm run rollcall -- [^`\n]*)/g).filter((command) => !command.includes(ends));
}

/** What the pattern's first group has found. */
function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, group = ""]) => group);
}
