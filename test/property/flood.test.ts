import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { wireFaults } from "../protocol/idp/wireFaults.ts";
import { onMemory } from "../protocol/onWire.ts";
import { clientOf } from "../protocol/rows/client.ts";
import { amountOf, isProof, SEED } from "../support/proof.ts";
import { filledRequest, placesIn, request } from "../support/requestArbitraries.ts";

const REQUESTS = amountOf("flood");
/** One org takes so many requests before it is left for a fresh one: a full org is slow and has seen everything. */
const PER_ORG = 1_000;

test(`no bytes, JSON or query is answered with a fault: ${REQUESTS} requests, seed ${SEED}`, async () => {
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  let sent = 0;
  for (let round = 0; sent < REQUESTS; round += 1) {
    const scim = await clientOf(onMemory, { preset: (["rfc", "standard", "open"] as const)[round % 3] ?? "rfc" });
    const places = await placesIn(scim);
    for (const fuzzed of fc.sample(request, { numRuns: PER_ORG, seed: SEED + round })) {
      const answer = await onMemory.transport(filledRequest(fuzzed, scim.tenant.token, places));
      sent += 1;
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const inside = answer.text.match(/"status":"50[02-9]"/g) ?? [];
      const found = [...(answer.status === 503 ? ["503"] : []), ...inside, ...wireFaults(answer, undefined)];
      if (found.length > 0) faults.push(`${fuzzed.method} ${fuzzed.path}${fuzzed.query}: ${found.join("; ")}`);
    }
    expect(faults.slice(0, 5)).toEqual([]);
  }
  // Chaos that is all refused at the door would show nothing. Few requests meet hardly anybody whom they delete.
  for (const status of [200, 201, 400, 401, 404, 409, ...(isProof ? [204] : [])]) {
    expect([status, (statuses.get(status) ?? 0) / sent > 0.0005]).toEqual([status, true]);
  }
}, 3_600_000);
