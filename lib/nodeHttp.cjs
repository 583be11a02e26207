// Stands for node:http in the bundles. An ES module that imports a built-in gets all its exports, and some of this one's
// load a second HTTP client, which nobody here uses: a sixth of a cold start. Asked for like this they stay unread.
module.exports = process.getBuiltinModule("node:http");
