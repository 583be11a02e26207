import { ScimError } from "../../functions/scim/error.ts";
import { version } from "../installation.ts";
import { printedCommand, printedStart } from "../rollcall/printedCommand.ts";
import { StartRefused } from "../rollcall/refused.ts";
import { consoleLine, eventLine } from "./consoleLine.ts";
import type { EventWishes } from "./eventPublisher.ts";
import { fileRefusal } from "./localFile.ts";
import { type CommandLine, readOptions, USAGE } from "./readOptions.ts";
import { type LocalServer, startServer } from "./server.ts";
import { linesTogether, stopSignal } from "./terminal.ts";

/** `npm start` runs this. */
export async function main(): Promise<void> {
  process.exitCode = await serve(() => readOptions(process.argv.slice(2), process.env.DYNAMODB_ENDPOINT));
}

/**
 * Runs the server with its output until it ends.
 * @param read @throws StartRefused
 * @returns the exit code: 0 ended as asked, 2 refused to start, 1 anything else
 */
export async function serve(read: () => CommandLine | "help"): Promise<number> {
  try {
    const options = read();
    if (options !== "help") return await serveUntilAsked(options);
    console.log(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function serveUntilAsked(options: CommandLine): Promise<number> {
  const stopped = stopSignal();
  // A closed output (`npm start | head`) does not end the server.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const written = { readable: console.log, json: console.error, quiet: undefined }[options.output];
  const lines = written && linesTogether(written);
  const server = await startServer({
    ...options,
    onLine: lines && ((line) => lines.print(consoleLine(line))),
    events: eventWishes(options, lines?.print),
  });
  try {
    await announce(server, options, options.output === "quiet" ? "" : await portalOf(server));
  } catch (error) {
    await server.close();
    throw fileRefusal(error, options.dataFolder) ?? error;
  }
  const reason = await Promise.race([stopped, server.dataLost.then(() => "dataLost" as const)]);
  if (options.output === "readable" && reason === "asked") lines?.print("Stopping: answering the requests under way.");
  await server.close();
  lines?.flush();
  if (reason === "asked") return 0;
  const again = printedStart({ kind: "local", folder: options.dataFolder });
  console.error(
    `The data in ${options.dataFolder} was deleted or moved while the server ran, so the server stops. Put the data back and start again; without rollcall.db ${again} starts over, with a new organization and token.`,
  );
  return 1;
}

/** Prints events as lines for people, or with --json as they are POSTed. @param print absent: prints none */
function eventWishes(
  { eventsUrl, output, printEvents }: CommandLine,
  print: ((line: string) => void) | undefined,
): EventWishes | undefined {
  if (eventsUrl === undefined && printEvents !== true) return undefined;
  const textOf = output === "json" ? JSON.stringify : eventLine;
  const prints: Pick<EventWishes, "onEvent"> =
    printEvents !== true || print === undefined ? {} : { onEvent: (envelope) => print(textOf(envelope)) };
  return { ...prints, url: eventsUrl, say: console.error };
}

/** A link, or why there is none: the server serves the other organizations all the same. */
async function portalOf(server: LocalServer): Promise<string | ScimError> {
  try {
    return await server.portalLink();
  } catch (error) {
    if (error instanceof ScimError && error.status === 409) return error;
    throw error;
  }
}

/** A refusal in the command line's words, loaded for it. */
async function inWords({ code, message, values }: ScimError, { dataFolder, org }: CommandLine): Promise<string> {
  const { refusalInWords } = await import("../rollcall/refusalWords.ts");
  const place = { kind: "local", folder: dataFolder } as const;
  const refused = { code, detail: message, values: [...values] };
  return refusalInWords(refused, { path: `orgs/${org}`, body: undefined, place }) ?? message;
}

async function announce(server: LocalServer, options: CommandLine, portal: string | ScimError): Promise<void> {
  const { tenantUrl, token, tokenRefused, port, url, store } = server;
  const place = { kind: "local", folder: options.dataFolder } as const;
  const shownOnce = `The token was shown when it was made and cannot be shown again. For a new one: ${printedCommand(place, "token regenerate", options.org)}`;
  const noToken = tokenRefused && (await inWords(tokenRefused, options));
  const [link, noPortal] = typeof portal === "string" ? [portal] : [null, await inWords(portal, options)];
  if (options.output === "json") {
    const reasons = { ...(token === undefined && { noToken: noToken ?? shownOnce }), ...(noPortal && { noPortal }) };
    console.log(JSON.stringify({ tenantUrl, token: token ?? null, port, url, store, portal: link, ...reasons }));
    return;
  }
  if (options.output === "readable") {
    console.log(`Rollcall ${version()} listens on ${url}`);
    console.log(
      store === "memory" ? IN_MEMORY : `Data: ${store === "dynamodb" ? options.dynamoEndpoint : options.dataFolder}`,
    );
    if (options.preset !== undefined && options.preset !== server.preset) {
      console.log(`${options.org} exists with the preset ${server.preset}, which it keeps.`);
    }
  }
  console.log(`Tenant URL: ${tenantUrl}`);
  if (noToken !== undefined) console.log(`No token: ${noToken}`);
  else console.log(token === undefined ? shownOnce : `Secret token: ${token}`);
  if (options.output === "readable") {
    console.log(link === null ? `No portal link: ${noPortal}` : `Portal: ${link}`);
    console.log(`For calls of your application: ${printedCommand(place, "app env")}`);
    console.log(`${token === undefined ? "" : "The token is shown this once. "}Ctrl-C stops the server.`);
  }
}

const IN_MEMORY = "Data is kept in memory and ends with this process. Without --memory it is kept in a file.";
