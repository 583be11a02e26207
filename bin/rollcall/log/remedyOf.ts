import { adviceOn, isDetailCode, OAUTH_CODES, SKIPPED_MEMBERS } from "../errors/errors.ts";
import { GATEWAY_REMEDIES } from "../errors/gateway.ts";
import type { CallerRemedy, Remedy } from "../errors/remedy.ts";
import { type FoundLine, textAt } from "./logReader.ts";

/** @returns undefined for a line of what was carried out as it was asked for */
export function remedyOf(line: FoundLine): Remedy | CallerRemedy | undefined {
  const code = textAt(line, "detailCode");
  if (isDetailCode(code)) return adviceOn(code);
  if (code === "" && Number(line.skippedMembers) > 0) return SKIPPED_MEMBERS;
  const [family, name = ""] = code.split(".");
  if (family === "gateway") return Object.entries(GATEWAY_REMEDIES).find(([one]) => one === name)?.[1];
  const oauth = OAUTH_CODES.find((one) => one === code);
  if (oauth === undefined) return undefined;
  const [why, general] = [textAt(line, "why"), adviceOn(oauth)];
  const known = [why, `token.${why}`].find(isDetailCode);
  if (known === undefined) return general;
  const { happened, ...rest } = adviceOn(known);
  return { ...general, ...(known.startsWith("org.") ? rest : {}), happened };
}
