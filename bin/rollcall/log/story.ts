import { isObject, own } from "../../../functions/scim/json.ts";
import { textsIn } from "../adminClient.ts";
import { plural, table } from "../table.ts";
import { type FoundLine, textAt } from "./logReader.ts";
import { quirkInWords } from "./quirks.ts";

const PROVIDERS = {
  okta: "Okta",
  entra: "Entra ID",
  google: "Google",
  onelogin: "OneLogin",
  jumpcloud: "JumpCloud",
  authentik: "authentik",
  keycloak: "Keycloak",
  sailpoint: "SailPoint",
  rollcall: "rollcall play",
};

const VERBS = {
  list: "list",
  filter: "look for",
  search: "look for",
  get: "read",
  create: "create",
  replace: "replace",
  patch: "change",
  delete: "delete",
  members: "change the members of",
};
const NOUNS = {
  users: ["the user", "users"],
  groups: ["the group", "groups"],
  all: ["the resource", "users and groups"],
} as const;
/** Phrases where no noun fits. */
const PLAIN = {
  "oauth.token": "get an access token",
  "bulk.run": "run a bulk request",
  "discovery.config": "read what the service can do",
  "discovery.resourceTypes": "read the resource types",
  "discovery.schemas": "read the schemas",
  "discovery.filter": "filter a document that is never filtered",
  "discovery.me": "ask for /Me",
};
/** Their operations have names of several words; `whoOf` says whether it is an operator or the application. */
const SIGNED = ["admin", "directory", "maintenance"];

/** The caller: the identity provider by its User-Agent, or the actor that the application or an operator names. */
export function whoOf(line: FoundLine): string {
  const actor = textAt(line, "actor");
  if (actor !== "") return actor;
  const provider = own(PROVIDERS, textAt(line, "idp")) ?? "a client";
  const token = textAt(line, "tokenId");
  return token === "" ? provider : `${provider}, token ${token}`;
}

/** The request: `change the user u… (replace active)`. */
export function askedOf(line: FoundLine): string {
  const [family = "", word = ""] = textAt(line, "op").split(".");
  const details = [...textsIn(line.filterAttrs), ...textsIn(line.patchPaths)].join(", ");
  const beside = details === "" ? "" : ` (${details})`;
  const noun = own(NOUNS, family);
  const verb = own(VERBS, word);
  if (noun === undefined || verb === undefined) return `${plainOperation(family, word, line)}${beside}`;
  const id = textAt(line, "resourceId");
  if (word === "create") return `create a ${family.slice(0, -1)}${id === "" ? "" : `, which became ${id}`}`;
  if (id !== "") return `${verb} ${noun[0]} ${id}${beside}`;
  const several = ["list", "filter", "search"].includes(word);
  return several
    ? `${verb} ${noun[1]}${beside}`
    : `${verb} ${noun[0].replace("the", "a")} by an id that Rollcall did not make${beside}`;
}

function plainOperation(family: string, word: string, line: FoundLine): string {
  const known = own(PLAIN, `${family}.${word}`);
  if (known !== undefined) return known;
  if (word === "" || word === "none") return `send ${textAt(line, "method")} to ${addressOf(line)}`;
  const words = word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return SIGNED.includes(family) ? words : `${words} (${family})`;
}

/** As far as the line shows it: a line never holds an address as sent. */
function addressOf(line: FoundLine): string {
  const route = textAt(line, "route");
  if (route === "") return "an unknown address";
  return route.replace("{orgName}", textAt(line, "org") || "…").replaceAll(/\{[^}]*\}/g, "…");
}

/** The outcome in a few words. */
export function outcomeOf(line: FoundLine): string {
  const status = Number(line.status);
  const code = textAt(line, "detailCode");
  if (status >= 400) return `refused: ${status}${code === "" ? "" : ` ${code}`}`;
  const skipped = Number(line.skippedMembers ?? 0);
  const left = skipped === 0 ? "" : `; ${plural(skipped, "unknown member")} left out`;
  return `${status}, ${doneIn(line)}${left}`;
}

function doneIn(line: FoundLine): string {
  const word = textAt(line, "op").split(".")[1] ?? "";
  const refused = refusedIn(line);
  if (refused > 0) return `${plural(refused, "operation")} refused`;
  if (line.changed === false) return "nothing had to be changed";
  if (line.changed === true) return "changed";
  if (["filter", "list", "search"].includes(word)) return `${textAt(line, "itemsOut") || "0"} found`;
  return "done";
}

/** How many operations of a bulk request were refused; its status is 200 anyway. */
export function refusedIn({ operationsRefused }: FoundLine): number {
  return Number(operationsRefused ?? 0);
}

/** The deviations from the RFC, one sentence each. */
export function quirksOf(line: FoundLine): string[] {
  if (!isObject(line.bent)) return [];
  return Object.entries(line.bent).map(([entry, times]) => quirkInWords(entry, Number(times)));
}

/** The request's effort, where it is unusual. */
export function effortOf(line: FoundLine): string {
  const parts = textAt(line, "ms") === "" ? [] : [`${textAt(line, "ms")} ms`];
  for (const [field, words] of [
    ["retries", "calls of DynamoDB made again"],
    ["conflicts", "writes that lost against others"],
  ] as const) {
    if (Number(line[field]) > 0) parts.push(`${textAt(line, field)} ${words}`);
  }
  if (line.cold === true) parts.push("the first request of its process");
  return parts.join(", ");
}

/** A resource's lines, oldest first. @param id of the resource: some lines do not name it */
export function lifeTable(lines: readonly FoundLine[], id = ""): string {
  const rows = lines.map((line) => [
    textAt(line, "ts"),
    whoOf(line),
    id === "" ? askedOf(line) : askedOf(line).replace(`, which became ${id}`, "").replace(` ${id}`, ""),
    outcomeOf(line),
    textAt(line, "ref"),
  ]);
  return table(["TIME", "WHO", "WANTED TO", "OUTCOME", "REF"], rows);
}
