import { tagOf } from "./hindrances.ts";
import { runIn } from "./runIn.ts";

interface Publication {
  readonly version: string;
  /** Path of the tarball. */
  readonly tarball: string;
  /** `publishConfig` of package.json: options of npm. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Tags the commit in `root` and publishes its tarball. It first asks npm who publishes; if the registry refuses, it sets no
 * tag.
 * @throws Error; npm or git has printed the reason
 */
export function publish(root: string, { version, tarball, config }: Publication): void {
  // Overrides a silenced npm: its refusals must be readable.
  const options = ["--loglevel=notice", ...Object.entries(config).map(([name, value]) => `--${name}=${value}`)];
  runIn(root, "npm", "whoami", ...options);
  runIn(root, "git", "tag", "--annotate", tagOf(version), "--message", `Rollcall ${version}`);
  try {
    runIn(root, "npm", "publish", tarball, ...options);
  } catch (error) {
    runIn(root, "git", "tag", "--delete", tagOf(version));
    throw error;
  }
}
