import { stopSignal } from "../local/terminal.ts";
import type { Command, Invocation } from "./command.ts";
import { flag, text, textOption, wholeNumber } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";

export const consoleCommand: Command = {
  name: "console",
  arguments: [],
  summary: "open the operator console over all organizations in a browser on this machine; Ctrl-C ends it",
  options: {
    port: text("PORT", "listen on this port of 127.0.0.1 (default any free one)"),
    profile: text("NAME", "sign with the AWS credentials of this profile (default AWS_PROFILE)"),
    open: flag("open the address in your browser"),
  },
  run: serveConsole,
};

const IDLE_HOURS = 8;

async function serveConsole(invocation: Invocation): Promise<undefined> {
  const { json, open, options, place, print, terminal } = invocation;
  const port = wholeNumber(options, "port") ?? 0;
  const profile = textOption(options, "profile");
  // Everything in this process that calls AWS reads the profile here.
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  await assertReachable(invocation);
  const { startConsole } = await import("./console/consoleServer.ts");
  const { placeInWords } = await import("./console/consoleHandlers.ts");
  const { consolePage } = await import("./console/consolePage.ts");
  const asked = stopSignal();
  const running = await startConsole({
    place,
    actor: textOption(options, "actor"),
    port,
    open,
    renew: async () => {
      const { readCredentialFiles } = await import("./aws/signedHttp.ts");
      await readCredentialFiles();
    },
    openQueues: async () => {
      if (place.kind !== "stack") return undefined;
      const { openDeadLetterQueues } = await import("./aws/deadLetterQueues.ts");
      return openDeadLetterQueues(place);
    },
    pages: consolePage,
    say: terminal.err,
    now: Date.now,
    idleMs: IDLE_HOURS * 3_600_000,
  });
  const address = running.address();
  print({ console: address, port: running.port }, () => `Console: ${address}`);
  if (!json) {
    terminal.err(`It is about ${placeInWords(place)}, with what your own credentials may do there.`);
    terminal.err("The address works once, within two minutes. Enter makes a new one, Ctrl-C ends the console.");
  }
  const stopAsking = addressOnEnter(() => terminal.out(`Console: ${running.address()}`));
  let forget = () => {};
  if (options.open === true) {
    const { openBrowser } = await import("./console/consolePage.ts");
    forget = openBrowser(address, () => terminal.err("No browser can be opened here: open the address yourself."));
  }
  try {
    const reason = await Promise.race([asked, running.ended]);
    terminal.err(ENDS[reason](printedCommand(place, "console")));
  } finally {
    stopAsking();
    forget();
    await running.close();
  }
  return undefined;
}

const ENDS = {
  asked: () => "The console has ended.",
  signedOut: () => "The page signed out: the console has ended.",
  idle: (again: string) => `Nobody used the console for ${IDLE_HOURS} hours: it has ended. To start it again: ${again}`,
};

/** Reports a wrong place or credentials here instead of on a page. @throws Refused, UsageError */
async function assertReachable({ open }: Invocation): Promise<void> {
  const { AdminClient } = await import("./adminClient.ts");
  const transport = await open("admin");
  try {
    await new AdminClient(transport).call("GET", "orgs?count=1");
  } finally {
    await transport.close();
  }
}

/** @returns stops it */
function addressOnEnter(show: () => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  stdin.on("data", show).unref();
  return () => stdin.off("data", show).pause();
}
