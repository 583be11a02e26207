import type { Deletions, Tombstone } from "../store/directoryPorts.ts";
import type { MemoryOrg } from "./org.ts";

/** The tombstones in memory. */
export class MemoryDeletions implements Deletions {
  readonly #org: MemoryOrg;
  readonly #count: () => void;

  /** @param count called once per operation */
  constructor(org: MemoryOrg, count: () => void) {
    this.#org = org;
    this.#count = count;
  }

  async find(id: string): Promise<Tombstone | undefined> {
    this.#count();
    return this.#org.tombstones.get(id);
  }
}
