import assert from "node:assert/strict";
import { type Edit, edit } from "./edited.ts";

/** Drill: the admin API and the command line say how many tokens of an org count. Three files, with a test beside them. */
const EDITS: readonly Edit[] = [
  {
    file: "functions/http/signed/declarations/tokens.ts",
    behind: "export const TOKEN_OPERATIONS = {",
    lines: [
      '  countTokens: get("orgs/{org}/token-count", "How many tokens of an organization count", {',
      '    query: { description: Type.String({ description: "Only those with this description." }) },',
      '    answer: closed({ live: count() }, { $id: "TokenCount" }),',
      '    answerDescription: "The number.",',
      "  }),",
    ],
  },
  {
    file: "functions/http/signed/tokenHandlers.ts",
    behind: "export const tokenHandlers:",
    lines: [
      "  countTokens: async (call) => {",
      "    const { org, tokens, facts } = await listTokens(call.administration, call.parameters.org);",
      "    const live = tokens.map((token) => tokenView(call, token, org, facts)).filter((token) =>",
      '      token.status === "live" && token.description === (call.query.description ?? token.description));',
      "    return { live: live.length };",
      "  },",
    ],
  },
  {
    file: "bin/rollcall/tokenCommands.ts",
    behind: "export const tokenCommands:",
    lines: [
      "  {",
      '    name: "token count",',
      '    arguments: ["ORG"],',
      '    summary: "count the tokens of an organization that work",',
      "    options: {},",
      '    run: async ({ arguments: [org = ""], connect, print }) => {',
      '      const answer = await (await connect()).call("GET", adminPath("orgs", org, "token-count"));',
      "      print(answer, () => String(answer.live));",
      "    },",
      "  },",
    ],
  },
];
edit(EDITS);

// Not before the edits stand; then what `npm run generate` would write.
const { generateSignedRoutes } = await import("../../bin/generate/signedRoutes.ts");
const { generateDocuments } = await import("../../bin/generate/openapi.ts");
edit(
  [...generateSignedRoutes()].filter(([file]) => file.endsWith(".js")).map(([file, text]) => ({ file, lines: [text] })),
);
const { COMMANDS } = await import("../../bin/rollcall/commands.ts");
const { run } = await import("../../bin/rollcall/run.ts");
const { signedSender } = await import("../../bin/rollcall/localApi.ts");
const { localStore } = await import("../support/localStore.ts");
const { testEndpoint } = await import("../support/testEndpoint.ts");

const endpoint = testEndpoint(localStore(), () => undefined);
const printed: string[] = [];
const command = (...words: readonly string[]): Promise<number> =>
  run(COMMANDS, words, {
    env: {},
    terminal: { out: (text) => printed.push(text), err: () => undefined },
    reach: async (_place, actor, api) => ({ send: signedSender(endpoint, api, actor), close: async () => undefined }),
  });
assert.equal(await command("org", "create", "acme", "--sso"), 0);
assert.equal(await command("token", "generate", "acme", "--description", "Entra ID"), 0);
assert.equal(await command("token", "count", "acme", "--json"), 0);
assert.deepEqual(JSON.parse(printed.at(-1) ?? ""), { live: 1 });
const send = signedSender(endpoint, "admin", undefined);
const other = await send({ method: "GET", path: "orgs/acme/token-count?description=Okta" });
assert.deepEqual(other, { status: 200, text: '{"live":0}' });
const document = JSON.parse(generateDocuments().get("lib/docs/admin.openapi.json") ?? "");
assert.equal(document.paths["/orgs/{org}/token-count"].get.operationId, "countTokens");
assert.ok(document.components.schemas.TokenCount);
console.log(JSON.stringify({ files: new Set(EDITS.map(({ file }) => file)).size }));
