import { Chance } from "./chance.ts";
import { assertProvider, type ProviderName } from "./idp/identityProviders.ts";
import { PROVIDER_LIVES, playWhole } from "./lives/lives.ts";
import { type AnswerDifference, differenceInWords, type PlayedStep, Player } from "./lives/player.ts";

export interface DriveOptions {
  /** What the provider's console asks for: where `/Users` and `/Groups` are. No trailing slash is needed. */
  readonly url: string;
  /** The bearer token. */
  readonly token: string;
  readonly provider: ProviderName;
  /** Of the names that are made; another one for a second run beside it (default 1). */
  readonly seed?: number;
  /** Takes one line for each step. */
  readonly log?: (line: string) => void;
  /** Lets the time pass where the server asks for it with Retry-After, 60 seconds at most (default: really). */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** An answer that is not as the provider needs it, and in which step it came. */
export interface ServerDifference extends AnswerDifference, Pick<PlayedStep, "method" | "path" | "status"> {
  readonly step: string;
  /** All of it in one line. */
  readonly text: string;
}

export interface ServerReport {
  readonly provider: ProviderName;
  readonly url: string;
  /** Every step was as the provider needs it, and none was left out. */
  readonly fits: boolean;
  /** In their order; the last ones are missing where it stopped. */
  readonly steps: readonly PlayedStep[];
  readonly differences: readonly ServerDifference[];
  /** Why it went no further: what the remaining steps need is not there, or nobody answers. */
  readonly stopped: readonly string[];
}

/**
 * Plays the life of users and groups as a provider does it against any SCIM server, and lists where the answers differ from what
 * that provider needs. What it made it deletes.
 */
export async function driveServer({ url, token, provider, seed = 1, log, wait }: DriveOptions): Promise<ServerReport> {
  assertProvider(provider);
  const life = PROVIDER_LIVES[provider];
  const { headers, bodyHeaders } = life;
  const print = log ?? (() => undefined);
  const player = new Player({ url, token, headers, bodyHeaders, print, ...(wait !== undefined && { wait }) });
  const stopped = await playWhole(life, player, new Chance(seed).fork(provider));
  const differences = player.steps.flatMap(({ differences: found, title: step, method, path, status }) =>
    found.map((difference) => {
      const text = `${step} (${method} ${path}): ${differenceInWords(difference)}`;
      return { ...difference, step, method, path, status, text };
    }),
  );
  const fits = differences.length === 0 && stopped.length === 0;
  return { provider, url, fits, steps: player.steps, differences, stopped };
}
