import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { type AdminClient, adminPath, neededListIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { number, Progress } from "./data/progress.ts";
import { type FileUser, readUserFile } from "./data/userFile.ts";
import { flag } from "./options.ts";
import { refusalInWords } from "./refusalWords.ts";
import { Refused } from "./refused.ts";
import { printable, table } from "./table.ts";

/** The API's limit for one call. */
const USERS_PER_CALL = 100;
/** How often users are sent again when a call had no time for them. */
const TRIES = 5;

export const userImportCommand: Command = {
  name: "user import",
  arguments: ["ORG", "FILE"],
  summary:
    "make the application's own users from a file, each with its link. FILE is CSV with a header line, or has one JSON object in each line",
  options: { "dry-run": flag("read the file and change nothing") },
  run: importUsers,
};

interface Refusal {
  readonly line: number;
  readonly reason: string;
  readonly code: string;
}

/** @returns 0 when all users of the file exist, made now or before; otherwise 1 */
async function importUsers(invocation: Invocation): Promise<number> {
  const { arguments: given, connect, options, print, terminal } = invocation;
  const [org = "", path = ""] = given;
  let bad = 0;
  const users = readUserFile(path, (line, reason) => {
    bad += 1;
    terminal.err(`line ${line}: ${reason}`);
  });
  if (bad > 0)
    throw new Refused(`${number(bad)} of the file's lines ${bad === 1 ? "is" : "are"} bad: nothing was done.`);
  if (users.length === 0) throw new Refused(`${path} holds no user.`);
  if (options["dry-run"] === true) {
    print(
      { org, file: path, users: users.length },
      () => `Users in the file: ${number(users.length)}. Nothing was done.`,
    );
    return 0;
  }
  const sent = new Sending(invocation, await connect("directory"), org);
  for (let start = 0; start < users.length; start += USERS_PER_CALL) {
    await sent.send(users.slice(start, start + USERS_PER_CALL));
    sent.progress.at("users", Math.min(users.length, start + USERS_PER_CALL), users.length);
  }
  const { made, found, refused } = sent;
  print({ org, file: path, made, found, refused }, () => {
    terminal.out(`Users made in ${printable(org)}: ${number(made)}; there before: ${number(found)}.`);
    if (refused.length === 0) return undefined;
    return table(
      ["LINE", "NOT MADE, BECAUSE"],
      refused.map(({ line, reason }) => [String(line), reason]),
    );
  });
  return refused.length === 0 ? 0 : 1;
}

/** The calls for one file, and the results of its users. */
class Sending {
  readonly progress: Progress;
  readonly refused: Refusal[] = [];
  made = 0;
  found = 0;
  readonly #client: AdminClient;
  readonly #invocation: Invocation;
  readonly #path: string;

  constructor(invocation: Invocation, client: AdminClient, org: string) {
    this.#client = client;
    this.#invocation = invocation;
    this.#path = adminPath("orgs", org, "users", "bulk");
    this.progress = new Progress(invocation.terminal.err);
  }

  /** @throws Refused where the whole call is refused */
  async send(users: readonly FileUser[]): Promise<void> {
    let open = users;
    for (let tries = 1; open.length > 0; tries++) {
      const answer = await this.#client.insist("POST", this.#path, { users: open.map(({ user }) => user) });
      const late: FileUser[] = [];
      for (const [index, result] of neededListIn(answer, "results").entries()) {
        const one = open[index];
        if (one === undefined) continue;
        if (result.status === 503 && tries < TRIES) late.push(one);
        else this.#note(one, result);
      }
      open = late;
    }
  }

  #note({ line }: FileUser, { status, error }: JsonObject): void {
    if (status === 201) this.made += 1;
    else if (status === 200) this.found += 1;
    else if (isObject(error)) {
      const asked = { path: this.#path, body: undefined, place: this.#invocation.place };
      const reason = refusalInWords(error, asked) ?? String(error.detail);
      this.refused.push({ line, reason, code: String(error.code) });
    }
  }
}
