/** Comes first in entries that need Node 24, before any feature that an older Node lacks. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  throw new Error(
    `rollcall/testkit and rollcall/server need Node 24.15 or later; this is ${process.versions.node}. rollcall/client runs on Node 20.`,
  );
}
