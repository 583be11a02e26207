/** The same sentence appears at most once in this time. */
const AGAIN_MS = 60_000;

/** Shows on the terminal why the pages do not work: they repeat their requests, but each sentence appears once. */
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
