import { keyItem } from "./actions.ts";
import type { ImportState } from "./importPorts.ts";
import type { OrgKeys } from "./keys.ts";
import type { Item } from "./table.ts";
import type { OrgView } from "./view.ts";

export async function readImportState(managed: OrgView): Promise<ImportState | undefined> {
  const item = await managed.get(managed.keys.importState());
  // Only importStateItem writes it.
  return item && (JSON.parse(String(item.d)) as ImportState);
}

export function importStateItem(keys: OrgKeys, state: ImportState): Item {
  return { ...keyItem(keys.importState()), d: JSON.stringify(state) };
}
