import { type CallerHelp, caller, DELETION, type Texts, wrong } from "../../scim/errors/family.ts";

const SNAPSHOT =
  "Take a snapshot: read head, list users and teams, remove what is not listed, then go on from that head.";

/** Texts for readers of event logs and of the feed. */
export const LOG_ERRORS = {
  "value.eventCursor":
    "This is no cursor of an event log. Give next or head of an answer, or the id of an event; 0 begins with the very first event; without a cursor the page begins with the oldest event that can be read.",
  "value.eventCursorAhead":
    "This cursor is ahead of the log, as if the log had lost events: somebody restored an earlier state of the table. Ask the operator to begin all logs anew; then take a snapshot.",
  "value.afterAndSince": 'Give only one of "after" and "since".',
  "value.since": "since is a time such as 2026-01-02T03:04:05Z.",
  "value.eventTypes": "types is a list with commas between its names, and knows only {known}.",
  "value.eventResource":
    "resource is the id of a user, a team or a token. The organization's own id selects changes of its settings, the word import selects imports.",
  "value.feedCursor":
    'This is no cursor of this shard. Give next or head of an answer; 0 begins with the very first entry; without a cursor the answer has only "next": begin there.',
  "notFound.loggedResource":
    "Neither the event log of this organization nor its directory knows this id. The list of its users and each event show ids.",
  "gone.otherLog": `This cursor belongs to another organization, or to an earlier event log of this one. ${SNAPSHOT}`,
  "gone.expired": `Events after this cursor are gone: they are kept for {#days} days. ${SNAPSHOT}`,
  "gone.purging": "This organization is being purged, and its events with it.",
  "gone.feed":
    'Entries after this cursor are gone, or the feed began anew. Read each shard without "after" and keep its "next". List the organizations with the heads of their logs. Read each log whose head differs from yours. Then continue from each "next".',
} as const satisfies Texts;

const AGAIN = "The command cannot continue from here: run it again.";

export const LOGS_HELP = (): CallerHelp<keyof typeof LOG_ERRORS> => ({
  "value.eventCursor": wrong("cursor of an event log", {
    example: ["GET", "/directory/v1/orgs/{org}/events?after=17"],
    words: AGAIN,
  }),
  "value.eventCursorAhead": caller(
    "A consumer has a cursor after events that the log does not have.",
    "Run `events renew --all`, as after every restore; the consumer then takes a snapshot.",
    {
      after: ["loggedEvents", ["GET", "/directory/v1/orgs/{org}/events"], "earlierState"],
      example: ["GET", "/directory/v1/orgs/{org}/events?after={head}"],
      words: "The log has lost events, as after a restore. Begin it anew: `events renew ORG`.",
    },
  ),
  "value.afterAndSince": {
    happened: "A call of the API names two places to begin.",
    example: ["GET", "/directory/v1/orgs/{org}/events?after=0&since=2026-01-02T03:04:05Z"],
    words: AGAIN,
  },
  "value.since": wrong("time", {
    example: ["GET", "/directory/v1/orgs/{org}/events?since=yesterday"],
    words: "The beginning is a time such as 2026-01-02T03:04:05Z.",
  }),
  "value.eventTypes": wrong("type of event", {
    example: ["GET", "/directory/v1/orgs/{org}/events?types=user.created,user.renamed"],
    words: "--types is a list with commas between its names, and knows only {known}.",
  }),
  "value.eventResource": wrong("id", {
    example: ["GET", "/directory/v1/orgs/{org}/events?resource=ada%40acme.example"],
    words: "--resource is the id of a user, a team or a token.",
  }),
  "value.feedCursor": wrong("cursor of the feed", {
    example: ["GET", "/directory/v1/feed?shard=3&after=17"],
    words: AGAIN,
  }),
  "notFound.loggedResource": caller(
    "Neither the log nor the directory knows this id.",
    "`users ORG` and `events ORG` show ids.",
    {
      example: ["POST", "/admin/v1/orgs/{org}/data/events/{stranger}/erase"],
      words:
        "Neither the event log nor the directory of this organization knows this id. `users ORG` and `events ORG` show ids.",
    },
  ),
  "gone.otherLog": caller(
    "A cursor belongs to another log.",
    "Take a snapshot, and continue from the head that was read before it.",
    {
      after: ["loggedEvents", ["GET", "/directory/v1/orgs/{org}/events"], "renewedLog"],
      example: ["GET", "/directory/v1/orgs/{org}/events?after={head}"],
      words: "The event log was begun anew meanwhile: run the command again.",
    },
  ),
  "gone.expired": caller(
    "A consumer came back so late that the log no longer has the next events. Or the retention was shorter for a time, so events are gone while older ones remain. Or somebody damaged an event: `fsck ORG --events` finds it.",
    "Take a snapshot, and continue from the head that was read before it. To look at the log only, name a later time in the parameter since.",
    {
      after: ["loggedEvents", 100],
      example: ["GET", "/directory/v1/orgs/{org}/events?after=0"],
      words: "Events are kept for {#days} days: the next ones are gone. Begin later, with a shorter --since.",
    },
  ),
  "gone.purging": caller("The organization is being purged.", "Delete your copy of it.", {
    after: [["POST", "Users", {}], DELETION, 1, ["POST", "/admin/v1/orgs/{org}/purge", { confirm: "{org}" }]],
    example: ["GET", "/directory/v1/orgs/{org}/events"],
  }),
  "gone.feed": caller(
    "A consumer of the feed came back after a restore, or so late that the next entries are gone.",
    "Compare the heads of all logs, as the error says.",
    {
      after: [["GET", "/directory/v1/feed?shard=3"], "renewedFeed"],
      example: ["GET", "/directory/v1/feed?shard=3&after={head}"],
      words: AGAIN,
    },
  ),
});
