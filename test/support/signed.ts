import { AwsV4Signer } from "aws4fetch";
import { LOCAL_REGION } from "../../bin/local/credentials.ts";
import type { LocalCredentials } from "../../bin/local/sigV4.ts";
import type { RawRequest } from "./wire.ts";

/** A request with a public signer's signature. @param url of the server, without path */
export async function signedRequest(
  credentials: LocalCredentials,
  url: string,
  request: RawRequest,
  datetime?: string,
): Promise<RawRequest> {
  const signer = new AwsV4Signer({
    ...credentials,
    service: "execute-api",
    region: LOCAL_REGION,
    method: request.method,
    url: url + request.target,
    headers: request.headers,
    ...(request.body !== undefined && { body: request.body as string }),
    ...(datetime !== undefined && { datetime }),
  });
  const { headers } = await signer.sign();
  return { ...request, headers: { ...request.headers, ...Object.fromEntries(headers) } };
}
