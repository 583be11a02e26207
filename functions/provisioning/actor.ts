import { OperatorError } from "./operatorError.ts";

const NAMED = /^[A-Za-z0-9:._-]{1,64}$/;

/**
 * Who makes an administrative call, as kept and logged: the name that the calling application gives in its header, or
 * else the AWS principal. The name is the application's own id of the person, never an address.
 * @param named the value of the header `Rollcall-Actor`
 * @throws ScimError 400 invalidValue
 */
export function actorOf(userArn: string, named: string | undefined): string {
  if (named === undefined) return principalOf(userArn);
  if (NAMED.test(named)) return named;
  throw OperatorError.invalidValue("actor");
}

/**
 * Account and name of an AWS principal: `123456789012:assumed-role/Settings`, `123456789012:user/deploy`. Session names
 * and whatever else looks like an address are left out: they are people, and this is logged.
 */
export function principalOf(userArn: string): string {
  const [, , , , account = "", resource = ""] = userArn.split(":");
  const [kind = "", ...path] = resource.split("/");
  const name = kind === "assumed-role" ? path[0] : kind === "user" ? path.at(-1) : undefined;
  const known = name !== undefined && !name.includes("@") ? `${kind}/${name}` : kind;
  return `${account}:${known}`;
}
