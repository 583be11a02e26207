import type { JsonObject } from "../../functions/scim/json.ts";
import { adminPath, neededListIn, versionIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { eitherFlag, flag, given, text, textOption } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { Missing } from "./refused.ts";
import { printable, printTable, table, yesOrNo } from "./table.ts";

const WISHES = MEMBER_TEXTS.directory.setRole;

/** The application's catalogue of roles, shared by all organizations. */
export const roleCommands: readonly Command[] = [
  { name: "role list", arguments: [], summary: "list the roles of your application", run: list },
  {
    name: "role set",
    arguments: ["KEY"],
    summary: "make a role, or change the properties that you name; the others stay as they are",
    options: {
      "display-name": text("NAME", WISHES.displayName),
      description: text("TEXT", WISHES.description),
      kind: text("KIND", "the SCIM list in which access governance tools find it: role or entitlement (default role)"),
      assignable: flag("people may get it (the default)"),
      "not-assignable": flag("nobody gets it by a mapping, as the default or from an identity provider"),
      default: flag("members without another role have it; only one role can be the default"),
      "not-default": flag("no longer the default role"),
      "keep-one": flag("its last holder keeps it until somebody else has it, or the person is deactivated or deleted"),
      "not-keep-one": flag("its last holder can lose it"),
    },
    run: set,
  },
  {
    name: "role delete",
    arguments: ["KEY"],
    summary: "delete a role that no organization uses",
    run: remove,
  },
];

async function list(invocation: Invocation): Promise<undefined> {
  const answer = await (await invocation.connect("directory")).call("GET", "roles");
  const make = printedCommand(invocation.place, "role set KEY --display-name NAME");
  const none = `There is no role yet. Make one with: ${make}`;
  printTable(invocation, { rows: neededListIn(answer, "roles"), head: HEAD, row: cellsOf, none });
}

async function set({ arguments: [key = ""], connect, options, print }: Invocation): Promise<undefined> {
  const wishes = given({
    displayName: textOption(options, "display-name"),
    description: textOption(options, "description"),
    kind: textOption(options, "kind"),
    assignable: eitherFlag(options, "assignable", "not-assignable"),
    default: eitherFlag(options, "default", "not-default"),
    keepOne: eitherFlag(options, "keep-one", "not-keep-one"),
  });
  const client = await connect("directory");
  const {
    key: _key,
    version,
    ...before
  }: JsonObject = await client.call("GET", rolePath(key)).catch((error: unknown) => {
    if (error instanceof Missing) return { version: 0 };
    throw error;
  });
  const role = await client.call("PUT", rolePath(key), { ...before, ...wishes }, versionIn(version));
  print(role, () => table(HEAD, [cellsOf(role)]));
}

async function remove({ arguments: [key = ""], connect, print }: Invocation): Promise<undefined> {
  const left = await (await connect("directory")).call("DELETE", rolePath(key));
  print(left, () => `The role ${printable(key)} is deleted.`);
}

function rolePath(key: string): string {
  return adminPath("roles", key);
}

const HEAD = ["KEY", "NAME", "KIND", "ASSIGNABLE", "DEFAULT", "KEEP ONE", "DESCRIPTION"];

function cellsOf({ key, displayName, kind, assignable, default: isDefault, keepOne, description }: JsonObject) {
  return [key, displayName, kind, yesOrNo(assignable), yesOrNo(isDefault), yesOrNo(keepOne), description];
}
