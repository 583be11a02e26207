import { foldLines, keepLines } from "../../../functions/provisioning/journal/foldLines.ts";
import { Database } from "../../../functions/store/database.ts";
import { JournalStore } from "../../../functions/store/journal.ts";
import { accessTo, localTable } from "../../support/localStore.ts";
import { orgIdOf } from "../../support/records.ts";
import type { FunctionCode } from "./provoke.ts";

export type Line = Readonly<Record<string, unknown>>;

/** The attribute at fault, by code; of every other code there is none. */
export const AT_FAULT: Readonly<Partial<Record<FunctionCode, string>>> = {
  "filter.notComplex": "title",
  "filter.complex": "name",
  "filter.derived": "members.display",
  "filter.combination": "active",
  "filter.literal": "active",
  "sensitive.filter": "password",
  "value.required": "userName",
  "value.type": "title",
  "value.length": "userName",
  "value.notMultiValued": "name",
  "value.count": "roles",
  "value.twoPrimaries": "roles",
  "value.unknownRole": "roles",
  "value.missing": "title",
  "value.emailCount": "emails",
  "value.workEmail": "emails",
  "value.activeUnassigned": "active",
  "value.userNameControl": "userName",
  "value.members": "members",
  "value.unknownMembers": "members",
  "value.teamNameLength": "displayName",
  "value.sortByHidden": "password",
  "value.sortByComplex": "name",
  "mutability.userName": "userName",
  "mutability.required": "userName",
  "mutability.readOnly": "id",
  "mutability.members": "members",
  "uniqueness.userName": "userName",
  "uniqueness.displayName": "displayName",
  "path.notMultiValued": "title",
  "noTarget.add": "members",
  "noTarget.replace": "emails",
  "noTarget.member": "members",
  "syntax.schemas": "schemas",
  "syntax.schemasType": "schemas",
  "syntax.messageSchemas": "schemas",
  "syntax.unknownSchema": "schemas",
  // Its other operation has no userName.
  "syntax.bulkIdTwice": "userName",
  "tooLarge.members": "members",
  "tooLarge.memberFilters": "members",
};

/** Codes of requests that name no org: nobody's journal has them. */
export const OF_NO_ORG = /^(?:token\.(?:missing|scheme|malformed|unknown)|version\.unsupported|notFound\.tenantUrl)$/;

/** What stands in a table of an org's journal after these lines. */
export async function journalAfter(lines: readonly Line[]) {
  const table = localTable();
  const database = new Database(accessTo(table));
  await keepLines(database, foldLines(lines.map((line): unknown => JSON.parse(JSON.stringify(line)))));
  const items = table.db
    .prepare("select item from items")
    .all()
    .map(({ item }) => String(item));
  const of = async (orgId: unknown) => {
    const store = new JournalStore(database, orgIdOf(String(orgId)));
    return (await store.entries("troubled", { limit: 1_000 }, 0)).entries;
  };
  return { items, of };
}
