import { PRESETS } from "../../functions/store/rules.ts";
import { printedCommand } from "../rollcall/printedCommand.ts";
import type { Idp, OrgSetup } from "../rollcall/setup/guide.ts";
import { renderChapter } from "../rollcall/setup/renderChapter.ts";
import { withRegion } from "./withRegion.ts";

const CHAPTERS: readonly Idp[] = ["entra", "okta"];

/** What stands in README.md for the reader's own organization. */
const PLACEHOLDERS: OrgSetup = {
  org: "acme",
  tenantUrl: "https://YOUR-ENDPOINT/scim/v2/acme",
  rules: PRESETS.standard,
  command: (words) => printedCommand(undefined, words),
};

/**
 * README.md with what stands between `<!-- setup:IDP -->` and `<!-- /setup:IDP -->` made anew.
 * @throws Error when a pair of markers is not there exactly once, in this order
 */
export function withSetupChapters(readme: string): string {
  return CHAPTERS.reduce((text, idp) => withRegion(text, `setup:${idp}`, renderChapter(idp, PLACEHOLDERS)), readme);
}
