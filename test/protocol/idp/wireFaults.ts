import { isObject, type Json } from "../../../functions/scim/json.ts";
import { ERROR } from "../../../functions/scim/schema.ts";
import { differences } from "../../support/expectation.ts";
import type { Answer } from "../../support/wire.ts";

/** What holds for every answer, whatever was asked (product.md section 5: 6, 8, 11). */
export function wireFaults(answer: Answer, accept: string | null | undefined): string[] {
  const found: string[] = [];
  if (answer.status >= 500 && answer.status !== 501 && answer.status !== 503) found.push(`a surprise: ${answer.text}`);
  if (answer.status === 204 || answer.status === 304) {
    return answer.text === "" ? found : [...found, `a ${answer.status} must have no body`];
  }
  if (answer.json === undefined) return [...found, `the body is not JSON: ${answer.text.slice(0, 200)}`];
  const type = accept === "application/json" ? "application/json" : "application/scim+json";
  found.push(...differences({ "content-type": type }, { ...answer.headers }, "headers"));
  if (answer.status >= 400) {
    const shape = { schemas: [ERROR], status: String(answer.status), detail: { $matches: "\\S.* \\(ref: [^)]+\\)$" } };
    found.push(...differences(shape, answer.json, "error"));
  }
  if (answer.status === 401) found.push(...differences("$present", challenge(answer), "headers.www-authenticate"));
  if (answer.status < 400 && holdsPassword(answer.json)) found.push("an answer holds a password");
  return found;
}

/** API Gateway renames the header on its way out. */
function challenge(answer: Answer): string {
  return answer.headers["www-authenticate"] ?? answer.headers["x-amzn-remapped-www-authenticate"] ?? "";
}

function holdsPassword(json: Json): boolean {
  if (Array.isArray(json)) return json.some(holdsPassword);
  if (!isObject(json)) return false;
  return Object.entries(json).some(([name, value]) => name.toLowerCase() === "password" || holdsPassword(value));
}
