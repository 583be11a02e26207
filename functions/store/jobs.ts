import type { BegunChange, JobPage, OpenDeletion } from "./records.ts";
import { timeOf } from "./resourceItems.ts";
import type { TypeLayout } from "./storedTypes.ts";
import type { Item } from "./table.ts";
import type { OrgView } from "./view.ts";

/** Up to 1 MB each; together well within the time of a request. */
const QUERIES_PER_PAGE = 20;

/**
 * Unfinished work, for an operator: the markers of deletions, and resources in the middle of a change of several steps.
 * Reads much, and is no part of any SCIM request.
 */
export class JobStore {
  readonly #view: OrgView;

  constructor(view: OrgView) {
    this.#view = view;
  }

  /** By id. @param after `next` of the previous page */
  async deletions(after?: string): Promise<JobPage<OpenDeletion>> {
    const { keys } = this.#view;
    const page = await this.#view.query(keys.dead(), { after });
    const jobs = page.items.map(({ sk, at, swept }) => ({ id: String(sk), at: String(at), swept: swept === 1 }));
    return { jobs, next: page.last };
  }

  /**
   * By type, in the order of their letters; a letter alone is the place before the first resource of its type. A page may
   * be empty without being the last.
   */
  async begun(after?: string): Promise<JobPage<BegunChange>> {
    const types = this.#view.keys.types.toSorted((a, b) => (a.letter < b.letter ? -1 : 1));
    const jobs: BegunChange[] = [];
    let place = after ?? types[0]?.letter;
    for (let queries = 0; place !== undefined && queries < QUERIES_PER_PAGE; queries++) {
      const letter = place.charAt(0);
      const index = types.findIndex((type) => type.letter === letter);
      const type = types[index];
      if (type === undefined) break;
      const page = await this.#underWay(type, place === letter ? undefined : place);
      for (const item of page.items) jobs.push(begunChange(type, item));
      place = page.last ?? types[index + 1]?.letter;
    }
    return { jobs, next: place };
  }

  #underWay(type: TypeLayout, after: string | undefined) {
    // The attribute exists only in the middle of a change.
    const having = type.hasMembers ? "b" : "w";
    return this.#view.query(this.#view.keys.collection(type), { after, having, only: ["pk", "sk", "lr"] });
  }
}

function begunChange({ kind, hasMembers }: TypeLayout, { sk, lr }: Item): BegunChange {
  return { kind: hasMembers ? "birth" : kind, id: String(sk), since: timeOf(String(lr)) };
}
