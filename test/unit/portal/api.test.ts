import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { makePortalApi, nextPause, requestUrl } from "../../../lib/portal/app/api.ts";
import { readPageRoute, writePageRoute } from "../../../lib/portal/app/pageRoute.ts";
import { PortalError, readPortalError } from "../../../lib/portal/app/portalError.ts";
import { OPERATOR_PATHS } from "../../../lib/portal/generated/operatorPaths.ts";
import { PORTAL_PATHS } from "../../../lib/portal/generated/paths.ts";

const BASE = "https://scim.example.com/prod/portal/v1/";

describe("the pages' way to the API", () => {
  test("asks below its base whatever a name holds, by the session's cookie or the bearer alone", async () => {
    const { asked, api } = recording(200, '{"people":[]}');
    await api().read(
      "listPersonHistory",
      { org: "acme", userId: "../x?y#z" },
      { count: 5, before: undefined },
      signal(),
    );
    expect(asked[0]?.url).toBe(`${BASE}orgs/acme/people/..%2Fx%3Fy%23z/history?count=5`);
    expect(asked[0]?.init).toMatchObject({ method: "GET", credentials: "same-origin" });
    await api("rollcallportal_x").change("revokeToken", { org: "acme", tokenId: "t1" }, undefined);
    expect(asked[1]?.url).toBe(`${BASE}admin/orgs/acme/tokens/t1`);
    expect(asked[1]?.init).toMatchObject({ method: "DELETE", credentials: "omit" });
    expect(new Headers(asked[1]?.init?.headers).get("Authorization")).toBe("Bearer rollcallportal_x");
    expect(new Headers(asked[1]?.init?.headers).get("Rollcall-Csrf")).toBe("proof");
  });

  test("no parameter leaves its place", () => {
    for (const userId of [".", ".."]) {
      expect(() => requestUrl(BASE, ["GET", "orgs/{org}/people/{userId}"], { org: "acme", userId }, {})).toThrow(
        expect.objectContaining({ status: 404 }),
      );
    }
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        fc.pre(value !== "." && value !== "..");
        const { href } = requestUrl(BASE, ["GET", "orgs/{org}/people"], { org: value }, {});
        expect(value === "" || /\/orgs\/[^/]+\/people$/.test(href)).toBe(true);
        expect(href.startsWith(BASE)).toBe(true);
      }),
    );
  });

  test("says of an answer its status, its reason and its reference, and once for each that the session is over", async () => {
    const detail = "No such person. (ref: 1-abc)";
    const { api, ended } = recording(404, JSON.stringify({ schemas: [], status: "404", scimType: "x", detail }));
    const failed = await api()
      .read("getPerson", { org: "acme", userId: "u" }, {}, signal())
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 404, code: "x", detail: "No such person.", reference: "1-abc" });
    expect(ended()).toBe(0);
    const over = recording(401, "");
    await expect(over.api().read("getContact", { org: "acme" }, {}, signal())).rejects.toBeInstanceOf(PortalError);
    expect(over.ended()).toBe(1);
  });

  test("a text that is no error of ours, and no answer at all, are errors too", async () => {
    expect(readPortalError(502, "<html>")).toMatchObject({ status: 502, code: null, detail: "", reference: null });
    expect(readPortalError(429, '{"message":"Too Many Requests"}')).toMatchObject({ detail: "Too Many Requests" });
    const broken = makePortalApi({
      ...settings,
      fetch: () => Promise.reject(new TypeError("Failed to fetch")),
    });
    await expect(broken.read("getContact", { org: "acme" }, {}, signal())).rejects.toMatchObject({ status: 0 });
    for (const text of ["<html>", "", "null", "[]", '"x"', "5"]) {
      const other = recording(200, text);
      await expect(other.api().read("getContact", { org: "a" }, {}, signal())).rejects.toMatchObject({ status: 200 });
    }
    const nothing = recording(204, null);
    await expect(nothing.api().read("getOwnSession", {}, {}, signal())).rejects.toMatchObject({ status: 204 });
    await expect(nothing.api().change("endOwnSession", {}, undefined)).resolves.toBeUndefined();
  });

  test("an answer that ends in its middle is none: nobody knows what it would have said", async () => {
    const cut: typeof fetch = () => {
      const body = new ReadableStream({ pull: (control) => control.error(new TypeError("network error")) });
      return Promise.resolve(new Response(body, { status: 200 }));
    };
    const api = makePortalApi({ ...settings, fetch: cut });
    await expect(api.read("getContact", { org: "acme" }, {}, signal())).rejects.toMatchObject({ status: 0 });
    await expect(api.change("generateToken", { org: "acme" }, {})).rejects.toMatchObject({ status: 0 });
  });

  test("pauses double with each failure, to a minute at most", () => {
    expect([0, 1, 3, 9, 1000].map((failures) => nextPause(2000, failures))).toEqual([
      2000, 4000, 16_000, 60_000, 60_000,
    ]);
    expect(nextPause(120_000, 5)).toBe(120_000);
  });
});

describe("routes", () => {
  test("what is written is read again, whatever the names are", () => {
    const word = fc.string({ unit: "grapheme", minLength: 1 });
    const org = fc.option(word, { nil: null });
    const query = fc.dictionary(word, fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(org, fc.array(word), query, (org, rest, query) => {
        const read = readPageRoute(writePageRoute({ org, page: "people", rest, query }));
        expect(read).toEqual({ org, page: "people", rest, query: new Map(Object.entries(query)) });
      }),
    );
  });

  test("an address that nobody wrote leads somewhere all the same", () => {
    expect(readPageRoute("")).toEqual({ org: null, page: "", rest: [], query: new Map() });
    expect(readPageRoute("#/o/acme")).toMatchObject({ org: "acme", page: "" });
    expect(readPageRoute("#/people/%E0%A4%A/?x=%")).toMatchObject({ page: "people", rest: ["%E0%A4%A"] });
  });
});

const settings = {
  base: BASE,
  bearer: null,
  csrf: () => "proof",
  onTime: () => undefined,
  onEnded: () => undefined,
  gone: new AbortController().signal,
};

function recording(status: number, text: string | null) {
  const asked: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  let ended = 0;
  const answering: typeof fetch = (input, init) => {
    asked.push({ url: String(input), init });
    return Promise.resolve(new Response(text, { status }));
  };
  const onEnded = () => {
    ended += 1;
  };
  const api = (bearer: string | null = null) => makePortalApi({ ...settings, bearer, onEnded, fetch: answering });
  return { asked, api, ended: () => ended };
}

function signal(): AbortSignal {
  return new AbortController().signal;
}

test("the console and the portal serve no operation that no page asks for", () => {
  const root = join(import.meta.dirname, "../../../lib/portal");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith("generated"),
  );
  const text = files.map((name) => readFileSync(join(root, name), "utf8")).join("\n");
  const served = Object.keys({ ...PORTAL_PATHS, ...OPERATOR_PATHS });
  expect(served.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});
