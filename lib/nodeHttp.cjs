// Replaces node:http in bundles. An ES module that imports a built-in gets all its exports; some of node:http's load a second
// HTTP client that nobody here uses: a sixth of a cold start. getBuiltinModule leaves unused exports unread.
module.exports = process.getBuiltinModule("node:http");
