import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { createStore } from "../../functions/store/session.ts";
import type { SignedClient } from "../../functions/store/signed/signedClient.ts";
import { Chance } from "../simulation/world.ts";
import { orgIdBehind, teamMembers, untilDone } from "../support/cascade.ts";
import { freshTable, localClient, signedLocally } from "../support/dynamoTable.ts";
import { type Dynoxide, startDynoxide } from "../support/dynoxide.ts";
import { type FaultyProxy, type Message, startFaultyProxy } from "../support/faultyProxy.ts";
import { given, inProcessTarget } from "../support/inProcess.ts";
import { brokenInvariants } from "../support/invariants.ts";
import { storeManyUsers, userJson } from "../support/manyUsers.ts";
import { amountOf, isProof, SEED } from "../support/proof.ts";
import { groupWrite, idOf, STAMP, storeGroup } from "../support/records.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { connect } from "../support/wire.ts";
import { group, values } from "./manyClients.ts";

const MEMBERS = amountOf("throttledMembers");
/** Milliseconds that a function has. */
const GIVEN = 28_000;
/** Each look at the clock costs so much of them, so that a request of a small change does not finish at once either. */
const LEAP = isProof ? 0 : 2_000;

/** Of its many calls the large change has fewer refused: a read waits half a second in the middle, and its pages come one by one. */
const SHARE = isProof ? 0.2 : 1;

let dynoxide: Dynoxide;
let proxy: FaultyProxy;
let own: SignedClient;
let direct: SignedClient;
let documents: DynamoDBDocumentClient;

beforeAll(async () => {
  dynoxide = await startDynoxide();
  proxy = await startFaultyProxy(Number(new URL(dynoxide.endpoint).port));
  direct = signedLocally(dynoxide.endpoint);
  documents = localClient(dynoxide.endpoint);
  // The waits of a proof are those of a function.
  own = signedLocally(proxy.url, isProof ? {} : { random: () => Math.random() / 20 });
});
afterAll(async () => {
  own.close();
  direct.close();
  documents.destroy();
  await proxy.close();
  await dynoxide.stop();
});

const refused = (name: string, more: object = {}) => ({
  status: 400,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "throttled", ...more }),
});

/** What a table that is throttled does to a share of its calls. @param counted by what was done */
function throttling(chance: Chance, counted: Map<string, number>): FaultyProxy["meddling"] {
  const hits = (what: string, share: number): boolean => {
    if (chance.next() >= share * SHARE) return false;
    counted.set(what, (counted.get(what) ?? 0) + 1);
    return true;
  };
  const instead = ({ headers, body }: Message) => {
    const operation = String(headers["x-amz-target"]).split(".")[1];
    if (operation === "TransactWriteItems") {
      const reasons = JSON.parse(body).TransactItems.map(() => ({ Code: "None" }));
      const cancelled = (Code: string) =>
        refused("TransactionCanceledException", { CancellationReasons: [...reasons.slice(1), { Code }] });
      if (hits("transaction throttled", 0.1)) return cancelled("ThrottlingError");
      if (hits("transaction beyond the capacity", 0.05)) return cancelled("ProvisionedThroughputExceeded");
    }
    if (operation === "BatchGetItem" && hits("left out of a batch", 0.1)) {
      const { RequestItems } = JSON.parse(body);
      const answer = JSON.stringify({ Responses: {}, UnprocessedKeys: RequestItems });
      return { ...refused(""), status: 200, body: answer };
    }
    if (hits("throttled", 0.05)) return refused("ThrottlingException");
    return hits("beyond the capacity", 0.05) ? refused("ProvisionedThroughputExceededException") : undefined;
  };
  const cut = () => (hits("lost before", 0.02) ? "before" : hits("lost after", 0.03) ? "after" : undefined);
  return { instead, cut };
}

test(
  `a PUT that replaces half of ${MEMBERS} members while DynamoDB throttles is answered in its time, loses nothing, and is done when it is repeated`,
  async () => {
    const tableName = await freshTable(dynoxide.endpoint);
    const [table, behind] = [direct, own].map(({ send }) => tableThrough(send, tableName));
    if (table === undefined || behind === undefined) throw new Error("there are two");
    const store = createStore(table);
    const sound = inProcessTarget("sound", testEndpoint(store), 1);
    const org = await sound.org({ preset: "open" });
    const orgId = orgIdBehind(org);
    const attributesOf = (userName: string) => userJson(userName, "");
    const people = await storeManyUsers({ table, orgId, count: MEMBERS * 1.5, attributesOf });
    const [before, after] = [people.slice(0, MEMBERS), people.slice(MEMBERS / 2)];
    const { groups } = store.begin().directory(orgId);
    const { id } = await storeGroup(groups, idOf("g", 1), groupWrite("large"), before, STAMP);

    const lines: Readonly<Record<string, unknown>>[] = [];
    let ahead = 0;
    const now = (): number => {
      ahead += LEAP;
      return Date.now() + ahead;
    };
    const endpoint = { ...testEndpoint(createStore(behind), (line) => lines.push(line)), now };
    const { transport } = inProcessTarget("throttled", endpoint, 1, given(GIVEN));
    const counted = new Map<string, number>();
    process.stdout.write(`throttled: seed ${SEED}; ROLLCALL_SEED repeats what is refused\n`);
    proxy.meddling = throttling(new Chance(SEED), counted);
    const throttled = connect(transport, org);
    const put = {
      method: "PUT",
      path: `/Groups/${id}?excludedAttributes=members`,
      body: group("large", values(after)),
    };
    const [anybody, staying] = [new Set(people), before.slice(MEMBERS / 2)];
    const late: number[] = [];
    const answers = await untilDone(
      async () => {
        const started = Date.now();
        const answer = await throttled.request(put);
        if (Date.now() - started > GIVEN) late.push(Date.now() - started);
        return answer;
      },
      async () => {
        const shown = new Set(await teamMembers(sound, org, id));
        expect([...shown].filter((one) => !anybody.has(one))).toEqual([]);
        expect(staying.filter((one) => !shown.has(one))).toEqual([]);
      },
    );

    expect(answers.at(-1)).toMatchObject({ status: 200 });
    expect(late).toEqual([]);
    expect(lines).toHaveLength(answers.length);
    expect((await teamMembers(sound, org, id)).toSorted()).toEqual(after.toSorted());
    expect(await brokenInvariants(documents, tableName, orgId)).toEqual([]);
    process.stdout.write(
      `throttled: ${answers.length} requests for ${MEMBERS} members, ${JSON.stringify(Object.fromEntries(counted))}\n`,
    );
    expect([...counted.values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThan((MEMBERS / 500) * SHARE);
    expect(answers.length).toBeGreaterThan(1);
  },
  30_000 + 30 * MEMBERS,
);
