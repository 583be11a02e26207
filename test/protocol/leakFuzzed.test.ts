import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "../../functions/scim/json.ts";
import { chunks } from "../../functions/store/database.ts";
import type { Store, StoreSession } from "../../functions/store/session.ts";
import { duringTests } from "../support/duringTests.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { amountOf, isProof, SEED } from "../support/proof.ts";
import { type FuzzedRequest, filled, type Places, placesIn, request } from "../support/requestArbitraries.ts";
import { startStreamed } from "../support/streamedStore.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type RawRequest } from "../support/wire.ts";
import { marksIn } from "./leak/marks.ts";
import { errorFaults } from "./leak/watch.ts";
import { runWorkers } from "./leak/workers.ts";
import { clientOf } from "./rows/client.ts";

const REQUESTS = amountOf("marked");

/** One org takes so many before it is left for a fresh one: whom requests are about does not live long. */
const PER_ORG = 500;

const MARK = "Zq7xMarkedJk";
const PERCENT = [...MARK].map((one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`).join("");
const BASE64 = Buffer.from(MARK).toString("base64");
/** In its place in a request: as it is, behind one encoding, and as JSON in JSON. */
const FORMS = [MARK, PERCENT, BASE64, JSON.stringify({ [MARK]: MARK }), JSON.stringify(JSON.stringify({ a: MARK }))];
/** A line has none of these, in no letter case: names are folded before they are compared. */
const TRACES = [MARK, PERCENT, BASE64].map((trace) => trace.toLowerCase());

function tracesIn(text: string): string[] {
  return TRACES.filter((trace) => text.toLowerCase().includes(trace));
}

function leaksIn(texts: readonly string[], secrets: readonly string[]): string[] {
  return texts.filter(
    (text) => [...tracesIn(text), ...marksIn(text)].length > 0 || secrets.some((own) => text.includes(own)),
  );
}

const streamed = duringTests(startStreamed);

interface Driven {
  readonly lines: readonly string[];
  /** Errors that repeat more of a request than the catalogue says. */
  readonly faults: readonly string[];
  readonly secrets: readonly string[];
  readonly statuses: ReadonlyMap<number, number>;
}

/** Sends so many fuzzed requests, a mark in every place of each that can hold one. */
async function drive(store: Store, requests: number): Promise<Driven> {
  const lines: string[] = [];
  const faults: string[] = [];
  let failing = false;
  let last: Readonly<Record<string, unknown>> | undefined;
  const endpoint = testEndpoint(
    failingStore(store, () => failing),
    (line) => {
      last = line;
      lines.push(JSON.stringify(line));
    },
  );
  const target = inProcessTarget("marked", endpoint, 1);
  const statuses = new Map<number, number>();
  const secrets: string[] = [];
  for (const wave of chunks(fc.sample(request, { numRuns: requests, seed: SEED }), PER_ORG)) {
    const own = await newOrg(target);
    secrets.push(own.token.slice(18), own.secret.slice(25));
    for (const [index, fuzzed] of wave.entries()) {
      failing = index % 41 === 0;
      last = undefined;
      const answer = await target.transport(filled(markedRequest(fuzzed, index, own), own.places));
      faults.push(...errorFaults(answer, last, TRACES, tracesIn));
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
    failing = false;
  }
  return { lines, faults, secrets, statuses };
}

interface Own {
  readonly token: string;
  readonly secret: string;
  readonly places: Places;
}

async function newOrg(target: Target): Promise<Own> {
  const scim = await clientOf(target, { preset: "open" });
  const { slug, token } = scim.tenant;
  const made = await target.admin("POST", `/orgs/${slug}/clients`, { description: "marked" });
  const secret = String(at(made.json, "clientSecret"));
  expect(secret).toMatch(/^rollcall_client_/);
  return { token, secret, places: await placesIn(scim) };
}

/** Every store call of a request fails with a message that repeats what was sent, as messages of libraries do. */
function failingStore(store: Store, fails: () => boolean): Store {
  return {
    begin: () =>
      new Proxy(store.begin(), {
        get(from: StoreSession, name) {
          if (fails() && (name === "open" || name === "directory")) return () => broken();
          const value: unknown = Reflect.get(from, name);
          return typeof value === "function" ? value.bind(from) : value;
        },
      }),
  };
}

function broken(): never {
  throw new TypeError(`One or more parameter values are not valid: ${FORMS.join(" ")}`);
}

function markedRequest(
  { method, slug, path, query, headers, body }: FuzzedRequest,
  index: number,
  own: Pick<Own, "token" | "secret">,
): RawRequest {
  const form = FORMS[index % FORMS.length] ?? MARK;
  const inUrl = form.startsWith("%") ? form : encodeURIComponent(form);
  const place = Math.floor(index / FORMS.length);
  if (place % 19 === 0) return tokenRequest(slug, form, place, own.secret);
  return {
    method: place % 53 === 1 ? MARK : method,
    target: `/scim/v2/${slug}${path}${place % 7 === 2 ? inUrl : ""}${markedQuery(query, inUrl, place)}`,
    headers: {
      Authorization: authorization(form, place, own.token),
      ...headers,
      "User-Agent": `Okta SCIM Client ${form}`,
      "X-Forwarded-For": form,
      "X-Request-Id": form,
      Referer: `https://${MARK}.example/${form}`,
      Cookie: `session=${form}`,
      ...(place % 5 === 3 ? { "If-Match": `"${form}"` } : {}),
      ...(place % 17 === 4 ? { "Content-Type": `application/scim+json; charset=${MARK}` } : {}),
    },
    body: markedBody(body, form, place),
  };
}

function authorization(form: string, place: number, token: string): string {
  if (place % 13 !== 5) return `Bearer ${token}`;
  const basic = Buffer.from(`${MARK}:${form}`).toString("base64");
  return (
    [`Bearer ${form}`, `Basic ${basic}`, form, `Bearer ${token}${MARK}`, `Bearer ${token} ${form}`][place % 5] ?? form
  );
}

/** The client secret in the form, in the header, or with something behind it. */
function tokenRequest(slug: string, form: string, place: number, secret: string): RawRequest {
  const given = place % 2 === 0 ? `${secret}${form}` : form;
  const fields = new URLSearchParams({ grant_type: place % 3 === 0 ? form : "client_credentials", client_id: slug });
  if (place % 4 < 2) fields.set("client_secret", given);
  const basic = Buffer.from(`${slug}:${encodeURIComponent(given)}`).toString("base64");
  return {
    method: "POST",
    target: `/scim/v2/${slug}/oauth/token`,
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      ...(place % 4 < 2 ? {} : { Authorization: `Basic ${basic}` }),
    },
    body: fields.toString().replaceAll(encodeURIComponent("{{slug}}"), "{{slug}}"),
  };
}

/** As a parameter of its own; or in every value there is. */
function markedQuery(query: string, form: string, place: number): string {
  const values = place % 3 === 0 ? query.replace(/=([^&]*)/g, (whole) => `${whole}${form}`) : query;
  return `${values}${values === "" ? "?" : "&"}note${form}=${form}`;
}

/** In some values, some keys, or both: a request in which everything is wrong is refused before anything is looked at. */
function markedBody(body: FuzzedRequest["body"], form: string, place: number): RawRequest["body"] {
  if (typeof body !== "string") return body;
  let json: Json;
  try {
    json = JSON.parse(body) as Json;
  } catch {
    return `${body}${form}`;
  }
  let seen = 0;
  const chosen = () => (place + seen++) % 3 === 0;
  const mark = (one: Json): Json => {
    if (typeof one === "string") return chosen() && !/^(urn:|add$|remove$|replace$)/i.test(one) ? `${one}${form}` : one;
    if (Array.isArray(one)) return one.map(mark);
    if (typeof one !== "object" || one === null) return one;
    const keyed = Object.entries(one).map(([key, value]) => [
      place % 4 === 1 && chosen() ? `${key}${form}` : key,
      mark(value),
    ]);
    return { ...Object.fromEntries(keyed), ...(place % 6 === 2 ? { [form]: form } : {}) };
  };
  return JSON.stringify(mark(json));
}

test(`SEC-5: ${REQUESTS} fuzzed requests with marks everywhere leave none in lines, metrics, causes and errors; seed ${SEED}`, async () => {
  const { lines, faults, secrets, statuses } = await drive(localStore(), REQUESTS);
  expect(leaksIn(lines, secrets).slice(0, 3)).toEqual([]);
  expect(faults.slice(0, 3)).toEqual([]);
  expect(lines.length).toBeGreaterThan(0.95 * REQUESTS);
  expect(lines.filter((line) => line.includes('"cause"')).length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.includes('"_aws"')).length).toBeGreaterThan(REQUESTS / 100);
  // What is all refused at the door would show nothing.
  expect([...statuses.keys()]).toEqual(
    expect.arrayContaining([200, 201, 400, 401, 404, 500, ...(isProof ? [204] : [])]),
  );
}, 3_600_000);

test(`SEC-5: nor in what the functions behind the stream and the schedules put out; seed ${SEED}`, async () => {
  const { store, records } = await streamed().fresh();
  const { lines, faults, secrets } = await drive(store, PER_ORG);
  const taken = await records();
  const workers = await runWorkers(store, taken);
  // The marks were stored: they are in what the events are made of.
  const stored = leaksIn(
    taken.map((record) => JSON.stringify(record)),
    [],
  );
  expect(stored.length).toBeGreaterThan(5);
  expect(workers.events.length).toBeGreaterThan(5);
  for (const texts of [workers.events, workers.letters, workers.lines, lines]) {
    expect(leaksIn(texts, secrets).slice(0, 3)).toEqual([]);
  }
  expect(faults.slice(0, 3)).toEqual([]);
});
