import { useMemo } from "preact/hooks";
import type { AnswerOf } from "../../../functions/http/signed/declarations/declaration.ts";
import { OPERATOR_PATHS } from "../generated/operatorPaths.ts";
import type { OperatorOperations, ParametersFor, RequestRest } from "./api.ts";
import { usePortal } from "./portalContext.ts";
import { PortalError } from "./portalError.ts";

type OperatorName = keyof OperatorOperations & keyof typeof OPERATOR_PATHS;
type Answer<O extends OperatorName> = AnswerOf<OperatorOperations[O]>;

/** The output of a run while it works. */
interface RunWatcher {
  /** A sentence for the waiting person. */
  readonly onNote?: (note: string) => void;
  readonly onItem?: (item: unknown) => void;
}

/** Operations of the operator console alone. */
interface ConsoleApi {
  /** @throws PortalError */
  ask<O extends OperatorName>(
    operation: O,
    parameters: ParametersFor<OperatorOperations[O]>,
    rest: RequestRest,
  ): Promise<Answer<O>>;
  /**
   * Runs an operation that answers line by line while it works (CONSOLE_RUNS).
   * @returns its result; undefined: it was ended early
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
        // The console's answers match their declarations, the source of both.
        return result as never;
      },
    }),
    [api],
  );
}

/** Has one of these members. */
interface RunLine {
  readonly note?: string;
  readonly item?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly status: number; readonly code?: string; readonly detail: string };
}
