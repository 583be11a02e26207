import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ENTRA_BODY_HEADERS, ENTRA_HEADERS, playEntra } from "./playEntra.ts";
import { Player, PlayStopped } from "./playing.ts";
import { OKTA_BODY_HEADERS, OKTA_HEADERS, playOkta } from "./playOkta.ts";

const LOCAL_TENANT_URL = "http://127.0.0.1:3000/scim/v2/acme";

const PLAYS = {
  entra: { play: playEntra, title: "Entra ID", headers: ENTRA_HEADERS, bodyHeaders: ENTRA_BODY_HEADERS },
  okta: { play: playOkta, title: "Okta", headers: OKTA_HEADERS, bodyHeaders: OKTA_BODY_HEADERS },
};

const USAGE = `rollcall play entra|okta [--url TENANT_URL] [--token TOKEN | --token-file PATH]

Plays a whole provisioning life against an organization, with the requests that Entra ID or Okta would send:
Test Connection, users, updates, a group and its members, rename, deactivate, reactivate, delete.
What it makes has random names and is deleted at the end.

  --url TENANT_URL    default ${LOCAL_TENANT_URL}
  --token TOKEN       the organization's secret token; it then shows in the list of processes, so rather:
  --token-file PATH   a file that holds it, or the environment variable ROLLCALL_TOKEN

Exit code 0 when every step went as the identity provider needs it, 1 when one did not, 2 for a wrong command line.`;

export const playCommand = {
  name: "play",
  summary: "play a provisioning life of Entra or Okta against an organization",
  usage: USAGE,
  run,
};

/** @returns the exit code */
async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
  print: (line: string) => void = console.log,
): Promise<number> {
  const read = readArguments(args, environment);
  if (typeof read === "string") {
    print(read);
    return 2;
  }
  if (read === undefined) {
    print(USAGE);
    return 0;
  }
  const { play, title, headers, bodyHeaders } = PLAYS[read.who];
  print(`Playing ${title} against ${read.url}`);
  const player = new Player({ url: read.url, token: read.token, headers, bodyHeaders, print });
  const stopped = await untilStopped(() => play(player));
  const leftBehind = await untilStopped(() => player.cleanUp());
  for (const reason of new Set([stopped, leftBehind])) if (reason !== undefined) print(`✗ ${reason}`);
  const { right, wrong } = player.score;
  const done = wrong === 0 && stopped === undefined && leftBehind === undefined;
  print(done ? `All ${right} steps are as ${title} needs them.` : `${right} steps are right, ${wrong} are not.`);
  return done ? 0 : 1;
}

/** @returns why it went no further */
async function untilStopped(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (cause) {
    if (cause instanceof PlayStopped) return cause.message;
    throw cause;
  }
}

interface Arguments {
  readonly who: keyof typeof PLAYS;
  readonly url: string;
  readonly token: string;
}

/** @returns undefined when help was asked for; a text when the command line cannot be used */
function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Arguments | string | undefined {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    return `${cause instanceof Error ? cause.message : String(cause)} (rollcall play --help)`;
  }
  const { values, positionals } = parsed;
  if (values.help === true) return undefined;
  const [who, ...others] = positionals;
  if ((who !== "entra" && who !== "okta") || others.length > 0) {
    return "Say whom to play: rollcall play entra, or rollcall play okta.";
  }
  const url = values.url ?? LOCAL_TENANT_URL;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) return "--url takes the Tenant URL, which begins with http.";
  const token = tokenFrom(values.token, values["token-file"], environment.ROLLCALL_TOKEN);
  if (typeof token === "string") return token;
  return { who, url, token: token.token };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: "string" },
      token: { type: "string" },
      "token-file": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
}

/** @returns a text when there is no token to be had */
function tokenFrom(
  given: string | undefined,
  file: string | undefined,
  fromEnvironment: string | undefined,
): { readonly token: string } | string {
  const token = given ?? (file === undefined ? fromEnvironment : readToken(file));
  if (token === undefined && file !== undefined) return `The file ${file} cannot be read.`;
  if (token === undefined || token.trim() === "") {
    return "A token is needed: --token, --token-file or ROLLCALL_TOKEN. A new one: npm run rollcall -- token regenerate ORG";
  }
  return { token: token.trim() };
}

function readToken(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Told to the person as one line.
    return undefined;
  }
}
