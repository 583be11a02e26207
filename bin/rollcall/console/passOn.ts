import { type JsonObject, objectIn } from "../../../functions/scim/json.ts";
import { type AdminAnswer, type AdminRequest, type Api, adminPath } from "../adminClient.ts";
import type { Connection } from "./connection.ts";
import { ConsoleError } from "./consoleError.ts";
import type { FoundOperation } from "./consoleOperations.ts";

/** A refusal by the deployment; the page gets it unchanged. */
export class DeploymentRefusal extends Error {
  readonly answer: AdminAnswer;

  constructor(answer: AdminAnswer) {
    super("the deployment refused");
    this.answer = answer;
  }
}

/**
 * Sends a request to the deployment.
 * @returns the successful answer
 * @throws DeploymentRefusal, ConsoleError, Refused
 */
export async function passOn(connection: Connection, api: Api, request: AdminRequest): Promise<AdminAnswer> {
  const answer = await connection.send(api, request);
  const { status, text } = answer;
  const json = objectIn(text);
  if (status >= 200 && status < 300 && (json !== undefined || text === "")) return answer;
  if (json === undefined) throw new ConsoleError("answer", `The deployment answered ${status}, and no JSON.`);
  // Every refusal of the portal's function has a code: without one, the deployment has no such function.
  if (api === "console" && status === 404 && json.code === undefined) throw new ConsoleError("noPortal");
  // For the page, 401 means that it is not signed in to the console.
  if (status === 401) throw new ConsoleError("refused", String(json.detail ?? json.message));
  throw new DeploymentRefusal(answer);
}

/** The request of a listed operation, with only the declared query parameters. */
export function requestFor(
  { operation, parameters }: FoundOperation,
  query: URLSearchParams,
  body: JsonObject | undefined,
): AdminRequest {
  const segments = operation.target.split("/").map((part) => {
    return part.startsWith("{") ? (parameters[part.slice(1, -1)] ?? "") : part;
  });
  const named = [...query].filter(([name]) => Object.hasOwn(operation.query ?? {}, name));
  const asked = new URLSearchParams(named).toString();
  const path = `${adminPath(...segments)}${asked === "" ? "" : `?${asked}`}`;
  return { method: operation.method, path, ...(body === undefined ? {} : { body }) };
}
