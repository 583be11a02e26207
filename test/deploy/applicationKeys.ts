import type { Check } from "../support/target.ts";
import type { Deployment } from "./deployment.ts";
import { nextRelease } from "./rollback.ts";
import { scimError, wants } from "./smoke.ts";

/**
 * Against the stack as it was deployed without arguments, which the deployment changes, and those who come after find it so: with
 * webhooks, roles, the portal and the canary as well, and of the next release, so that there are four deployments less.
 * @param folder where the next release goes
 */
export function keysAreSwitchedOn(deployment: Deployment, folder: string): Check {
  return {
    name: "the deployment of the next release with applicationKeys adds /app/v1, where there was nothing",
    run: async (target) => {
      const call = { method: "GET", target: "/app/v1/orgs/acme/users", headers: {}, body: undefined };
      const before = await target.transport(call);
      deployment.pull(nextRelease(folder));
      await deployment.deployWith(
        { applicationKeys: true, webhooks: true, roles: true, portal: { rules: ["userNameMutability"] } },
        // It runs when it is called, and not by itself meanwhile.
        { canary: { minutes: 60 } },
      );
      const after = await target.transport(call);
      return [
        ...wants("/app/v1 before", before, 404),
        ...scimError("its body", before),
        ...wants("/app/v1 without a key", after, 401),
      ];
    },
  };
}
