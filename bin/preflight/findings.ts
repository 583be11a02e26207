/** What one look at the machine or the account gave. */
export interface PreflightFinding {
  /** `warning`: the deployment will succeed, but something about it may surprise. */
  readonly kind: "good" | "bad" | "warning";
  readonly text: string;
  /** The command or the step that mends it. */
  readonly mend?: string;
}

const MARKS = { good: "✓", bad: "✗", warning: "!" } as const;

export function good(text: string): PreflightFinding {
  return { kind: "good", text };
}

export function bad(text: string, mend: string): PreflightFinding {
  return { kind: "bad", text, mend };
}

export function warning(text: string, mend: string): PreflightFinding {
  return { kind: "warning", text, mend };
}

export function lines({ kind, mend, text }: PreflightFinding): string {
  return mend === undefined ? `${MARKS[kind]} ${text}` : `${MARKS[kind]} ${text}\n    ${mend}`;
}
