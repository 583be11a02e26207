import Type from "typebox";
import { after, closed, count, type Declarations, get, orNull, post, texts } from "./declaration.ts";
import { event } from "./events.ts";

const finding = closed(
  {
    code: Type.String({ description: "Never changes its meaning, e.g. log.uncovered." }),
    weight: Type.Literal("broken"),
    ids: texts("The subject: an id, or numbers of events."),
    says: Type.String(),
    repair: Type.Enum(["possible", "done", "refused", "none"], {
      description: "refused: it changed meanwhile, or the log was busy; run again later.",
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
        next: orNull(Type.String(), "Give it as after to go on; null at the end."),
      },
      { $id: "EventLinePage" },
    ),
    answerDescription: "A page of lines.",
    gone: true,
  }),
  eraseValues: post("orgs/{org}/data/events/{id}/erase", "Erase the values in all events of one user or team", {
    description:
      "At once; after a deletion Rollcall does it by itself within 30 days. The events stay, with the names of what changed, their numbers and times. Later events of somebody who was not deleted have values again. Repeating it changes nothing more.",
    parameters: { id: "Id of the user or team, also a former one." },
    answer: closed({ id: Type.String(), erased: count("Events that had values.") }, { $id: "Erasure" }),
    answerDescription: "How many events had values.",
    conflicts: false,
  }),
  renewLog: post("orgs/{org}/data/events/renew", "Begin the event log anew, one step at a time", {
    description:
      "After a restore, for every organization: consumers hold cursors of what the restored table never saw. All events are removed; every consumer gets 410 and takes a snapshot. Call it with next as from until there is no next.",
    body: closed(
      {
        from: Type.Optional(Type.String({ description: "The value of next in the earlier step; absent to begin." })),
        feed: Type.Optional(
          Type.Boolean({
            default: false,
            description: "Also begin the feed over all organizations anew: once is enough.",
          }),
        ),
      },
      { $id: "RenewalWishes" },
    ),
    answer: closed(
      {
        removed: count("Events and marks of the former log that this step removed."),
        next: Type.Optional(Type.String({ description: "Give it as from to go on; absent at the end." })),
      },
      { $id: "RenewalStep" },
    ),
    answerDescription: "What the step did.",
  }),
  inspectLog: post("orgs/{org}/data/events/fsck", "Compare the event log with the directory, one step at a time", {
    description:
      "Call it with next as from until there is no next. It finds numbers that are missing, events that name a wrong earlier event, and versions that no event covers although they are older than 15 minutes. With repair it appends an event for each of these, so that consumers read the resource itself.",
    body: closed(
      {
        repair: Type.Optional(
          Type.Boolean({ default: false, description: "Append events for versions that none covers." }),
        ),
        from: Type.Optional(Type.String({ description: "The value of next in the earlier step; absent to begin." })),
      },
      { $id: "LogInspectionWishes" },
    ),
    answer: closed(
      {
        findings: Type.Array(finding),
        examined: count("Items looked at in this step."),
        next: Type.Optional(Type.String({ description: "Give it as from to go on; absent at the end." })),
        cost: closed({ rcu: Type.Number({ minimum: 0 }), wcu: Type.Number({ minimum: 0 }) }),
      },
      { $id: "LogInspectionStep" },
    ),
    answerDescription: "What the step found.",
  }),
} as const satisfies Declarations;
