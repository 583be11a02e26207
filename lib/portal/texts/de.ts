import { activityTextsDe } from "./de/activity.ts";
import { commonTextsDe } from "./de/common.ts";
import { connectTextsDe } from "./de/connect.ts";
import { consoleTextsDe } from "./de/console.ts";
import { credentialsTextsDe } from "./de/credentials.ts";
import { healthTextsDe } from "./de/health.ts";
import { peopleTextsDe } from "./de/people.ts";
import { settingsTextsDe } from "./de/settings.ts";
import { shellTextsDe } from "./de/shell.ts";
import type { PortalTexts } from "./en.ts";

export const de: PortalTexts = {
  ...commonTextsDe,
  ...shellTextsDe,
  ...connectTextsDe,
  ...peopleTextsDe,
  ...activityTextsDe,
  ...credentialsTextsDe,
  ...healthTextsDe,
  ...settingsTextsDe,
  ...consoleTextsDe,
};
