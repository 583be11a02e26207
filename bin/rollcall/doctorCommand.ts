import { Findings } from "../../functions/probe/faults.ts";
import { sender } from "../../functions/probe/wire.ts";
import { liveOwner } from "../local/claimFolder.ts";
import { pause } from "../local/terminal.ts";
import type { Command, Invocation } from "./command.ts";
import { examine } from "./doctor/examine.ts";
import { examineInSandbox, examineSettings } from "./doctor/sandbox.ts";
import { text, textOption } from "./options.ts";
import { placeBehind } from "./place.ts";
import { noServer, presentedToken, TOKEN_OPTIONS } from "./play.ts";
import { withCommands } from "./printedCommand.ts";
import { UsageError } from "./refused.ts";
import { printable } from "./table.ts";

const SLOW_MS = 3_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const UNSEEN = "From outside, doctor cannot see when the token expires: `doctor ORG` and `token list ORG` show it.";

export const doctorCommand: Command = {
  name: "doctor",
  arguments: ["[ORG]"],
  summary: "test an endpoint with the requests of identity providers; say what is wrong and how to fix it",
  options: {
    url: text("TENANT_URL", "examine from outside, and change nothing; needs a token"),
    ...TOKEN_OPTIONS,
  },
  run: doctor,
};

/** @returns 1 for errors; warnings alone give 0 */
async function doctor(invocation: Invocation): Promise<number> {
  const { arguments: words, options, terminal } = invocation;
  const [org = ""] = words;
  const url = textOption(options, "url");
  const findings = new Findings();
  const shared = { findings, send: sender("rollcall-doctor"), now: () => Date.now(), slow: SLOW_MS };
  if (url !== undefined) {
    if (!/\/scim\/v2\/[^/]+\/?$/.test(URL.parse(url)?.pathname ?? "")) {
      throw new UsageError("--url takes the Tenant URL: it ends in /scim/v2/ and the organization's login name.");
    }
    await examine({ ...shared, tenantUrl: url.replace(/\/+$/, ""), token: presentedToken(options, placeBehind(url)) });
    findings.remarks.push(UNSEEN);
  } else {
    for (const name of ["token", "token-file"]) {
      if (options[name] !== undefined)
        throw new UsageError(`--${name} goes with --url: otherwise doctor makes its own token.`);
    }
    if (org === "") throw new UsageError("Name the organization, or give --url and its token.");
    // Without it the sandbox would hold the data for a minute, and keep the server from starting.
    const { place } = invocation;
    if (place.kind === "local" && liveOwner(place.folder)?.server === undefined) throw noServer(place);
    const stop = new AbortController();
    const end = (): void => {
      terminal.err("Stopping, and removing the sandbox. Press Ctrl-C again to leave that to the next doctor.");
      stop.abort();
    };
    const surgery = {
      ...shared,
      client: await invocation.connect(),
      wait: pause,
      say: terminal.err,
      signal: stop.signal,
    };
    await examineSettings(surgery, org);
    for (const signal of SIGNALS) process.once(signal, end);
    try {
      await examineInSandbox(surgery);
    } finally {
      for (const signal of SIGNALS) process.off(signal, end);
    }
  }
  const place = url === undefined ? invocation.place : placeBehind(url);
  const name = url === undefined ? org : (/([^/]+)\/?$/.exec(url)?.[1] ?? "");
  const found = findings.list().map((fault) => ({ ...fault, fix: withCommands(fault.fix, place, name) }));
  const { passed } = findings;
  const remarks = findings.remarks.map((text) => withCommands(text, place, name));
  const faults = found.filter(({ weight }) => weight === "fault").length;
  invocation.print({ healthy: faults === 0, passed, findings: found, remarks }, () => {
    const warnings = found.length - faults;
    const wrong = faults === 1 ? "One thing is wrong" : `${faults} things are wrong`;
    return [
      ...passed.map((title) => `✓ ${title}`),
      ...remarks.map((text) => `· ${text}`),
      ...found.flatMap(({ name, weight, says, evidence, fix }) => [
        `${weight === "fault" ? "✗" : "!"} ${name}: ${says}`,
        ...evidence.slice(0, 5).map((one) => `    seen: ${printable(one)}`),
        `    fix: ${fix}`,
      ]),
      `${faults === 0 ? "Nothing is wrong" : wrong}${warnings === 0 ? "" : `, ${warnings} to keep in mind`}.`,
    ].join("\n");
  });
  return faults === 0 ? 0 : 1;
}
