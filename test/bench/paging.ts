import { USERS } from "../../functions/provisioning/resources/userActions.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { lambdaContext } from "../support/lambdaContext.ts";
import { storeManyUsers } from "../support/manyUsers.ts";
import { at } from "../support/wire.ts";
import { userBody } from "./bodies.ts";
import { eventOf, expectAnswer, handledOrg, openTable, TABLE_NAME } from "./local.ts";
import { machineLine, table } from "./machine.ts";

const PAGE = 100;
const ROUNDS = 60;

/** Prints how long pages of 100 take in an org of so many users: the first one, deep ones, by cursor, and by an index. */
export async function benchPaging(users: number): Promise<void> {
  const database = await openTable();
  try {
    const { org, handler, lines } = await handledOrg(database, USERS);
    const ids = await storeManyUsers({
      table: dynamoTable(database.client, TABLE_NAME),
      orgId: org.token.split("_")[1] ?? "",
      count: users,
      attributesOf: (userName) => JSON.stringify({ ...userBody(userName), userName }),
    });
    const order = ids.toSorted();
    const get = async (query: string): Promise<string> => {
      const { event } = eventOf({ method: "GET", target: `/scim/v2/${org.slug}/Users?${query}`, token: org.token });
      return expectAnswer(await handler(event, lambdaContext()), 200);
    };
    const walk = JSON.parse(await get(`cursor&count=${PAGE}`));
    const from = (startIndex: number) => `count=${PAGE}&startIndex=${startIndex}`;
    const pages: readonly (readonly [string, string])[] = [
      ["the first page", from(1)],
      ["a tenth in", from(Math.floor(users / 10))],
      ["the middle", from(Math.floor(users / 2))],
      ["the last page", from(users - PAGE + 1)],
      ["the second page by cursor", `count=${PAGE}&cursor=${walk.nextCursor}`],
      ["userName eq", 'filter=userName eq "user7@crowd.example"'],
      ["userName sw, 1 of 1,111 matches in 100", `count=${PAGE}&filter=userName sw "user12"`],
      [
        "an or of three keys",
        'filter=userName eq "user7@crowd.example" or externalId eq "x" or emails.value eq "user8@crowd.example"',
      ],
    ];
    const times = pages.map((): number[] => []);
    const costs = pages.map((): readonly string[] => []);
    // In turns, so that whatever else the machine does meets all of them alike.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, [name, query]] of pages.entries()) {
        const started = performance.now();
        const body = await get(query);
        times[index]?.push(performance.now() - started);
        const { rcu, trips } = lines.at(-1) ?? {};
        costs[index] = [String(rcu), String(trips)];
        if (round === 0) check(name, query, body, order);
      }
    }
    const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
    const first = median(times[0] ?? []);
    const rows = pages.map(([name], index) => {
      const middle = median(times[index] ?? []);
      return [name, middle.toFixed(1), (middle / first).toFixed(2), ...(costs[index] ?? [])];
    });
    console.log(`\nPages of ${PAGE} of ${users} users, dynoxide, without ClientRequestToken. ${machineLine()}\n`);
    console.log(table(["page", "p50 ms", "of the first", "RCU", "trips"], rows));
  } finally {
    await database.close();
  }
}

/** A fast answer that is wrong is no figure. */
function check(name: string, query: string, body: string, order: readonly string[]): void {
  const startIndex = /startIndex=(\d+)/.exec(query)?.[1];
  if (startIndex === undefined) return;
  const json = JSON.parse(body);
  const found = at(json, "Resources");
  const ids = (Array.isArray(found) ? found : []).map((one) => String(at(one, "id")));
  const first = Number(startIndex) - 1;
  const exact = ids.join() === order.slice(first, first + PAGE).join();
  if (!exact || at(json, "totalResults") !== order.length) throw new Error(`${name} is not what it should be`);
}
