import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { portalRoutes } from "../../functions/http/generated/portal.js";
import type { OperationRoute } from "../../functions/http/signed/route.ts";
import { makePortalSession, portalRequest } from "../protocol/portal/portalCaller.ts";
import { filledPath, PORTAL_CALLS, type SeededOrg, seedPortalOrg } from "../protocol/portal/portalOperations.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { loggedStore } from "../support/logWriter.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at } from "../support/wire.ts";

/**
 * Two organizations with data of any kind. Whatever a session of the one asks for, with ids, names, cursors and login names of the
 * other one, no answer holds anything that is the other's alone, and nothing that the other one has changes.
 */
const { store, log } = loggedStore();
const target = inProcessTarget("memory", testEndpoint(store), 1);

const ROUTES: Readonly<Record<string, OperationRoute>> = portalRoutes;
/** A session would end. */
const CALLS = PORTAL_CALLS.filter(({ name }) => name !== "endOwnSession");

const asked = fc.record({
  call: fc.constantFrom(...CALLS),
  org: fc.constantFrom("own", "own", "own", "slug", "id"),
  /** Whose things the path names. */
  things: fc.constantFrom("own", "other", "other"),
  /** Which of the other one's texts each parameter of the query has; undefined: it is left out. */
  query: fc.array(fc.option(fc.nat(), { nil: undefined }), { minLength: 9, maxLength: 9 }),
});

const word = fc.string({ unit: "grapheme", minLength: 3, maxLength: 40 }).filter((text) => {
  return text.trim().length > 2 && text.isWellFormed() && !text.includes("\u0000");
});

test("two orgs, every operation of the portal, ids, names and cursors of the other one: nothing of it shows or changes", async () => {
  let [refused, answered] = [0, 0];
  await fc.assert(
    fc.asyncProperty(word, word, fc.array(asked, { minLength: 25, maxLength: 25 }), async (mine, theirs, requests) => {
      const own = await seedPortalOrg(target, mine);
      const other = await seedPortalOrg(target, theirs);
      await log();
      const session = await sessionOf(own.slug);
      const [before, texts] = await everythingOf(other);
      const ofOwn = new Set((await everythingOf(own))[1]);
      const secrets = texts.filter((text) => !ofOwn.has(text));
      for (const { call, org, things, query } of requests) {
        const named = { own: own.slug, slug: other.slug, id: other.id }[org];
        const path = filledPath(call, named, things === "own" ? own.values : other.values);
        const names = Object.keys(ROUTES[call.name]?.query ?? {});
        const values = names.flatMap((name, index): [string, string][] => {
          const which = query[index];
          return which === undefined ? [] : [[name, texts[which % texts.length] ?? ""]];
        });
        const answer = await portalRequest(target, call.method, `${path}?${new URLSearchParams(values)}`, {
          headers: session,
          ...(call.body && { body: call.body }),
        });
        const told = secrets.filter((secret) => answer.text.includes(secret));
        expect({ path, status: answer.status, told }).toEqual({ path, status: answer.status, told: [] });
        if (org === "own") answered += answer.status < 400 ? 1 : 0;
        else if (call.path.includes("{org}")) {
          expect([answer.status, at(answer.json, "code")]).toEqual([404, "notFound.org"]);
          refused += 1;
        }
      }
      expect((await everythingOf(other))[0]).toBe(before);
    }),
    { numRuns: amountOf("portalWalls"), seed: SEED },
  );
  expect(refused).toBeGreaterThan(amountOf("portalWalls"));
  expect(answered).toBeGreaterThan(amountOf("portalWalls"));
}, 3_600_000);

async function sessionOf(slug: string): Promise<Readonly<Record<string, string>>> {
  return { Authorization: `Bearer ${(await makePortalSession(target, slug, { embed: true })).text}` };
}

/** What the org's own session reads of it, and each text in that which is long enough to be told from chance. */
async function everythingOf({ slug, id, token, values }: SeededOrg): Promise<[read: string, texts: readonly string[]]> {
  const headers = await sessionOf(slug);
  const reads = CALLS.filter(({ name, method }) => method === "GET" && name !== "getOwnSession");
  const answers: Answer[] = [];
  for (const call of reads)
    answers.push(await portalRequest(target, "GET", filledPath(call, slug, values), { headers }));
  const texts = answers.flatMap(({ json }) => textsIn(json)).filter((text) => text.length >= 12);
  const withoutTimes = answers.map(({ text }) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\(ref: \w+\)/g, "")).join("\n");
  const own = [slug, id, token, ...Object.values(values)];
  return [withoutTimes, [...new Set([...own, ...texts.filter((text) => !/^\d{4}-\d\d-\d\dT/.test(text))])]];
}

function textsIn(json: unknown): string[] {
  if (typeof json === "string") return [json];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap(textsIn) : [];
}
