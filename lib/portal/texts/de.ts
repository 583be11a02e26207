import { commonTextsDe } from "./de/common.ts";
import { shellTextsDe } from "./de/shell.ts";
import type { PortalTexts } from "./en.ts";

export const de: PortalTexts = { ...commonTextsDe, ...shellTextsDe };
