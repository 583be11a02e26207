import { DEFAULT_FOLDER, DEFAULT_FOLDER_IN_WORDS } from "../installation.ts";
import { type CommandOptions, type GivenOptions, text, textOption } from "./options.ts";
import { Refused, UsageError } from "./refused.ts";

/** The Rollcall that a command works on. */
export type Place =
  /** This machine's, in this data folder. */
  | { readonly kind: "local"; readonly folder: string; readonly begin?: true }
  /** A deployed one. */
  | { readonly kind: "url"; readonly url: string; readonly region: string | undefined }
  | { readonly kind: "stack"; readonly stack: string; readonly region: string | undefined };

export const PLACE_OPTIONS = {
  data: text("DIR", `data folder of the local Rollcall (default ${DEFAULT_FOLDER_IN_WORDS})`),
  stack: text("NAME", "work on the deployed stack of this name, with your AWS credentials"),
  url: text("ADMIN_URL", "work on the deployment with this admin URL (output AdminUrl)"),
  region: text("REGION", "AWS region of the deployment (default AWS_REGION)"),
  actor: text("ID", "id of the person behind the call; it is stored and logged (default: the AWS principal)"),
} as const satisfies CommandOptions;

export type PlaceOption = keyof typeof PLACE_OPTIONS;

/** @throws UsageError */
export function placeOf(options: GivenOptions, env: NodeJS.ProcessEnv): Place {
  const [stack, url, data] = [textOption(options, "stack"), textOption(options, "url"), textOption(options, "data")];
  // AWS takes an empty variable as absent.
  const region = textOption(options, "region") ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
  if ([stack, url, data].filter((given) => given !== undefined).length > 1) {
    throw new UsageError("--stack, --url and --data exclude each other.");
  }
  if (stack !== undefined) return { kind: "stack", stack, region: wellFormed(region) };
  if (url === undefined && textOption(options, "region") !== undefined) {
    throw new UsageError("--region is about a deployment: name it with --stack or --url.");
  }
  // A printed command must not have a folder that looks like an option.
  if (url === undefined) return { kind: "local", folder: data?.replace(/^-/, "./-") ?? DEFAULT_FOLDER };
  const { protocol, username, password } = URL.parse(url) ?? {};
  // A bare ? or # is in no part of the parsed address.
  if (!/^https?:$/.test(protocol ?? "") || username || password || /[?#]/.test(url)) {
    throw new UsageError("--url takes an http(s) address, without user name, ? or #.");
  }
  return { kind: "url", url, region: wellFormed(region) };
}

/** A region stands in host names. @throws UsageError */
function wellFormed(region: string | undefined): string | undefined {
  if (region === undefined || /^[a-z0-9-]{1,63}$/i.test(region)) return region;
  throw new UsageError(
    `${JSON.stringify(region)} is no AWS region: give --region or set AWS_REGION, e.g. eu-central-1.`,
  );
}

/** For a known Tenant URL without its place: the reader of the command fills in the stack's name. */
export function placeBehind(tenantUrl: string): Place {
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(URL.parse(tenantUrl)?.hostname ?? "");
  return local ? { kind: "local", folder: DEFAULT_FOLDER } : { kind: "stack", stack: "STACK", region: undefined };
}

/** For commands that only AWS has. @throws UsageError, Refused */
export function deployedStack(place: Place): { stack: string; region: string } {
  if (place.kind !== "stack") throw new Refused("This works on a deployed stack: name it with --stack.");
  return { stack: place.stack, region: knownRegion(place.region) };
}

/** @throws UsageError */
export function knownRegion(region: string | undefined): string {
  if (region === undefined) throw new UsageError("The region is not known: give --region or set AWS_REGION.");
  return region;
}
