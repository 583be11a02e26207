import type {
  CONSOLE_OPERATIONS,
  CONSOLE_OWN_ADMIN_OPERATIONS,
} from "../../../functions/http/signed/declarations/console.ts";
import type { AnswerOf } from "../../../functions/http/signed/declarations/declaration.ts";
import type { PORTAL_ENTRY_OPERATIONS } from "../../../functions/http/signed/declarations/portalSessions.ts";
import { isSlug } from "../../../functions/provisioning/orgSettings.ts";
import { isObject, type JsonObject, objectIn } from "../../../functions/scim/json.ts";
import { isOrgId } from "../../../functions/store/keys.ts";
import { type AdminRequest, adminPath, objectsIn, textsIn } from "../adminClient.ts";
import type { Place } from "../place.ts";
import { ConsoleError } from "./consoleError.ts";
import type { ConsoleHandlers, ConsoleMeans } from "./consoleMeans.ts";
import { DeploymentRefusal, passOn } from "./passOn.ts";

type Org = AnswerOf<(typeof CONSOLE_OPERATIONS)["deleteOrg"]>;

/** The operations that the console answers at once. */
export const CONSOLE_HANDLERS: ConsoleHandlers<
  typeof CONSOLE_OPERATIONS & typeof CONSOLE_OWN_ADMIN_OPERATIONS & typeof PORTAL_ENTRY_OPERATIONS
> = {
  getOwnSession: async ({ actor }) => ({
    kind: "console",
    org: null,
    actor: actor ?? "operator",
    intent: "connect",
    access: "manage",
    returnUrl: null,
    expiresAt: null,
    csrf: null,
  }),
  endOwnSession: async ({ end }) => {
    end();
    return undefined;
  },
  changeOwnRules: async ({ body, parameters, ...means }) => {
    const changed = { changedRules: body.rules ?? {} };
    const org = await administer(means, "PATCH", adminPath("orgs", parameters.org), changed);
    return { rules: isObject(org.rules) ? org.rules : {}, warnings: textsIn(org.warnings) };
  },
  beginConsole: async ({ admission, body }) => {
    const bearer = admission.redeem(body.token);
    if (bearer === undefined) throw new ConsoleError("token");
    return { bearer };
  },
  findOrgs: async ({ query: { after, count, search = "" }, ...means }) => {
    const beginning = search.trim().toLowerCase();
    // All names that begin with `ac-` follow `ac`, which is a login name.
    const before = beginning.replace(/-+$/, "");
    const named = after === undefined && isSlug(beginning) ? await orgNamed(means, beginning) : [];
    const page =
      before === "" || isSlug(before) ? await orgsAfter(means, after ?? before, count) : { orgs: [], next: null };
    const fitting = page.orgs.filter(({ org }) => org.startsWith(beginning));
    const orgs = [...named, ...fitting];
    if (orgs.length === 0 && after === undefined && isOrgId(search.trim())) {
      return { orgs: await orgNamed(means, search.trim()), next: null };
    }
    return { orgs, next: fitting.length === page.orgs.length ? page.next : null };
  },
  deleteOrg: async ({ body, parameters: { org }, ...means }) => {
    if (body.confirm !== org) throw new ConsoleError("confirm");
    return asOrg(await administer(means, "POST", adminPath("orgs", org, "deletion"), { reason: body.reason }));
  },
};

/** @throws DeploymentRefusal, ConsoleError, Refused */
async function administer(
  { connection }: Pick<ConsoleMeans, "connection">,
  method: AdminRequest["method"],
  path: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const { text } = await passOn(connection, "admin", { method, path, ...(body === undefined ? {} : { body }) });
  return objectIn(text) ?? {};
}

/** Empty where there is no such org. */
async function orgNamed(means: Pick<ConsoleMeans, "connection">, name: string): Promise<Org[]> {
  try {
    return [asOrg(await administer(means, "GET", adminPath("orgs", name)))];
  } catch (error) {
    if (error instanceof DeploymentRefusal && error.answer.status === 404) return [];
    throw error;
  }
}

/** @param after a login name; "" for the first page */
async function orgsAfter(means: Pick<ConsoleMeans, "connection">, after: string, count: number) {
  const query = new URLSearchParams({ count: String(count), ...(after === "" ? {} : { after }) });
  const { next, orgs } = await administer(means, "GET", `orgs?${query}`);
  return { orgs: objectsIn(orgs).map(asOrg), next: typeof next === "string" ? next : null };
}

/** The admin API's answers match their declarations. */
function asOrg(json: JsonObject): Org {
  const answered: unknown = json;
  return answered as Org;
}

/** For the sentence `Operator console of …`. */
export function placeInWords(place: Place): string {
  switch (place.kind) {
    case "local":
      return `the local Rollcall in ${place.folder}`;
    case "url":
      return new URL(place.url).host;
    case "stack":
      return `stack ${place.stack}${place.region === undefined ? "" : ` in ${place.region}`}`;
  }
}
