// As net.mjs, and not read before it is used: few requests ask the DNS for anything.
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
