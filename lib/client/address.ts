import { RollcallError } from "./rollcallError.ts";

/** Start of an API's path, below the deployment's address. */
const ROOTS = /\/(?:(?:directory|admin)\/v1|app\/v1)(?:\/.*)?$/;

/**
 * The address of a deployment or local server, without a trailing slash.
 * @param url from `rollcall app env`, an output of the stack (`ApplicationUrl`, `DirectoryUrl`, `AdminUrl`), or a base path
 * @throws RollcallError `client.url`
 */
export function baseAddress(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw refused(`The url has to be an address that begins with https://, such as ${EXAMPLE}.`);
  }
  const { protocol, hostname, username, password, origin, pathname } = parsed;
  if (username !== "" || password !== "") throw refused("The url must not hold a user or a password.");
  if (/\/scim\/v2(?:\/|$)/.test(pathname)) {
    throw refused(
      `This is a Tenant URL, which is for identity providers. An application needs the address before /scim/v2: ${origin}${pathname.replace(/\/scim\/v2(?:\/.*)?$/, "")}.`,
    );
  }
  if (protocol === "http:" && !isLoopback(hostname)) {
    throw refused(`Over http: to ${hostname}, others could read the key. Use https:, or a server on this machine.`);
  }
  return origin + pathname.replace(ROOTS, "").replace(/\/+$/, "");
}

/** The region for signatures. @throws RollcallError `client.argument` where the address does not contain it */
export function regionOf(base: string, given: string | undefined): string {
  if (given !== undefined && given !== "") return given;
  const { hostname } = new URL(base);
  const [, region] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.[a-z.]+$/.exec(hostname) ?? [];
  if (region !== undefined) return region;
  // A local server accepts any region.
  if (isLoopback(hostname)) return "us-east-1";
  throw new RollcallError({
    code: "client.argument",
    detail: `${hostname} does not say in which AWS region it is: give region, such as eu-central-1.`,
  });
}

const EXAMPLE = "https://scim.example.com";

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

function refused(detail: string): RollcallError {
  return new RollcallError({ code: "client.url", detail });
}
