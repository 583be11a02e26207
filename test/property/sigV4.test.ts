import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { AwsV4Signer } from "aws4fetch";
import fc from "fast-check";
import { newCredentials } from "../../bin/local/credentials.ts";
import { type SignedRequest, signatureFault } from "../../bin/local/sigV4.ts";
import { amountOf, SEED } from "../support/proof.ts";

const CREDENTIALS = newCredentials();
const NOW = Date.parse("2026-03-01T12:00:00Z");
const RUNS = { numRuns: amountOf("signatures"), seed: SEED };
const HOST = "127.0.0.1:3000";

/** A request before it is signed: the query in pairs, not yet encoded. */
interface Plain {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((one) => one.isWellFormed());
/** No name of a query begins like one of a presigned URL. */
const name = text.map((one) => `q${one}`);
const visible = fc.stringMatching(/^[!-~]([ -~]{0,8}[!-~])?$/);

const plain: fc.Arbitrary<Plain> = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
  segments: fc.array(
    text.filter((one) => one !== "." && one !== ".."),
    { maxLength: 4 },
  ),
  query: fc.array(fc.tuple(name, text), { maxLength: 4 }),
  headers: fc.record({ "rollcall-actor": visible, "x-amz-meta": visible }, { requiredKeys: [] }),
  body: fc.string({ unit: "grapheme", maxLength: 60 }),
});

/** As it goes over the wire, signed by a signer that is not ours. @param at milliseconds since the epoch */
async function signed({ method, segments, query, headers, body }: Plain, at = NOW): Promise<SignedRequest> {
  const url = new URL(`http://${HOST}/admin/v1/${segments.map(encodeURIComponent).join("/")}`);
  for (const [key, value] of query) url.searchParams.append(key, value);
  const datetime = new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, "");
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    ...{ method, url: url.href, headers, datetime, service: "execute-api", region: "eu-west-1" },
    ...(body !== "" && { body }),
  });
  const sent = await signer.sign();
  return {
    method,
    path: url.pathname,
    queryString: url.search.slice(1),
    rawHeaders: ["Host", HOST, ...[...sent.headers].flat()],
    body: Buffer.from(body),
  };
}

const fault = (request: SignedRequest, now = NOW) => signatureFault(request, CREDENTIALS, now);

test("whatever is signed now, or up to five minutes away, is taken", async () => {
  await fc.assert(
    fc.asyncProperty(plain, fc.integer({ min: -299, max: 299 }), async (request, seconds) => {
      expect(fault(await signed(request, NOW + seconds * 1000))).toBeUndefined();
    }),
    RUNS,
  );
});

test("a signature of more than five minutes away is not, and none of another day", async () => {
  await fc.assert(
    fc.asyncProperty(plain, fc.integer({ min: 301, max: 10 ** 9 }), fc.boolean(), async (request, seconds, later) => {
      expect(fault(await signed(request, NOW + (later ? seconds : -seconds) * 1000))).toBe("time");
    }),
    RUNS,
  );
});

/** The text with one character changed, left out or doubled; never the same. */
const changed = (whole: string, place: number, how: number): string => {
  if (whole === "") return "x";
  const characters = [...whole];
  const at = place % characters.length;
  const one = characters[at] ?? "";
  const other = one === "a" ? "b" : "a";
  return characters.toSpliced(at, 1, ...([[other], [], [one, one]][how % 3] ?? [])).join("");
};

const CHANGES: Readonly<Record<string, (request: Plain, place: number, how: number) => Plain>> = {
  method: (request) => ({ ...request, method: request.method === "GET" ? "DELETE" : "GET" }),
  path: ({ segments, ...rest }, place, how) => {
    const at = place % Math.max(1, segments.length);
    return { ...rest, segments: segments.toSpliced(at, 1, changed(segments[at] ?? "", place, how)) };
  },
  query: ({ query, ...rest }, place, how) => {
    const at = place % Math.max(1, query.length);
    const [key = "q", value = ""] = query[at] ?? [];
    return { ...rest, query: query.toSpliced(at, 1, [key, changed(value, place, how)]) };
  },
  body: ({ body, ...rest }, place, how) => ({ ...rest, body: changed(body, place, how) }),
};

test.each(Object.entries(CHANGES))(
  "a request whose %s was changed after it was signed is not taken",
  async (_, change) => {
    await fc.assert(
      fc.asyncProperty(plain, fc.nat(60), fc.nat(2), async (request, place, how) => {
        const before = await signed(request);
        const after = await signed(change(request, place, how));
        // What is sent is the other request, with the signature of this one.
        expect(fault({ ...after, rawHeaders: before.rawHeaders })).toBe("mismatch");
      }),
    );
  },
);

test("one signed header changed, left out, doubled or added is not taken, and an x-amz- header counts as signed", async () => {
  await fc.assert(
    fc.asyncProperty(plain, fc.nat(20), fc.nat(2), fc.constantFrom(0, 1, 2, 3), async (request, place, how, kind) => {
      const { rawHeaders, ...rest } = await signed({ ...request, headers: { ...request.headers, "x-amz-meta": "m" } });
      const at = rawHeaders.indexOf("x-amz-meta");
      const value = changed("m", place, how);
      const headers = [
        rawHeaders.toSpliced(at + 1, 1, value),
        rawHeaders.toSpliced(at, 2),
        [...rawHeaders, "X-Amz-Meta", value],
        [...rawHeaders, "X-Amz-Other", value],
      ][kind];
      expect(fault({ ...rest, rawHeaders: headers ?? [] })).toBe(
        [["mismatch"], ["form"], ["mismatch"], ["form"]][kind]?.[0],
      );
    }),
    RUNS,
  );
});

test("the Host is signed, and so is every character of the Authorization header", async () => {
  await fc.assert(
    fc.asyncProperty(plain, fc.nat(400), fc.nat(2), async (request, place, how) => {
      const { rawHeaders, ...rest } = await signed(request);
      const other = ["Host", "127.0.0.1:3001", ...rawHeaders.slice(2)];
      expect(fault({ ...rest, rawHeaders: other })).toBe("mismatch");
      const at = rawHeaders.indexOf("authorization") + 1;
      const tampered = rawHeaders.toSpliced(at, 1, changed(rawHeaders[at] ?? "", place, how));
      // Spaces between its parts, more or fewer, are none of it.
      if (withoutSpaces(tampered[at]) === withoutSpaces(rawHeaders[at])) return;
      expect(fault({ ...rest, rawHeaders: tampered })).toBeDefined();
    }),
    RUNS,
  );
});

function withoutSpaces(text = ""): string {
  return text.replace(/ +/g, " ").replaceAll(", ", ",");
}

const ONE: Plain = { method: "GET", segments: ["orgs", "a b"], query: [["q", "a+b c@d"]], headers: {}, body: "" };

test.each<[string, (request: SignedRequest) => SignedRequest, string]>([
  ["without a signature", (one) => ({ ...one, rawHeaders: ["Host", HOST] }), "missing"],
  ["with a bearer token", (one) => ({ ...one, rawHeaders: ["Host", HOST, "Authorization", "Bearer x"] }), "missing"],
  ["with a presigned query", (one) => ({ ...one, queryString: "X-Amz-Signature=0" }), "form"],
  ["with a presigned query, its name encoded", (one) => ({ ...one, queryString: "%58-Amz-Signature=0" }), "form"],
  ["with two signatures", (one) => ({ ...one, rawHeaders: [...one.rawHeaders, ...one.rawHeaders.slice(-2)] }), "form"],
])("a request %s is not taken", async (_, change, expected) => {
  expect(fault(change(await signed(ONE)))).toBe(expected);
});

/** By botocore 1.44, which signs the path without empty segments, and the pairs of the query as they are, in order. */
test.each([
  ["/admin/v1//orgs/a%20b", "6629f3f004cbaf69967ae0f2df20e182a781b4ad69e6b86081b6001eb8fc3b7f"],
  [
    "/directory/v1/orgs/acme/users?filter=userName+eq+%22a%22&count=2",
    "de0252fdff1db26b2f994b8308e33cd98e6e094c2b95e625a8c35033ac76dc7d",
  ],
  ["/directory/v1/orgs/acme/users?b=c=d&a", "7c4fd9aee0f64aa537011a439475e231401355d540e951691a9e8a59150a226e"],
  ["/directory/v1/orgs/acme/users?a=1&&b=2", "9abc2ac1e49fbb0b2e02a6f8f9b40c9c5bbc4823bc5ad93e496090bd28a750f5"],
])("what botocore signs is taken: %s", (target, signature) => {
  const [path = "", queryString = ""] = target.split("?");
  const credentials = {
    accessKeyId: "ROLLCALL0123456789AB",
    secretAccessKey: "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY",
  };
  const scope = "20260301/eu-west-1/execute-api/aws4_request";
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  const rawHeaders = ["Host", HOST, "X-Amz-Date", "20260301T120000Z", "Authorization", authorization];
  const request = { method: "GET", path, queryString, rawHeaders, body: Buffer.of() };
  expect(signatureFault(request, credentials, NOW)).toBeUndefined();
  expect(signatureFault({ ...request, queryString: `${queryString}&c` }, credentials, NOW)).toBe("mismatch");
});

test.each([
  ["with a session token", "x-amz-security-token", "token"],
  ["whose body is left out of the signature", "x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
])("a request %s is not taken, though all of it is signed", async (_, header, value) => {
  expect(fault(await signed({ ...ONE, headers: { [header]: value } }))).toBe("form");
});

test("the hash of the body may stand in a header, and must be right", async () => {
  const hash = createHash("sha256").update("body").digest("hex");
  const headers = { "x-amz-content-sha256": hash };
  expect(fault(await signed({ ...ONE, method: "POST", headers, body: "body" }))).toBeUndefined();
  expect(fault(await signed({ ...ONE, method: "POST", headers, body: "other" }))).toBe("form");
});

test("a signature for another service, or by another key, is not taken", async () => {
  const { rawHeaders, ...rest } = await signed(ONE);
  const altered = (from: string, to: string) => rawHeaders.map((one) => one.replace(from, to));
  expect(fault({ ...rest, rawHeaders: altered("/execute-api/", "/s3/") })).toBe("form");
  expect(fault({ ...rest, rawHeaders: altered(CREDENTIALS.accessKeyId, "AKIAIOSFODNN7EXAMPLE") })).toBe("accessKey");
  const other = { ...CREDENTIALS, secretAccessKey: newCredentials().secretAccessKey };
  expect(signatureFault({ ...rest, rawHeaders }, other, NOW)).toBe("mismatch");
});
