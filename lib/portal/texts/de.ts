import { commonTextsDe } from "./de/common.ts";
import { connectTextsDe } from "./de/connect.ts";
import { peopleTextsDe } from "./de/people.ts";
import { shellTextsDe } from "./de/shell.ts";
import type { PortalTexts } from "./en.ts";

export const de: PortalTexts = {
  ...commonTextsDe,
  ...shellTextsDe,
  ...connectTextsDe,
  ...peopleTextsDe,
};
