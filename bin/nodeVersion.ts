/**
 * Import this before everything that needs it: `node:sqlite` is a release candidate from Node 24.15 on and experimental before.
 * A Node that strips no types fails before this line.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(`Rollcall needs Node 24.15 or later; this is ${process.version}.`);
  process.exit(2);
}
