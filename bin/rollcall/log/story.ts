import type { Json } from "../../../functions/scim/json.ts";
import { isObject } from "../../../functions/scim/json.ts";
import { table } from "../table.ts";
import { bentInWords } from "./bentRules.ts";
import { type LogLine, textAt } from "./logReader.ts";

const PROVIDERS: Readonly<Record<string, string>> = {
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

/** Rules of an organization, by the codes of what they refuse. */
export const RULE_OF: Readonly<Record<string, string>> = {
  "mutability.userName": "userNameMutability",
  "value.workEmail": "workEmailRequired",
  "value.teamNameLength": "teamNameMaxLength",
  "uniqueness.displayName": "groupNameUnique",
  "value.unknownMembers": "unknownMembers",
  "syntax.unknownAttribute": "unknownAttributes",
  "syntax.unknownSchema": "unknownAttributes",
  "path.unknown": "unknownPaths",
  "noTarget.replace": "replaceWithoutTarget",
  "conflict.tokenLives": "liveTokens",
  "conflict.rotationUnderWay": "liveTokens",
};

const VERBS: Readonly<Record<string, string>> = {
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
const NOUNS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  users: ["the user", "users"],
  groups: ["the group", "groups"],
  all: ["the resource", "users and groups"],
};

/** Who asked: the identity provider by its User-Agent, or whom the application or an operator names. */
export function whoOf(line: LogLine): string {
  const actor = textAt(line, "actor");
  if (actor !== "") return actor;
  const provider = PROVIDERS[textAt(line, "idp")] ?? "a client";
  const token = textAt(line, "tokenId");
  return token === "" ? provider : `${provider}, token ${token}`;
}

/** What was asked for: `change the user u… (replace active)`. */
export function askedOf(line: LogLine): string {
  const [family = "", word = ""] = textAt(line, "op").split(".");
  const details = [...strings(line.filterAttrs), ...strings(line.patchPaths)].join(", ");
  const beside = details === "" ? "" : ` (${details})`;
  const noun = NOUNS[family];
  const verb = VERBS[word];
  if (noun === undefined || verb === undefined) return `${plainOperation(family, word, line)}${beside}`;
  const id = textAt(line, "resourceId");
  if (word === "create") return `create a ${family.slice(0, -1)}${id === "" ? "" : `, which became ${id}`}`;
  if (id !== "") return `${verb} ${noun[0]} ${id}${beside}`;
  const plural = ["list", "filter", "search"].includes(word);
  return plural
    ? `${verb} ${noun[1]}${beside}`
    : `${verb} ${noun[0].replace("the", "a")} by an id that is none of ours${beside}`;
}

function plainOperation(family: string, word: string, line: LogLine): string {
  const words = word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (family === "oauth") return "get an access token";
  if (word === "" || word === "none")
    return `${textAt(line, "method")} ${textAt(line, "route") || "an address that there is not"}`;
  return `${words} (${family})`;
}

/** What became of it, in a few words. */
export function outcomeOf(line: LogLine): string {
  const status = Number(line.status);
  const code = textAt(line, "detailCode");
  if (status >= 400) return `refused: ${status}${code === "" ? "" : ` ${code}`}`;
  const word = textAt(line, "op").split(".")[1] ?? "";
  if (line.changed === false) return `${status}, nothing had to be changed`;
  if (line.changed === true) return `${status}, changed`;
  if (["filter", "list", "search"].includes(word)) return `${status}, ${textAt(line, "itemsOut") || "0"} found`;
  return `${status}, done`;
}

/** What was done differently from the letter of the RFC, one sentence each. */
export function bentOf(line: LogLine): string[] {
  if (!isObject(line.bent)) return [];
  return Object.entries(line.bent).map(([entry, times]) => bentInWords(entry, Number(times)));
}

/** What it took, where that is out of the ordinary. */
export function effortOf(line: LogLine): string {
  const parts = [`${textAt(line, "ms") || "?"} ms`];
  for (const [field, words] of [
    ["retries", "calls of DynamoDB made again"],
    ["conflicts", "writes that lost against others"],
    ["skippedMembers", "members left out"],
  ] as const) {
    if (Number(line[field]) > 0) parts.push(`${textAt(line, field)} ${words}`);
  }
  if (line.cold === true) parts.push("the first request of its process");
  return parts.join(", ");
}

/** The life of something, oldest first. @param id of what it is the life of: it need not stand on every line */
export function lifeTable(lines: readonly LogLine[], id = ""): string {
  const rows = lines.map((line) => [
    textAt(line, "ts"),
    whoOf(line),
    id === "" ? askedOf(line) : askedOf(line).replace(`, which became ${id}`, "").replace(` ${id}`, ""),
    outcomeOf(line),
    textAt(line, "ref"),
  ]);
  return table(["TIME", "WHO", "WANTED TO", "OUTCOME", "REF"], rows);
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
