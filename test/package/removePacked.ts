import { rmSync } from "node:fs";
import { readPacked } from "./packed.ts";

/** Jest runs it after the last test of all files. */
export default async function removePacked(): Promise<void> {
  rmSync(readPacked().folder, { recursive: true });
}
