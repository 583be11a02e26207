import { setTimeout as wait } from "node:timers/promises";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { OpenStack } from "../aws/openStack.ts";
import { keyedCalls, signedCalls } from "../protocol/calls/everyCall.ts";
import type { Check, Target } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { rollcall } from "./cli.ts";
import { wants } from "./smoke.ts";

const PATIENCE_MS = 90_000;
const POLL_MS = 500;
/** What a name comes to that no DNS knows (RFC 6761 section 6.4), and on a machine without DNS. */
const UNREACHED = ["NameNotFound", "Timeout"];
const FORBIDDEN = [
  "https://169.254.169.254/latest/meta-data",
  "https://localhost/hook",
  "https://10.0.0.1/",
  "http://a.example/",
];

/**
 * Against the stack with webhooks. A deployment calls addresses of the internet only, and no name leads to one here, so that
 * nothing is delivered: an attempt without an address shows all that comes before it, from the stream to the key.
 */
export function webhooksAreTried({ place, stackName }: OpenStack): Check {
  return {
    name: `with webhooks a change makes a message that is signed and tried; forbidden addresses are refused; ${signedCalls.name}`,
    run: async (target) => {
      const { slug, request } = await target.org();
      const hooks = `/orgs/${slug}/webhooks`;
      const refused = [];
      for (const url of FORBIDDEN) refused.push(...wants(url, await target.admin("POST", hooks, { url }), 400));
      const made = await target.admin("POST", hooks, { url: "https://receiver.invalid/hook" });
      const id = String(at(made.json, "webhook.id"));
      const emails = [{ type: "work", primary: true, value: "hook@example.com" }];
      const body = { schemas: [USER_SCHEMA], userName: "hook@example.com", emails, active: true };
      const user = await request({ method: "POST", path: "/Users", body });
      const tried = await firstTried(target, `${hooks}/${id}/deliveries`, slug);
      const shown = await rollcall(place.env, "webhook", "deliveries", id, slug, "--stack", stackName);
      const { webhooks: _webhooks, portal: _portal, roles: _roles, ...on } = target;
      return [
        ...refused,
        ...wants("a webhook", made, 201),
        ...wants("a user", user, 201),
        ...tried,
        ...(shown.code === 0 && UNREACHED.some((result) => shown.stdout.includes(result))
          ? []
          : [shown.stdout + shown.stderr]),
        ...(await signedCalls.run(on)),
        ...(await keyedCalls.run(on)),
      ];
    },
  };
}

/** Waits until a message was tried. @returns what is wrong with it */
async function firstTried(target: Target, path: string, org: string): Promise<string[]> {
  let text = "";
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(POLL_MS)) {
    const answer = await target.admin("GET", path);
    text = answer.text;
    const result = String(at(answer.json, "deliveries.0.result") ?? "");
    if (result === "") continue;
    const isOurs =
      at(answer.json, "deliveries.0.type") === "events.logged" && at(answer.json, "deliveries.0.org") === org;
    return UNREACHED.includes(result) && isOurs ? [] : [`the delivery: ${text.slice(0, 500)}`];
  }
  return [`nothing was tried within ${PATIENCE_MS / 1000} s: ${text.slice(0, 300)}`];
}
