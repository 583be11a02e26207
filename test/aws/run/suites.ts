import { firstCommands } from "../../deploy/cli.ts";
import { directorySmoke } from "../../deploy/directory.ts";
import { eventsArrive } from "../../deploy/events.ts";
import { doctorVisits, logCommands } from "../../deploy/logCommands.ts";
import { everyLineIsOurs, referenceFindsLine } from "../../deploy/logs.ts";
import { portalIsOpened } from "../../deploy/portal.ts";
import { smoke } from "../../deploy/smoke.ts";
import { tokensAreReported } from "../../deploy/tokensReport.ts";
import { signedCalls } from "../../protocol/calls/everyCall.ts";
import { replays } from "../../protocol/idp/replays.ts";
import { rows } from "../../protocol/rows/rows.ts";
import type { OpenStack } from "../openStack.ts";
import type { Suite } from "./liveRun.ts";

/** test/protocol/idp plays all of them in memory; a run on the emulator plays another third each time. */
export const RECORDED = replays();

/** Those that need only a target, so that they can be counted without one that costs. */
export const WIRE_SUITES: readonly Suite[] = [
  { title: "First steps", checks: smoke },
  { title: "The application's first steps", checks: directorySmoke },
  { title: "Every operation", checks: [signedCalls] },
  { title: "Recorded requests of identity providers", checks: RECORDED },
  { title: "Rows of the guides", checks: rows },
];

/**
 * What is played against every deployed stack, real or emulated. To add a suite of checks, add a line.
 * @param folder where the command line's exports go
 */
export function suitesOn(stack: OpenStack, folder: string): readonly Suite[] {
  const doctor = doctorVisits(stack);
  const hasPortal = stack.resources.some(({ logicalId }) => logicalId.startsWith("portalFunction"));
  return [
    { title: "The command line", checks: [firstCommands(stack, folder), doctor.begins] },
    ...WIRE_SUITES,
    { title: "Events", checks: [eventsArrive(stack)] },
    ...(hasPortal ? [{ title: "Portal", checks: [portalIsOpened(stack)] }] : []),
    { title: "Schedule", checks: [tokensAreReported(stack)] },
    { title: "Logs", checks: [...logCommands(stack), referenceFindsLine(stack), everyLineIsOurs(stack)] },
    { title: "The doctor", checks: [doctor.ends] },
  ];
}

/** One of each kind, for a run whose point is the run itself. */
export function briefSuitesOn(stack: OpenStack): readonly Suite[] {
  return [
    { title: "First steps", checks: smoke },
    { title: "Events", checks: [eventsArrive(stack)] },
  ];
}
