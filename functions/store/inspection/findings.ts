import type { Stamp } from "../records.ts";
import { LAYOUTS, type TypeLayout } from "../storedTypes.ts";

interface Meaning {
  /**
   * `broken`: a promise of the store does not hold. `leftover`: allowed, invisible remains of an interrupted request; the
   * next writer or the sweep would remove them too.
   */
  readonly weight: "broken" | "leftover";
  /** One sentence for the operator. */
  readonly says: string;
  /** What a repair does; absent where it would have to guess. */
  readonly repair?: string;
  /** What an operator can do where no repair is safe. */
  readonly advice?: string;
}

type Cure = Pick<Meaning, "repair" | "advice">;

type Meanings = Readonly<Record<FindingCode, Meaning>>;

/** Subject and fault: `userName.stray`. */
export type FindingCode = `${string}.${string}`;

const broken = (says: string, cure: Cure): Meaning => ({ weight: "broken", says, ...cure });
const leftover = (says: string, cure: Cure): Meaning => ({ weight: "leftover", says, ...cure });

const RESTORE = "Restore the resource from a backup (point-in-time recovery), or delete and create it again.";

/** Findings for every org. */
const COMMON: Meanings = {
  "item.unreadable": broken("An item has a key or a text that no release writes.", { advice: RESTORE }),
  "item.schema": broken("An item has no schema version, or that of a later release.", {
    advice: "Deploy the release that wrote it; do not write with this one.",
  }),
  "externalId.missing": broken("A resource is not found by its externalId.", {
    repair: "files it under its externalId",
  }),
  "externalId.stray": broken("An externalId leads to a resource that does not have it.", {
    repair: "removes the entry",
  }),
  "edge.reverse": broken("A membership is missing from the groups of its member.", {
    repair: "files the membership under its member",
  }),
  "edge.member": broken("A membership leads to a member that does not exist.", {
    repair: "removes the membership and raises the group's version",
  }),
  "edge.group": broken("A membership belongs to a group that does not exist.", {
    repair: "removes the membership",
  }),
  "edge.stranger": leftover("A team of the application has a member whom the identity provider has deleted.", {
    repair: "removes the membership and raises the team's version",
  }),
  "link.missing": broken("A user is not found by its applicationId, and another user could get the same.", {
    repair: "files the user under its applicationId",
  }),
  "link.stray": broken("An applicationId leads to a user who is not linked to it.", {
    repair: "frees the applicationId",
  }),
  "link.duplicate": broken("Two users are linked to the same applicationId; it leads to the second of the two.", {
    advice: "Unlink one of them.",
  }),
  "link.nobody": leftover("A user who does not exist any more is linked to an applicationId.", {
    repair: "ends the link",
  }),
  "counter.sum": broken("A counter's sum is not the sum of its parts.", { repair: "corrects the sum" }),
  "counter.wrong": broken("A counter does not equal the number of resources that it counts.", {
    repair: "corrects the counter, unless it has changed meanwhile",
  }),
  "marker.living": broken("An existing resource is marked as deleted, and is missing from lists of members.", {
    repair: "removes the mark",
  }),
  "marker.tombstone": broken("A deletion left no trace for the application.", {
    advice: "Who deleted it, and its last version, are in the log lines and the stream of that time.",
  }),
  "marker.waiting": leftover("The memberships of a deleted resource wait for the sweep for longer than usual.", {
    repair: "sweeps them",
  }),
  "tombstone.living": broken("The application sees an existing resource as deleted.", {
    repair: "removes the trace of the deletion",
  }),
  "tombstone.incomplete": broken("The trace of a deletion does not say what was deleted, when or by whom.", {
    advice: "Who deleted it is in the log lines of that time.",
  }),
  "user.roles": broken("A user's roles are not those that follow from the user, its teams and the mappings.", {
    repair: "has the user's roles computed again, within a minute",
  }),
  "user.rolesUnreadable": broken("The stored roles of a user cannot be read or written.", {
    repair: "removes them, and has the user's roles computed again, within a minute",
  }),
  "role.holders": broken(
    "The number of people who hold a role is wrong, or the wrong person keeps it as the last one.",
    {
      repair: "sets both to what was counted, unless they have changed meanwhile",
    },
  ),
  "mapping.role": broken("A mapping gives a role that the catalogue does not have, or that nobody may get.", {
    advice: "Show the mappings with `mappings show ORG`, and replace them with `mappings set ORG --map TEAM=ROLE`.",
  }),
  "mapping.team": leftover("A mapping names a team that does not exist any more, and gives nobody anything.", {
    advice: "Show the mappings with `mappings show ORG`, and replace them with `mappings set ORG --map TEAM=ROLE`.",
  }),
  "mapping.unreadable": broken("The mappings or the catalogue of roles are missing, or cannot be read.", {
    advice:
      "Make the mappings again with `mappings set ORG --map TEAM=ROLE`, or restore both from a backup (point-in-time recovery). Nobody's roles change until then.",
  }),
  "roleWork.unreadable": broken("An entry of the roles' waiting work cannot be read, and would stay without end.", {
    repair: "writes the entry again",
  }),
  "roleWork.waiting": leftover("Roles have waited longer than usual to be computed.", {
    advice:
      "The lines of the type roles.run in the log say why: the runbook has a section on roles that are late or wrong.",
  }),
  "id.bothSides": broken(
    "An id is used on both sides: by the identity provider's resources and by the application's own.",
    { advice: "Delete one of the two." },
  ),
};

/** Findings for resources of one type. */
function meaningsOfType(type: TypeLayout): Meanings {
  const { kind, nameAttribute: name, naming, valueName, hasMembers } = type;
  const a = `${/^[aeio]/.test(kind) ? "an" : "a"} ${kind}`;
  const one = `${a.charAt(0).toUpperCase()}${a.slice(1)}`;
  const unique = naming === "unique";
  return {
    [`${kind}.keys`]: broken(`${one} is stored under keys that do not follow from its attributes.`, {
      advice: hasMembers
        ? `Change ${name} or externalId of the ${kind} at the identity provider: that stores it under the right keys.`
        : `Change any attribute of the ${kind} at the identity provider: that stores it under the right keys.`,
    }),
    [`${kind}Name.missing`]: broken(
      `${one} is not found by its ${name}${unique ? ", and another could take it" : ""}.`,
      { repair: `files the ${kind} under its ${name}` },
    ),
    [`${kind}Name.stray`]: broken(
      `A ${name} leads to ${a} that does not have it${unique ? ", and nobody can take it" : ""}.`,
      { repair: unique ? `frees the ${name}` : `removes the ${kind} from the entry` },
    ),
    ...(unique && {
      [`${kind}Name.duplicate`]: broken(`Two ${kind}s have the same ${name}; it leads to the second of the two.`, {
        advice: "Rename or delete one of them.",
      }),
    }),
    ...(valueName !== undefined && {
      [`${valueName}.missing`]: broken(`${one} is not found by one of its values (${valueName}).`, {
        repair: `files the ${kind} under it`,
      }),
      [`${valueName}.stray`]: broken(`A value (${valueName}) leads to ${a} that does not have it.`, {
        repair: "removes the entry",
      }),
    }),
    ...(type.listsGroups && {
      [`${kind}.groups`]: broken(`${one} does not list the groups that it is in.`, {
        repair: `lists the groups of its memberships, unless the ${kind} has changed meanwhile`,
      }),
    }),
    ...(hasMembers
      ? {
          [`${kind}.unfinished`]: leftover(
            `The creation of a large ${kind} was interrupted: the ${kind} shows only some of its members.`,
            {
              advice: `The identity provider's next request about the ${kind} finishes it; push the ${kind} again if none comes.`,
            },
          ),
          [`${kind}.memberCount`]: broken(
            `${one}'s member count, or the sum of its members' ids, is not that of its memberships.`,
            {
              repair: `sets both to what was counted, unless the ${kind} has changed meanwhile`,
            },
          ),
        }
      : {
          [`${kind}.version`]: broken(`${one}'s version differs from the version in its text.`, { advice: RESTORE }),
          [`${kind}.halfDone`]: leftover(`A change to ${a} with many values was interrupted between its two steps.`, {
            repair: `removes what the first step added; the ${kind} stays as it was before that change`,
          }),
        }),
  };
}

/** All findings by code. A code never changes its meaning; operators' scripts rely on the codes. */
export function meaningsOf(types: readonly TypeLayout[] = LAYOUTS): ReadonlyMap<string, Meaning> {
  return new Map([COMMON, ...types.map(meaningsOfType)].flatMap((meanings) => Object.entries(meanings)));
}

/** @throws Error for a code that no inspection of these types returns */
export function meaningOf(code: FindingCode, types: readonly TypeLayout[] = LAYOUTS): Meaning {
  const meaning = meaningsOf(types).get(code);
  if (meaning === undefined) throw new Error(`${code} is no finding`);
  return meaning;
}

/** A fault or leftover. Contains ids and no names, so it may be printed and kept. */
export interface Finding {
  readonly code: FindingCode;
  readonly managed: boolean;
  /** The affected resource first. For a counter: the prefix of the counted ids; for a role: its key. */
  readonly ids: readonly string[];
  /** `refused`: the items changed before each try of the repair; a later run checks again. */
  readonly repair: "possible" | "done" | "refused" | "none";
}

export interface InspectionStep {
  readonly findings: readonly Finding[];
  /** Count of items read. */
  readonly examined: number;
  /** What changed too often to be judged: ids of groups, id prefixes, or keys of roles. */
  readonly unsettled: readonly string[];
  /** Where the next step continues; absent at the end. */
  readonly next: string | undefined;
}

export interface InspectionWishes {
  /** Whether to repair what can be repaired without guessing. */
  readonly repair: boolean;
  /** Whether to read the index also for users whose item lists their groups. */
  readonly index?: boolean;
  /** Whether the org has roles of the application, and a worker for them. */
  readonly roles?: boolean;
  /** `next` of the previous step; absent: from the beginning. */
  readonly from?: string;
  /** Milliseconds since the epoch: no piece of work starts later. */
  readonly until: number;
  readonly stamp: Stamp;
}
