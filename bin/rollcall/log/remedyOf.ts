import { isDetailCode } from "../../../functions/scim/catalogue/allTexts.ts";
import { oauthRemedy } from "../remedies/oauthRemedies.ts";
import { REMEDIES, SKIPPED_MEMBERS } from "../remedies/remedies.ts";
import type { CallerRemedy, Remedy } from "../remedies/remedy.ts";
import { GATEWAY_REMEDIES } from "./gatewayRemedies.ts";
import { type LogLine, textAt } from "./logReader.ts";

/** @returns undefined for a line of what was carried out as it was asked for */
export function remedyOf(line: LogLine): Remedy | CallerRemedy | undefined {
  const code = textAt(line, "detailCode");
  if (isDetailCode(code)) return REMEDIES[code];
  if (code === "" && Number(line.skippedMembers) > 0) return SKIPPED_MEMBERS;
  const [family, rest = ""] = code.split(".");
  if (family === "gateway") return Object.entries(GATEWAY_REMEDIES).find(([name]) => name === rest)?.[1];
  if (family !== "oauth") return undefined;
  const [why, general] = [textAt(line, "why"), oauthRemedy(rest)];
  const known = [why, `token.${why}`].find(isDetailCode);
  if (known === undefined || general === undefined) return general;
  return { ...general, ...(known.startsWith("org.") ? REMEDIES[known] : {}), happened: REMEDIES[known].happened };
}
