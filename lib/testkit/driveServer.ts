import { Chance } from "./chance.ts";
import { assertProvider, type ProviderName } from "./idp/identityProviders.ts";
import { PROVIDER_LIVES, playWhole } from "./lives/lives.ts";
import { type AnswerDifference, differenceInWords, type PlayedStep, Player } from "./lives/player.ts";

export interface DriveOptions {
  /** The address in the provider's console, above `/Users` and `/Groups`. No trailing slash is needed. */
  readonly url: string;
  /** The bearer token. */
  readonly token: string;
  readonly provider: ProviderName;
  /** Of the generated names; a parallel run needs another one (default 1). */
  readonly seed?: number;
  /** Receives one line for each step. */
  readonly log?: (line: string) => void;
  /** Waits where the server sends Retry-After, at most 60 seconds (default: really). */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** An answer that the provider cannot use, with its step. */
export interface ServerDifference extends AnswerDifference, Pick<PlayedStep, "method" | "path" | "status"> {
  readonly step: string;
  /** Everything in one line. */
  readonly text: string;
}

export interface ServerReport {
  readonly provider: ProviderName;
  readonly url: string;
  /** All steps ran, and every answer was as the provider needs it. */
  readonly fits: boolean;
  /** In order; after a stop the last ones are missing. */
  readonly steps: readonly PlayedStep[];
  readonly differences: readonly ServerDifference[];
  /** Why it stopped: the remaining steps lack something, or nobody answers. */
  readonly stopped: readonly string[];
}

/**
 * Plays a provider's users and groups against any SCIM server, and lists where the answers differ from what the provider needs.
 * It deletes what it made.
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
