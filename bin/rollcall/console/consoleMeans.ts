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

/** What the console's own operations need. */
export interface ConsoleMeans {
  readonly place: Place;
  readonly connection: Connection;
  readonly admission: ConsoleAdmission;
  /** From `--actor`. */
  readonly actor: string | undefined;
  /** The stack's queues; undefined where the place has none. @throws Refused */
  openQueues(): Promise<DeadLetterQueues | undefined>;
  /** Ends the console after this answer. */
  end(): void;
}

/** One request, typed by its declaration. */
type ConsoleCall<D> = ConsoleMeans & {
  readonly parameters: Readonly<
    Record<D extends { readonly path: infer P extends string } ? ParametersOf<P> : never, string>
  >;
  readonly query: QueryOf<D>;
  readonly body: BodyOf<D>;
};

/** A run's output before it ends. */
export interface RunOutput {
  /** For the waiting person. */
  note(text: string): void;
  item(value: unknown): void;
  /** Aborted when nobody listens any more. */
  readonly signal: AbortSignal;
}

export type ConsoleHandlers<D> = { readonly [O in keyof D]: (call: ConsoleCall<D[O]>) => Promise<AnswerOf<D[O]>> };
export type ConsoleRunHandlers<D> = {
  readonly [O in keyof D]: (call: ConsoleCall<D[O]>, output: RunOutput) => Promise<AnswerOf<D[O]>>;
};
