import { AwsV4Signer } from "aws4fetch";
import { httpTarget } from "../support/httpTarget.ts";
import { makeOrg } from "../support/org.ts";
import type { Target } from "../support/target.ts";
import { type Answer, answer, httpTransport, type RawRequest } from "../support/wire.ts";
import { CREDENTIALS, type Outputs } from "./deployment.ts";

export type DeployedTarget = Target & { close(): void };

/** Most users of one case: enough to page, little to wait and pay for. */
const CROWD = 200;
export const AWS_CROWD = 20;

/**
 * A deployed API on AWS.
 * @param send signs for `execute-api`
 */
export function awsTarget(
  outputs: Outputs,
  send: (url: string, init: RequestInit) => Promise<Response>,
): DeployedTarget {
  const base = outputs.AdminUrl.slice(0, outputs.AdminUrl.indexOf("/admin/v1"));
  const signed = async (method: string, target: string, body?: unknown): Promise<Answer> => {
    const given =
      body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await send(base + target, { method, redirect: "error", ...given });
    return answer(response.status, Object.fromEntries(response.headers), await response.text());
  };
  return { ...httpTarget("the deployed stack", base, apisOver(signed), AWS_CROWD), webhooks: "off", roles: "off" };
}

/** The deployed API behind the emulator's API Gateway, addressed by the host name API Gateway would have. */
export function emulatedTarget(port: number, outputs: Outputs): DeployedTarget {
  const { hostname, pathname } = new URL(outputs.AdminUrl);
  const stage = pathname.slice(0, pathname.indexOf("/admin/v1"));
  // The name resolves nowhere: it travels in the Host header only.
  const host = `${hostname.split(".")[0]}.execute-api.localhost:${port}`;
  const base = `http://${host}${stage}`;
  const http = httpTransport(`http://127.0.0.1:${port}${stage}`);
  const transport = (request: RawRequest): Promise<Answer> =>
    http({ ...request, headers: { ...request.headers, Host: host, "X-Forwarded-Proto": "http" } });
  const signed = async (method: string, target: string, body?: unknown): Promise<Answer> => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { "content-type": "application/json" };
    const request = { method, url: base + target, headers, body: text, service: "execute-api", ...CREDENTIALS };
    const { headers: all } = await new AwsV4Signer(request).sign();
    return transport({ method, target, headers: Object.fromEntries(all), body: text });
  };
  const name = "the deployed stack";
  const org = makeOrg(base, transport, apisOver(signed).admin);
  const more = { crowd: CROWD, webhooks: "off", portal: "off", roles: "off", close: () => http.close() } as const;
  return { name, base, transport, ...apisOver(signed), org, ...more };
}

function apisOver(
  signed: (method: string, target: string, body?: unknown) => Promise<Answer>,
): Pick<Target, "admin" | "directory"> {
  return {
    admin: (method, path, body) => signed(method, `/admin/v1${path}`, body),
    directory: (method, path, body) => signed(method, `/directory/v1${path}`, body),
  };
}
