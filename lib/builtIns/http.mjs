// Stands for node:http in bundles that sign their calls by hand; as all of this folder, it has what they use. An ES module
// that imports a built-in gets all its exports, and some of them load more when they are read: of this one a second HTTP
// client, which nobody here uses. Asked for like this they stay unread.
export const { Agent, request, STATUS_CODES } = process.getBuiltinModule("node:http");
