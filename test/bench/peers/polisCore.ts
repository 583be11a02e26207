import { createRequire } from "node:module";
import { join } from "node:path";
import { plainFront } from "./plainFront.ts";

/*
 * A process of `npm run bench:peers`: the SCIM handler of Ory Polis (the library `@boxyhq/saml-jackson`) with its own engine
 * for DynamoDB, behind a plain front as its documentation of the embedded library shows one. Its events go nowhere.
 */

/** Of the library's types this much is used. */
interface Polis {
  readonly directorySyncController: {
    readonly directories: {
      create(wanted: object): Promise<{ readonly data: Directory | null; readonly error: unknown }>;
    };
    readonly requests: { handle(request: object): Promise<{ readonly status: number; readonly data?: unknown }> };
    readonly groups: {
      setTenantAndProduct(
        tenant: string,
        product: string,
      ): { isUserInGroup(group: string, user: string): Promise<boolean> };
    };
  };
}
interface Directory {
  readonly id: string;
  readonly scim: { readonly path: string; readonly secret: string };
}

const [, , endpoint, folder = ""] = process.argv;
process.env.AWS_ACCESS_KEY_ID = "local";
process.env.AWS_SECRET_ACCESS_KEY = "local";
const ORG = { tenant: "acme", product: "bench" };

const library = createRequire(join(folder, "package.json"))("@boxyhq/saml-jackson") as {
  default(options: object): Promise<Polis>;
};
const silent = { info: () => undefined, warn: console.error, error: console.error };
const { directorySyncController: polis } = await library.default({
  externalUrl: "http://127.0.0.1",
  samlPath: "/saml",
  scimPath: "/scim/v2.0",
  noAnalytics: true,
  logger: silent,
  dsync: { callback: async () => undefined },
  db: {
    engine: "dynamodb",
    url: endpoint,
    dynamodb: { region: "us-east-1", readCapacityUnits: 5, writeCapacityUnits: 5 },
  },
});
const { data: directory, error } = await polis.directories.create({ ...ORG, type: "generic-scim-v2" });
if (directory === null) throw error;

const url = await plainFront(async ({ method, path, queryString, rawHeaders, body }) => {
  const [, , , directoryId = "", resourceType = "", resourceId] = path.split("/");
  if (directoryId === "members") {
    // Not of SCIM, where this server shows no members: how an application that embeds it asks.
    const isMember = await polis.groups
      .setTenantAndProduct(ORG.tenant, ORG.product)
      .isUserInGroup(resourceType, resourceId ?? "");
    return json(200, { isMember });
  }
  const query = new URLSearchParams(queryString);
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  const header = rawHeaders.findIndex((name) => name.toLowerCase() === "authorization");
  const { status, data } = await polis.requests.handle({
    method,
    directoryId,
    resourceType,
    resourceId,
    apiSecret: rawHeaders[header + 1]?.replace(/^Bearer /, ""),
    body: body.length === 0 ? undefined : JSON.parse(Buffer.from(body).toString()),
    query: {
      count: number("count"),
      startIndex: number("startIndex"),
      filter: query.get("filter") ?? undefined,
    },
  });
  return json(status, data ?? {});
});
console.log(JSON.stringify({ tenantUrl: url + directory.scim.path, token: directory.scim.secret }));

function json(status: number, value: unknown) {
  return {
    status,
    headers: { "Content-Type": ["application/scim+json"] },
    body: Buffer.from(JSON.stringify(value)),
  };
}
