#!/usr/bin/env node
// CommonJS in plain words: a Node that is too old reads this, and refuses in one line.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(`rollcall-server needs Node 24.15 or later; this is ${process.versions.node}.`);
  process.exit(2);
}
import("./serverMain.js").then((loaded) => loaded.main());
