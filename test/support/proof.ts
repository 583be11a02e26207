import type { TableClient } from "../../lib/bundling.ts";

/**
 * The amount of tries for each law: `ci` for `npm test` and CI, `proof` for `npm run proof`, which takes hours. These numbers
 * are only here.
 */
const AMOUNTS = {
  /** Members that 32 clients add to one group in parallel, each by its own PATCH. */
  membersOnMemory: { ci: 160, proof: 32_000 },
  membersOnDynoxide: { ci: 64, proof: 32_000 },
  membersOverHttp: { ci: 64, proof: 32_000 },
  /** Interleavings of two orgs, their identity providers and applications. */
  ecosystems: { ci: 180, proof: 20_000 },
  /** Worlds with changes of everything that decides roles, and two workers that crash. */
  roles: { ci: 70, proof: 10_000 },
  /** Members of a team whose role changes in one walk, with its seconds and units. */
  remap: { ci: 3_000, proof: 10_000 },
  /** Mappings that replace others, previewed and then saved. */
  rolePreviews: { ci: 15, proof: 2_000 },
  /** Worlds in which users are linked, unlinked, adopted, deleted and swept in parallel. */
  links: { ci: 120, proof: 10_000 },
  /** Request sequences to both sides of an org with the rule `adoption`, and call orders of racing requests. */
  adoptions: { ci: 90, proof: 10_000 },
  adoptionRaces: { ci: 20, proof: 3_000 },
  /** Calls by any application key of two orgs; everything of the other org is compared before and after. */
  keyWalls: { ci: 100, proof: 20_000 },
  /** Requests by 20 clients in parallel before and after a token changes. */
  requestsAroundRotation: { ci: 60, proof: 2_000 },
  /** Portal links that three redeem at once. */
  redemptions: { ci: 25, proof: 1_000 },
  /** Pairs of orgs; the other one's portal session asks for everything. */
  portalWalls: { ci: 16, proof: 3_000 },
  /** Removals of one org within an hour, with their calls in any order and some lost. */
  holds: { ci: 100, proof: 20_000 },
  /** Table requests signed by our client and by the SDK; sequences of up to four. */
  tableSignatures: { ci: 80, proof: 10_000 },
  /** Table calls sent by both clients. */
  tableRequests: { ci: 150, proof: 10_000 },
  /** Answers to a table read with one damaged place, and histories of up to 12 calls that both clients repeat. */
  damagedAnswers: { ci: 100, proof: 20_000 },
  /** HTTP answers cut into packets at any places, and as many damaged ones, compared with Node's own client. */
  splitAnswers: { ci: 60, proof: 20_000 },
  retries: { ci: 12, proof: 1_000 },
  /** Answers to a query for sort keys, including damaged ones. */
  sortKeys: { ci: 1_000, proof: 200_000 },
  /** Requests that are altered after signing. */
  signatures: { ci: 100, proof: 20_000 },
  /** Requests with arbitrary bytes, JSON or query. */
  flood: { ci: 3_000, proof: 1_000_000 },
  /** Sequences of up to 30 such requests; everything is compared after each. */
  wire: { ci: 16, proof: 1_500 },
  /** Requests with marks in every place that could leak. */
  marked: { ci: 1_000, proof: 100_000 },
  /** One in so many calls of a request at which the database fails through the other client; through the first, every call. */
  faultyThroughOtherEvery: { ci: 3, proof: 1 },
  /** One in so many scripts and rows with marks goes to dynoxide, others in other runs. */
  markedOnDynoxideEvery: { ci: 6, proof: 1 },
  /** One in so many of them is also refused, in memory. */
  markedAndRefusedEvery: { ci: 4, proof: 1 },
  /** Answers of the sign-in gate after a deactivation; a multiple of 8. */
  deactivations: { ci: 48, proof: 1_000 },
  /** Groups of one deleted user, and members of one replaced group. */
  cascadeGroups: { ci: 200, proof: 1_000 },
  cascadeMembers: { ci: 400, proof: 2_000 },
  /** Laws of the protocol core: patches, filters, comparisons. */
  coreLaw: { ci: 200, proof: 20_000 },
  /** Users and patches that go over the wire and come back. */
  roundTrips: { ci: 60, proof: 10_000 },
  /** Worlds of 40 queries, each answered from an index and by reading everybody. */
  worlds: { ci: 10, proof: 500 },
  walks: { ci: 16, proof: 3_000 },
  /** Searches of the pages, over all pages while people change. */
  searches: { ci: 24, proof: 5_000 },
  exports: { ci: 20, proof: 1_000 },
  /** Deliveries of two orgs' lines, in any batches and order, some repeated. */
  journals: { ci: 45, proof: 5_000 },
  /** Two orgs with up to 30 changes each, read in every way. */
  logReaders: { ci: 12, proof: 2_000 },
  /** People of the org whose list a portal page reads without holding it: they must not fit the heap of outage.test.ts. */
  peopleOfPages: { ci: 12_000, proof: 50_000 },
  /** Users and groups of one org whose events are followed, in each store. */
  eventLives: { ci: 8, proof: 500 },
  /** Copies of a directory kept by the client's `sync`, each with its own faults. */
  clientSyncs: { ci: 24, proof: 1_000 },
  /** Members of the large group, where one more must cost the same as in a group of ten. */
  largeGroup: { ci: 1_500, proof: 10_000 },
  /** Members that a PUT sets while DynamoDB throttles. */
  throttledMembers: { ci: 600, proof: 100_000 },
  /** Processes killed during writes. */
  kills: { ci: 6, proof: 100 },
  killedReplacements: { ci: 2, proof: 20 },
  /** Members of a team whose role changes while the server is killed. */
  killedRemap: { ci: 1_000, proof: 10_000 },
  /** Simulation runs inside Jest, where each takes twice as long; `npm run simulate` makes those of `simulation`. */
  simulationInJest: { ci: 80, proof: 1_000 },
  simulation: { ci: 5_000, proof: 1_000_000 },
  /** Event log runs of `npm run simulate`. */
  logSimulation: { ci: 800, proof: 100_000 },
  logSimulationInJest: { ci: 40, proof: 1_000 },
  /** Every deliberate mistake of the event log is found within so many runs. */
  mistakesFoundWithin: { ci: 5_000, proof: 20_000 },
  /** Runs with messages, endpoints and senders. */
  webhookSimulation: { ci: 40, proof: 20_000 },
  webhookMistakesFoundWithin: { ci: 2_000, proof: 20_000 },
} as const;

export const isProof = process.env.ROLLCALL_PROOF !== undefined;

/**
 * The DynamoDB client of suites that use only one: ours, as in the functions that answer requests. `ROLLCALL_TABLE_CLIENT=sdk
 * npm test -- test/contract` uses the other.
 */
export const TABLE_CLIENT: TableClient = process.env.ROLLCALL_TABLE_CLIENT === "sdk" ? "sdk" : "signed";
export const OTHER_CLIENT: TableClient = TABLE_CLIENT === "sdk" ? "signed" : "sdk";

export function amountOf(what: keyof typeof AMOUNTS): number {
  return AMOUNTS[what][isProof ? "proof" : "ci"];
}

/** The seed of all randomness: `ROLLCALL_SEED=7 npm test -- FILE` repeats the run that printed 7. */
export const SEED = Number(process.env.ROLLCALL_SEED ?? Date.now() % 2 ** 31);

/**
 * One in `n` of what another test runs in full, others with each seed; everything in a proof. @param shift distinguishes sets
 * in one run
 */
export function share<T>(all: readonly T[], n: number, shift = 0): readonly T[] {
  return isProof ? all : all.filter((_one, index) => (index + shift + SEED) % n === 0);
}
