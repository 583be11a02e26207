import { join } from "node:path";
import { FILE_NAME } from "../../bin/local/localFile.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { storeManyUsers } from "../support/manyUsers.ts";

/**
 * Puts so many people into the org of a data folder that no server uses now. Each is `user<n>@crowd.example`, and none is in the event log.
 * @param token of the org, which names its id
 */
export async function storePeople(folder: string, token: string, count: number): Promise<void> {
  // In memory first, and into the file in one transaction: there each of thousands of writes would wait for the disk. The log
  // of changes stays behind: the next start would number everybody in it before it listens.
  const crowd = new SqliteTable();
  try {
    await storeManyUsers({
      table: crowd,
      orgId: token.split("_")[1] ?? "",
      count,
      attributesOf: (userName) =>
        JSON.stringify({
          schemas: [USER_SCHEMA],
          userName,
          active: true,
          displayName: `Person ${userName.slice(4, userName.indexOf("@"))}`,
          emails: [{ value: userName, type: "work" }],
        }),
    });
    crowd.db.prepare("attach ? as file").run(join(folder, FILE_NAME));
    crowd.db.exec("insert or replace into file.items select * from main.items");
  } finally {
    crowd.db.close();
  }
}
