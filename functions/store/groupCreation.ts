import type { Stamp } from "../provisioning/directoryPorts.ts";
import { type Action, deleteItem, type Item, keyItem, putItem } from "./actions.ts";
import type { OrgView } from "./view.ts";

/** How a group with more members than a transaction can carry comes into being, or not. */
export interface EarlyEdges {
  /** Part of the transaction that makes the group: refused when the sweep took the edges for abandoned. */
  readonly finish: Action;
  /** Takes the edges away again. */
  abandon(): Promise<void>;
}

/**
 * Stores the edges of a group that does not exist yet: nobody sees them without the group. A marker in the dead set
 * (`birth` 1; 0 once the sweep has given it up) comes first, so that a creation that never finishes is swept like a deletion.
 */
export async function storeEarlyEdges(
  view: OrgView,
  groupId: string,
  edges: readonly Item[],
  stamp: Stamp,
): Promise<EarlyEdges> {
  const marker = view.keys.marker(groupId);
  await view.write([putItem({ ...keyItem(marker), at: stamp.at, birth: 1 })]);
  await view.database.writeLoose(edges, []);
  return {
    finish: deleteItem(marker, { expression: "birth = :one", values: { ":one": 1 } }),
    async abandon() {
      await view.database.writeLoose(
        [],
        edges.map((edge) => view.keys.edge(groupId, String(edge.sk))),
      );
      await view.write([deleteItem(marker)]);
    },
  };
}
