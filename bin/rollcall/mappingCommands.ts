import type { JsonObject } from "../../functions/scim/json.ts";
import { adminPath, neededListIn, objectsIn, textsIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { wishedMappings } from "./mappingWishes.ts";
import { type CommandOptions, flag, repeated, text, wholeNumber } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { plural, printable, table } from "./table.ts";

const WISHES: CommandOptions = {
  map: repeated("TEAM=ROLE[:PRIORITY]", 'members of the team, by name or id, have the role, e.g. "Admins=admin:10"'),
  file: text(
    "PATH",
    "mappings, mode and default role from a JSON file, as mappings show --json prints it. If the file has a version, mappings set refuses to replace any other one",
  ),
  mode: text("MODE", "highest: one role each, by the highest priority; union: all of them (default highest)"),
  "default-role": text("ROLE", "role of members without another role; replaces the catalogue's default"),
  "no-default-role": flag("members without another role have none"),
};

/** The roles that teams give in an organization. */
export const mappingCommands: readonly Command[] = [
  {
    name: "mappings show",
    arguments: ["ORG"],
    summary: "show which teams of an organization give which roles",
    run: show,
  },
  {
    name: "mappings preview",
    arguments: ["ORG"],
    summary: "say who would gain and who would lose a role, and change nothing; takes the options of mappings set",
    options: { ...WISHES, limit: text("N", "show at most N people (default 20)") },
    run: preview,
  },
  {
    name: "mappings set",
    arguments: ["ORG"],
    summary: "replace the mappings, the mode or the default role; those that you leave out stay as they are",
    options: WISHES,
    run: set,
  },
  {
    name: "mappings clear",
    arguments: ["ORG"],
    summary: "take the mappings away: the organization's people have no roles any more",
    run: clear,
  },
  {
    name: "mappings rebuild",
    arguments: ["ORG"],
    summary:
      "compute everybody's roles again. You need it only if you doubt them: after a change, Rollcall does it by itself",
    run: rebuild,
  },
];

async function show({ arguments: [org = ""], connect, place, print, terminal }: Invocation): Promise<undefined> {
  const mappings = await (await connect()).call("GET", mappingsPath(org));
  print(mappings, () => {
    if (mappings.enabled === true) return mappingsText(mappings);
    const command = printedCommand(place, "mappings set", org, "--map", "TEAM=ROLE");
    terminal.err(`${org} has no roles yet. Its first mappings switch them on: ${command}`);
    return undefined;
  });
}

async function set(invocation: Invocation): Promise<undefined> {
  const { arguments: words, connect, print } = invocation;
  const [org = ""] = words;
  const { wishes, madeFrom } = await wishedMappings(invocation, org);
  const mappings = await (await connect()).call("PUT", mappingsPath(org), wishes, madeFrom);
  print(mappings, () => mappingsText(mappings));
}

async function clear({ arguments: [org = ""], connect, print }: Invocation): Promise<undefined> {
  const none = await (await connect()).call("DELETE", mappingsPath(org));
  print(none, () => `${org} has no mappings any more, and its people lose their roles.`);
}

async function rebuild({ arguments: [org = ""], connect, print }: Invocation): Promise<undefined> {
  const started = await (await connect()).call("POST", mappingsPath(org, "rebuild"), {});
  print(started, () => `The roles of everybody in ${org} are being computed.`);
}

const USUAL_LIMIT = 20;

async function preview(invocation: Invocation): Promise<undefined> {
  const { arguments: words, connect, options, print, terminal } = invocation;
  const [org = ""] = words;
  const limit = wholeNumber(options, "limit") ?? USUAL_LIMIT;
  const { wishes } = await wishedMappings(invocation, org);
  const client = await connect();
  const users: JsonObject[] = [];
  const roles = new Map<string, RoleCount>();
  let looked = 0;
  for (let next = ""; ; ) {
    const page = await client.insist("POST", `${mappingsPath(org, "preview")}${next}`, wishes);
    looked += Number(page.looked);
    users.push(...neededListIn(page, "users"));
    for (const role of neededListIn(page, "roles")) addUp(roles, role);
    if (typeof page.next !== "string") break;
    terminal.err(`${looked} people looked at so far.`);
    next = `?cursor=${encodeURIComponent(page.next)}`;
  }
  for (const role of roles.values()) {
    role.gain = users.filter((user) => textsIn(user.gains).includes(role.key)).length;
    role.lose = users.filter((user) => textsIn(user.loses).includes(role.key)).length;
  }
  const counts = [...roles.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  print({ org, looked, roles: counts.map((role) => ({ ...role })), users }, () =>
    previewText({ looked, users, roles: counts, limit }),
  );
}

interface RoleCount {
  readonly key: string;
  readonly keepOne: boolean;
  before: number;
  after: number;
  gain: number;
  lose: number;
}

function addUp(roles: Map<string, RoleCount>, { key, keepOne, before, after }: JsonObject): void {
  const name = String(key);
  const count = roles.get(name) ?? { key: name, keepOne: keepOne === true, before: 0, after: 0, gain: 0, lose: 0 };
  count.before += Number(before);
  count.after += Number(after);
  roles.set(name, count);
}

interface Preview {
  readonly looked: number;
  readonly users: readonly JsonObject[];
  readonly roles: readonly RoleCount[];
  readonly limit: number;
}

function previewText({ looked, users, roles, limit }: Preview): string {
  const counts = roles.map(({ key, before, after, gain, lose }) => [key, before, after, gain, lose]);
  const people = users.slice(0, limit).map((user) => {
    return [user.userName, user.id, textsIn(user.gains).join(", "), textsIn(user.loses).join(", ")];
  });
  const kept = roles.filter(({ keepOne, before, after }) => keepOne && before > 0 && after === 0);
  return [
    `The roles of ${users.length} of ${looked === 1 ? "1 person" : `${looked} people`} would change.`,
    ...(counts.length === 0 ? [] : ["", table(["ROLE", "NOW", "THEN", "GAIN IT", "LOSE IT"], counts)]),
    ...(people.length === 0 ? [] : ["", table(["USER NAME", "ID", "GAINS", "LOSES"], people)]),
    ...(users.length > people.length ? [`${users.length - people.length} more; --limit shows them.`] : []),
    ...(kept.length === 0 ? [] : [""]),
    ...kept.map(({ key }) => `${key} would have nobody. Its last holder keeps it until somebody else has it.`),
  ].join("\n");
}

function mappingsText({ mode, defaultRole, mappings }: JsonObject): string {
  const entries = objectsIn(mappings);
  const rows = entries.map(({ team, teamName, role, priority, managed, missing }) => {
    const made = missing === true ? "(deleted)" : managed === true ? "SCIM" : "application";
    return [teamName ?? "", team, role, priority, made];
  });
  const others = defaultRole === undefined ? "the catalogue's default" : (defaultRole ?? "none");
  return [
    `Mode: ${mode === "union" ? "union (the roles of all the person's teams)" : "highest (one role each)"}`,
    `Default role: ${printable(String(others))}`,
    `Mappings: ${plural(entries.length, "team")}`,
    ...(rows.length === 0 ? [] : [table(["TEAM", "ID", "ROLE", "PRIORITY", "MADE BY"], rows)]),
  ].join("\n");
}

function mappingsPath(org: string, ...more: readonly string[]): string {
  return adminPath("orgs", org, "roles", ...more);
}
