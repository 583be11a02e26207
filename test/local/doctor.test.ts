import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { ServerOptions } from "node:https";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { newCredentials } from "../../bin/local/credentials.ts";
import { createGateway } from "../../bin/local/gateway.ts";
import { drain, listen } from "../../bin/local/httpServer.ts";
import { AdminClient } from "../../bin/rollcall/adminClient.ts";
import { examine } from "../../bin/rollcall/doctor/examine.ts";
import { examineInSandbox, examineSettings, SANDBOX, type Surgery } from "../../bin/rollcall/doctor/sandbox.ts";
import { doctorCommand } from "../../bin/rollcall/doctorCommand.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { Refused } from "../../bin/rollcall/refused.ts";
import { MAX_BODY_BYTES } from "../../functions/http/requestContext.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { FAULTS, type FaultName, Findings } from "../../functions/probe/faults.ts";
import { sender } from "../../functions/probe/wire.ts";
import { newOrgId } from "../../functions/provisioning/newId.ts";
import { newToken } from "../../functions/provisioning/token.ts";
import { isObject } from "../../functions/scim/json.ts";
import { selfSigned } from "../support/certificate.ts";
import {
  type Answered,
  type FaultyProxy,
  type Meddling,
  type Message,
  startFaultyProxy,
} from "../support/faultyProxy.ts";
import { freePort } from "../support/freePort.ts";
import { handlersOver } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

/** The real handlers behind the local gateway, and a proxy in front of it that meddles as a test says. */
let server: Server;
let port: number;
let proxy: FaultyProxy;
let endpoint: AdminEndpoint;
let ahead = 0;
let publicUrl = "";
let client: AdminClient;
let token: string;
/** Whether large bodies go over the wire; where they do not, the function alone gets them. */
let sendsWhole = false;
/** How many bytes the body of a request stands for. */
const BYTES = "rollcall-test-bytes";

beforeAll(async () => {
  endpoint = {
    ...testEndpoint(localStore()),
    now: () => Date.now() + ahead,
    get publicUrl() {
      return publicUrl;
    },
  };
  const functions = handlersOver(endpoint);
  server = createGateway({
    functions: { ...functions, users: (event, context) => functions.users(inFull(event), context) },
    credentials: newCredentials(),
    now: () => endpoint.now(),
    onRefused: () => undefined,
  });
  port = await listen(server, 0);
  client = new AdminClient({ send: signedSender(endpoint, "admin", undefined), close: async () => undefined });
});
afterAll(() => drain(server, 100));

beforeEach(async () => {
  ahead = 0;
  sendsWhole = false;
  proxy = await startFaultyProxy(port);
  publicUrl = proxy.url;
  await newOrg("acme");
});
afterEach(() => proxy.close());

async function newOrg(org: string): Promise<void> {
  await client.call("POST", "orgs", { org, sso: { entityId: "urn:acme" } }).catch(async () => {
    // It is there from the test before: in its first state again.
    await client.call("DELETE", `orgs/${org}/pause`).catch(() => undefined);
    await client.call("DELETE", `orgs/${org}/deletion`).catch(() => undefined);
    await client.call("PATCH", `orgs/${org}`, { entitled: true, sso: { entityId: "urn:acme" } });
  });
  token = String((await client.call("POST", `orgs/${org}/tokens/regenerate`, {})).secretToken);
}

/** Below its own limit the function refuses a body for what it says, however long it is. */
function inFull(event: APIGatewayProxyEvent): APIGatewayProxyEvent {
  const bytes = Number(event.headers[BYTES] ?? 0);
  return bytes <= MAX_BODY_BYTES ? event : { ...event, body: "x".repeat(bytes) };
}

/** The doctor's own. Two bodies of 7.5 MB over three connections are most of the time of an examination. */
function ownSender(ca?: string): Surgery["send"] {
  const send = sender("rollcall-doctor", ca);
  return ({ body, ...ask }) => {
    if (sendsWhole || body === undefined || body.length < 1_000_000)
      return send({ ...ask, ...(body !== undefined && { body }) });
    return send({ ...ask, headers: { ...ask.headers, [BYTES]: String(body.length) }, body: "x" });
  };
}

interface Looking {
  readonly tenantUrl: string;
  readonly token: string;
  readonly ca: string | undefined;
  readonly slow: number;
}

/** From outside, as with --url. @returns the names of what was found */
async function found(looking: Partial<Looking> = {}): Promise<FaultName[]> {
  return named(await looked(looking));
}

async function looked(looking: Partial<Looking>): Promise<Findings> {
  const findings = new Findings();
  const { ca, ...patient } = { tenantUrl: `${proxy.url}/scim/v2/acme`, token, slow: 60_000, ...looking };
  await examine({ ...patient, findings, send: ownSender(ca), now: () => Date.now() });
  return findings;
}

/** As with an organization's name: its settings, then a sandbox. */
async function operated(wishes: Partial<Surgery> = {}): Promise<Findings> {
  const findings = new Findings();
  const surgery: Surgery = {
    client,
    findings,
    send: ownSender(),
    now: () => endpoint.now(),
    wait: async (milliseconds) => {
      ahead += milliseconds;
    },
    say: () => undefined,
    slow: 60_000,
    signal: new AbortController().signal,
    ...wishes,
  };
  await examineSettings(surgery, "acme");
  await examineInSandbox(surgery);
  return findings;
}

const named = (findings: Findings): FaultName[] => findings.list().map(({ name }) => name);
const withHeader = (name: string, value: string | undefined) => (answered: Answered) => {
  const { [name]: _old, ...headers } = answered.headers;
  return { ...answered, headers: value === undefined ? headers : { ...headers, [name]: value } };
};
const JSON_TYPE = { "content-type": "application/json" };
const html = (status: number): Answered => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html>Request blocked</html>",
});

test("a healthy endpoint is found healthy, from outside and through a sandbox, which is gone afterwards", async () => {
  sendsWhole = true;
  expect(await found()).toEqual([]);
  const findings = await operated();
  expect(findings.list()).toEqual([]);
  expect(findings.passed).toHaveLength(19);
  await expect(client.call("GET", `orgs/${SANDBOX}`)).rejects.toThrow("No organization has this login name");
});

/** A fault of the service's own, as it says it. */
const failing = (answered: Answered): Answered => {
  const error = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: "500",
    detail: "It failed. (ref: 1a)",
  };
  return { ...answered, status: 500, body: JSON.stringify(error) };
};
/** Says that it is done, and does nothing. */
const inName = (method: string): Meddling => ({
  instead: (message) =>
    message.method === method && message.path.includes("/Groups/") ? { status: 204, headers: {}, body: "" } : undefined,
});

const MEDDLING: Readonly<Partial<Record<FaultName, readonly Meddling[]>>> = {
  wrongAddress: [
    { instead: () => ({ status: 403, headers: JSON_TYPE, body: '{"message":"Forbidden"}' }) },
    { instead: () => html(404) },
    { instead: () => html(200) },
    { request: (message) => ({ ...message, path: message.path.replace("/scim/v2/", "/") }) },
  ],
  trailingSlash: [301, 404].map((status) => ({
    instead: ({ path }: Message) => (path.endsWith("/") ? html(status) : undefined),
  })),
  redirected: [
    { instead: () => ({ ...html(301), headers: { location: "https://elsewhere.example/" } }) },
    { instead: ({ path }) => ({ ...html(308), headers: { location: `https://127.0.0.1${path}` } }) },
  ],
  bodyLimit: [
    { instead: ({ body }) => (body.length > 1_048_576 ? html(413) : undefined) },
    { mostBytes: 1_048_576 },
    { mostBytes: 4_194_304 },
  ],
  clockSkew: [{ answer: withHeader("date", new Date(Date.now() - 3_600_000).toUTCString()) }],
  open: [
    {
      request: (message) => ({ ...message, headers: { authorization: `Bearer ${token}`, ...message.headers } }),
    },
  ],
  authorizationStripped: [
    {
      request: ({ headers: { authorization: _lost, ...headers }, ...message }) => ({ ...message, headers }),
    },
  ],
  noChallenge: [{ answer: withHeader("www-authenticate", undefined) }],
  contentType: [
    {
      answer: (answered) => withHeader("content-type", `${answered.headers["content-type"]}; charset=utf-8`)(answered),
    },
    {
      answer: (answered) =>
        answered.status === 404 ? withHeader("content-type", "application/json")(answered) : answered,
    },
  ],
  notScim: [
    { answer: (answered) => (answered.status >= 400 ? { ...html(answered.status) } : answered) },
    { answer: (answered) => (answered.status === 404 ? { ...answered, body: '{"message":"Not Found"}' } : answered) },
  ],
  bodyRewritten: [
    { answer: (answered) => (answered.status === 200 ? { ...answered, body: `<!-- -->${answered.body}` } : answered) },
  ],
  requestRewritten: [
    { request: (message) => (message.body === "{" ? { ...message, body: "{}", method: "GET" } : message) },
  ],
  queryRewritten: [
    { request: (message) => ({ ...message, path: message.path.replace(/\?.*/, "") }) },
    { request: (message) => ({ ...message, path: message.path.replaceAll("%25", "%") }) },
    { request: (message) => ({ ...message, path: message.path.replaceAll("%22", "") }) },
    { instead: ({ path }) => (path.includes("%22") ? html(400) : undefined) },
  ],
  headersDropped: [{ answer: withHeader("allow", undefined) }],
  cached: [{ answer: withHeader("cache-control", "max-age=60") }],
  methodBlocked: [
    ...["PUT", "PATCH", "DELETE"].map((method) => ({
      instead: (message: Message) => (message.method === method ? html(403) : undefined),
    })),
    { request: (message) => (message.method === "PATCH" ? { ...message, method: "POST" } : message) },
  ],
  busy: [429, 503].map((status) => ({ instead: () => ({ ...html(status), headers: { "retry-after": "2" } }) })),
  serverError: [
    {
      answer: (answered, { path }) =>
        path.endsWith("/Users?count=1") && answered.status === 200 ? failing(answered) : answered,
    },
  ],
  brokenOff: [{ breaksOff: ({ path }) => path.endsWith("/Users?count=1") }],
  unexpected: [{ instead: ({ path }) => (path.includes("NothingHere") ? { ...html(200), body: "{}" } : undefined) }],
};

const CASES = Object.entries(MEDDLING).flatMap(([name, list]) => list.map((meddling) => ({ name, meddling })));

describe("each fault of what stands in between is named", () => {
  test.each(CASES)("$name", async ({ name, meddling }) => {
    sendsWhole = name === "bodyLimit";
    proxy.meddling = meddling;
    expect(await found()).toEqual([name]);
  });

  test("addressRewritten", async () => {
    publicUrl = "http://internal.example";
    expect(await found()).toEqual(["addressRewritten"]);
  });

  test("noRetryAfter", async () => {
    proxy.meddling = { instead: () => html(429) };
    expect(await found()).toEqual(["busy", "noRetryAfter"]);
    proxy.meddling = { instead: () => ({ ...html(429), headers: { "retry-after": "a while" } }) };
    expect(await found()).toEqual(["busy", "noRetryAfter"]);
  });

  test("slowFirstAnswer and slowAnswers", async () => {
    let cold = true;
    proxy.meddling = {
      get hold() {
        const held = cold ? 1_100 : 0;
        cold = false;
        return held;
      },
    };
    const findings = await looked({ slow: 1_050 });
    expect(named(findings)).toEqual(["slowFirstAnswer"]);
    expect(findings.remarks).toEqual([
      expect.stringMatching(/^The first answer took \d{4,} ms, the later ones \d+ ms /),
    ]);
    proxy.meddling = { hold: 25 };
    expect(await found({ slow: 60 })).toContain("slowAnswers");
  });

  test("signs that are decoded on the way, and that the service understands all the same, are no fault", async () => {
    proxy.meddling = {
      request: (message) => ({ ...message, path: message.path.replaceAll("%2B", "+").replaceAll("%22", '"') }),
    };
    expect(await found()).toEqual([]);
    expect(named(await operated())).toEqual([]);
  });

  test("what API Gateway does to WWW-Authenticate is told, and is no fault", async () => {
    const challenge = 'Bearer realm="rollcall"';
    proxy.meddling = {
      answer: (answered) => {
        const { "www-authenticate": sent, ...headers } = answered.headers;
        return { ...answered, headers: sent ? { ...headers, "x-amzn-remapped-www-authenticate": challenge } : headers };
      },
    };
    const findings = await looked({});
    expect(findings.list()).toEqual([]);
    expect(findings.remarks[0]).toMatch(/^API Gateway renames the header WWW-Authenticate .* does no harm/);
  });

  test("unreachable, nameUnknown and notEncrypted", async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await found({ tenantUrl: `${nobody}/scim/v2/acme` })).toEqual(["unreachable"]);
    expect(await found({ tenantUrl: "http://rollcall.invalid/scim/v2/acme" })).toEqual(["notEncrypted", "nameUnknown"]);
  });

  test.each([
    ["requestRewritten", { request: (m: Message) => ({ ...m, body: m.body.replaceAll("<b>", "") }) }],
    ["queryRewritten", { request: (m: Message) => ({ ...m, path: m.path.replaceAll("%2B", "") }) }],
    ["headersDropped", { answer: withHeader("etag", undefined) }],
    ["unexpected", { answer: (a: Answered, m: Message) => (m.method === "DELETE" ? { ...a, status: 200 } : a) }],
    ["notApplied", inName("PATCH")],
    ["notDeleted", inName("DELETE")],
  ] satisfies [FaultName, Meddling][])("%s, which shows in a sandbox only", async (name, meddling) => {
    proxy.meddling = meddling;
    const seen = named(await operated());
    expect(seen).toContain(name);
    await expect(client.call("GET", `orgs/${SANDBOX}`)).rejects.toThrow("No organization");
  });
});

describe("each fault of TLS is named", () => {
  const DAY = 86_400_000;

  async function over(tls: ServerOptions & { readonly cert: string }, trusted: boolean): Promise<FaultName[]> {
    const secure = await startFaultyProxy(port, tls);
    publicUrl = secure.url;
    try {
      return await found({ tenantUrl: `${secure.url}/scim/v2/acme`, ca: trusted ? tls.cert : undefined });
    } finally {
      await secure.close();
    }
  }

  test("and a certificate in order is none", async () => {
    expect(await over(selfSigned("127.0.0.1", Date.now() + 90 * DAY), true)).toEqual([]);
  });

  test.each([
    ["certificateUntrusted", "127.0.0.1", 90, false],
    ["certificateExpired", "127.0.0.1", -1, true],
    ["certificateName", "scim.example.com", 90, true],
    ["certificateExpires", "127.0.0.1", 5, true],
  ] as const)("%s", async (name, host, days, trusted) => {
    expect(await over(selfSigned(host, Date.now() + days * DAY), trusted)).toEqual([name]);
  });

  test("oldTls", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    expect(await over({ ...selfSigned("127.0.0.1", Date.now() + 90 * DAY), ...old }, true)).toEqual(["oldTls"]);
  });
});

const GUID = "11111111-2222-3333-4444-555555555555";

describe("each fault of a token is named", () => {
  test("tokenMalformed, tokenRefused, wrongOrg", async () => {
    expect(await found({ token: `${token.slice(0, -1)}!` })).toEqual(["tokenMalformed"]);
    expect(await found({ token: newToken(newOrgId(randomBytes), randomBytes) })).toEqual(["tokenRefused"]);
    await newOrg("other");
    expect(await found()).toEqual(["wrongOrg"]);
  });

  test("noToken, tokenExpires, and tokenOverlaps where its successor is there", async () => {
    const surgeryOf = (findings: Findings): Surgery => ({
      client,
      findings,
      send: sender("rollcall-doctor"),
      now: () => endpoint.now(),
      wait: async () => undefined,
      say: () => undefined,
      slow: 60_000,
      signal: new AbortController().signal,
    });
    const settings = async () => {
      const findings = new Findings();
      await examineSettings(surgeryOf(findings), "acme");
      return named(findings);
    };
    const made = await client.call("POST", "orgs/acme/tokens/regenerate", { expiresInDays: 5 });
    expect(await settings()).toEqual(["tokenExpires"]);
    const [id] = String(JSON.stringify(made.token ?? made)).match(/(?<="id":")\w+/) ?? [];
    await client.call("DELETE", `orgs/acme/tokens/${id}`);
    expect(await settings()).toEqual(["noToken"]);
    // An identity provider that gets access tokens itself needs no token.
    const ways = [
      ["clients", {}, "secret"],
      ["trusts", { entra: { tenant: GUID, objectId: GUID, appId: GUID } }, "trust"],
    ] as const;
    for (const [path, wishes, member] of ways) {
      const { [member]: way } = await client.call("POST", `orgs/acme/${path}`, wishes);
      expect([path, await settings()]).toEqual([path, []]);
      await client.call("DELETE", `orgs/acme/${path}/${String(isObject(way) && way.id)}`);
      expect([path, await settings()]).toEqual([path, ["noToken"]]);
    }
    await client.call("POST", "orgs/acme/tokens/regenerate", {});
    ahead += 1_000;
    await client.call("POST", "orgs/acme/tokens/rotate", { overlapSeconds: 86_400 });
    expect(await settings()).toEqual(["tokenOverlaps"]);
  });
});

describe("each state of the organization that stops provisioning is named", () => {
  test.each([
    ["paused", "POST", "/pause", { reason: "merger" }],
    ["no SAML SSO", "PATCH", "", { sso: null }],
    ["not entitled", "PATCH", "", { entitled: false }],
    ["scheduled for deletion", "POST", "/deletion", { reason: "left" }],
  ] as const)("orgState: %s", async (words, method, path, body) => {
    await client.call(method, `orgs/acme${path}`, body);
    expect(await found()).toEqual(["orgState"]);
    const [finding] = (await operated()).list();
    expect(finding).toMatchObject({ name: "orgState", evidence: [expect.stringContaining(words)] });
  });
});

describe("the sandbox", () => {
  test("that a clock dated years ahead is removed first, too", async () => {
    ahead += 10 * 365 * 86_400_000;
    await client.call("POST", "orgs", { org: SANDBOX, displayName: "Sandbox of rollcall doctor" });
    ahead = 0;
    expect((await operated()).list()).toEqual([]);
  });

  test("that an earlier doctor left is removed first; of one at work, or of somebody else, it keeps its hands", async () => {
    const make = (displayName: string) => client.call("POST", "orgs", { org: SANDBOX, displayName });
    ahead += 300_000;
    await make("Sandbox of rollcall doctor");
    await expect(operated()).rejects.toThrow("Another doctor is running");
    ahead = 0;
    await expect(operated()).rejects.toThrow("Another doctor is running");
    ahead += 3_900_000;
    expect(named(await operated())).toEqual(["clockSkew"]);
    await make("Mine");
    await expect(operated()).rejects.toThrow("was not made by doctor");
    await client.call("POST", `orgs/${SANDBOX}/deletion`, { reason: "test" });
    ahead += 120_000;
    for (let done = false; !done; ) {
      done = (await client.call("POST", `orgs/${SANDBOX}/purge`, { confirm: SANDBOX })).done === true;
      ahead += 2_000;
    }
  });
});

describe("the sandbox goes again", () => {
  const gone = () => expect(client.call("GET", `orgs/${SANDBOX}`)).rejects.toThrow("No organization");
  const once = (act: () => void): Meddling => ({
    request: (message) => {
      if (message.method === "PATCH") act();
      return message;
    },
  });

  test("when the person has seen enough", async () => {
    const stop = new AbortController();
    proxy.meddling = once(() => stop.abort());
    await expect(operated({ signal: stop.signal })).rejects.toThrow("Stopped before the examination was over.");
    await gone();
  });

  test("at once, also while no answer comes", async () => {
    const stop = new AbortController();
    proxy.meddling = {
      request: (message) => {
        if (message.path.endsWith("/Groups")) {
          proxy.meddling = { hold: 600_000 };
          stop.abort();
        }
        return message;
      },
    };
    await expect(operated({ signal: stop.signal })).rejects.toThrow("Stopped before the examination was over.");
    await gone();
  });

  test("when a check breaks", async () => {
    const send: Surgery["send"] = async (ask) => {
      if (ask.method === "PATCH") throw new Error("a fault of the doctor's own");
      return ownSender()(ask);
    };
    await expect(operated({ send })).rejects.toThrow("a fault of the doctor's own");
    await gone();
  });

  test("or it is said that it is still there", async () => {
    const said: string[] = [];
    const failing = new AdminClient({
      send: (request) => {
        if (request.path.endsWith("/deletion")) throw new Refused("The administration does not answer.");
        return signedSender(endpoint, "admin", undefined)(request);
      },
      close: async () => undefined,
    });
    await expect(operated({ client: failing, say: (text) => said.push(text) })).rejects.toThrow("does not answer");
    expect(said).toEqual([`The organization ${SANDBOX} is still there: the next doctor removes it.`]);
    ahead += 3_600_000;
    await operated();
    await gone();
  });

  test("after Ctrl-C", async () => {
    proxy.meddling = once(() => process.emit("SIGINT"));
    const stopped = await rollcallOver(endpoint, [doctorCommand], later)("doctor", "acme", ...STACK);
    expect(stopped).toMatchObject({ code: 1, out: "" });
    expect(stopped.err).toMatch(
      /^Stopping, and removing the sandbox\. [\s\S]*Stopped before the examination was over\.\n$/,
    );
    expect(process.listenerCount("SIGINT")).toBe(0);
    await gone();
  });
});

/** Each look at the purge is two minutes after the one before. */
function later(path: string): void {
  if (path.endsWith("/purge")) ahead += 120_000;
}

const STACK = ["--stack", "Rollcall", "--region", "eu-west-1"];

describe("rollcall doctor", () => {
  const doctor = (...words: string[]) => rollcallOver(endpoint, [doctorCommand])("doctor", ...words);

  test("says of each thing what it is, where it showed, and how to fix it, and exits with 1", async () => {
    const url = `${proxy.url}/scim/v2/acme/`;
    const well = await doctor("--url", url, "--token", token);
    expect(well).toMatchObject({ code: 0, err: "" });
    expect(well.out).toMatch(
      /^✓ the service answers[\s\S]*\n· From outside, doctor cannot see when the token expires: .*\nNothing is wrong\.\n$/,
    );
    proxy.meddling = MEDDLING.cached?.[0] ?? {};
    const ill = await doctor("--url", url, "--token", token);
    expect(ill.code).toBe(1);
    expect(ill.out).toMatch(/\n✗ cached: .*\n {4}seen: GET \/Users\n {4}fix: .*caching.*\nOne thing is wrong\.\n$/);
    const json = JSON.parse((await doctor("--url", url, "--token", token, "--json")).out);
    expect(json).toMatchObject({ healthy: false, findings: [{ name: "cached", weight: "fault" }] });
    expect(ill.out + JSON.stringify(json)).not.toContain(token);
  });

  test("prints no command but for the stack and the organization it examined", async () => {
    await client.call("POST", "orgs/acme/pause", { reason: "audit" });
    const commands = ({ out }: { out: string }) => out.match(/npm run rollcall -- [^`"]*/g) ?? [];
    const atStack = await rollcallOver(endpoint, [doctorCommand], later)("doctor", "acme", ...STACK);
    expect(commands(atStack)).toContain("npm run rollcall -- org resume acme --stack Rollcall --region eu-west-1");
    expect(commands(atStack).filter((command) => !command.endsWith(" --stack Rollcall --region eu-west-1"))).toEqual(
      [],
    );
    const outside = await doctor("--url", `${proxy.url}/scim/v2/acme`, "--token", token, "--json");
    expect(commands(outside)).toContain("npm run rollcall -- org resume acme");
  });

  test("takes an organization, or a Tenant URL with its token", async () => {
    expect(await doctor()).toMatchObject({ code: 2, err: expect.stringContaining("Name the organization") });
    expect(await doctor("--url", "https://x.example/")).toMatchObject({
      code: 2,
      err: expect.stringContaining("/scim/v2/"),
    });
    expect(await doctor("nobody", ...STACK)).toMatchObject({
      code: 1,
      err: expect.stringContaining("No organization"),
    });
  });

  test("refuses at once where the local server does not run, and says how to start it", async () => {
    const asked: string[] = [];
    const refused = await rollcallOver(
      endpoint,
      [doctorCommand],
      (path) => void asked.push(path),
    )(...["doctor", "acme", "--data", "/nowhere"]);
    const err = "No server runs on /nowhere: start it with npm start -- --data /nowhere, or give --url.\n";
    expect([refused, asked]).toEqual([{ code: 1, out: "", err }, []]);
  });
});

test("no fault is without a case above", () => {
  const elsewhere = ["addressRewritten", "unreachable", "nameUnknown", "notEncrypted", "oldTls"];
  const inSandbox = ["notApplied", "notDeleted"];
  const waiting = ["slowFirstAnswer", "slowAnswers", "noRetryAfter"];
  const certificates = ["certificateUntrusted", "certificateExpired", "certificateName", "certificateExpires"];
  const tokens = ["tokenMalformed", "tokenRefused", "wrongOrg", "noToken", "tokenExpires", "tokenOverlaps", "orgState"];
  const seeded = [...Object.keys(MEDDLING), ...elsewhere, ...inSandbox, ...waiting, ...certificates, ...tokens];
  expect(seeded.toSorted()).toEqual(Object.keys(FAULTS).toSorted());
});
