import { type Config, isDisposable } from "../../lib/config.ts";
import type { Deployed, Landscape } from "./landscape.ts";

/** A setting that would replace something live by something empty or by another address. */
export interface Swap {
  /** For `-c accept=SETTING`. */
  readonly setting: string;
  readonly text: string;
  /** What to do instead. */
  readonly instead: string;
}

/** Why: ADR 29. A disposable stage may be replaced freely. */
export function swaps({ deployed, foreign, others }: Landscape, config: Config): Swap[] {
  if (foreign !== undefined) return [taken(foreign, config)];
  if (deployed === undefined) return isDisposable(config) || others.length === 0 ? [] : [another(config, others)];
  if (isDisposable(deployed)) return [];
  return [stage(deployed, config), table(deployed, config), ...domain(deployed, config)].filter(
    (swap) => swap !== undefined,
  );
}

function taken(foreign: string, { stackName }: Config): Swap {
  return {
    setting: "stackName",
    text: `the stack ${stackName} here is no Rollcall of this app (${foreign}): a deployment would remove what is in it`,
    instead: 'Choose another "stackName".',
  };
}

function another({ stackName }: Config, others: readonly string[]): Swap {
  return {
    setting: "stackName",
    text: `there is no stack ${stackName} here, but there is ${others.join(", ")}: this would be another Rollcall, with a table and Tenant URLs of its own`,
    instead: `Set "stackName": "${others[0]}" to change the existing one.`,
  };
}

function stage(deployed: Deployed, config: Config): Swap | undefined {
  if (config.stage === deployed.stage) return undefined;
  const keep = `Keep "stage": "${deployed.stage}".`;
  if (isDisposable(config))
    return {
      setting: "stage",
      text: `stage ${config.stage} would delete the table ${deployed.table} with the stack, and end each Tenant URL that has /${deployed.stage}/ in it`,
      instead: `${keep} To try things out, use another "stackName".`,
    };
  return {
    setting: "stage",
    text: `each Tenant URL on the API's own address has /${deployed.stage}/ in it and would end`,
    instead: keep,
  };
}

function table(deployed: Deployed, config: Config): Swap | undefined {
  const home = config.tableStreamArn !== undefined ? "existing" : config.split ? "split" : "own";
  // The stream that the settings name belongs to an existing table: restores and moves end so.
  if (home === deployed.home || home === "existing") return undefined;
  const setting = deployed.home === "existing" ? "tableStreamArn" : "split";
  return {
    setting,
    text: `a new, empty table would replace ${deployed.table}`,
    instead:
      setting === "split"
        ? `Keep "split": ${deployed.home === "split"}, or name the table's stream as "tableStreamArn".`
        : `Keep "tableStreamArn": the stream of ${deployed.table}.`,
  };
}

function domain(deployed: Deployed, { closeDefaultEndpoint, domain: wanted }: Config): (Swap | undefined)[] {
  if (deployed.domain === undefined) {
    if (!closeDefaultEndpoint) return [];
    return [
      {
        setting: "closeDefaultEndpoint",
        text: "every Tenant URL is still on the API's own address and would end",
        instead: `Deploy with "domain" alone, give each customer the new Tenant URL, then close the old one.`,
      },
    ];
  }
  if (wanted?.name === deployed.domain) {
    if (!deployed.hasRecord || wanted.hostedZoneId !== undefined) return [];
    return [
      {
        setting: "domain",
        text: `the DNS record of ${deployed.domain} would be removed, and each Tenant URL on it would end`,
        instead: 'Keep its "hostedZoneId".',
      },
    ];
  }
  return [
    {
      setting: "domain",
      text: `each Tenant URL on ${deployed.domain} would end`,
      instead: `Keep "domain": ${deployed.domain}. A second name: a proxy or CDN in front, and "publicUrl".`,
    },
  ];
}
