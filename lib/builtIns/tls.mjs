// As net.mjs, and not read before it is used.
export function connect(...asked) {
  return process.getBuiltinModule("node:tls").connect(...asked);
}
