import { AwsV4Signer } from "aws4fetch";
import { makeOrg } from "../support/org.ts";
import type { Target } from "../support/target.ts";
import { type Answer, httpTransport, type RawRequest } from "../support/wire.ts";
import { CREDENTIALS, type Outputs } from "./deployment.ts";

export interface DeployedTarget extends Target {
  /** As the stack's output says it, on the emulator's host. */
  readonly adminUrl: string;
  close(): void;
}

/** The deployed API behind the emulator's API Gateway, addressed by the host name API Gateway would have. */
export function deployedTarget(port: number, outputs: Outputs): DeployedTarget {
  const { hostname, pathname } = new URL(outputs.AdminUrl);
  const stage = pathname.slice(0, pathname.indexOf("/admin/v1"));
  // The name resolves nowhere: it travels in the Host header only.
  const host = `${hostname.split(".")[0]}.execute-api.localhost:${port}`;
  const base = `http://${host}${stage}`;
  const http = httpTransport(`http://127.0.0.1:${port}${stage}`);
  const transport = (request: RawRequest): Promise<Answer> =>
    http({ ...request, headers: { ...request.headers, Host: host, "X-Forwarded-Proto": "http" } });

  const send = async (method: string, target: string, body?: unknown): Promise<Answer> => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { "content-type": "application/json" };
    const signer = new AwsV4Signer({
      method,
      url: base + target,
      headers,
      body: text,
      service: "execute-api",
      ...CREDENTIALS,
    });
    const signed = await signer.sign();
    return transport({ method, target, headers: Object.fromEntries(signed.headers), body: text });
  };
  const admin: Target["admin"] = (method, path, body) => send(method, `/admin/v1${path}`, body);
  return {
    name: "the deployed stack",
    base,
    transport,
    org: makeOrg(base, transport, admin),
    admin,
    directory: (method, path, body) => send(method, `/directory/v1${path}`, body),
    crowd: 200,
    adminUrl: `${base}/admin/v1`,
    close: () => http.close(),
  };
}
