// Stands for node:net in bundles that sign their calls by hand; as all of this folder, it has what they use. An ES module
// that imports a built-in gets all its exports, and some of them load more when they are read: of node:http a second HTTP
// client, of others what few requests need. Asked for like this they stay unread.
export const { connect, isIP, isIPv4, isIPv6, BlockList } = process.getBuiltinModule("node:net");
