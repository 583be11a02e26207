/** The same sentence is not repeated before. */
const AGAIN_MS = 60_000;

/** Says on the terminal what keeps the pages from working: they ask again and again, and the sentence stands there once. */
export class ProblemNotes {
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  #last: { readonly text: string; readonly at: number } | undefined;

  constructor(say: (text: string) => void, now: () => number) {
    this.#say = say;
    this.#now = now;
  }

  note(text: string): void {
    const at = this.#now();
    if (this.#last?.text === text && at - this.#last.at < AGAIN_MS) return;
    this.#last = { text, at };
    this.#say(text);
  }
}
