import type { OAuthError } from "../../../functions/edge/oauthRequest.ts";
import type { DetailCode } from "../../../functions/scim/catalogue/catalogue.ts";
import { OAUTH_CODES } from "./oauthCodes.ts";
import { OPERATOR_CODES } from "./operatorCodes.ts";
import { REQUEST_CODES } from "./requestCodes.ts";
import { RESOURCE_CODES } from "./resourceCodes.ts";
import { type Exchange, type Row, Stage, type UnderRules } from "./stage.ts";

/** What a function names on its line as the reason of a refusal. */
export type FunctionCode = DetailCode | `oauth.${OAuthError}`;

/** A code without a row does not compile; one that is emitted and has none fails every test (logLines.ts). */
export const ROWS: Readonly<Record<FunctionCode, Row>> = {
  ...REQUEST_CODES,
  ...RESOURCE_CODES,
  ...OPERATOR_CODES,
  ...OAUTH_CODES,
};

export interface Provoked extends Exchange {
  readonly stage: Stage;
  readonly rules: UnderRules["rules"] | undefined;
}

/** @returns undefined for a code that no request can cause. @param stage one of its own */
export async function provoke(code: FunctionCode, stage = new Stage()): Promise<Provoked | undefined> {
  const row = ROWS[code];
  if ("because" in row) return undefined;
  const [rules, seed] = "seed" in row ? [row.rules, row.seed] : [undefined, row];
  const answer = await seed(await stage.begin(rules));
  if (stage.last?.answer !== answer) throw new Error(`the row of ${code} does not end with the answer it returns`);
  return { ...stage.last, stage, rules };
}
