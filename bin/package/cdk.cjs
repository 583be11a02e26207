"use strict";
// `require("rollcall/cdk")` loads this first: without its peers it ends in one line, not with an error from a missing module.
const PEERS = { "aws-cdk-lib": [2, 276], constructs: [10, 5] };
for (const [name, [major, minor]] of Object.entries(PEERS)) {
  const least = `${major}.${minor}.0`;
  let found;
  try {
    found = require(`${name}/package.json`).version;
  } catch {
    throw new Error(`rollcall/cdk needs ${name} ${least} or later in your project: npm install ${name}`);
  }
  const [itsMajor, itsMinor] = found.split(".").map(Number);
  if (itsMajor !== major || itsMinor < minor) {
    throw new Error(`rollcall/cdk needs ${name} ${least} or later of that major version; this is ${found}`);
  }
}
module.exports = require("./rollcall.js");
