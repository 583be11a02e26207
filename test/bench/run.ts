import { scriptOptions, wrongWords } from "../../bin/scriptOptions.ts";
import { benchColdStart } from "./coldStart.ts";
import { benchEventLog } from "./eventLog.ts";
import { benchGroupLife } from "./groupLife.ts";
import { benchGrowth } from "./growth.ts";
import { benchLargeGroup } from "./largeGroup.ts";
import { benchLocal } from "./localServer.ts";
import { benchPaging } from "./paging.ts";
import { benchParts, partsOptions } from "./parts.ts";
import { benchPortal } from "./portal.ts";
import { benchRosters } from "./rosters.ts";
import { benchTableClients, clientsOptions } from "./tableClients.ts";
import { benchThroughput, throughputOptions } from "./throughput.ts";

/** `npm run bench -- [NAME] [options]`: one of the figures, or all. Each prints its table; nothing passes or fails. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  coldStart: () => benchColdStart(),
  throughput: (args) => benchThroughput(throughputOptions(args)),
  tableClients: (args) => benchTableClients(clientsOptions(args)),
  parts: (args) => benchParts(partsOptions(args)),
  largeGroup: ([members = "20000"]) => benchLargeGroup(Number(members)),
  rosters: ([rounds = "9", turn = "400"]) => benchRosters({ rounds: Number(rounds), turn: Number(turn) }),
  groupLife: ([members = "100000"]) => benchGroupLife(Number(members)),
  growth: ([users = "100000"]) => benchGrowth(Number(users)),
  eventLog: ([seconds = "10", feed]) => benchEventLog(Number(seconds), feed),
  local: ([seconds = "120"]) => benchLocal(Number(seconds)),
  portal: ([people = "10000"]) => benchPortal(Number(people)),
  paging: ([users = "100000"]) => benchPaging(Number(users)),
};

/** These read options of their own; the others read numbers. */
const WITH_OPTIONS = ["throughput", "tableClients", "parts"];
const USAGE = {
  script: "bench",
  summary: `measure one of the figures, or all: ${Object.keys(BENCHES).join(", ")}. ${WITH_OPTIONS.join(", ")} answer --help themselves`,
  options: {},
  words: "[NAME [OPTIONS | NUMBER...]]",
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !WITH_OPTIONS.includes(name)) scriptOptions(USAGE);
const chosen = name === undefined ? Object.values(BENCHES) : [BENCHES[name]];
for (const bench of chosen) {
  if (bench === undefined) wrongWords(`There is no figure ${JSON.stringify(name)}.`, USAGE.script);
  await bench(args);
}
