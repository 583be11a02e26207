import { afterAll, afterEach } from "@jest/globals";
import { assertSeenLines } from "./logLines.ts";

/** Loaded before every test file: a line that is not of the schema fails the test that caused it. */
afterEach(assertSeenLines);
// What suites drive before their tests, or close behind them.
afterAll(assertSeenLines);
