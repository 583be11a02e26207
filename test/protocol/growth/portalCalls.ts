import type { PORTAL_READ_OPERATIONS } from "../../../functions/http/signed/declarations/apis.ts";
import type { Check } from "../../support/target.ts";
import { given } from "../calls/everyCall.ts";
import { makePortalSession, portalRequest } from "../portal/portalCaller.ts";
import { COUNTED, FLAT, type Law, lookedAt, returned } from "./law.ts";

/** What a page asks of an org; `{name}` as in scimCalls.ts. The users are user0@…, user1@… and so on. */
export interface PageCall {
  readonly name: string;
  readonly operation: keyof typeof PORTAL_READ_OPERATIONS;
  readonly law: Law;
  /** Below `orgs/{org}/`. */
  readonly path: string;
}

export const PAGE_CALLS: readonly PageCall[] = [
  { name: "page: overview", operation: "getOverview", law: COUNTED, path: "overview" },
  // The journal has an entry for each user, every tenth refused.
  { name: "page: contact", operation: "getContact", law: COUNTED, path: "contact" },
  { name: "page: activity", operation: "listActivity", law: FLAT, path: "activity?count=5" },
  { name: "page: activity, 200", operation: "listActivity", law: returned(2, 0.05), path: "activity" },
  {
    name: "page: activity of nobody",
    operation: "listActivity",
    law: lookedAt(300, 16),
    path: "activity?name=nobody",
  },
  { name: "page: problems", operation: "listProblems", law: lookedAt(1_500, 20), path: "problems" },
  { name: "page: health", operation: "getHealth", law: lookedAt(20, 1), path: "health" },
  { name: "page: people", operation: "listPeople", law: COUNTED, path: "people?count=5" },
  { name: "page: people, 100", operation: "listPeople", law: returned(0.3, 0.05), path: "people?count=100" },
  { name: "page: one letter", operation: "listPeople", law: FLAT, path: "people?count=5&search=u" },
  {
    name: "page: one letter, 100",
    operation: "listPeople",
    law: returned(1.5, 0.05),
    path: "people?count=100&search=U",
  },
  { name: "page: nobody", operation: "listPeople", law: FLAT, path: "people?search=nobody" },
  { name: "page: one person", operation: "getPerson", law: FLAT, path: "people/{few}" },
  // Who is in every group, and is shown with them.
  { name: "page: person in every group", operation: "getPerson", law: returned(0.2, 0.02), path: "people/{user}" },
  { name: "page: person's history", operation: "listPersonHistory", law: FLAT, path: "people/{user}/history" },
  { name: "page: groups", operation: "listGroups", law: COUNTED, path: "groups?count=5" },
  { name: "page: groups by name", operation: "listGroups", law: FLAT, path: "groups?count=5&search=t" },
  { name: "page: one group", operation: "getGroup", law: FLAT, path: "groups/{group}" },
  { name: "page: members", operation: "listGroupMembers", law: FLAT, path: "groups/{group}/members?count=5" },
  {
    name: "page: members, 100",
    operation: "listGroupMembers",
    law: returned(1.2, 0.02),
    path: "groups/{group}/members",
  },
  { name: "page: group's history", operation: "listGroupHistory", law: FLAT, path: "groups/{group}/history" },
];

/** Of requests that made these users just now. */
export function journalLines(orgId: string, users: readonly string[], now: number) {
  return users.map((resourceId, n) => ({
    type: "scim.request",
    ts: new Date(now - 60_000 - n).toISOString(),
    ref: `r${n}`,
    orgId,
    idp: "okta",
    method: "POST",
    op: "users.create",
    ...(n % 10 === 0
      ? { status: 400, detailCode: "value.workEmail", attributes: ["emails"], subject: String(n).padStart(12, "0") }
      : { status: 201, resource: "User", resourceId }),
  }));
}

/** All of them, by a session. */
export const pageCalls: Check = {
  name: "what the portal's pages read of people and groups",
  async run(target) {
    const org = await target.org();
    const made = await given(target, org);
    made.set("few", made.get("user") ?? "");
    const { text } = await makePortalSession(target, org.slug, { embed: true });
    const differences: string[] = [];
    for (const { name, path } of PAGE_CALLS) {
      const filled = path.replace(/\{(\w+)\}/g, (all, named: string) => made.get(named) ?? all);
      const headers = { Authorization: `Bearer ${text}` };
      const answer = await portalRequest(target, "GET", `/orgs/${org.slug}/${filled}`, { headers });
      if (answer.status !== 200) differences.push(`${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
    }
    return differences;
  },
};
