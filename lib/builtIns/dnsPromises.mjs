// See net.mjs; loaded on first use, because few requests ask the DNS.
export function lookup(...asked) {
  return process.getBuiltinModule("node:dns/promises").lookup(...asked);
}

export class Resolver {
  constructor(options) {
    const { Resolver: Own } = process.getBuiltinModule("node:dns/promises");
    // biome-ignore lint/correctness/noConstructorReturn: it stands for the class of that name.
    return new Own(options);
  }
}
