// Replaces node:net in bundles that sign their calls themselves; the files of this folder export only what those bundles use.
// An ES module that imports a built-in gets all its exports, and some of these load more when read: node:http a second HTTP
// client, others code that few requests need. getBuiltinModule leaves unused exports unread.
export const { connect, isIP, isIPv4, isIPv6, BlockList } = process.getBuiltinModule("node:net");
