import type { Config } from "../../lib/config.ts";
import { AwsRefusal } from "../rollcall/aws/calls.ts";
import { Refused, Unreachable } from "../rollcall/refused.ts";
import { callerIdentity, openAccount } from "./aws.ts";
import { bootstrapCommand, bootstrapFault } from "./checkAccount.ts";
import { type Landscape, readLandscape } from "./landscape.ts";
import { type Swap, swaps } from "./swaps.ts";

/** For the first question, which shows whether AWS answers. */
const PATIENCE_MS = 15_000;
/** The name to accept where the comparison failed. */
const UNSEEN = "unseen";
/** The name to accept for a missing or old CDK bootstrap. */
const BOOTSTRAP = "bootstrap";

export interface Guarded {
  /** `cdk -c accept=…`: comma-separated names of settings. */
  readonly accept: unknown;
  readonly env: NodeJS.ProcessEnv;
  /** For the person at the terminal. */
  note(text: string): void;
  /** A missing requirement of the deployment: the synth must fail with it, but `cdk bootstrap` must work. */
  lacks(text: string): void;
}

/**
 * Compares the settings with the deployed stack, where the CDK command has credentials. Without credentials it cannot deploy,
 * and this asks nothing.
 * @throws SwapRefused naming each setting that would replace something live, and what to do instead
 */
export async function refuseSwaps(config: Config, guarded: Guarded): Promise<void> {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = guarded.env;
  if (account === undefined || region === undefined) return;
  const accepted = typeof guarded.accept === "string" ? guarded.accept.split(",") : [];
  const found = await landscapeOf(config, account, region, guarded);
  const refused = (Array.isArray(found) ? found : swaps(found, config)).filter(
    ({ setting }) => !accepted.includes(setting),
  );
  if (refused.length > 0) throw new SwapRefused(config, region, refused);
  if (!Array.isArray(found) && !accepted.includes(BOOTSTRAP)) await lookAtBootstrap(account, region, guarded);
}

/** For a bootstrap with another qualifier, or without permission to look, CDK's own rule decides. */
async function lookAtBootstrap(account: string, region: string, { env, lacks }: Guarded): Promise<void> {
  try {
    const fault = bootstrapFault(await (await openAccount(region, env)).bootstrapVersion());
    if (fault === undefined) return;
    const instead = `A bootstrap with a qualifier of its own: -c accept=${BOOTSTRAP}`;
    lacks(`${fault}. Run: ${bootstrapCommand(account, region)} (${instead})`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

/** `message` is for the author of the settings. */
export class SwapRefused extends Error {
  constructor({ stackName }: Config, region: string, refused: readonly Swap[]) {
    const lines = refused.flatMap(({ instead, setting, text }) => [
      `  ${setting}: ${text}`,
      `    ${instead} To do it anyway, once: -c accept=${setting}`,
    ]);
    super(
      [
        `These settings might swap something live in ${stackName}, ${region} (lib/docs/deploy.md, "Change what is live"):`,
        ...lines,
      ].join("\n"),
    );
    this.name = "SwapRefused";
  }
}

/** @returns the reason as a swap to accept, where the comparison fails */
async function landscapeOf(
  { stackName }: Config,
  account: string,
  region: string,
  { env, note }: Guarded,
): Promise<Landscape | Swap[]> {
  const unseen = (why: string, instead: string): Swap[] => [
    { setting: UNSEEN, text: `the deployed stack could not be compared: ${why}`, instead },
  ];
  const credentials = "Give the app the same credentials as the CDK: AWS_PROFILE=NAME npx cdk …, not --profile.";
  try {
    const { account: own } = await callerIdentity(region, env, AbortSignal.timeout(PATIENCE_MS));
    if (own !== account) return unseen(`the app's credentials are of account ${own}, not ${account}`, credentials);
    return await readLandscape(stackName, region);
  } catch (error) {
    if (error instanceof Unreachable) {
      // An unreachable AWS takes no deployment either.
      note(`The deployed stack was not compared: ${error.message}`);
      return { deployed: undefined, others: [], foreign: undefined };
    }
    const reads = "It takes cloudformation:DescribeStacks, ListStacks and ListStackResources, which only read.";
    if (error instanceof AwsRefusal) return unseen(error.message, reads);
    if (error instanceof Refused) return unseen(error.message, credentials);
    throw error;
  }
}
