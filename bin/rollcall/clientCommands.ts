import { isObject, type JsonObject, objectIn } from "../../functions/scim/json.ts";
import { adminPath, neededListIn, objectsIn, textsIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { makeSecret } from "./makeSecret.ts";
import { given, neededText, readGivenFile, repeated, text, textOption, textOptions, wholeNumber } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { Missing, Refused, UsageError } from "./refused.ts";
import { printTable, toTheHour, warn } from "./table.ts";

export const clientCommands: readonly Command[] = [
  {
    name: "client create",
    arguments: ["ORG"],
    summary:
      "make a client secret (OAuth 2.0 client credentials). With --entra-tenant, --issuer or --jwks it makes a trust instead, and the client needs no secret. Earlier secrets and trusts keep working",
    options: {
      description: text("TEXT", MEMBER_TEXTS.admin.createClientSecret.description),
      "expires-in-days": text(
        "DAYS",
        "client secret or --jwks: 365 to 1095 (default 730); --entra-tenant or --issuer: 1 to 3650 (default: never expires)",
      ),
      "secret-file": text("PATH", "write the client secret to this file (mode 0600) instead of the terminal"),
      "entra-tenant": text("ID", "trust Entra's workload identity federation: the directory (tenant) id"),
      "object-id": text("ID", "with --entra-tenant: the object id that Entra shows as subject"),
      "app-id": text(
        "ID",
        "with --entra-tenant, instead of --audience: the application (client) id of the workload identity",
      ),
      issuer: text("URL", "trust another issuer: its claim iss"),
      subject: text("TEXT", "with --issuer: the claim sub of its assertions"),
      audience: repeated("TEXT", "the claim aud of the assertions; may be given twice"),
      "keys-url": text("URL", "with --issuer: address of the issuer's keys; not needed if the issuer is Entra's"),
      tid: text("ID", "with --issuer: the claim tid of its assertions"),
      jwks: text("FILE", "trust assertions that the client signs itself: its public keys, as a JSON Web Key Set"),
    },
    run: create,
  },
  {
    name: "client list",
    arguments: ["ORG"],
    summary:
      "list an organization's trusts and client secrets with last use and expiry; the secrets themselves are never shown again",
    run: list,
  },
  {
    name: "client revoke",
    arguments: ["ORG", "CLIENT_ID"],
    summary: "revoke one client secret or trust: it and its access tokens stop working at once",
    run: revoke,
  },
];

async function create(invocation: Invocation): Promise<undefined> {
  const trust = trustIn(invocation);
  const { options } = invocation;
  const common = given({
    description: textOption(options, "description"),
    expiresInDays: wholeNumber(options, "expires-in-days"),
  });
  if (trust === undefined) return makeClientSecret(invocation, common);
  if (textOption(options, "secret-file") !== undefined) {
    throw new UsageError("--secret-file has nothing to hold: a trust has no secret.");
  }
  return makeTrust(invocation, { ...common, ...trust });
}

/**
 * The forms that use each option: without a form a client secret would be made, and in another form the option would do
 * nothing.
 */
const OF_FORMS: ReadonlyMap<string, readonly string[]> = new Map([
  ["object-id", ["entra-tenant"]],
  ["app-id", ["entra-tenant"]],
  ["subject", ["issuer"]],
  ["keys-url", ["issuer"]],
  ["tid", ["issuer"]],
  ["audience", ["entra-tenant", "issuer"]],
]);

/** The trust that the options describe, or undefined. @throws UsageError, Refused */
function trustIn({ options }: Invocation): JsonObject | undefined {
  const one = (name: string) => textOption(options, name);
  const audiences = textOptions(options, "audience");
  const [tenant, issuer, jwks] = [one("entra-tenant"), one("issuer"), one("jwks")];
  const forms = [tenant, issuer, jwks].filter((form) => form !== undefined);
  if (forms.length > 1) throw new UsageError("Name one client: by --entra-tenant, by --issuer or by --jwks.");
  for (const [name, owners] of OF_FORMS) {
    if (options[name] !== undefined && owners.every((owner) => one(owner) === undefined))
      throw new UsageError(`--${name} goes with ${owners.map((owner) => `--${owner}`).join(" or ")}.`);
  }
  if (tenant !== undefined) {
    const named = audiences.length === 0 ? undefined : [...audiences];
    return {
      entra: given({ tenant, objectId: neededText(options, "object-id"), appId: one("app-id"), audiences: named }),
    };
  }
  if (issuer !== undefined) {
    const federated = given({
      issuer,
      keysUrl: one("keys-url"),
      subject: neededText(options, "subject"),
      tenant: one("tid"),
    });
    return { federated: { ...federated, audiences: [...audiences] } };
  }
  return jwks === undefined ? undefined : { keys: readKeySet(jwks) };
}

/** A single key counts as a set of one. @throws Refused */
function readKeySet(path: string): JsonObject {
  const keys = objectIn(readGivenFile(path));
  if (keys === undefined) throw new Refused(`The file ${path} is no JSON Web Key Set.`);
  return typeof keys.kty === "string" ? { keys: [keys] } : keys;
}

async function makeClientSecret(invocation: Invocation, wishes: JsonObject): Promise<undefined> {
  const path = adminPath("orgs", ...invocation.arguments, "clients");
  const making = { called: "secret", path, wishes, member: "clientSecret" } as const;
  const { warnings } = await makeSecret(invocation, making, ({ tokenEndpoint, clientId }, secret) => [
    `Token endpoint: ${tokenEndpoint}`,
    `Client identifier: ${clientId}`,
    `Client secret: ${secret}`,
  ]);
  warn(invocation.terminal, warnings);
}

async function makeTrust(
  { arguments: [org = ""], connect, print, terminal }: Invocation,
  wishes: JsonObject,
): Promise<undefined> {
  const made = await (await connect()).call("POST", adminPath("orgs", org, "trusts"), wishes);
  print(made, () => {
    for (const [name, value] of pasted(made, "entra" in wishes)) terminal.out(`${name}: ${value}`);
    terminal.out("Rollcall will check of each assertion:");
    for (const [name, value] of checked(made.trust)) terminal.out(`  ${name}: ${value}`);
    terminal.err(metadataNote(String(made.tenantUrl)));
  });
  warn(terminal, made.warnings);
}

/** The values to paste into the console. */
function pasted(made: JsonObject, entra: boolean): readonly (readonly [string, string])[] {
  const [url, client, endpoint] = entra
    ? ["SCIM URL", "Client ID", "Token URL"]
    : ["Tenant URL", "Client identifier", "Token endpoint"];
  const method = entra
    ? 'Provisioning, Connectivity: "Workload Identity Federation"'
    : "OAuth 2.0 client credentials with a signed assertion (RFC 7523, private_key_jwt)";
  return [
    ["Authentication", method],
    [url ?? "", String(made.tenantUrl)],
    [client ?? "", String(made.clientId)],
    [endpoint ?? "", String(made.tokenEndpoint)],
  ];
}

function checked(trust: JsonObject[string] | undefined): readonly (readonly [string, string])[] {
  if (!isObject(trust)) return [];
  const list = (value: unknown): string => textsIn(value).join(" or ");
  const keys = objectsIn(trust.keys).map(({ kid, alg }) => `${kid} (${alg})`);
  return [
    ["issuer (iss)", String(trust.issuer)],
    ["subject (sub)", String(trust.subject)],
    ["audience (aud)", list(trust.audiences)],
    ...(typeof trust.tenant === "string" ? [["tenant (tid)", trust.tenant] as const] : []),
    [
      "signature",
      keys.length > 0 ? `by ${list(keys)}; each jti counts once` : `RS256 or ES256, by a key at ${trust.keysUrl}`,
    ],
  ];
}

/** RFC 8414 section 3.1: the metadata's path precedes the Tenant URL's path; there API Gateway's own address has its stage. */
function metadataNote(tenantUrl: string): string {
  const { origin, pathname } = new URL(tenantUrl);
  return pathname.startsWith("/scim/v2/")
    ? `Clients that ask for metadata (RFC 8414) find it at ${origin}/.well-known/oauth-authorization-server${pathname}.`
    : "There is no metadata (RFC 8414) at this address, which has a stage in its path: enter the values above. With a domain of your own there is metadata.";
}

async function list(invocation: Invocation): Promise<undefined> {
  const [org = ""] = invocation.arguments;
  const client = await invocation.connect();
  const made = await client.call("GET", adminPath("orgs", org, "clients"));
  const trusted = await client.call("GET", adminPath("orgs", org, "trusts"));
  const rows = [
    ...neededListIn(made, "secrets").map((one): JsonObject => ({ ...one, kind: "clientSecret" })),
    ...neededListIn(trusted, "trusts"),
  ].sort((a, b) => (String(a.createdAt) < String(b.createdAt) ? 1 : -1));
  const make = printedCommand(invocation.place, "client create", org);
  printTable(invocation, {
    rows,
    head: ["ID", "KIND", "STATUS", "CREATED", "BY", "EXPIRES", "LAST USED", "DESCRIPTION"],
    row: ({ id, kind, status, createdAt, createdBy, expiresAt, lastUsedAt, description, ...trust }) => {
      const what = kind === "clientSecret" ? "secret" : kind === "privateKey" ? "keys" : String(trust.issuer);
      return [id, what, status, createdAt, createdBy, expiresAt ?? "never", toTheHour(lastUsedAt), description];
    },
    none: `There is no client secret and no trust yet. Make one with: ${make}`,
  });
}

/** The id is either a secret's or a trust's. */
async function revoke({ arguments: [org = "", id = ""], connect, print }: Invocation): Promise<undefined> {
  const client = await connect();
  try {
    const revoked = await client.call("DELETE", adminPath("orgs", org, "clients", id));
    print(revoked, () => `Client secret ${revoked.id} is ${revoked.status}.`);
  } catch (error) {
    if (!(error instanceof Missing) || error.code !== "notFound.clientSecret") throw error;
    const revoked = await client.call("DELETE", adminPath("orgs", org, "trusts", id));
    print(revoked, () => `Trust ${revoked.id} is ${revoked.status}.`);
  }
}
