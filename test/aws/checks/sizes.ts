import { setTimeout as wait } from "node:timers/promises";
import { MAX_BODY_BYTES } from "../../../functions/http/requestContext.ts";
import { USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { same, scimError, wants } from "../../deploy/smoke.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";

const USERS = 100;
const SENDINGS = 6;
/** Each takes two bytes in the resource, of which 48 KB are allowed, and four in what the function hands over. */
const QUOTES = '"'.repeat(24_000);

/**
 * 102 requests, 5 MB of bodies.
 * Source: AWS Lambda Developer Guide, "Lambda quotas": 6 MB for a synchronous response, which is JSON around the body's text.
 */
export const largestPage: LiveCheck = {
  name: "a page of the largest users gets through, cut where Lambda's 6 MB end, and the next one goes on behind it",
  run: page,
};

/**
 * 2 requests of 5.5 MB.
 * Source: the same page, 6 MB for a synchronous request, which is JSON around the body and its headers.
 */
export const largestBody: LiveCheck = {
  name: "the largest body that the functions take arrives, and one byte more is refused by them",
  run: body,
};

/** As identity providers do: what is to come later comes later. */
async function unrefused(ask: () => Promise<Answer>): Promise<Answer> {
  for (let sendings = 1; ; sendings++) {
    const answer = await ask();
    if (answer.status !== 429 || sendings === SENDINGS) return answer;
    await wait(Number(answer.headers["retry-after"]) * 1_000);
  }
}

async function page({ target }: LiveStack): Promise<Finding> {
  const tenant = await target.org();
  const differences: string[] = [];
  for (let n = 0; n < USERS; n++) {
    const answer = await unrefused(() => tenant.request({ method: "POST", path: "/Users", body: user(n, QUOTES) }));
    differences.push(...wants(`POST of user ${n}`, answer, 201));
    if (differences.length > 0) return { differences };
  }
  const first = await tenant.request({ method: "GET", path: `/Users?count=${USERS}` });
  const startIndex = 1 + Number(at(first.json, "itemsPerPage"));
  const next = await tenant.request({ method: "GET", path: `/Users?count=${USERS}&startIndex=${startIndex}` });
  return judgedPages(first, next, USERS);
}

/** RFC 7644 section 3.4.2.4: a page may be smaller than was asked for, and says so. */
export function judgedPages(first: Answer, next: Answer, users: number): Finding {
  const ids = [first, next].map(({ json }) => {
    const resources = at(json, "Resources");
    return Array.isArray(resources) ? resources.map((one) => String(at(one, "id"))) : [];
  });
  const [one = [], two = []] = ids;
  return {
    differences: [
      ...wants("the first page", first, 200),
      ...wants("the next page", next, 200),
      ...same("its totalResults", at(first.json, "totalResults"), users),
      ...same("its itemsPerPage", at(first.json, "itemsPerPage"), one.length),
      ...same("users on both pages, each once", new Set([...one, ...two]).size, users),
      ...same("users on both pages", one.length + two.length, users),
    ],
    figures: [
      { name: "users of the first page", value: one.length, unit: "" },
      { name: "the first page", value: Buffer.byteLength(first.text), unit: "bytes" },
    ],
  };
}

async function body({ target }: LiveStack): Promise<Finding> {
  // Each in an org of its own: one has no budget for both at once.
  const [whole, over] = [await padded(await target.org(), 0), await padded(await target.org(), 1)];
  return {
    differences: [
      ...wants(`a body of ${MAX_BODY_BYTES} bytes`, whole, 201),
      ...wants("one byte more", over, 413),
      ...scimError("its body", over),
      ...(over.text.includes("10 MB") ? ["one byte more was refused by API Gateway, not by the function"] : []),
    ],
  };
}

/** A user behind so many spaces that the body has the largest size, and some bytes more. */
function padded(tenant: Tenant, more: number): Promise<Answer> {
  const text = JSON.stringify(user(more, "Large"));
  return tenant.request({ method: "POST", path: "/Users", body: text.padEnd(MAX_BODY_BYTES + more, " ") });
}

function user(n: number, displayName: string) {
  const userName = `large${n}@example.com`;
  const emails = [{ type: "work", primary: true, value: userName }];
  return { schemas: [USER_SCHEMA], userName, displayName, emails, active: true };
}
