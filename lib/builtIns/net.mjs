// As http.mjs.
export const { connect, isIP, isIPv4, isIPv6, BlockList } = process.getBuiltinModule("node:net");
