// Replaces the SDK in bundles of functions that sign their calls themselves. They call nothing of it.
module.exports = {};
