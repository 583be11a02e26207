// See net.mjs.
export const { once } = process.getBuiltinModule("node:events");
