/** The result of one check of the machine or the account. */
export interface PreflightFinding {
  /** `warning`: the deployment will succeed, but something about it may surprise. */
  readonly kind: "good" | "bad" | "warning";
  readonly text: string;
  /** The command or step that repairs it. */
  readonly fix?: string;
}

const MARKS = { good: "✓", bad: "✗", warning: "!" } as const;

export function good(text: string): PreflightFinding {
  return { kind: "good", text };
}

export function bad(text: string, fix: string): PreflightFinding {
  return { kind: "bad", text, fix };
}

export function warning(text: string, fix: string): PreflightFinding {
  return { kind: "warning", text, fix };
}

export function lines({ kind, fix, text }: PreflightFinding): string {
  return fix === undefined ? `${MARKS[kind]} ${text}` : `${MARKS[kind]} ${text}\n    ${fix}`;
}

interface Machine {
  readonly nodeVersion: string;
  /** Of aws-cdk in node_modules; undefined where it is missing. */
  readonly cdkVersion: string | undefined;
  /** The pinned version in package.json. */
  readonly pinnedCdkVersion: string;
  readonly esbuildInstalled: boolean;
}

/** The checks that need no account. */
export function checkMachine({
  cdkVersion,
  esbuildInstalled,
  nodeVersion,
  pinnedCdkVersion,
}: Machine): PreflightFinding[] {
  return [
    Number.parseInt(nodeVersion, 10) >= 24
      ? good(`Node ${nodeVersion}`)
      : bad(
          `Node ${nodeVersion} is too old for the app; the project brings its own Node 24`,
          "npm ci, then: npm run preflight",
        ),
    cdkVersion === pinnedCdkVersion
      ? good(`CDK command ${cdkVersion}`)
      : bad(
          `the CDK command is ${cdkVersion ?? "not installed"}, and the app needs ${pinnedCdkVersion}`,
          "npm ci, then always: npx cdk …",
        ),
    esbuildInstalled
      ? good("esbuild is here, so that no container is needed")
      : bad("esbuild is not installed; the CDK would look for Docker instead", "npm ci"),
  ];
}
