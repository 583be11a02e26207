import { isObject } from "../../functions/scim/json.ts";
import type { AdminClient } from "./adminClient.ts";

export const SIDES = ["managed", "unmanaged"] as const;

export interface ListedOrg {
  readonly id: string;
  /** Its login name. */
  readonly org: string;
}

/** All organizations by login name, a page at a time: what happens to each may take long. @throws Refused */
export async function* everyOrg(client: AdminClient): AsyncGenerator<ListedOrg> {
  let after = "";
  do {
    const page = await client.insist("GET", `orgs${after}`);
    for (const org of Array.isArray(page.orgs) ? page.orgs.filter(isObject) : []) {
      yield { id: String(org.id), org: String(org.org) };
    }
    after = typeof page.next === "string" ? `?after=${encodeURIComponent(page.next)}` : "";
  } while (after !== "");
}
