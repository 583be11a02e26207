import { PRESETS } from "../../functions/store/rules.ts";
import { printedCommand } from "../rollcall/printedCommand.ts";
import type { OrgSetup } from "../rollcall/setup/guide.ts";
import { GUIDES } from "../rollcall/setup/guides.ts";
import { renderChapter } from "../rollcall/setup/renderChapter.ts";

/** What stands in a chapter for the reader's own organization. */
const PLACEHOLDERS: OrgSetup = {
  org: "acme",
  tenantUrl: "https://YOUR-ENDPOINT/scim/v2/acme",
  rules: PRESETS.standard,
  command: (words) => printedCommand(undefined, words),
};

/** A chapter for each identity provider that has a guide, by path in the repository. */
export function setupChapters(): ReadonlyMap<string, string> {
  return new Map(
    Object.values(GUIDES).map(({ idp }) => [`lib/docs/connect/${idp}.md`, renderChapter(idp, PLACEHOLDERS)]),
  );
}
