import { ABSENT, keyItem, putItem } from "./actions.ts";
import type { OrgView } from "./view.ts";

/** What cursors of the org are sealed with. It is made when the first cursor is, and never changes. */
export class CursorKeyStore {
  readonly #view: OrgView;

  constructor(view: OrgView) {
    this.#view = view;
  }

  /** @param fresh 32 random bytes: they are the key if the org has none */
  async key(fresh: Uint8Array): Promise<Uint8Array> {
    const stored = await this.#stored();
    if (stored !== undefined) return stored;
    const item = { ...keyItem(this.#view.keys.cursorKey()), k: Buffer.from(fresh).toString("base64") };
    const refusals = await this.#view.write([putItem(item, ABSENT)]);
    if (refusals.length === 0) return fresh;
    const faster = await this.#stored();
    if (faster === undefined) throw new Error("a cursor key is there and cannot be read");
    return faster;
  }

  async #stored(): Promise<Uint8Array | undefined> {
    const item = await this.#view.get(this.#view.keys.cursorKey());
    return item && Buffer.from(String(item.k), "base64");
  }
}
