// Stands for the SDK in bundles of functions that sign their calls by hand. Nothing of it is called there.
module.exports = {};
