import { isUserId } from "../scim/schema.ts";
import type { BegunChange, JobPage, OpenDeletion, OpenJobs } from "./directoryPorts.ts";
import type { Kind } from "./keys.ts";
import type { Item } from "./table.ts";
import { timeOf } from "./traces.ts";
import type { OrgView } from "./view.ts";

/** 1 MB each: together well within the time of a request. */
const QUERIES_PER_PAGE = 20;
/** Below every id of a user, above every id of a group. */
const USERS = "u";

/** The attribute that stands on an item only in the middle of a change. */
const UNDER_WAY: Readonly<Record<Kind, string>> = { group: "b", user: "w" };

/** What is open in DynamoDB: the markers of the dead set, and what bears the mark of a change of several steps. */
export class DynamoJobs implements OpenJobs {
  readonly #view: OrgView;

  constructor(view: OrgView) {
    this.#view = view;
  }

  async deletions(after?: string): Promise<JobPage<OpenDeletion>> {
    const { keys } = this.#view;
    const page = await this.#view.query(keys.dead(), { after });
    const jobs = page.items.map(({ sk, at, swept }) => ({ id: String(sk), at: String(at), swept: swept === 1 }));
    return { jobs, next: page.last };
  }

  async begun(after?: string): Promise<JobPage<BegunChange>> {
    const jobs: BegunChange[] = [];
    let place = after;
    for (let queries = 0; queries < QUERIES_PER_PAGE; queries++) {
      const kind = place === USERS || isUserId(place ?? "") ? "user" : "group";
      const page = await this.#underWay(kind, place);
      for (const item of page.items) jobs.push(begunChange(kind, item));
      place = page.last ?? (kind === "group" ? USERS : undefined);
      if (place === undefined) break;
    }
    return { jobs, next: place };
  }

  #underWay(kind: Kind, after: string | undefined) {
    const { keys } = this.#view;
    const from = after === USERS ? undefined : after;
    return this.#view.query(keys.collection(kind), { after: from, having: UNDER_WAY[kind], only: ["pk", "sk", "lr"] });
  }
}

function begunChange(kind: Kind, { sk, lr }: Item): BegunChange {
  return { kind: kind === "group" ? "birth" : "user", id: String(sk), since: timeOf(String(lr)) };
}
