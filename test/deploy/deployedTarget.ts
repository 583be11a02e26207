import { randomBytes } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import type { OrgRules, Target } from "../support/target.ts";
import { type Answer, at, connect, httpTransport, type RawRequest, type Tenant } from "../support/wire.ts";
import { CREDENTIALS, type Outputs } from "./deployment.ts";

export interface DeployedTarget extends Target {
  /** As an identity provider would be given it; the host name is only in the Host header, for it resolves nowhere. */
  readonly tenantUrl: (org: string) => string;
  readonly adminUrl: string;
  /** What is sent to the emulator without the signature an `/admin/v1` request needs. */
  readonly unsigned: (method: string, path: string) => Promise<Answer>;
  close(): void;
}

/** The deployed API behind the emulator's API Gateway, addressed by the host name API Gateway would have. */
export function deployedTarget(port: number, outputs: Outputs): DeployedTarget {
  const { pathname, hostname } = new URL(outputs.AdminUrl);
  const host = `${hostname.split(".")[0]}.execute-api.localhost:${port}`;
  const stage = pathname.slice(0, pathname.indexOf("/admin/v1"));
  const origin = `http://${host}`;
  const adminUrl = `${origin}${stage}/admin/v1`;
  const http = httpTransport(`http://127.0.0.1:${port}`);
  const transport = (request: RawRequest): Promise<Answer> =>
    http({
      ...request,
      // Suites name a path from the root; the default endpoint has its stage before it.
      target: request.target.startsWith(`${stage}/`) ? request.target : stage + request.target,
      headers: { ...request.headers, Host: host, "X-Forwarded-Proto": "http" },
    });

  const admin = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const url = adminUrl + path;
    const headers = text === undefined ? {} : { "content-type": "application/json" };
    const signed = await new AwsV4Signer({
      method,
      url,
      headers,
      body: text,
      service: "execute-api",
      ...CREDENTIALS,
    }).sign();
    return transport({
      method,
      target: url.slice(origin.length),
      headers: Object.fromEntries(signed.headers),
      body: text,
    });
  };
  const org = async (rules: OrgRules = {}): Promise<Tenant> => {
    const slug = `org-${randomBytes(6).toString("hex")}`;
    const sso = { url: "https://sso.example.com/saml" };
    const wishes = { entitled: true, sso, preset: rules.preset, changedRules: rules.changed };
    expectStatus(201, await admin("POST", "/orgs", { org: slug, ...wishes }));
    const made = await admin("POST", `/orgs/${slug}/tokens`, {});
    expectStatus(201, made);
    return connect(transport, { tenantUrl: tenantUrl(slug), token: String(at(made.json, "secretToken")) });
  };
  const tenantUrl = (slug: string): string => `${origin}${stage}/scim/v2/${slug}`;
  return {
    name: "the deployed stack",
    transport,
    org,
    admin,
    crowd: 200,
    tenantUrl,
    adminUrl,
    unsigned: (method, path) =>
      transport({ method, target: (adminUrl + path).slice(origin.length), headers: {}, body: undefined }),
    close: () => http.close(),
  };
}

function expectStatus(status: number, answer: Answer): void {
  if (answer.status !== status) throw new Error(`${status} was due, ${answer.status} came: ${answer.text}`);
}
