import type { BegunChange, JobPage, OpenDeletion, OpenJobs } from "../store/directoryPorts.ts";
import type { MemoryOrg } from "./org.ts";

/** What is open in memory: all of it behind `after` in one page. A user is changed in one step here. */
export class MemoryJobs implements OpenJobs {
  readonly #org: MemoryOrg;
  readonly #count: () => void;

  /** @param count called once per operation */
  constructor(org: MemoryOrg, count: () => void) {
    this.#org = org;
    this.#count = count;
  }

  async deletions(after = ""): Promise<JobPage<OpenDeletion>> {
    this.#count();
    const behind = [...this.#org.dead.values()].filter(({ id }) => id > after);
    return { jobs: behind.sort((a, b) => (a.id < b.id ? -1 : 1)), next: undefined };
  }

  async begun(): Promise<JobPage<BegunChange>> {
    this.#count();
    const jobs: BegunChange[] = [];
    for await (const groups of this.#org.groups.pages()) {
      for (const { id, creation, lastModified } of groups) {
        if (creation !== undefined) jobs.push({ kind: "birth", id, since: lastModified });
      }
    }
    return { jobs, next: undefined };
  }
}
