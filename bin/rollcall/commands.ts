import { adoptCommand } from "./adoptCommand.ts";
import { appEnvCommand } from "./appEnvCommand.ts";
import { appKeyCommands } from "./appKeyCommands.ts";
import { clientCommands } from "./clientCommands.ts";
import type { Command } from "./command.ts";
import { consoleCommand } from "./consoleCommand.ts";
import { directoryCommands } from "./directoryCommands.ts";
import { doctorCommand } from "./doctorCommand.ts";
import { domainCommands } from "./domainCommands.ts";
import { eraseCommand, eventsCommands } from "./eventsCommands.ts";
import { explainCommand } from "./explainCommand.ts";
import { exportCommand } from "./exportCommand.ts";
import { fsckCommand } from "./fsckCommand.ts";
import { historyCommand } from "./historyCommand.ts";
import { holdCommands } from "./holdCommands.ts";
import { importCommand } from "./importCommand.ts";
import { jobsCommand } from "./jobsCommand.ts";
import { mappingCommands } from "./mappingCommands.ts";
import { orgCommands } from "./orgCommands.ts";
import { orgLifeCommands } from "./orgLifeCommands.ts";
import { playCommand } from "./play.ts";
import { portalCommands } from "./portalCommands.ts";
import { restoreCommand } from "./restoreCommand.ts";
import { roleCommands } from "./roleCommands.ts";
import { rollbackCommand } from "./rollbackCommand.ts";
import { setupCommand } from "./setupCommand.ts";
import { stopCommands } from "./stopCommands.ts";
import { tailCommand } from "./tailCommand.ts";
import { tokenCommands } from "./tokenCommands.ts";
import { userImportCommand } from "./userImportCommand.ts";
import { webhookCommands } from "./webhookCommands.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  ...orgCommands,
  ...orgLifeCommands,
  ...holdCommands,
  ...domainCommands,
  adoptCommand,
  setupCommand,
  ...tokenCommands,
  ...clientCommands,
  ...appKeyCommands,
  appEnvCommand,
  ...portalCommands,
  ...directoryCommands,
  ...roleCommands,
  ...mappingCommands,
  userImportCommand,
  doctorCommand,
  explainCommand,
  tailCommand,
  historyCommand,
  consoleCommand,
  ...eventsCommands,
  ...webhookCommands,
  eraseCommand,
  fsckCommand,
  jobsCommand,
  ...stopCommands,
  rollbackCommand,
  restoreCommand,
  exportCommand,
  importCommand,
  playCommand,
];
