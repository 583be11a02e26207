import type { TableClient } from "../../lib/bundling.ts";

/**
 * How much of each law is tried: `ci` by `npm test` and in CI, `proof` by `npm run proof`, which takes hours. The one place
 * of these numbers.
 */
const AMOUNTS = {
  /** Members that 32 clients add to one group at once, each by a PATCH of its own. */
  membersOnMemory: { ci: 160, proof: 32_000 },
  membersOnDynoxide: { ci: 64, proof: 32_000 },
  membersOverHttp: { ci: 64, proof: 32_000 },
  /** Interleavings of two orgs, their identity providers and applications. */
  ecosystems: { ci: 240, proof: 20_000 },
  /** Worlds in which whatever decides about roles changes, with two workers that crash. */
  roles: { ci: 70, proof: 10_000 },
  /** Members of a team that gets another role in one walk, with its seconds and units. */
  remap: { ci: 3_000, proof: 10_000 },
  /** Mappings that take the place of others, previewed and then saved. */
  rolePreviews: { ci: 15, proof: 2_000 },
  /** Worlds in which users are linked, unlinked, adopted, deleted and swept at once. */
  links: { ci: 120, proof: 10_000 },
  /** Sequences of requests to both sides of an org with the rule `adoption`, and orders of calls of requests that race. */
  adoptions: { ci: 90, proof: 10_000 },
  adoptionRaces: { ci: 20, proof: 3_000 },
  /** Calls by any application key of two orgs, everything of the other org compared before and after. */
  keyWalls: { ci: 150, proof: 20_000 },
  /** Requests by 20 at once before a token changes, and behind it. */
  requestsAroundRotation: { ci: 60, proof: 2_000 },
  /** Links of the portal that three redeem at once. */
  redemptions: { ci: 25, proof: 1_000 },
  /** Pairs of orgs, each asked by the other one's portal session for whatever it has. */
  portalWalls: { ci: 24, proof: 3_000 },
  /** Removals of one org within an hour, in any order of their calls, of which some are lost. */
  holds: { ci: 100, proof: 20_000 },
  /** Requests to the table that our client and the SDK sign; sequences of up to four. */
  tableSignatures: { ci: 80, proof: 10_000 },
  /** Calls of a table that both clients send. */
  tableRequests: { ci: 150, proof: 10_000 },
  /** Answers to a read of the table that are damaged at one place, and histories of up to 12 calls that both clients repeat. */
  damagedAnswers: { ci: 100, proof: 20_000 },
  /** Answers over HTTP that are cut into packets at any places, and as many that are damaged, read beside Node's own client. */
  splitAnswers: { ci: 60, proof: 20_000 },
  retries: { ci: 12, proof: 1_000 },
  /** Answers to a query for sort keys, damaged ones among them. */
  sortKeys: { ci: 1_000, proof: 200_000 },
  /** Requests that are signed, and then altered. */
  signatures: { ci: 100, proof: 20_000 },
  /** Requests of any bytes, JSON or query. */
  flood: { ci: 3_000, proof: 1_000_000 },
  /** Sequences of up to 30 such requests, everything compared after each. */
  wire: { ci: 24, proof: 1_500 },
  /** Requests with marks in every place that could leak. */
  marked: { ci: 1_000, proof: 100_000 },
  /** At every which call of a request the database ails that is reached through the other client; through the first at each. */
  ailingThroughOtherEvery: { ci: 3, proof: 1 },
  /** Of the scripts and rows with marks every so many-th goes to dynoxide, others by run. */
  markedOnDynoxideEvery: { ci: 4, proof: 1 },
  /** Of them every so many-th is also refused, in memory. */
  markedAndRefusedEvery: { ci: 2, proof: 1 },
  /** Answers to the sign-in gate behind a deactivation; a multiple of 8. */
  deactivations: { ci: 48, proof: 1_000 },
  /** Groups of one deleted user, and members of one group that is replaced. */
  cascadeGroups: { ci: 200, proof: 1_000 },
  cascadeMembers: { ci: 400, proof: 2_000 },
  /** Laws of the protocol core: patches, filters, comparisons. */
  coreLaw: { ci: 200, proof: 20_000 },
  /** Users and patches that go over the wire and come back. */
  roundTrips: { ci: 100, proof: 10_000 },
  /** Worlds of 40 queries each, answered from an index and by looking at everybody. */
  worlds: { ci: 10, proof: 500 },
  walks: { ci: 24, proof: 3_000 },
  /** Searches of the pages, each through all of its pages while people change. */
  searches: { ci: 24, proof: 5_000 },
  exports: { ci: 30, proof: 1_000 },
  /** Deliveries of the lines of two orgs, in any batches and order, some of them again. */
  journals: { ci: 45, proof: 5_000 },
  /** Two orgs with up to 30 changes each, read in every way. */
  logReaders: { ci: 12, proof: 2_000 },
  /** People of the org whose list a page of the portal turns over, and never holds: so many must not fit the heap of outage.test.ts. */
  peopleOfPages: { ci: 12_000, proof: 50_000 },
  /** Users and groups of one org whose events are followed, in each store. */
  eventLives: { ci: 12, proof: 500 },
  /** Copies of a directory that `sync` of the client keeps, each under faults of its own. */
  clientSyncs: { ci: 32, proof: 1_000 },
  /** Members of the group that is large where a member more must cost what it costs in a group of ten. */
  largeGroup: { ci: 1_500, proof: 10_000 },
  /** Members that a PUT sets while DynamoDB throttles. */
  throttledMembers: { ci: 600, proof: 100_000 },
  /** Processes killed while they write. */
  kills: { ci: 6, proof: 100 },
  killedReplacements: { ci: 3, proof: 20 },
  /** Members of a team whose role changes while the server is killed. */
  killedRemap: { ci: 1_000, proof: 10_000 },
  /** Runs of the simulation inside Jest, where each takes twice as long; `npm run simulate` makes those of `simulation`. */
  simulationInJest: { ci: 300, proof: 1_000 },
  simulation: { ci: 5_000, proof: 1_000_000 },
  /** Of the event log, by `npm run simulate`. */
  logSimulation: { ci: 800, proof: 100_000 },
  logSimulationInJest: { ci: 120, proof: 1_000 },
  /** Within so many runs every deliberate mistake of the event log is found. */
  mistakesFoundWithin: { ci: 5_000, proof: 20_000 },
  /** Of messages, endpoints and senders. */
  webhookSimulation: { ci: 40, proof: 20_000 },
  webhookMistakesFoundWithin: { ci: 2_000, proof: 20_000 },
} as const;

export const isProof = process.env.ROLLCALL_PROOF !== undefined;

/**
 * The client of DynamoDB that carries a suite which goes through one of them: ours, as in the functions that answer requests.
 * `ROLLCALL_TABLE_CLIENT=sdk npm test -- test/contract` goes through the other one.
 */
export const TABLE_CLIENT: TableClient = process.env.ROLLCALL_TABLE_CLIENT === "sdk" ? "sdk" : "signed";
export const OTHER_CLIENT: TableClient = TABLE_CLIENT === "sdk" ? "signed" : "sdk";

export function amountOf(what: keyof typeof AMOUNTS): number {
  return AMOUNTS[what][isProof ? "proof" : "ci"];
}

/** Where randomness begins: `ROLLCALL_SEED=7 npm test -- FILE` is the run that printed 7. */
export const SEED = Number(process.env.ROLLCALL_SEED ?? Date.now() % 2 ** 31);

/** One in `n` of what another test runs in full, others with each seed; as a proof all of it. @param shift sets of one run apart */
export function share<T>(all: readonly T[], n: number, shift = 0): readonly T[] {
  return isProof ? all : all.filter((_one, index) => (index + shift + SEED) % n === 0);
}
