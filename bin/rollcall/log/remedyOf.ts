import { isDetailCode } from "../../../functions/scim/catalogue/allTexts.ts";
import { type CallerRemedy, REMEDIES, type Remedy } from "../remedies/remedies.ts";
import { GATEWAY_REMEDIES } from "./gatewayRemedies.ts";
import { type LogLine, textAt } from "./logReader.ts";

const OAUTH: Readonly<Record<string, Remedy>> = Object.fromEntries(
  Object.entries({
    invalid_request: "The request for an access token lacks something that OAuth 2.0 requires, or has it twice.",
    invalid_client: "The client identifier or client secret is wrong, or the secret is no longer valid.",
    unauthorized_client: "The organization may not provision at present.",
    unsupported_grant_type: "The client asked for another grant than client_credentials.",
    invalid_scope: "The client asked for a scope that there is not.",
    temporarily_unavailable: "The service was busy when the access token was asked for.",
    server_error: "Something in this service broke while an access token was made.",
  }).map(([error, happened]): [string, Remedy] => [
    error,
    {
      happened,
      entra:
        "Provisioning › Admin Credentials: enter token endpoint, client identifier and client secret anew; client create ORG shows a new secret once.",
      okta: "Okta sends a bearer token: paste one under HTTP Header › Authorization.",
      elsewhere:
        "Send client_id, client_secret and grant_type=client_credentials as a form. client create ORG makes a secret.",
      again: ["temporarily_unavailable", "server_error"].includes(error) ? "byItself" : "onceMended",
    },
  ]),
);

/** @returns undefined for a line of what was not refused */
export function remedyOf(line: LogLine): Remedy | CallerRemedy | undefined {
  const code = textAt(line, "detailCode");
  if (isDetailCode(code)) return REMEDIES[code];
  const [family, rest = ""] = code.split(".");
  if (family === "gateway") return Object.entries(GATEWAY_REMEDIES).find(([name]) => name === rest)?.[1];
  if (family !== "oauth") return undefined;
  const [why, general] = [textAt(line, "why"), OAUTH[rest]];
  const known = [why, `token.${why}`].find(isDetailCode);
  if (known === undefined || general === undefined) return general;
  return { ...general, ...(known.startsWith("org.") ? REMEDIES[known] : {}), happened: REMEDIES[known].happened };
}
