import { isGroupId, isUserId } from "../scim/schema.ts";
import type { Deletions, Tombstone } from "./directoryPorts.ts";
import type { OrgView } from "./view.ts";

/** The tombstones in DynamoDB. */
export class DynamoDeletions implements Deletions {
  readonly #view: OrgView;

  constructor(view: OrgView) {
    this.#view = view;
  }

  async find(id: string): Promise<Tombstone | undefined> {
    if (!isUserId(id) && !isGroupId(id)) return undefined;
    const item = await this.#view.get(this.#view.keys.tombstone(id));
    if (item === undefined) return undefined;
    return {
      id,
      kind: item.kind === "group" ? "group" : "user",
      stamp: { at: String(item.at), tokenId: String(item.tokenId), reference: String(item.reference) },
      expires: Number(item.ttl) * 1000,
    };
  }
}
