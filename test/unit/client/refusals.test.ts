import { getEventListeners } from "node:events";
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { type ClientOptions, createClient, RollcallError } from "../../../lib/client/index.ts";
import { listening } from "../../support/serving.ts";

const KEY = `rollcallapp_${"k".repeat(43)}_${"c".repeat(6)}`;
const SECRET = "wJalrXUtnFEMI/K7MDENG";
const NOW = Date.parse("2026-03-01T00:00:00.000Z");
const DATE = new Date(NOW).toUTCString();
const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET };
const URL_HERE = "https://scim.example.com";

const refusal = (detail: string, code?: string) =>
  JSON.stringify({ schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "400", detail, code });

type Reply = Response | Error;

/** A server that answers so, one reply after the other, and what it was asked; nobody waits. */
function server(...replies: (() => Reply)[]) {
  const asked: { readonly method: string; readonly url: string; readonly headers: Headers }[] = [];
  const waited: number[] = [];
  const options = {
    fetch: (async (input, init) => {
      asked.push({ method: init?.method ?? "GET", url: String(input), headers: new Headers(init?.headers) });
      const reply = (replies[asked.length - 1] ?? replies.at(-1) ?? (() => new Error("nothing")))();
      if (reply instanceof Error) throw reply;
      return reply;
    }) as typeof fetch,
    now: () => NOW,
    wait: async (milliseconds: number) => {
      waited.push(milliseconds);
    },
  };
  return { asked, waited, options };
}

async function errorOf(call: () => unknown): Promise<RollcallError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof RollcallError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const answer =
  (status: number, text: string, headers: Record<string, string> = {}) =>
  () =>
    new Response(text, { status, headers: { Date: DATE, ...headers } });
const user = { org: "acme", id: "u1" };

/** What a call of `user` meets, where a server answers so. */
async function met(reply: () => Reply, options: Partial<ClientOptions> = {}): Promise<RollcallError> {
  const signing = "credentials" in options ? {} : { key: KEY };
  const client = createClient({ url: URL_HERE, ...signing, ...server(reply).options, ...options } as ClientOptions);
  return await errorOf(() => client.user(user));
}

test("an actor that no header can hold reaches the server, which says what is wrong with it", async () => {
  for (const authorization of [{ key: KEY }, { credentials: CREDENTIALS, region: "eu-west-1" }]) {
    const { options, asked } = server(answer(200, "{}"));
    await createClient({ url: URL_HERE, actor: "Łukasz\n", ...authorization, ...options }).user(user);
    expect(asked.map(({ headers }) => headers.get("rollcall-actor"))).toEqual(["?ukasz?"]);
  }
});

test("a key follows no redirect, to whatever host", async () => {
  const asked: string[] = [];
  const redirecting = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(307, { location: "/elsewhere", connection: "close" }).end();
  });
  const url = `http://127.0.0.1:${await listening(redirecting)}`;
  const error = await errorOf(() => createClient({ url, key: KEY, retries: 0 }).user(user));
  await new Promise((resolve) => redirecting.close(resolve));
  expect([error.code, asked]).toEqual(["client.url", ["GET /app/v1/orgs/acme/users/u1"]]);
});

describe("an address", () => {
  test.each([
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000/app/v1/orgs/acme/users/u1"],
    ["https://scim.example.com/", "https://scim.example.com/app/v1/orgs/acme/users/u1"],
    [
      "https://x1.execute-api.eu-central-1.amazonaws.com/v1/app/v1",
      "https://x1.execute-api.eu-central-1.amazonaws.com/v1/app/v1/orgs/acme/users/u1",
    ],
    [
      "https://x1.execute-api.eu-central-1.amazonaws.com/v1/directory/v1/",
      "https://x1.execute-api.eu-central-1.amazonaws.com/v1/app/v1/orgs/acme/users/u1",
    ],
    ["http://localhost:3000/app/v1/orgs/acme", "http://localhost:3000/app/v1/orgs/acme/users/u1"],
    ["https://scim.example.com/admin/v1", "https://scim.example.com/app/v1/orgs/acme/users/u1"],
  ])("may be %s", async (url, asked) => {
    const { options, asked: seen } = server(answer(200, "{}"));
    await createClient({ url, key: `${KEY}\n`, ...options }).user(user);
    expect(seen.map((one) => one.url)).toEqual([asked]);
  });

  test.each([
    [
      "https://scim.example.com/v1/scim/v2/acme",
      "An application needs the address before /scim/v2: https://scim.example.com/v1.",
    ],
    ["scim.example.com", "begins with https://"],
    ["ftp://scim.example.com", "begins with https://"],
    ["http://scim.example.com", "others could read the key"],
    ["https://me:secret@scim.example.com", "must not hold a user"],
    ["", "begins with https://"],
  ])("is not %s", async (url, says) => {
    const error = await errorOf(() => createClient({ url, key: KEY }));
    expect([error.code, error.message]).toEqual(["client.url", expect.stringContaining(says)]);
    expect(error.message).not.toContain("secret");
  });

  test("says its region, or the caller does", async () => {
    const regionOf = async (options: Partial<ClientOptions>) => {
      const { options: serving, asked } = server(answer(200, "{}"));
      const client = createClient({ url: URL_HERE, credentials: CREDENTIALS, ...serving, ...options } as ClientOptions);
      await client.user(user);
      return /Credential=AKIDEXAMPLE\/\d+\/([^/]+)\/execute-api\//.exec(
        asked[0]?.headers.get("authorization") ?? "",
      )?.[1];
    };
    // China and the European Sovereign Cloud have other suffixes.
    for (const host of ["eu-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn", "eusc-de-east-1.amazonaws.eu"]) {
      expect(await regionOf({ url: `https://x1.execute-api.${host}/v1` })).toBe(host.split(".")[0]);
    }
    expect(await regionOf({ region: "ap-south-1" } as Partial<ClientOptions>)).toBe("ap-south-1");
    expect((await errorOf(() => regionOf({}))).message).toContain("give region");
  });
});

describe("a key", () => {
  test.each([
    [`rollcall_${"a".repeat(8)}_${"k".repeat(43)}_${"c".repeat(6)}`, "is for its identity provider"],
    ["rollcallapp_short", "begins with rollcallapp_"],
    ["", "begins with rollcallapp_"],
  ])("of another form is refused, and not shown: %s", async (key, says) => {
    const error = await errorOf(() => createClient({ url: URL_HERE, key }));
    expect([error.code, error.message]).toEqual(["client.key", expect.stringContaining(says)]);
    if (key !== "") expect(inspect(error)).not.toContain(key);
  });
});

describe("what goes wrong has a name", () => {
  const lost = () => new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) });
  const late = { headers: { Date: new Date(NOW - 600_000).toUTCString() } };

  test.each<[string, Promise<RollcallError>, string, string]>([
    ["no connection", met(lost, { retries: 0 }), "client.connection", "(ECONNREFUSED): look at the url"],
    [
      "a key that does not count",
      met(answer(401, refusal("Who?"))),
      "client.key",
      "expired, revoked, of another deployment, or gone",
    ],
    ["another page", met(answer(200, "<html>")), "client.url", "sends no JSON"],
    ["another page's 404", met(answer(404, "Not found")), "client.url", "Rollcall's API for applications"],
    [
      "no route for keys",
      met(answer(404, refusal("No such SCIM endpoint. (ref: a1)"))),
      "client.url",
      "the setting applicationKeys",
    ],
    ["a redirect", met(answer(302, "", { Location: "https://evil.example" })), "client.url", "look at the url"],
    [
      "a wrong clock",
      met(answer(403, refusal("Not signed. (ref: a1)"), late.headers), {
        credentials: CREDENTIALS,
        region: "x",
      } as never),
      "client.clock",
      "600 seconds ahead of",
    ],
    [
      "wrong credentials",
      met(answer(403, refusal("Not signed. (ref: a1)")), { credentials: CREDENTIALS, region: "x" } as never),
      "client.credentials",
      "of another account",
    ],
    [
      "no credentials",
      met(answer(200, "{}"), { credentials: async () => ({}), region: "x" } as never),
      "client.credentials",
      "need accessKeyId",
    ],
    [
      "a refusal",
      met(answer(409, refusal("It is managed. (ref: 8285f1ee19c2)", "conflict.managed"))),
      "conflict.managed",
      "It is managed.",
    ],
    ["a busy server", met(answer(503, ""), { retries: 1 }), "client.unavailable", "answered 503"],
  ])("%s, and no secret is in its error", async (_, meeting, code, says) => {
    const error = await meeting;
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(says)]);
    for (const secret of [KEY, SECRET]) expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });

  test("with the reference that finds its line, and the status", async () => {
    const error = await met(answer(409, refusal("It is managed. (ref: 8285f1ee19c2)", "conflict.managed")));
    expect([error.status, error.reference, error.isTransient]).toEqual([409, "8285f1ee19c2", false]);
  });

  test("no answer in time", async () => {
    const never = ((_, init) =>
      new Promise((_, reject) =>
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
      )) as typeof fetch;
    const client = createClient({ url: URL_HERE, key: KEY, fetch: never, timeoutMs: 5, retries: 0 });
    expect((await errorOf(() => client.user(user))).code).toBe("client.timeout");
    const reason = new Error("enough");
    await expect(client.user({ ...user, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("no answer in the longest time that there is", async () => {
    const late = (async (_, init) => {
      await setTimeout(5);
      init?.signal?.throwIfAborted();
      return new Response("{}");
    }) as typeof fetch;
    const client = createClient({ url: URL_HERE, key: KEY, fetch: late, timeoutMs: Number.POSITIVE_INFINITY });
    expect(await client.user(user)).toEqual({});
  });

  test("a signal that is aborted while the credentials are fetched", async () => {
    const { options, asked } = server(answer(200, "{}"));
    const [ending, reason] = [new AbortController(), new Error("enough")];
    const credentials = async () => {
      ending.abort(reason);
      return CREDENTIALS;
    };
    const client = createClient({ url: URL_HERE, credentials, region: "eu-central-1", ...options });
    await expect(client.user({ ...user, signal: ending.signal })).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });

  test("an argument that leads elsewhere", async () => {
    const { options, asked } = server(answer(200, "{}"));
    const client = createClient({ url: URL_HERE, key: KEY, ...options });
    for (const id of ["", ".", ".."])
      expect((await errorOf(() => client.user({ org: "acme", id }))).code).toBe("client.argument");
    await client.user({ org: "acme", id: "a/../b?c" });
    expect(asked.map(({ url }) => url)).toEqual([`${URL_HERE}/app/v1/orgs/acme/users/a%2F..%2Fb%3Fc`]);
  });

  test("a question to the gate that names nobody, or two", async () => {
    const { options, asked } = server(answer(200, "{}"));
    const client = createClient({ url: URL_HERE, key: KEY, ...options });
    // @ts-expect-error exactly one of them
    expect((await errorOf(() => client.gate({ org: "acme" }))).code).toBe("client.argument");
    // @ts-expect-error exactly one of them
    expect((await errorOf(() => client.gate({ org: "acme", email: "a", userName: "b" }))).code).toBe("client.argument");
    expect((await errorOf(() => client.gate({ org: "acme", email: "" }))).code).toBe("client.argument");
    expect(asked).toEqual([]);
  });
});

describe("a call that is over", () => {
  test.each([
    ["answered", answer(200, "{}")],
    ["refused", answer(409, refusal("It is managed."))],
    ["lost", () => new Error("nothing")],
  ])("and %s leaves nothing on a signal that outlives it", async (_, reply) => {
    const { signal } = new AbortController();
    const before = Reflect.ownKeys(signal);
    const client = createClient({ url: URL_HERE, key: KEY, ...server(reply).options, retries: 0 });
    const calls = Array.from({ length: 11 }, () => client.user({ ...user, signal }));
    for (const one of await Promise.allSettled(calls))
      expect(one.status === "fulfilled" || one.reason instanceof RollcallError).toBe(true);
    // On Node 22, each signal of AbortSignal.any stays in a set there.
    expect(Reflect.ownKeys(signal)).toEqual(before);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("by its signal ends the request", async () => {
    const [ending, reason] = [new AbortController(), new Error("enough")];
    const requested: AbortSignal[] = [];
    const open = ((_, init) =>
      new Promise((_, reject) => {
        const signal = init?.signal as AbortSignal;
        requested.push(signal);
        signal.addEventListener("abort", () => reject(signal.reason));
        ending.abort(reason);
      })) as typeof fetch;
    const client = createClient({ url: URL_HERE, key: KEY, fetch: open });
    await expect(client.user({ ...user, signal: ending.signal })).rejects.toBe(reason);
    expect(requested.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe("a call is repeated", () => {
  const busy = answer(503, "", { "Retry-After": "2" });
  const many = answer(429, "");
  const lost = () => new TypeError("fetch failed");
  const fine = answer(200, "{}");
  const over = (...replies: (() => Reply)[]) => {
    const { options, asked, waited } = server(...replies);
    return { client: createClient({ url: URL_HERE, key: KEY, ...options }), asked, waited };
  };

  test("where it reads, after a pause that the server says or that grows", async () => {
    const { client, asked, waited } = over(busy, lost, many, fine);
    await client.user(user);
    expect(asked).toHaveLength(4);
    expect(waited[0]).toBe(2_000);
    expect(waited.slice(1).every((pause, index) => pause >= 0 && pause <= 200 * 2 ** index)).toBe(true);
    const stubborn = over(busy);
    expect((await errorOf(() => stubborn.client.user(user))).isTransient).toBe(true);
    expect(stubborn.asked).toHaveLength(5);
    // Nobody waits an hour inside a call.
    const later = over(answer(503, "", { "Retry-After": "3600" }));
    expect((await errorOf(() => later.client.user(user))).retryAfterMs).toBe(3_600_000);
    expect(later.asked).toHaveLength(1);
  });

  test("where it writes the same twice, and not where it would write another", async () => {
    const twice = over(lost, fine);
    await twice.client.link({ ...user, applicationId: "12" });
    expect(twice.asked.map(({ method }) => method)).toEqual(["PUT", "PUT"]);
    const make = { path: { org: "acme" }, body: { displayName: "Ops" } };
    const once = over(lost, fine);
    expect((await errorOf(() => once.client.call("directory.createTeam", make))).code).toBe("client.connection");
    expect(once.asked).toHaveLength(1);
    // Refused before anything was done.
    const limited = over(many, fine);
    await limited.client.call("directory.createTeam", make);
    expect(limited.asked).toHaveLength(2);
  });

  test("and a deletion that the lost answer spoke of counts as done", async () => {
    const missing = (code: string) => answer(404, refusal("No such.", code));
    const path = { org: "acme", id: "u1" };
    expect(await over(lost, missing("notFound.user")).client.call("directory.deleteUser", { path })).toBeUndefined();
    for (const replies of [[missing("notFound.user")], [lost, missing("notFound.org")]]) {
      const { client } = over(...replies);
      expect((await errorOf(() => client.call("directory.deleteUser", { path }))).status).toBe(404);
    }
  });
});
