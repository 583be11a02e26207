/** The content of a published version. */
export interface FunctionBuild {
  /** Release of the code, the same for all functions. Undefined: no deployment of Rollcall published it. */
  readonly release: string | undefined;
  /** The environment variables by name, and the memory. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface PublishedVersion extends FunctionBuild {
  /** Each function counts its own versions; numbers never repeat. */
  readonly number: number;
}

/** Lambda's facts about one function. */
export interface ReleasedFunction {
  /** Its role: `users`, `events` … */
  readonly role: string;
  /** As last deployed. */
  readonly deployed: FunctionBuild;
  /** The only version that the alias points to. Undefined: the alias splits traffic or points elsewhere. */
  readonly live: number | undefined;
  /** Oldest first. */
  readonly versions: readonly PublishedVersion[];
}

/** The change of one function. */
export interface RollbackStep<F extends ReleasedFunction> {
  readonly of: F;
  readonly from: PublishedVersion | undefined;
  /** Undefined: the function is newer than that release, and stays. */
  readonly to: PublishedVersion | undefined;
}

export interface RollbackPlan<F extends ReleasedFunction> {
  readonly outcome: "planned";
  /** The last deployed releases; several after an interrupted deployment. */
  readonly deployed: readonly string[];
  readonly release: string;
  /** How many releases it is behind the deployed one; 0 or less: forward. */
  readonly back: number;
  readonly steps: readonly RollbackStep<F>[];
  /** Settings that change with the code, with their functions. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
}

interface NoRollback {
  readonly outcome: "nothing before" | "refused";
  /** A sentence. */
  readonly because: string;
}

/**
 * Plans the version of each function. It continues an interrupted rollback: where some functions already run another release
 * than the deployed one, all get that release.
 * @param functions all of the stack that have versions
 * @param wanted a release, or the number before its first `-`; absent: the release before the deployed one
 */
export function planRollback<F extends ReleasedFunction>(
  functions: readonly F[],
  wanted: string | undefined,
): RollbackPlan<F> | NoRollback {
  const order = releasesOf(functions);
  const deployed = [...new Set(functions.map((one) => one.deployed.release ?? "unknown"))];
  const release = wanted === undefined ? releaseBefore(functions, order, deployed) : releaseNamed(wanted, order);
  if (typeof release !== "string") return release;
  const steps = stepsTo(release, functions, order);
  const missing = steps.filter(({ missing }) => missing).map(({ of }) => of.role);
  if (missing.length > 0) return refused(`${missing.join(", ")} had a version of ${release}, and it is gone.`);
  const elsewhere = steps.find(({ of, to }) => to !== undefined && to.settings[TABLE] !== of.deployed.settings[TABLE]);
  if (elsewhere !== undefined) {
    const [then, now] = [elsewhere.to, elsewhere.of.deployed].map((build) => build?.settings[TABLE]);
    return refused(
      `${release} was published for the table ${then}, and the stack is on ${now}: deploy that release again instead.`,
    );
  }
  const newest = Math.max(...deployed.map((one) => order.indexOf(one)));
  return {
    outcome: "planned",
    deployed,
    release,
    back: newest - order.indexOf(release),
    steps,
    settings: settingsThatGo(steps),
  };
}

const TABLE = "TABLE_NAME";
/** These belong to the release itself. */
const NO_SETTINGS = ["ROLLCALL_RELEASE", "ROLLCALL_VERSION"];

function refused(because: string): NoRollback {
  return { outcome: "refused", because };
}

/** By their newest versions, oldest first. */
export function releasesOf(functions: readonly ReleasedFunction[]): string[] {
  const order: string[] = [];
  // Functions with more versions know more about the order.
  for (const { versions } of functions.toSorted((a, b) => b.versions.length - a.versions.length)) {
    const own = versions.map(({ release }) => release).filter((release) => release !== undefined);
    let place = 0;
    for (const release of own.filter((one, index) => own.lastIndexOf(one) === index)) {
      const known = order.indexOf(release);
      if (known < 0) order.splice(place, 0, release);
      place = (known < 0 ? place : known) + 1;
    }
  }
  return order;
}

function releaseBefore(
  functions: readonly ReleasedFunction[],
  order: readonly string[],
  deployed: readonly string[],
): string | NoRollback {
  const [last = "unknown", ...others] = deployed;
  if (others.length > 0) {
    return refused(
      `A deployment broke off: functions of ${deployed.join(" and ")} are deployed. Name a release: --to.`,
    );
  }
  // An alias with several versions is ignored here, and repaired with the others.
  const running = new Set(functions.flatMap((one) => liveOf(one)?.release ?? []));
  running.delete(last);
  const [begun, ...more] = running;
  if (more.length > 0) return refused(`The functions run ${[...running].join(" and ")}. Name one of them: --to.`);
  if (begun !== undefined) return begun;
  const earlier = order.slice(0, Math.max(0, order.indexOf(last))).reverse();
  const whole = earlier.find((release) => stepsTo(release, functions, order).every(({ missing }) => !missing));
  return whole ?? { outcome: "nothing before", because: `No release before ${last} has a version of every function.` };
}

function releaseNamed(wanted: string, order: readonly string[]): string | NoRollback {
  const found = order.includes(wanted) ? [wanted] : order.filter((release) => release.startsWith(`${wanted}-`));
  const [release, ...others] = found;
  if (release !== undefined && others.length === 0) return release;
  const known = order.toReversed().join(", ");
  return refused(
    release === undefined
      ? `No function has a version of ${wanted}. There are: ${known || "none"}.`
      : `${wanted} stands for several: ${found.join(", ")}.`,
  );
}

function liveOf({ live, versions }: ReleasedFunction): PublishedVersion | undefined {
  return versions.find(({ number }) => number === live);
}

function stepsTo<F extends ReleasedFunction>(release: string, functions: readonly F[], order: readonly string[]) {
  return functions.map((of): RollbackStep<F> & { readonly missing: boolean } => {
    const to = of.versions.findLast((version) => version.release === release);
    const [first] = of.versions;
    // A function's first version has the number 1: if it was removed, its release is unknown.
    const isNew = first?.number === 1 && order.indexOf(first.release ?? "") > order.indexOf(release);
    return { of, from: liveOf(of), to, missing: to === undefined && !isNew };
  });
}

function settingsThatGo(steps: readonly RollbackStep<ReleasedFunction>[]): Map<string, string[]> {
  const going = new Map<string, string[]>();
  for (const { from, of, to } of steps) {
    if (from === undefined || to === undefined) continue;
    for (const name of new Set([...Object.keys(from.settings), ...Object.keys(to.settings)])) {
      if (NO_SETTINGS.includes(name) || from.settings[name] === to.settings[name]) continue;
      going.set(name, [...(going.get(name) ?? []), of.role]);
    }
  }
  return going;
}
