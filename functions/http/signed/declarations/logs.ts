import Type from "typebox";
import { after, closed, count, type Declarations, get, orNull, post, texts } from "./declaration.ts";
import { event } from "./events.ts";

const finding = closed(
  {
    code: Type.String({ description: "Name of the finding, such as log.uncovered. Its meaning never changes." }),
    weight: Type.Literal("broken"),
    ids: texts("The subject: an id, or numbers of events."),
    says: Type.String(),
    repair: Type.Enum(["possible", "done", "refused", "none"], {
      description: "refused: the data changed during the repair, or the log was busy; run it again later.",
    }),
    mends: Type.Optional(Type.String({ description: "What a repair does." })),
    advice: Type.Optional(Type.String({ description: "What a person can do where there is no repair." })),
  },
  { $id: "LogFinding" },
);

/** The operator's operations on an org's event log. */
export const LOG_OPERATIONS = {
  exportEvents: get("orgs/{org}/data/export/events", "Events of the log as lines of an export", {
    description: "Begins with the oldest readable event. Events have values where the log has them.",
    query: { after: after() },
    answer: closed(
      {
        lines: Type.Array(closed({ type: Type.Literal("event"), event }, { $id: "EventLine" })),
        next: orNull(Type.String(), "The value of after for the next page; null at the end."),
      },
      { $id: "EventLinePage" },
    ),
    answerDescription: "A page of lines.",
    gone: true,
  }),
  eraseValues: post("orgs/{org}/data/events/{id}/erase", "Erase the values in all events of one user or team", {
    description:
      "Erases at once; after a deletion, Rollcall erases the values itself within 30 days. The events stay, with their numbers and times and the names of what changed. Later events of a user or team that still exists have values again. Repeating it changes nothing more.",
    parameters: { id: "Id of the user or team, also a former one." },
    answer: closed({ id: Type.String(), erased: count("Events that had values.") }, { $id: "Erasure" }),
    answerDescription: "How many events had values.",
    conflicts: false,
  }),
  renewLog: post("orgs/{org}/data/events/renew", "Begin the event log anew, one step at a time", {
    description:
      "Use it for every organization after a restore: consumers hold cursors of events that the restored table does not have. It removes all events; every consumer gets 410 and takes a snapshot. Call it again with the answer's next as from, until the answer has no next.",
    body: closed(
      {
        from: Type.Optional(Type.String({ description: "The value of next in the earlier step; absent to begin." })),
        feed: Type.Optional(
          Type.Boolean({
            default: false,
            description: "Also begin the feed over all organizations anew: needed once, not for each organization.",
          }),
        ),
      },
      { $id: "RenewalWishes" },
    ),
    answer: closed(
      {
        removed: count("Items of the former log that this step removed."),
        next: Type.Optional(Type.String({ description: "The value of from for the next step; absent at the end." })),
      },
      { $id: "RenewalStep" },
    ),
    answerDescription: "What the step did.",
  }),
  inspectLog: post("orgs/{org}/data/events/fsck", "Compare the event log with the directory, one step at a time", {
    description:
      "Call it again with the answer's next as from, until the answer has no next. It finds missing numbers, events that name a wrong earlier event, and versions that have no event although they are older than 15 minutes. With repair, it appends an event for each such version, so that consumers read the resource itself.",
    body: closed(
      {
        repair: Type.Optional(
          Type.Boolean({ default: false, description: "Append an event for each version that has none." }),
        ),
        from: Type.Optional(Type.String({ description: "The value of next in the earlier step; absent to begin." })),
      },
      { $id: "LogInspectionWishes" },
    ),
    answer: closed(
      {
        findings: Type.Array(finding),
        examined: count("Items looked at in this step."),
        next: Type.Optional(Type.String({ description: "The value of from for the next step; absent at the end." })),
        cost: closed({ rcu: Type.Number({ minimum: 0 }), wcu: Type.Number({ minimum: 0 }) }),
      },
      { $id: "LogInspectionStep" },
    ),
    answerDescription: "What the step found.",
  }),
} as const satisfies Declarations;
