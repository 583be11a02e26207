import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openCredentials } from "../../bin/local/credentials.ts";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import { newFolder, removeData } from "../support/folders.ts";

describe("curl signs what the local server takes", () => {
  const folder = newFolder();
  let server: LocalServer;
  beforeAll(async () => {
    server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: true });
  });
  afterAll(async () => {
    await server.close();
    removeData(folder);
  });

  async function curl(path: string, ...options: readonly string[]): Promise<string> {
    const { accessKeyId, secretAccessKey } = openCredentials(folder);
    const signing = ["--aws-sigv4", "aws:amz:local:execute-api", "--user", `${accessKeyId}:${secretAccessKey}`];
    const { stdout } = await promisify(execFile)("curl", [
      ...["-s", "-w", " %{http_code}", ...signing, ...options],
      `${server.url}${path}`,
    ]);
    return stdout;
  }
  const JSON_TYPE = ["-H", "Content-Type: application/json"];

  test.each<[string, readonly string[], RegExp]>([
    ["/admin/v1/orgs", [], /"org":"acme".* 200$/],
    ["/admin/v1/orgs?count=1&after=aaa", [], /"org":"acme".* 200$/],
    ["/directory/v1/orgs/acme/access?email=ada%40example.com", [], /"noSuchUser".* 200$/],
    ["/directory/v1/orgs/acme/access?email=ada@example.com", [], /"noSuchUser".* 200$/],
    ["/directory/v1/orgs/acme/access?userName=a%20b%2Bc", [], /"noSuchUser".* 200$/],
    ["/admin/v1/orgs/acme/teams/No%20such%20team", [], /"notFound\.teamNamed".* 404$/],
    ["/admin/v1/orgs/acme/teams/a:b", ["-H", "Rollcall-Actor: ann"], /"notFound\.teamNamed".* 404$/],
    ["/admin/v1/orgs/acme", ["-X", "PATCH", ...JSON_TYPE, "-d", '{"displayName":"Ädvanced"}'], /"Ädvanced".* 200$/],
    ["/directory/v1/orgs/acme/teams", [...JSON_TYPE, "-d", '{"displayName":"Ops"}'], /"displayName":"Ops".* 201$/],
    ["/admin/v1/orgs/acme/pause", ["-X", "DELETE"], /"paused":null.* 200$/],
  ])("%s %j", async (path, options, expected) => {
    expect(await curl(path, ...options)).toMatch(expected);
  });
});
