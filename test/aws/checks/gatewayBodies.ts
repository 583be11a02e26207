import { GATEWAY_ERRORS, type GatewayError } from "../../../lib/gatewayErrors.ts";
import { same, scimError } from "../../deploy/smoke.ts";
import { type Answer, at } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { PROBES, type Probe } from "./gatewayProbes.ts";

/**
 * One check for each error that API Gateway makes itself (lib/gatewayErrors.ts, ADR 0006), so that one that cannot be
 * provoked is named.
 */
export const gatewayBodies: readonly LiveCheck[] = GATEWAY_ERRORS.map((error) => {
  const type = error.type;
  return {
    name: `API Gateway's own ${type} is the SCIM error we wrote`,
    run: (stack) => provoked(stack, error, PROBES[type]),
  };
});

/** @param probe none: the table of probes does not know this type yet */
export async function provoked(stack: LiveStack, error: GatewayError, probe: Probe | undefined): Promise<Finding> {
  if (probe === undefined) return { differences: [], notShown: "nobody has written how to provoke it" };
  if ("notShown" in probe) return { differences: [], notShown: probe.notShown };
  if (stack.emulated && probe.emulated !== true) {
    return { differences: [], notShown: "this is an emulator: it forwards what API Gateway would refuse" };
  }
  const differences: string[] = [];
  const notes: string[] = [];
  for (const { orElse = [], provoke, says } of probe.provocations) {
    const answer = await provoke(stack).catch(reasonOf);
    if (typeof answer === "string") {
      differences.push(`${says}: no answer came: ${answer}`);
      continue;
    }
    const other = GATEWAY_ERRORS.find((one) => orElse.includes(one.type) && isOf(one, answer));
    if (other !== undefined) notes.push(`${says} led to our text for ${other.type}, ${other.status}`);
    differences.push(...judged(says, other ?? error, answer));
  }
  return { differences, notes };
}

/** What differs from the entry; where the answer is another entry's, its name, since that is what has to be looked at. */
export function judged(says: string, error: GatewayError, answer: Answer): string[] {
  if (isOf(error, answer)) return [...scimError(says, answer), ...headerFaults(says, error, answer)];
  const others = GATEWAY_ERRORS.filter((one) => isOf(one, answer)).map(({ type }) => type);
  const what =
    others.length === 0
      ? `${answer.status} ${answer.headers["content-type"] ?? "without media type"}: ${answer.text.slice(0, 300)}`
      : `our text for ${others.join(" or ")}, ${answer.status}`;
  return [`${says}: our text for ${error.type}, ${error.status}, was due; it came as ${what}`];
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** By its text and status; several types share both. */
function isOf(error: GatewayError, answer: Answer): boolean {
  const detail = String(at(answer.json, "detail")).replace(/ \(ref: [^)]*\)$/, "");
  return detail === `${error.detail}.` && String(answer.status) === error.status;
}

function headerFaults(says: string, { headers = {} }: GatewayError, answer: Answer): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    same(`${says}, ${name}`, answer.headers[name.toLowerCase()], value),
  );
}
