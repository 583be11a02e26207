import Type from "typebox";
import { after, closed, count, type Declarations, get, post, SIDE, texts } from "./declaration.ts";

const next = Type.Optional(Type.String({ description: "The value of after for the next page; absent at the end." }));

const finding = closed(
  {
    code: Type.String({ description: "Name of the finding, such as userName.missing. Its meaning never changes." }),
    weight: Type.Enum(["broken", "leftover"], {
      description:
        "leftover: an interrupted request left it, which is allowed; the next write or the sweep removes it.",
    }),
    side: SIDE,
    ids: texts(
      "First the id of the resource. Of a counter: the beginning of the ids that it counts. Of a role: its key.",
    ),
    says: Type.String(),
    repair: Type.Enum(["possible", "done", "refused", "none"], {
      description: "refused: the data kept changing during the repair; run it again later.",
    }),
    mends: Type.Optional(Type.String({ description: "What a repair does; absent where it would have to guess." })),
    advice: Type.Optional(Type.String({ description: "What a person can do where a repair would have to guess." })),
  },
  { $id: "Finding" },
);

/** Unfinished work on an org's data, and checks of that data. */
export const JOB_OPERATIONS = {
  listDeletions: get("orgs/{org}/data/jobs/{side}/deletions", "Deletions whose memberships may not all be gone", {
    description:
      "By id. A sweep removes these memberships at once, and a second sweep looks again a few minutes later.",
    query: { after: after() },
    answer: closed(
      { jobs: Type.Array(closed({ id: Type.String(), at: Type.String(), swept: Type.Boolean() })), next },
      { $id: "DeletionPage" },
    ),
    answerDescription: "A page of deletions.",
  }),
  sweepDeletions: post(
    "orgs/{org}/data/jobs/{side}/deletions",
    "Sweep the side's open deletions now, one step at a time",
    {
      description:
        "Call it again with the answer's next as after, until the answer has no next. The schedule does the same every quarter of an hour; this is for an operator who has repaired the cause of a failed sweep. Another sweep changes nothing more.",
      body: closed(
        {
          after: Type.Optional(Type.String({ description: "The value of next in the earlier step; absent to begin." })),
        },
        { $id: "SweepWishes" },
      ),
      answer: closed(
        {
          done: count("Deletions that are swept completely."),
          again: count(
            "Deletions swept for the first time: the schedule looks at them once more when they are five minutes old.",
          ),
          left: Type.Array(
            closed({
              id: Type.String(),
              at: Type.String(),
              why: Type.Enum(["busy", "fault", "unreadable"]),
            }),
            {
              description:
                "Deletions that were skipped. busy: the table was busy; repeat the call. fault: the line of this request in the log says why. unreadable: it names neither a user nor a group.",
            },
          ),
          next: Type.Optional(
            Type.String({
              description: "The value of after for the next step, even if it is empty; absent at the end.",
            }),
          ),
        },
        { $id: "SweepStep" },
      ),
      answerDescription: "What the step did.",
      conflicts: false,
    },
  ),
  listBegun: get(
    "orgs/{org}/data/jobs/{side}/begun",
    "Changes of several steps that are under way or were broken off",
    {
      description:
        "First groups that are being made, then users that are being changed. A page may be empty without being the last. Reads all groups and users of the side.",
      query: { after: after() },
      answer: closed(
        {
          jobs: Type.Array(
            closed({
              kind: Type.Unsafe<string>(Type.Enum(["birth", "user"])),
              id: Type.String(),
              since: Type.String(),
            }),
          ),
          next,
        },
        { $id: "BegunPage" },
      ),
      answerDescription: "A page of changes.",
    },
  ),
  inspectOrg: post("orgs/{org}/data/fsck", "Check that the stored data is consistent, one step at a time", {
    description:
      "Call it again with the answer's next as from, until the answer has no next. It reads both sides of the organization while identity providers keep writing, and reports only what one atomic read showed. Roles follow some time later: of these, it reports only what is older than 15 minutes. With repair, it repairs what it can without guessing, if the fault is still there. A finding names only ids.",
    body: closed(
      {
        repair: Type.Optional(
          Type.Boolean({ default: false, description: "Repair what can be repaired without guessing." }),
        ),
        index: Type.Optional(
          Type.Boolean({
            default: false,
            description:
              "Also find memberships of groups that never existed. This asks the index about each user whose item lists groups: one call and half a read unit each.",
          }),
        ),
        from: Type.Optional(Type.String({ description: "The value of next in the earlier step; absent to begin." })),
      },
      { $id: "InspectionWishes" },
    ),
    answer: closed(
      {
        findings: Type.Array(finding),
        examined: count("Items looked at in this step."),
        unsettled: texts("What changed too often to check: ids of groups, beginnings of ids, or keys of roles."),
        next: Type.Optional(
          Type.String({
            description: "The value of from for the next step; absent at the end. It may hold names: do not log it.",
          }),
        ),
        cost: closed({ rcu: Type.Number({ minimum: 0 }), wcu: Type.Number({ minimum: 0 }) }),
      },
      { $id: "InspectionStep" },
    ),
    answerDescription: "What the step found.",
  }),
} as const satisfies Declarations;
