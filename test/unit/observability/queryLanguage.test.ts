import { describe, expect, test } from "@jest/globals";
import { unknownFields } from "../../support/logsInsights/checkQuery.ts";
import { QueryError, readQuery } from "../../support/logsInsights/readQuery.ts";
import { runQuery } from "../../support/logsInsights/runQuery.ts";

const LINES = [
  { ts: "2026-01-02T10:00:01Z", org: "acme", status: 409, ms: 12, ref: "a", changed: true, bent: { opCase: 2 } },
  { ts: "2026-01-02T10:04:59Z", org: "acme", status: 409, ms: 30, ref: "b", changed: false },
  { ts: "2026-01-02T10:05:00Z", org: "bolt", status: 201, ms: 8, ref: "c", cause: { name: "Odd" } },
  { ts: "2026-01-02T10:06:00Z", status: 401, ms: 1, ref: "d" },
];
const FIELDS = new Set(["ts", "org", "status", "ms", "ref", "changed", "bent.opCase", "cause.name"]);
const isField = (name: string): boolean => FIELDS.has(name);

describe("the language of saved queries", () => {
  test.each([
    ["a command there is none of", "filter status = 409 | where org = 1", "there is no command where"],
    ["a function there is none of", "stats median(ms) as m", "there is no function median"],
    ["too few arguments", "stats pct(ms) as p", "pct takes 2 arguments"],
    ["a comparison without a right side", "filter status >=", "a value should stand here"],
    ["a name without as", "stats count(*) n by org", "the command should end here"],
    ["an unclosed list", "filter status in [401, 403", "] should stand here"],
    ["an unclosed text", 'filter org = "acme', "a value should stand here"],
    ["a word where a field belongs", "stats count(*) as by", "a name should stand before by"],
    ["a column that is no aggregate", "stats ms as m by org", "stats takes aggregates only"],
    ["bins without a duration", "stats count(*) as n by bin(ms)", "bin of this makes no sense"],
    ["a limit beyond that of Logs Insights", "limit 10001", "a limit is 1 to 10000"],
    ["an empty command", "filter status = 1 | | limit 1", "a command should stand here"],
    ["nothing", "", "a command should stand here"],
  ])("is refused with %s", (_what, text, message) => {
    expect(() => readQuery(text)).toThrow(QueryError);
    expect(() => readQuery(text)).toThrow(message);
  });

  test.each([
    ["filter nobody = 1", ["nobody"]],
    ["fields @timestamp, org, bent.opCase, bent.other", ["bent.other"]],
    ["stats count(*) as n by org | sort ms desc", ["ms"]],
    ["stats count(*) as n by org | filter n > 1 | sort org asc", []],
    ["fields ms / 1000 as seconds | sort seconds desc", []],
    ['parse @message "a*b" as inner | filter inner = 1 and outer = 2', ["outer"]],
    ["stats sum(nobody) as n by bin(5m) as time | display time, n, org", ["nobody", "org"]],
    ["dedup org, colour", ["colour"]],
  ])("knows which fields it speaks of: %s", (text, unknown) => {
    expect(unknownFields(readQuery(text), isField)).toEqual(unknown);
  });
});

describe("the evaluation of saved queries", () => {
  const values = (text: string) => runQuery(text, LINES).map((row) => Object.values(row));

  test.each([
    ["fields ref | filter org = 'acme' and not status = 401", [["a"], ["b"]]],
    ["fields ref | filter org != 'acme' or ms > 20", [["b"], ["c"], ["d"]]],
    ["fields ref | filter status in [401, 201]", [["c"], ["d"]]],
    ["fields ref | filter status not in [401, 201]", [["a"], ["b"]]],
    ["fields ref | filter org like /^b/", [["c"]]],
    ["fields ref | filter org not like 'cm'", [["c"], ["d"]]],
    ["fields ref | filter ispresent(bent.opCase) and changed = 1", [["a"]]],
    ["fields ref | filter ms >= 8 and ms < 30", [["a"], ["c"]]],
    ["fields ref, ms * 2 + 1 as more | sort more desc | limit 1", [["b", 61]]],
    ["fields ref | sort org asc, ms desc", [["d"], ["b"], ["a"], ["c"]]],
    ["fields org | dedup org", [["acme"], ["bolt"], [undefined]]],
    ["fields ref | display ref | limit 2", [["a"], ["b"]]],
    ["parse ref /(?<letter>[cd])/ | filter ispresent(letter) | fields letter", [["c"], ["d"]]],
    ['parse @message "\\"org\\":\\"*\\"" as who | fields who | limit 1', [["acme"]]],
    [
      "stats count(*) as n, latest(ref) as last, earliest(ref) as first by status | sort n desc | limit 1",
      [[409, 2, "b", "a"]],
    ],
    [
      "stats count(*) as n by bin(5m) as time | sort time asc",
      [
        [Date.parse("2026-01-02T10:00:00Z"), 2],
        [Date.parse("2026-01-02T10:05:00Z"), 2],
      ],
    ],
    [
      "stats avg(ms) as a, min(ms) as b, max(ms) as c, pct(ms, 50) as d, pct(ms, 99) as e, sum(ms) as f",
      [[12.75, 1, 30, 8, 30, 51]],
    ],
    [
      "stats count(org) as n, count_distinct(org) as orgs, avg(changed) as share, sum(status = 409) as clashes",
      [[3, 2, 0.5, 2]],
    ],
    ["stats sum(ms) / count(*) as mean", [[12.75]]],
    ["filter ms > 1000 | stats count(*) as n", []],
  ])("%s", (text, rows) => {
    expect(values(text)).toEqual(rows);
  });
});
