// CommonJS in old syntax: a Node that is too old can read this, and refuses in one line.
module.exports = function start(name, load) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 24 || (major === 24 && minor < 15)) {
    console.error(`${name} needs Node 24.15 or later; this is ${process.versions.node}.`);
    process.exit(2);
  }
  return load();
};
