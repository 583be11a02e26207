import { useMemo } from "preact/hooks";
import type { AnswerOf } from "../../../functions/http/signed/declarations/declaration.ts";
import { OPERATOR_PATHS } from "../generated/operatorPaths.ts";
import type { OperatorOperations, ParametersFor, RequestRest } from "./api.ts";
import { usePortal } from "./portalContext.ts";
import { PortalError } from "./portalError.ts";

type OperatorName = keyof OperatorOperations & keyof typeof OPERATOR_PATHS;
type Answer<O extends OperatorName> = AnswerOf<OperatorOperations[O]>;

/** What a run says while it works. */
interface RunWatcher {
  /** A sentence for the person who waits. */
  readonly onNote?: (note: string) => void;
  readonly onItem?: (item: unknown) => void;
}

/** What only the operator console may ask. */
interface ConsoleApi {
  /** @throws PortalError */
  ask<O extends OperatorName>(
    operation: O,
    parameters: ParametersFor<OperatorOperations[O]>,
    rest: RequestRest,
  ): Promise<Answer<O>>;
  /**
   * What answers line by line while it works (CONSOLE_RUNS).
   * @returns what it ended with; undefined: it was ended before
   * @throws PortalError
   */
  run<O extends OperatorName>(
    operation: O,
    parameters: ParametersFor<OperatorOperations[O]>,
    rest: RequestRest & { readonly signal: AbortSignal },
    watcher: RunWatcher,
  ): Promise<Answer<O> | undefined>;
}

export function useOperator(): ConsoleApi {
  const { api } = usePortal();
  return useMemo<ConsoleApi>(
    () => ({
      ask: (operation, parameters, rest) => api.send(OPERATOR_PATHS[operation], parameters, rest),
      run: async (operation, parameters, rest, { onNote, onItem }) => {
        let result: unknown;
        let failure: PortalError | undefined;
        await api.sendForLines(OPERATOR_PATHS[operation], parameters, rest, (line) => {
          const { note, item, result: end, error } = line as RunLine;
          if (note !== undefined) onNote?.(note);
          if (item !== undefined) onItem?.(item);
          if (end !== undefined) result = end;
          if (error !== undefined) failure = new PortalError(error.status, error.code ?? null, error.detail, null);
        });
        if (failure !== undefined) throw failure;
        // The console answers what its declaration says: both are made from it.
        return result as never;
      },
    }),
    [api],
  );
}

/** One of its members. */
interface RunLine {
  readonly note?: string;
  readonly item?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly status: number; readonly code?: string; readonly detail: string };
}
