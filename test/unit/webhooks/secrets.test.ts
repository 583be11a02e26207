import { readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { localSecrets } from "../../../bin/local/webhookKey.ts";
import { createKmsOpener, createKmsSealer, type KmsKey } from "../../../functions/bus/kmsSecrets.ts";
import { newFolder } from "../../support/folders.ts";
import { listen } from "../../support/hookServers.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const CONTEXT = { org: "Ab12Cd34", endpoint: "ep1" };
const OTHERS = [
  { org: "Ab12Cd35", endpoint: "ep1" },
  { org: "Ab12Cd34", endpoint: "ep2" },
  { org: "--------", endpoint: "ep1" },
];

describe("on this machine a secret", () => {
  const folder = newFolder();
  const file = join(folder, "webhook.key");
  beforeEach(() => rmSync(file, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("opens for the org and endpoint that it was sealed for, after a restart too, and says nothing sealed", async () => {
    const { seal } = localSecrets(folder);
    const [sealed, again] = [await seal(SECRET, CONTEXT), await seal(SECRET, CONTEXT)];
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(sealed).not.toBe(again);
    expect(Buffer.from(sealed, "base64").includes(SECRET)).toBe(false);
    const { open } = localSecrets(folder);
    expect([await open(sealed, CONTEXT), await open(again, CONTEXT)]).toEqual([SECRET, SECRET]);
    for (const other of OTHERS) await expect(open(sealed, other)).rejects.toThrow();
  });

  test("opens with no other key, and not when a byte was changed or is missing", async () => {
    const { open, seal } = localSecrets(folder);
    const bytes = Buffer.from(await seal(SECRET, CONTEXT), "base64");
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      await expect(open(changed.toString("base64"), CONTEXT)).rejects.toThrow();
      await expect(open(bytes.subarray(0, index).toString("base64"), CONTEXT)).rejects.toThrow();
    }
    await expect(localSecrets(undefined).open(bytes.toString("base64"), CONTEXT)).rejects.toThrow();
    rmSync(file);
    await expect(localSecrets(folder).open(bytes.toString("base64"), CONTEXT)).rejects.toThrow();
  });

  test("needs a key file that is one", async () => {
    writeFileSync(file, "short\n");
    await expect(localSecrets(folder).seal(SECRET, CONTEXT)).rejects.toThrow(
      `${file}, cannot be used (it holds no key)`,
    );
    expect(readFileSync(file, "utf8")).toBe("short\n");
    rmSync(file);
    symlinkSync(join(folder, "elsewhere"), file);
    await expect(localSecrets(folder).seal(SECRET, CONTEXT)).rejects.toThrow(`${file}, cannot be used (it is a link)`);
  });
});

describe("by AWS KMS a secret", () => {
  const identity = { region: "eu-west-1", accessKeyId: "AKID", secretAccessKey: "key", sessionToken: "session" };
  const arn = "arn:aws:kms:eu-west-1:111122223333:key/1";
  let asked: { readonly headers: IncomingHttpHeaders; readonly input: Record<string, unknown> }[];
  let refusal: string | undefined;

  /** Encrypt and Decrypt in the shapes of the KMS API Reference; the blob holds the context, which it compares. */
  async function fakeKms(): Promise<KmsKey> {
    [asked, refusal] = [[], undefined];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const input = JSON.parse(body);
      asked.push({ headers: request.headers, input });
      const { KeyId, EncryptionContext, Plaintext, CiphertextBlob } = input;
      const blob = Buffer.from(JSON.stringify([KeyId, EncryptionContext, Plaintext])).toString("base64");
      if (request.headers["x-amz-target"] === "TrentService.Encrypt") {
        response.end(JSON.stringify({ CiphertextBlob: blob, KeyId, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" }));
        return;
      }
      const [id, context, plain] = JSON.parse(Buffer.from(CiphertextBlob, "base64").toString());
      const fits = id === KeyId && JSON.stringify(context) === JSON.stringify(EncryptionContext);
      const error = refusal ?? (fits ? undefined : "InvalidCiphertextException");
      if (error !== undefined) response.writeHead(400).end(JSON.stringify({ __type: error, message: CiphertextBlob }));
      else response.end(JSON.stringify({ Plaintext: plain, KeyId }));
    });
    return { arn, identity, endpoint: `http://127.0.0.1:${await listen(server)}/` };
  }

  test("is sealed and opened by signed calls, for its org and endpoint", async () => {
    const key = await fakeKms();
    const sealed = await createKmsSealer(key).seal(SECRET, CONTEXT);
    expect(await createKmsOpener(key).open(sealed, CONTEXT)).toBe(SECRET);
    for (const other of OTHERS) {
      await expect(createKmsOpener(key).open(sealed, other)).rejects.toMatchObject({
        name: "InvalidCiphertextException",
      });
    }
    const [{ headers, input } = { headers: {}, input: {} }, opening] = asked;
    const Plaintext = Buffer.from(SECRET).toString("base64");
    expect(input).toEqual({ KeyId: arn, Plaintext, EncryptionContext: CONTEXT });
    expect(opening?.input).toEqual({ KeyId: arn, CiphertextBlob: sealed, EncryptionContext: CONTEXT });
    expect(headers).toMatchObject({
      "content-type": "application/x-amz-json-1.1",
      "x-amz-security-token": "session",
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/kms\/aws4_request, /),
    });
  });

  test("that cannot be opened says by which of KMS's errors, and repeats nothing of the answer", async () => {
    const key = await fakeKms();
    const sealed = await createKmsSealer(key).seal(SECRET, CONTEXT);
    for (const [type, name] of [
      ["AccessDeniedException", "AccessDeniedException"],
      ["com.amazonaws.kms#KMSInvalidStateException", "KMSInvalidStateException"],
      ['"}', "KmsError"],
    ]) {
      refusal = type;
      const message = "KMS Decrypt was answered with 400";
      await expect(createKmsOpener(key).open(sealed, CONTEXT)).rejects.toMatchObject({ name, message });
    }
  });

  test("waits for a KMS that is busy or out of reach: who asks is to come again", async () => {
    const key = await fakeKms();
    const sealed = await createKmsSealer(key).seal(SECRET, CONTEXT);
    refusal = "ThrottlingException";
    const busy = { name: "StoreBusy", code: "storage" };
    await expect(createKmsOpener(key).open(sealed, CONTEXT)).rejects.toMatchObject({
      ...busy,
      cause: { name: refusal },
    });
    const nowhere = { ...key, endpoint: "http://127.0.0.1:1/" };
    await expect(createKmsSealer(nowhere).seal(SECRET, CONTEXT)).rejects.toMatchObject(busy);
  });
});
