import { randomBytes } from "node:crypto";
import type { Target } from "./target.ts";
import { type Answer, at, connect, type Transport } from "./wire.ts";

/** `Target.org` over the administration API, so that all targets make orgs like a settings page. */
export function makeOrg(base: string, transport: Transport, admin: Target["admin"]): Target["org"] {
  return async (rules = {}) => {
    const slug = `t${randomBytes(8).toString("hex")}`;
    const wishes = {
      org: slug,
      sso: { entityId: "https://idp.acme.example" },
      admins: ["first", "second"],
      ...(rules.preset === undefined ? {} : { preset: rules.preset }),
      ...(rules.changed === undefined ? {} : { changedRules: rules.changed }),
    };
    expectStatus(await admin("POST", "/orgs", wishes), 201);
    const made = expectStatus(await admin("POST", `/orgs/${slug}/tokens`, { description: "test" }), 201);
    const token = at(made.json, "secretToken");
    return connect(transport, { slug, tenantUrl: `${base}/scim/v2/${slug}`, token: String(token) });
  };
}

export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  throw new Error(`expected ${status}, got ${answer.status} ${answer.text.slice(0, 300)}`);
}
