// See net.mjs; loaded on first use.
export function connect(...asked) {
  return process.getBuiltinModule("node:tls").connect(...asked);
}
