import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** Credentials and region of a signature. */
export interface Signer {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** A POST to DynamoDB. */
interface DynamoRequest {
  /** With the port, unless it is the scheme's default. */
  readonly host: string;
  /** Encoded as sent. */
  readonly path: string;
  /** API target: `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  readonly body: string;
}

const SERVICE = "dynamodb";
const CONTENT_TYPE = "application/x-amz-json-1.0";

/** The signing key of one day, kept for all its requests: a key takes four hashes, and the KeyObject saves as much per request. */
interface DayKey {
  readonly secret: string;
  readonly scope: string;
  readonly key: KeyObject;
}

/** Signs by Signature Version 4 ("Create a signed AWS API request", IAM User Guide). */
export class Signature {
  #day: DayKey | undefined;

  /**
   * @param at milliseconds since the epoch
   * @returns the headers of the request; all except content-length are signed
   */
  headers(signer: Signer, { host, path, target, body }: DynamoRequest, at: number): Record<string, string> {
    const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
    const { accessKeyId, region, secretAccessKey, sessionToken } = signer;
    const headers: Record<string, string> = { "content-type": CONTENT_TYPE, host, "x-amz-date": time };
    // In the order of their names, as required for signing.
    if (sessionToken !== undefined) headers["x-amz-security-token"] = sessionToken;
    headers["x-amz-target"] = target;
    const names = Object.keys(headers).join(";");
    let canonical = `POST\n${canonicalPath(path)}\n\n`;
    for (const name in headers) canonical += `${name}:${headers[name]}\n`;
    canonical += `\n${names}\n${hash("sha256", body)}`;

    const scope = `${time.slice(0, 8)}/${region}/${SERVICE}/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical)}`;
    const signature = createHmac("sha256", this.#keyOf(secretAccessKey, scope)).update(text).digest("hex");
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  }

  #keyOf(secret: string, scope: string): KeyObject {
    if (this.#day?.secret !== secret || this.#day.scope !== scope) {
      let key: Buffer = Buffer.from(`AWS4${secret}`);
      for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
      this.#day = { secret, scope, key: createSecretKey(key) };
    }
    return this.#day.key;
  }
}

/** Every service except S3 requires the encoded path to be encoded once more. */
function canonicalPath(path: string): string {
  return path === "/" ? path : encodeURIComponent(path).replaceAll("%2F", "/");
}
