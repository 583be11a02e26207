import Type from "typebox";
import type { Json, JsonObject } from "../../../scim/json.ts";
import {
  after,
  closed,
  count,
  type Declarations,
  get,
  orNull,
  post,
  readByUseCase,
  SIDE,
  slug,
  texts,
  time,
} from "./declaration.ts";
import { preset, singleSignOn } from "./orgs.ts";

/** By resource type: a later release may have more types. */
type Counts = Readonly<Record<string, number>>;
const sideTotals = Type.Unsafe<Counts>(closed({ users: count(), groups: count() }, { $id: "SideTotals" }));
const sideCounts = Type.Unsafe<Counts>(
  closed({ users: count(), groups: count(), memberships: count() }, { $id: "SideCounts" }),
);
const fileCounts = closed({ managed: sideCounts, unmanaged: sideCounts }, { $id: "FileCounts" });
const file = Type.String({
  $id: "FileHash",
  pattern: "^[0-9a-f]{64}$",
  description: "SHA-256 of the whole file: an import continues only with the same file.",
});

const resourceLine = closed(
  {
    type: Type.Unsafe<string>(Type.Enum(["user", "group"])),
    side: SIDE,
    id: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    created: time(),
    lastModified: time(),
    attributes: Type.Unsafe<JsonObject>({
      type: "object",
      description: "As SCIM answers them, without id, meta, groups and members.",
    }),
    link: Type.Optional(
      closed(
        { applicationId: orNull(Type.String()), version: Type.Integer({ minimum: 1 }) },
        { description: "Of a user who is, or was, linked to a record of the application." },
      ),
    ),
  },
  { $id: "ResourceLine" },
);
const membersLine = closed(
  {
    type: Type.Literal("members"),
    side: SIDE,
    group: Type.String(),
    ids: Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description: "Of users and groups, ascending." }),
  },
  { $id: "MembersLine" },
);
const next = orNull(Type.String(), "The value of after for the next page; null at the end.");
const resourcePage = closed({ lines: Type.Array(resourceLine), next }, { $id: "ResourcePage" });

const importState = closed(
  { file, begun: time(), counts: fileCounts, finished: Type.Optional(time()) },
  { $id: "ImportState" },
);
const theFile = readByUseCase<Json>(file);

/** An org's users and groups as a whole: totals, export and import. */
export const DATA_OPERATIONS = {
  getTotals: get("orgs/{org}/data/totals", "How many users and groups there are", {
    description:
      "Exact numbers for each side: what identity providers made through SCIM, and what the application made itself.",
    answer: closed({ managed: sideTotals, unmanaged: sideTotals }, { $id: "Totals" }),
    answerDescription: "The numbers.",
  }),
  exportHeader: get("orgs/{org}/data/export", "The first line of an export", {
    description:
      "The organization's settings and the time at which the export begins. The program that writes the file leaves out what is made later.",
    answer: closed(
      {
        type: Type.Literal("rollcall-export"),
        formatVersion: Type.Unsafe<number>(Type.Literal(1)),
        org: slug,
        exportedAt: time(),
        release: Type.String(),
        settings: closed({
          displayName: Type.String(),
          entitled: Type.Boolean(),
          sso: orNull(singleSignOn),
          admins: texts(),
          preset,
          changedRules: Type.Unsafe<object>({
            type: "object",
            description: "The rules that were changed one by one.",
          }),
          protectedUsers: texts(),
          eventRetentionDays: Type.Optional(Type.Integer({ minimum: 7, maximum: 400 })),
        }),
      },
      { $id: "ExportHeader", description: "The first line of an export. No token and no secret is part of it." },
    ),
    answerDescription: "The first line of an export.",
  }),
  exportMembers: get(
    "orgs/{org}/data/export/{side}/members",
    "Members of the groups of one side, in the order of the groups",
    {
      description: "Deleted members are left out at once.",
      query: { after: after() },
      answer: closed({ lines: Type.Array(membersLine), next }, { $id: "MembersPage" }),
      answerDescription: "A page of lines.",
    },
  ),
  exportUsers: get("orgs/{org}/data/export/{side}/users", "Users of one side, in the order of their ids", {
    description: "A page holds up to 1,000 users and stays below 6 MB.",
    query: { after: after() },
    answer: resourcePage,
    answerDescription: "A page of lines.",
  }),
  exportGroups: get("orgs/{org}/data/export/{side}/groups", "Groups of one side, in the order of their ids", {
    description: "Without their members.",
    query: { after: after() },
    answer: resourcePage,
    answerDescription: "A page of lines.",
  }),
  lookAhead: get("orgs/{org}/data/import", "Whether an import is possible, or was made", {
    description: "Reads only.",
    answer: closed(
      {
        paused: Type.Boolean(),
        untouched: Type.Boolean({ description: "Neither side ever had a user or group." }),
        import: orNull(importState),
      },
      { $id: "ImportOutlook" },
    ),
    answerDescription: "Whether an import is possible, and the one that was begun, if any.",
  }),
  beginImport: post("orgs/{org}/data/import", "Begin the import of a file, or find it again", {
    description:
      "The organization must be paused and must never have had a user or group. From this call until the import ends, the organization cannot be resumed, and the directory API answers 503.",
    body: closed({ file: theFile, counts: readByUseCase<Json>(fileCounts) }, { $id: "NewImport" }),
    answer: importState,
    answerDescription: "The import.",
  }),
  importLines: post("orgs/{org}/data/import/lines", "Store lines of the file", {
    description:
      "In the order of the file. Ids, versions and times are kept. Sending a stored line again changes nothing.",
    body: closed(
      {
        file: theFile,
        lines: readByUseCase<Json>(
          Type.Array(Type.Union([resourceLine, membersLine]), { minItems: 1, maxItems: 5000 }),
        ),
      },
      { $id: "ImportLines" },
    ),
    answer: closed(
      { done: Type.Integer({ minimum: 1, description: "How many of the lines are stored; send the rest again." }) },
      { $id: "ImportStep" },
    ),
    answerDescription: "How many lines were stored.",
  }),
  finishImport: post("orgs/{org}/data/import/finish", "End the import", {
    description: "Refused unless the organization holds exactly as many users, groups and memberships as the file.",
    body: closed({ file: theFile }, { $id: "ImportEnd" }),
    answer: importState,
    answerDescription: "The import, which is over.",
  }),
} as const satisfies Declarations;
