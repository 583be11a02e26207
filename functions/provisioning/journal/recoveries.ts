import { groupType, userType } from "../../scim/resourceTypes.ts";
import type { JournalEntry } from "../../store/journal.ts";
import { rulesOf } from "../session.ts";
import { currentNames, type JournalReading } from "./readActivity.ts";
import { subjectOf } from "./subject.ts";

/** Whom a problem affects: a resource, or a person or group that could not be created. */
export interface Affected {
  readonly resource: "user" | "group";
  /** Ids that it may have: the resource's own, or for a taken name the id of its holder. */
  readonly ids: readonly string[];
  readonly subject: string | undefined;
  readonly tokenId: string | undefined;
  /** When it was last refused. */
  at: string;
}

/** Refused requests with the same cause. */
export interface RefusalCause {
  readonly code: string;
  readonly rule: string | undefined;
  /** Of the latest request. */
  readonly status: number;
  readonly idp: string;
  requests: number;
  first: string;
  readonly last: string;
  readonly attributes: Set<string>;
  readonly refs: string[];
  /** By id or subject. */
  readonly affected: Map<string, Affected>;
}

/** Most creations whose names are read to find users and groups that were refused earlier. */
const MOST_CREATED = 400;

const CREATES: readonly string[] = ["users.create", "groups.create"];

/** Requests that succeeded after an earlier refusal. */
export class Recoveries {
  /** The time of the last success: by id of a resource, or by subject of a created resource. */
  readonly #last: ReadonlyMap<string, string>;
  /** Whether all creations that might solve a problem were examined. */
  readonly complete: boolean;

  private constructor(last: ReadonlyMap<string, string>, complete: boolean) {
    this.#last = last;
    this.complete = complete;
  }

  /** @param entries newest first, as far as they were read */
  static async find(
    reading: JournalReading,
    entries: readonly JournalEntry[],
    problems: readonly RefusalCause[],
  ): Promise<Recoveries> {
    const last = new Map<string, string>();
    const note = (name: string | undefined, at: string): void => {
      if (name !== undefined && at > (last.get(name) ?? "")) last.set(name, at);
    };
    const carriedOut = entries.filter(({ status, skipped = 0 }) => status < 400 && skipped === 0);
    for (const { resourceId, at } of carriedOut) note(resourceId, at);
    const lost = problems.flatMap(({ affected }) =>
      [...affected.values()].filter(({ subject }) => subject !== undefined),
    );
    const since = lost.map(({ at }) => at).sort()[0];
    if (since === undefined) return new Recoveries(last, true);
    const created = carriedOut.filter(({ op, at }) => CREATES.includes(op) && at > since);
    const looked = created.slice(0, MOST_CREATED);
    for (const [subject, at] of await subjectsOf(reading, looked, lost)) note(subject, at);
    return new Recoveries(last, looked.length === created.length);
  }

  has({ ids, subject, at }: Affected): boolean {
    return [...ids, ...(subject === undefined ? [] : [subject])].some((name) => (this.#last.get(name) ?? "") > at);
  }
}

/** The subjects that refused creates of these resources would have had. */
async function subjectsOf(
  reading: JournalReading,
  created: readonly JournalEntry[],
  lost: readonly Affected[],
): Promise<readonly (readonly [subject: string, at: string])[]> {
  if (created.length === 0) return [];
  const { org, settings } = reading;
  const [names, tokens] = await Promise.all([
    currentNames(
      reading,
      created.map(({ resourceId }) => resourceId),
    ),
    settings.tokens(org.id),
  ]);
  const used = new Set(lost.map(({ tokenId }) => tokenId));
  const hashes = tokens.filter(({ id }) => used.has(id)).map(({ hash }) => hash);
  const [users, groups] = [userType(rulesOf(org)), groupType(rulesOf(org))];
  return created.flatMap(({ resource, resourceId = "", at }) => {
    const [type, attribute] = resource === "group" ? [groups, "displayName"] : [users, "userName"];
    const subjects = hashes.map((hash) => subjectOf(hash, type, attribute, names.get(resourceId)));
    return subjects.flatMap((subject) => (subject === undefined ? [] : [[subject, at] as const]));
  });
}
