// As http.mjs.
export const { once } = process.getBuiltinModule("node:events");
