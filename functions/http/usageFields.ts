import type { Usage } from "../store/records.ts";

/** What a worker's run cost, as log fields. */
export function usageFields({ calls, trips, rcu, wcu, retries, conflicts }: Usage) {
  return { ddbCalls: calls, trips, rcu, wcu, retries, conflicts };
}
