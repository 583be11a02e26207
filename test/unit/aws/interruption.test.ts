import { EventEmitter } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { Interruption, listenFor, unlessAborted } from "../../aws/run/interruption.ts";

function listening() {
  const signals = new EventEmitter();
  const interruption = new Interruption();
  const printed: string[] = [];
  const left: number[] = [];
  listenFor(
    signals,
    interruption,
    (line) => printed.push(line),
    (code) => left.push(code),
  );
  return { signals, interruption, printed, left };
}

describe("a signal", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"])("%s ends the run in order and does not leave", (name) => {
    const { interruption, left, printed, signals } = listening();
    interruption.byHand = "npx cdk destroy X";
    signals.emit(name);
    expect(interruption.signal.aborted).toBe(true);
    expect(printed.join()).toMatch(/The stack is deleted first/);
    expect(left).toEqual([]);
  });

  test("for the second time gives the command and leaves at once", () => {
    const { interruption, left, printed, signals } = listening();
    interruption.byHand = "npx cdk destroy X";
    signals.emit("SIGINT");
    signals.emit("SIGTERM");
    expect(printed.at(-1)).toMatch(/^\n!!! .*\n\n {4}npx cdk destroy X\n$/);
    expect(left).toEqual([1]);
  });

  test("before anything was made speaks of no stack to delete", () => {
    const { printed, signals } = listening();
    signals.emit("SIGINT");
    signals.emit("SIGINT");
    expect(printed).toEqual(["\nInterrupted.", "There is no stack of this run."]);
  });
});

test.each(["uncaughtException", "unhandledRejection"])("%s ends the run in order instead of the process", (name) => {
  const { interruption, left, signals } = listening();
  signals.emit(name, new Error("a check forgot to wait"));
  expect(interruption.signal.reason).toEqual(new Error("the run itself is at fault: a check forgot to wait"));
  signals.emit(name, new Error("again"));
  expect(left).toEqual([]);
});

test("work that is done is not undone by a later signal, and a signal ends waiting for work that hangs", async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(Promise.resolve(1), signal)).resolves.toBe(1);
  const hanging = new Promise(() => undefined);
  await expect(unlessAborted(hanging, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
});
