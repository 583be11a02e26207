import type { PublishedVersion, ReleasedFunction } from "../../bin/rollcall/planRollback.ts";

/** A stack's functions as in Lambda: numbered versions for each, and an alias that deployments set. */
export interface ModelledLambda {
  /** For the command. */
  functions(): ReleasedFunction[];
  /** Adds a function with the next deployment. */
  add(role: string): void;
  /**
   * Publishes changed functions: all, if the release differs from the last.
   * @param changed roles with other settings @param only the deployment stopped after these
   */
  deploy(release: string, changed: readonly string[], only?: readonly string[]): void;
  point(role: string, version: number): void;
  remove(role: string, version: number): void;
  /** Sets an environment variable of all functions from the next deployment on. */
  set(name: string, value: string): void;
}

interface Modelled {
  release: string | undefined;
  settings: Readonly<Record<string, string>>;
  live: number | undefined;
  published: number;
  versions: PublishedVersion[];
}

export function modelledLambda(roles: readonly string[]): ModelledLambda {
  const all = new Map<string, Modelled>();
  const settings: Record<string, string> = { TABLE_NAME: "table" };
  let deployments = 0;
  const add = (role: string): void => {
    if (all.has(role)) return;
    all.set(role, { release: undefined, settings: {}, live: undefined, published: 0, versions: [] });
  };
  const known = (role: string): Modelled => {
    const found = all.get(role);
    if (found === undefined) throw new Error(`there is no function ${role}`);
    return found;
  };
  for (const role of roles) add(role);
  return {
    add,
    functions: () =>
      [...all].map(([role, { live, release, settings: given, versions }]) => ({
        role,
        deployed: { release, settings: given },
        live,
        versions: [...versions],
      })),
    deploy: (release, changed, only = [...all.keys()]) => {
      deployments += 1;
      for (const [role, one] of all) {
        if (!only.includes(role) || (one.release === release && !changed.includes(role))) continue;
        one.release = release;
        one.settings = { ...settings, ...(changed.includes(role) ? { PORTAL: String(deployments) } : {}) };
        one.published += 1;
        one.live = one.published;
        one.versions.push({ number: one.published, release, settings: one.settings });
      }
    },
    point: (role, version) => {
      known(role).live = version;
    },
    remove: (role, version) => {
      const one = known(role);
      one.versions = one.versions.filter(({ number }) => number !== version);
    },
    set: (name, value) => {
      settings[name] = value;
    },
  };
}
