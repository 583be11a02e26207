import { isUserId } from "../scim/schema.ts";
import { ABSENT, deleteItem, keyItem, putItem, storedText } from "./actions.ts";
import { counted } from "./counters.ts";
import type {
  Deleted,
  Listed,
  Page,
  Stamp,
  UserCreated,
  UserKeys,
  UserRecord,
  UserReplaced,
  Users,
  UserWrite,
} from "./directoryPorts.ts";
import { type ListedItems, listOf, pageOf, scanOf } from "./listing.ts";
import { ACTIONS_PER_TRANSACTION, type Action, type Condition, type Item, type Refusal } from "./table.ts";
import { deletionTraces, writeMark } from "./traces.ts";
import {
  indexKeys,
  indexMoves,
  nameItem,
  storedKeys,
  USER_TEXT,
  USER_TEXT_AND_KEY,
  userItem,
  userRecord,
  widenedKeys,
  widenedText,
} from "./userItems.ts";
import type { OrgView } from "./view.ts";

/** Half-done changes of one user that a write clears away before it leaves it to its caller whether there is time for more. */
const REPAIRS = 4;

const USER_LIST: ListedItems<UserRecord> = { kind: "user", only: USER_TEXT, recordOf: userRecord };

/** What the refusal of the user's own item, always the first action, means. */
type Verdict = "applied" | "missing" | "stale" | "halfDone";

/** Users in DynamoDB: SCHEMA.md has the items. */
export class DynamoUsers implements Users {
  readonly #view: OrgView;

  constructor(view: OrgView) {
    this.#view = view;
  }

  async find(id: string): Promise<UserRecord | undefined> {
    if (!isUserId(id)) return undefined;
    const item = await this.#view.get(this.#view.keys.user(id));
    return item && userRecord(item);
  }

  async findMany(ids: readonly string[]): Promise<UserRecord[]> {
    const keys = ids.filter(isUserId).map((id) => this.#view.keys.user(id));
    return (await this.#view.getMany(keys, USER_TEXT_AND_KEY)).map(userRecord);
  }

  async idByUserName(key: string): Promise<string | undefined> {
    if (key === "") return undefined;
    const item = await this.#view.get(this.#view.keys.userName(key));
    return item && String(item.id);
  }

  idsByExternalId(externalId: string): Promise<string[]> {
    return this.#view.idsOf(this.#view.byValue(this.#view.keys.userExternalIds(), externalId));
  }

  idsByEmail(key: string): Promise<string[]> {
    return this.#view.idsOf(this.#view.byValue(this.#view.keys.emails(), key));
  }

  idsByUserNamePrefix(prefix: string, limit: number): Promise<string[] | undefined> {
    return this.#view.idsByPrefix(this.#view.keys.userName("").pk, prefix, limit, ({ id }) => [String(id)]);
  }

  page(start: number, limit: number): Promise<Page<UserRecord>> {
    return pageOf(this.#view, USER_LIST, start, limit);
  }

  list(limit: number, after?: string): Promise<Listed<UserRecord>> {
    return listOf(this.#view, USER_LIST, limit, after);
  }

  scan(): AsyncIterable<readonly UserRecord[]> {
    return scanOf(this.#view, USER_LIST);
  }

  async create(id: string, write: UserWrite, stamp: Stamp): Promise<UserCreated> {
    if (!isUserId(id)) throw new Error("not the id of a user");
    const { keys } = this.#view;
    const record = { id, version: 1, created: stamp.at, lastModified: stamp.at, ...write };
    const mark = writeMark(stamp);
    const [own, name] = await this.#write([
      putItem(userItem(keys, record, mark), ABSENT),
      putItem(nameItem(keys, id, write.keys.userName), ABSENT),
      ...indexKeys(keys, id, write.keys).map((key) => putItem(keyItem(key))),
      counted(keys, id, 1),
    ]);
    if (own !== undefined && storedText(own, "lr") !== mark) throw new Error("a new user's id is in use");
    if (own === undefined && name !== undefined) return taken(name);
    return { outcome: "created", record };
  }

  async replace(previous: UserRecord, write: UserWrite, stamp: Stamp): Promise<UserReplaced> {
    const { keys } = this.#view;
    const { id, created } = previous;
    const record: UserRecord = {
      id,
      version: previous.version + 1,
      created,
      lastModified: stamp.at,
      attributes: write.attributes,
      keys: write.keys,
    };
    const mark = writeMark(stamp);
    const item = userItem(keys, record, mark);
    const moves = indexMoves(keys, id, previous.keys, write.keys);
    const names = this.#nameMoves(previous, write);
    const inOne = 1 + names.length + moves.puts.length + moves.deletes.length <= ACTIONS_PER_TRANSACTION;

    for (let repairs = 0; repairs < REPAIRS; repairs++) {
      const [own, name] = inOne
        ? await this.#write([putItem(item, untouched(previous.version)), ...names, ...moves.puts, ...moves.deletes])
        : await this.#replaceInTwo(previous, write, item, names, moves, mark);
      const verdict = own && verdictOn(own, mark, previous.version);
      switch (verdict) {
        case "missing":
        case "stale":
          return { outcome: verdict };
        case "halfDone":
          await this.#repair(id, own);
          continue;
        case "applied":
        case undefined:
          if (verdict === undefined && name !== undefined) return taken(name);
          return { outcome: "replaced", record };
      }
    }
    return { outcome: "stale" };
  }

  async delete(previous: UserRecord, stamp: Stamp): Promise<Deleted> {
    const { keys } = this.#view;
    const { id } = previous;
    for (let repairs = 0; repairs < REPAIRS; repairs++) {
      const [own] = await this.#write([
        deleteItem(keys.user(id), untouched(previous.version)),
        deleteItem(keys.userName(previous.keys.userName)),
        ...indexKeys(keys, id, previous.keys).map((key) => deleteItem(key)),
        counted(keys, id, -1),
        ...deletionTraces(keys, "user", previous, stamp),
      ]);
      if (own === undefined) {
        this.#view.deleted.add(id);
        return { outcome: "deleted" };
      }
      const verdict = verdictOn(own, undefined, previous.version);
      if (verdict !== "halfDone") return { outcome: verdict === "missing" ? "missing" : "stale" };
      await this.#repair(id, own);
    }
    return { outcome: "stale" };
  }

  /** @returns the refusals of the first action (the user) and of any other (only a name can refuse) */
  async #write(actions: readonly Action[]): Promise<readonly [Refusal | undefined, Refusal | undefined]> {
    const refusals = await this.#view.write(actions);
    return [refusals.find(({ index }) => index === 0), refusals.find(({ index }) => index > 0)];
  }

  #nameMoves(previous: UserRecord, write: UserWrite): Action[] {
    if (previous.keys.userName === write.keys.userName) return [];
    const { keys } = this.#view;
    return [
      deleteItem(keys.userName(previous.keys.userName)),
      putItem(nameItem(keys, previous.id, write.keys.userName), ABSENT),
    ];
  }

  /**
   * More e-mails changed than one transaction can carry. First the new index items, listed on the user in `w`, then the
   * change itself. In between, and after a crash in between, the new items lead to a user without the value, which
   * readers notice; whoever writes the user next sees `w` and clears them away.
   */
  async #replaceInTwo(
    previous: UserRecord,
    write: UserWrite,
    item: Item,
    names: readonly Action[],
    moves: { readonly puts: readonly Action[]; readonly deletes: readonly Action[] },
    mark: string,
  ): Promise<readonly [Refusal | undefined, Refusal | undefined]> {
    const key = this.#view.keys.user(previous.id);
    const widened = widenedText(mark, write.keys);
    const [early] = await this.#write([
      { update: key, set: { w: widened }, condition: untouched(previous.version) },
      ...moves.puts,
    ]);
    if (early !== undefined) return [early, undefined];
    const condition = { all: [{ equals: ["v", previous.version] }, { equals: ["w", widened] }] } as const;
    const [own, name] = await this.#write([putItem(item, condition), ...names, ...moves.deletes]);
    if (own === undefined && name !== undefined) await this.#clear(previous.id, widened, previous.keys);
    return [own, name];
  }

  /** Clears away what a two-step change left behind that did not get to its second step. */
  async #repair(id: string, own: Refusal | undefined): Promise<void> {
    const widened = storedText(own, "w");
    const text = storedText(own, "d");
    if (widened !== undefined && text !== undefined) await this.#clear(id, widened, storedKeys(text));
  }

  async #clear(id: string, widened: string, stored: UserKeys): Promise<void> {
    const { keys } = this.#view;
    await this.#write([
      {
        update: keys.user(id),
        remove: ["w"],
        condition: { all: [{ equals: ["w", widened] }] },
      },
      ...indexMoves(keys, id, widenedKeys(widened), stored).deletes,
    ]);
  }
}

function untouched(version: number): Condition {
  return { all: [{ equals: ["v", version] }, { missing: "w" }] };
}

function verdictOn(own: Refusal, mark: string | undefined, version: number): Verdict {
  if (own.stored === undefined) return "missing";
  // The answer to an earlier try of this very write got lost.
  if (mark !== undefined && storedText(own, "lr") === mark) return "applied";
  return own.stored.v === version && own.stored.w !== undefined ? "halfDone" : "stale";
}

function taken(name: Refusal): { readonly outcome: "taken"; readonly attribute: "userName"; readonly holder: string } {
  const holder = storedText(name, "id");
  if (holder === undefined) throw new Error("a taken userName has no holder");
  return { outcome: "taken", attribute: "userName", holder };
}
