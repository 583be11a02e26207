import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createFetchKeys, type FetchKeysMeans, maxAgeOf, readKeysUrl } from "../../functions/bus/fetchKeys.ts";
import { selfSigned } from "../support/certificate.ts";
import { listening } from "../support/serving.ts";

const HOSTS = ["login.microsoftonline.com", "keys.example"];
const CERTIFICATE = selfSigned("keys.example", Date.now() + 86_400_000);
const server = createTlsServer({ key: CERTIFICATE.key, cert: CERTIFICATE.cert }, (_request, response) => {
  response.writeHead(200, { "cache-control": "public, max-age=300" }).end('{"keys":[]}');
});
let port: number;
beforeAll(async () => {
  port = await listening(server);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Connects to the server here whatever the address, and counts. */
function means(more: Partial<FetchKeysMeans>) {
  const dialled: unknown[] = [];
  const fetchKeys = createFetchKeys({
    allowed: "public",
    hosts: HOSTS,
    resolve: async () => ({ addresses: ["93.184.216.34"] }),
    ca: CERTIFICATE.cert,
    dial: (options) => {
      dialled.push(options.host);
      return connect(port, "127.0.0.1");
    },
    ...more,
  });
  return { dialled, fetchKeys };
}

test.each([
  ["https://keys.example/keys", true],
  ["https://login.microsoftonline.com/x/discovery/v2.0/keys", true],
  ["https://KEYS.example/keys", true],
  ["http://keys.example/keys", false],
  ["https://keys.example:8443/keys", false],
  ["https://user@keys.example/keys", false],
  ["https://user:pass@keys.example/keys", false],
  ["https://keys.example.evil.example/keys", false],
  ["https://evil.keys.example/keys", false],
  ["https://keys.example@evil.example/keys", false],
  ["https://evil.example/?keys.example", false],
  ["https://evil.example#keys.example", false],
  ["https://169.254.169.254/latest/meta-data", false],
  ["https://127.0.0.1/keys", false],
  ["https://[::1]/keys", false],
  ["https://localhost/keys", false],
  ["https:/keys.example/keys", false],
  ["ftp://keys.example/keys", false],
  ["file:///etc/passwd", false],
  ["", false],
])("%s leads to an issuer that the deployment trusts: %s", (url, isOne) => {
  expect(readKeysUrl(url, HOSTS, "public") !== undefined).toBe(isOne);
});

test("on a developer's machine an issuer may stand there, and nowhere else that is not listed", () => {
  for (const url of ["http://127.0.0.1:9/keys", "http://localhost:9/keys", "https://[::1]:9/keys"]) {
    expect(readKeysUrl(url, [], "alsoLoopback")).toBeDefined();
    expect(readKeysUrl(url, [], "public")).toBeUndefined();
  }
  for (const url of [
    "http://10.0.0.1/keys",
    "http://169.254.169.254/",
    "http://keys.example/",
    "https://keys.example:1/",
  ]) {
    expect(readKeysUrl(url, HOSTS, "alsoLoopback")).toBeUndefined();
  }
});

test.each([
  ["the metadata address", ["169.254.169.254"]],
  ["a private address beside a public one", ["93.184.216.34", "10.0.0.1"]],
  ["loopback", ["127.0.0.1"]],
  ["loopback as IPv6", ["::1"]],
  ["a mapped address", ["::ffff:169.254.169.254"]],
  ["no address", []],
])("a name that leads to %s is never connected to", async (_what, addresses) => {
  const { dialled, fetchKeys } = means({ resolve: async () => ({ addresses }) });
  expect(await fetchKeys("https://keys.example/keys")).toEqual({ outcome: "failed" });
  expect(dialled).toEqual([]);
});

test("an address that has to be corrected first is none", async () => {
  for (const url of [
    "https://KEYS.example/keys",
    "https://keys.example./keys",
    "https://keys.example\\@evil.example/",
  ]) {
    const { dialled, fetchKeys } = means({});
    expect(await fetchKeys(url)).toEqual({ outcome: "failed" });
    expect(dialled).toEqual([]);
  }
});

test("a name that leads elsewhere when it is connected to gets no byte", async () => {
  // It was resolved to a public address; the connection stands to another one.
  const { dialled, fetchKeys } = means({});
  expect(await fetchKeys("https://keys.example/keys")).toEqual({ outcome: "failed" });
  expect(dialled).toEqual(["keys.example"]);
});

test("by https, with a certificate of that name, it gets the keys and for how long they may be kept", async () => {
  const there = { allowed: "alsoLoopback", resolve: async () => ({ addresses: ["127.0.0.1"] }) } as const;
  const { fetchKeys } = means(there);
  expect(await fetchKeys("https://keys.example/keys")).toEqual({
    outcome: "fetched",
    body: '{"keys":[]}',
    maxAge: 300,
  });
  expect(await fetchKeys("https://login.microsoftonline.com/keys")).toEqual({ outcome: "failed" });
  expect(
    await means({ ...there, ca: selfSigned("keys.example", Date.now() + 1_000_000).cert }).fetchKeys(
      "https://keys.example/",
    ),
  ).toEqual({
    outcome: "failed",
  });
});

test("an issuer that is silent is waited for no longer than the limit", async () => {
  const { fetchKeys } = means({ limit: 50, resolve: () => new Promise(() => undefined) });
  expect(await fetchKeys("https://keys.example/keys")).toEqual({ outcome: "failed" });
});

test.each([
  [undefined, undefined],
  ["no-store", undefined],
  ["max-age=86400, private", 86_400],
  ["private,Max-Age=5", 5],
  ['max-age="7"', 7],
  ["s-maxage=5", undefined],
  ["max-age=", undefined],
])("Cache-Control %j says %j", (header, seconds) => {
  expect(maxAgeOf(header)).toBe(seconds);
});
