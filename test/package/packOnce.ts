import { announcePacked, pack } from "./packed.ts";

/** Jest runs it before the first test of all files. */
export default async function packOnce(): Promise<void> {
  announcePacked(await pack());
}
