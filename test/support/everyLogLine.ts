import { afterAll, afterEach } from "@jest/globals";
import { assertSeenLines } from "./logLines.ts";

/** Loaded before every test file: a line that breaks the schema fails its test. */
afterEach(assertSeenLines);
// Lines from before the first test or after the last.
afterAll(assertSeenLines);
