import type { Usage } from "../store/records.ts";

/** What a run of a worker cost, as its line says it. */
export function usageFields({ calls, trips, rcu, wcu, retries, conflicts }: Usage) {
  return { ddbCalls: calls, trips, rcu, wcu, retries, conflicts };
}
