import type {
  AnswerOf,
  BodyOf,
  ParametersOf,
  QueryOf,
} from "../../../functions/http/signed/declarations/declaration.ts";
import type { DeadLetterQueues } from "../deadLetters.ts";
import type { Place } from "../place.ts";
import type { Connection } from "./connection.ts";
import type { ConsoleAdmission } from "./consoleAdmission.ts";

/** What the console's own operations work with. */
export interface ConsoleMeans {
  readonly place: Place;
  readonly connection: Connection;
  readonly admission: ConsoleAdmission;
  /** As `--actor` says. */
  readonly actor: string | undefined;
  /** Those of a stack; undefined where the place has none. @throws Refused */
  openQueues(): Promise<DeadLetterQueues | undefined>;
  /** Ends the console, after this answer. */
  end(): void;
}

/** One request, as its declaration says. */
type ConsoleCall<D> = ConsoleMeans & {
  readonly parameters: Readonly<
    Record<D extends { readonly path: infer P extends string } ? ParametersOf<P> : never, string>
  >;
  readonly query: QueryOf<D>;
  readonly body: BodyOf<D>;
};

/** What a run says before it ends. */
export interface RunOutput {
  /** For the person who waits. */
  note(text: string): void;
  item(value: unknown): void;
  /** When nobody listens any more. */
  readonly signal: AbortSignal;
}

export type ConsoleHandlers<D> = { readonly [O in keyof D]: (call: ConsoleCall<D[O]>) => Promise<AnswerOf<D[O]>> };
export type ConsoleRunHandlers<D> = {
  readonly [O in keyof D]: (call: ConsoleCall<D[O]>, output: RunOutput) => Promise<AnswerOf<D[O]>>;
};
