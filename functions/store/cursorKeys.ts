import { keyItem } from "./keys.ts";
import { ABSENT } from "./table.ts";
import type { OrgView } from "./view.ts";

/**
 * What cursors of the org are sealed with. It is made when the first cursor is, and never changes.
 * @param fresh 32 random bytes: they are the key if the org has none
 */
export async function cursorKey(view: OrgView, fresh: Uint8Array): Promise<Uint8Array> {
  const stored = await storedKey(view);
  if (stored !== undefined) return stored;
  const put = { ...keyItem(view.keys.cursorKey()), k: Buffer.from(fresh).toString("base64") };
  const refusals = await view.write([{ put, condition: ABSENT }]);
  if (refusals.length === 0) return fresh;
  const faster = await storedKey(view);
  if (faster === undefined) throw new Error("a cursor key is there and cannot be read");
  return faster;
}

async function storedKey(view: OrgView): Promise<Uint8Array | undefined> {
  const item = await view.get(view.keys.cursorKey());
  return item && Buffer.from(String(item.k), "base64");
}
