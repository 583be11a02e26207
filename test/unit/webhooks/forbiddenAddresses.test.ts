import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { isAmong, isForbiddenAddress } from "../../../functions/bus/addresses.ts";
import type { DeliveryMeans } from "../../../functions/bus/deliverWebhook.ts";
import type { ResolveAddresses } from "../../../functions/bus/openSocket.ts";
import { resolveAddressesBy } from "../../../functions/bus/resolveAddresses.ts";
import { readWebhookUrl } from "../../../functions/bus/webhookUrl.ts";
import { answered, answering, at, deliver, failed, type GotRequest, listen, NAME } from "../../support/hookServers.ts";

describe("nothing reaches an address that is forbidden", () => {
  /** To Linux this is the same machine as 127.0.0.1, and it is no loopback address: what goes there arrives. */
  const FORBIDDEN = "0.0.0.0";

  async function canary() {
    const got: GotRequest[] = [];
    const port = await listen(createServer(answering(got, 200)));
    return { got, port };
  }

  test("which would arrive, were it let through", async () => {
    const { got, port } = await canary();
    const socket = connect({ host: FORBIDDEN, port });
    await new Promise((resolve) =>
      socket.on("close", resolve).end("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").resume(),
    );
    expect(got).toHaveLength(1);
  });

  test("when the DNS answers otherwise a second time: it is asked once in an attempt, and anew in the next", async () => {
    const { got, port } = await canary();
    const asked: string[] = [];
    // Nobody listens at the first one.
    const answers = [["127.0.0.2"], [FORBIDDEN], ["127.0.0.1"], [FORBIDDEN]];
    const resolve: ResolveAddresses = async (name) => {
      asked.push(name);
      return { addresses: answers[asked.length - 1] ?? [] };
    };
    const url = `http://${NAME}:${port}/`;
    expect(await deliver({ url }, { resolve })).toEqual(failed("ConnectionRefused"));
    expect(asked).toEqual([NAME]);
    expect(await deliver({ url }, { resolve })).toEqual(failed("ForbiddenAddress"));
    expect(got).toEqual([]);
    expect(await deliver({ url }, { resolve })).toEqual(answered(200));
    expect(await deliver({ url }, { resolve })).toEqual(failed("ForbiddenAddress"));
    expect([got.length, asked.length]).toEqual([1, 4]);
  });

  test("when one of several addresses is: also the others are not called", async () => {
    const { got, port } = await canary();
    for (const addresses of [
      ["127.0.0.1", FORBIDDEN],
      [FORBIDDEN, "127.0.0.1"],
      ["127.0.0.1", "10.0.0.1"],
      ["127.0.0.1", "nonsense"],
    ]) {
      expect(await deliver({ url: `http://${NAME}:${port}/` }, at(...addresses))).toEqual(failed("ForbiddenAddress"));
    }
    expect(got).toEqual([]);
  });

  test("when the connection leads to another peer than was checked, before a byte goes out", async () => {
    const { got, port } = await canary();
    const means = { ...at("127.0.0.2"), dial: () => connect({ host: "127.0.0.1", port }) };
    expect(await deliver({ url: `http://${NAME}:${port}/` }, means)).toEqual(failed("ForbiddenAddress"));
    expect(got).toEqual([]);
  });

  test.each([
    ...[
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "127.0.0.1.",
      "１２７.０.０.１",
      "127。0。0。1",
    ],
    ...[
      "%31%32%37.0.0.1",
      "0",
      "0.0.0.0",
      "10.1.2.3",
      "169.254.169.254",
      "172.31.0.1",
      "192.168.0.1",
      "100.100.100.200",
    ],
    ...[
      "[::1]",
      "[::]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[0:0:0:0:0:ffff:7f00:1]",
      "[::127.0.0.1]",
      "[fe80::1]",
    ],
    ...["[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[ff02::1]"],
    ...["localhost", "LOCALHOST", "localhost.", "a.b.localhost", "ⓛocalhost"],
  ])("by https://%s/ of a deployment", async (host) => {
    const { got, port } = await canary();
    // The DNS would lead there as well, and so would every connection.
    const means: Partial<DeliveryMeans> = {
      ...at("127.0.0.1"),
      allowed: "public",
      dial: () => connect({ host: "127.0.0.1", port }),
    };
    expect(await deliver({ url: `https://${host}/` }, means)).toEqual(failed("ForbiddenAddress"));
    expect(got).toEqual([]);
    // Seen without the DNS, where the endpoint is made.
    expect(readWebhookUrl(`https://${host}/`, "public")).toEqual({ fault: "address" });
  });

  test.each([
    ...[
      "http://hooks.example/",
      "https://hooks.example:8443/",
      "https://ada:pw@hooks.example/",
      "https://ada@hooks.example/",
    ],
    ...[
      "ftp://hooks.example/",
      "file:///etc/passwd",
      "hooks.example",
      "https://[fe80::1%25lo]/",
      "https://./",
      "https://a..b/",
    ],
    ...[
      "https:hooks.example",
      "https:///hooks.example",
      "https:\\\\hooks.example",
      " https://hooks.example/",
      "https://hooks.example/a b",
    ],
    ...["https://hooks.exam\nple/", "https://1.2.3.4.5/", "https:// /", ""],
  ])("by the URL %j of a deployment", async (url) => {
    const { got, port } = await canary();
    const means: Partial<DeliveryMeans> = {
      ...at("127.0.0.1"),
      allowed: "public",
      dial: () => connect({ host: "127.0.0.1", port }),
    };
    expect(await deliver({ url }, means)).toEqual(failed("ForbiddenUrl"));
    expect(got).toEqual([]);
  });

  test("though a name leads to it: of a deployment also loopback, which a machine may call", async () => {
    const { got, port } = await canary();
    const dial = () => connect({ host: "127.0.0.1", port });
    for (const address of ["127.0.0.1", "::1", "169.254.169.254", "::ffff:8.8.8.8", "2001:db8::1"]) {
      const url = `https://${NAME}/`;
      expect(await deliver({ url }, { ...at(address), allowed: "public", dial })).toEqual(failed("ForbiddenAddress"));
    }
    expect(got).toEqual([]);
  });
});

describe("an address", () => {
  test.each([
    ["0.0.0.0", "0.255.255.255", "1.0.0.0"],
    ["10.0.0.0", "10.255.255.255", "11.0.0.0"],
    ["100.64.0.0", "100.127.255.255", "100.128.0.0"],
    ["127.0.0.0", "127.255.255.255", "128.0.0.0"],
    ["169.254.0.0", "169.254.255.255", "169.255.0.0"],
    ["172.16.0.0", "172.31.255.255", "172.32.0.0"],
    ["192.0.0.0", "192.0.0.255", "192.0.1.0"],
    ["192.0.2.0", "192.0.2.255", "192.0.3.0"],
    ["192.31.196.0", "192.31.196.255", "192.31.197.0"],
    ["192.52.193.0", "192.52.193.255", "192.52.194.0"],
    ["192.88.99.0", "192.88.99.255", "192.88.100.0"],
    ["192.168.0.0", "192.168.255.255", "192.169.0.0"],
    ["192.175.48.0", "192.175.48.255", "192.175.49.0"],
    ["198.18.0.0", "198.19.255.255", "198.20.0.0"],
    ["198.51.100.0", "198.51.100.255", "198.51.101.0"],
    ["203.0.113.0", "203.0.113.255", "203.0.114.0"],
    ["224.0.0.0", "255.255.255.255", "223.255.255.255"],
    ["::", "1fff:ffff::", "2400::"],
    ["2001::", "2001:1ff:ffff::", "2001:200::"],
    ["2001:db8::", "2001:db8:ffff::", "2001:db9::"],
    ["2002::", "2002:ffff::", "2003::"],
    ["2620:4f:8000::", "2620:4f:8000:ffff::", "2620:4f:8001::"],
    ["3fff::", "3fff:fff::", "3fff:1000::"],
    ["4000::", "ffff:ffff::", "3ffe::"],
  ])("from %s to %s is forbidden, and %s is not", (first, last, beside) => {
    const verdicts = [first, last, beside].map((address) => isForbiddenAddress(address, "public"));
    expect(verdicts).toEqual([true, true, false]);
  });

  test("of this machine passes on this machine only, and no other private one does", () => {
    const allowed = ["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "8.8.8.8"];
    const forbidden = [
      "::ffff:127.0.0.1",
      "::ffff:7f00:1",
      "0.0.0.0",
      "::",
      "10.0.0.1",
      "fe80::1",
      "fe80::1%lo",
      "::1%lo",
      "x",
      "",
    ];
    expect(allowed.filter((address) => isForbiddenAddress(address, "alsoLoopback"))).toEqual([]);
    expect(forbidden.filter((address) => !isForbiddenAddress(address, "alsoLoopback"))).toEqual([]);
  });

  test("is compared as such, and not as it is written", () => {
    expect(isAmong("2606:4700::1", ["1.1.1.1", "2606:4700:0:0::0001"])).toBe(true);
    expect(isAmong("::ffff:1.1.1.1", ["1.1.1.1"])).toBe(false);
    expect(isAmong("", [""])).toBe(false);
  });
});

test.each([
  ["https://Hooks.Example.:443/a%20b?c=%2F#d", "https://hooks.example/a%20b?c=%2F"],
  ["https://bücher.example/", "https://xn--bcher-kva.example/"],
  ["HTTPS://8.8.8.8", "https://8.8.8.8/"],
  ["https://[2606:4700:0::1]/", "https://[2606:4700::1]/"],
])("the URL %s is kept as %s", (text, url) => {
  expect(readWebhookUrl(text, "public")).toMatchObject({ url, protocol: "https:", port: 443 });
});

test("the URL of this machine keeps its port, and is read no further than 2,048 characters", () => {
  expect(readWebhookUrl("http://localhost.:8080/in", "alsoLoopback")).toEqual({
    ...{ url: "http://localhost:8080/in", protocol: "http:", host: "localhost", port: 8080 },
    ...{ authority: "localhost:8080", path: "/in" },
  });
  expect(readWebhookUrl(`https://hooks.example/${"a".repeat(2_048)}`, "public")).toEqual({ fault: "length" });
  // As it is kept, it is longer: accepted, no sender would read it again.
  expect(readWebhookUrl(`https://hooks.example/${"ü".repeat(400)}`, "public")).toEqual({ fault: "length" });
});

describe("the addresses of a name", () => {
  const answers = (one: readonly string[] | string) => (): Promise<string[]> =>
    typeof one === "string"
      ? Promise.reject(Object.assign(new Error("query"), { code: one }))
      : Promise.resolve([...one]);

  test.each([
    [["1.1.1.1"], ["2606:4700::1"], { addresses: ["1.1.1.1", "2606:4700::1"] }],
    [["1.1.1.1"], "ESERVFAIL", { addresses: ["1.1.1.1"] }],
    ["ENODATA", ["::1"], { addresses: ["::1"] }],
    ["ENODATA", "ENOTFOUND", { failure: "missing" }],
    ["ENODATA", "ETIMEOUT", { failure: "timeout" }],
    ["ESERVFAIL", [], { failure: "servers" }],
  ])("with %j and %j are %j", async (four, six, expected) => {
    // As Node types it, the resolver gives times to live as well, where they are asked for.
    const resolver = { resolve4: answers(four), resolve6: answers(six) } as unknown as Parameters<
      typeof resolveAddressesBy
    >[0];
    expect(await resolveAddressesBy(resolver, NAME)).toEqual(expected);
  });
});
