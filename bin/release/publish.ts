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
 * Tags the commit in `root` and publishes its tarball. Who publishes is asked for first, and where the registry refuses there is no tag.
 * @throws Error: npm or git has said why
 */
export function publish(root: string, { version, tarball, config }: Publication): void {
  // Also where somebody silenced npm: what it refuses has to be read.
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
