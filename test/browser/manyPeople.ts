import { version } from "../../bin/installation.ts";
import { openLocalFile } from "../../bin/local/localFile.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import { storeCrowd } from "../support/manyUsers.ts";

/**
 * Puts so many people into the org of a data folder that no server uses now. Each is `user<n>@crowd.example`, and none is in the event log.
 * @param token of the org, which names its id
 */
export async function storePeople(folder: string, token: string, count: number): Promise<void> {
  const { table, log, close } = openLocalFile(folder, version());
  try {
    await storeCrowd({
      table,
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
    table.commit();
    // Nobody made them through the API, so that there is nothing to tell: the next start would number every one of them first.
    log.forget("events");
    while (log.trim() > 0);
  } finally {
    close();
  }
}
