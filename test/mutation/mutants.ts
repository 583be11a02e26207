/** One change of one place in a source file that a test should notice. */
export interface Mutant {
  readonly file: string;
  /** Of the first character that is replaced. */
  readonly offset: number;
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

interface Mutator {
  readonly pattern: RegExp;
  readonly replace: (...groups: string[]) => string;
}

/** Spaces around an operator tell it from the signs of a type, since the formatter puts them nowhere else. */
const MUTATORS: readonly Mutator[] = [
  { pattern: / (===|!==) /g, replace: (operator) => (operator === "===" ? " !== " : " === ") },
  { pattern: / (&&|\|\|) /g, replace: (operator) => (operator === "&&" ? " || " : " && ") },
  { pattern: / (<|<=|>|>=) /g, replace: (operator) => (operator.length === 1 ? ` ${operator}= ` : ` ${operator[0]} `) },
  { pattern: /\bif \(/g, replace: () => "if (false && " },
  { pattern: /\bthrow (?=[A-Za-z])/g, replace: () => "void " },
  { pattern: /\breturn (true|false);/g, replace: (value) => `return ${value === "true" ? "false" : "true"};` },
  { pattern: /(: |\? |= )(true|false)\b/g, replace: (lead, value) => lead + (value === "true" ? "false" : "true") },
  { pattern: /\.(some|every)\(/g, replace: (name) => (name === "some" ? ".every(" : ".some(") },
  { pattern: /(?<![=!])!(?=[A-Za-z(])/g, replace: () => "" },
  { pattern: / ([+-]) 1\b/g, replace: (sign) => ` ${sign} 0` },
  {
    pattern: /\b(const [A-Z_]+ = )(\d[\d_]*);/g,
    replace: (lead, number) => `${lead}${Number(number.replaceAll("_", "")) + 1};`,
  },
  { pattern: /\.toLowerCase\(\)/g, replace: () => "" },
];

/** Every mutant of a source text. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const code = codeOnly(source);
  return MUTATORS.flatMap(({ pattern, replace }) =>
    [...code.matchAll(pattern)].map((match) => ({
      file,
      offset: match.index,
      line: source.slice(0, match.index).split("\n").length,
      before: match[0],
      after: replace(...match.slice(1)),
    })),
  );
}

export function mutated(source: string, { after, before, offset }: Mutant): string {
  return source.slice(0, offset) + after + source.slice(offset + before.length);
}

/** The text with comments, strings, templates and regular expressions blanked out, so that offsets stay. */
export function codeOnly(source: string): string {
  const tokens =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[=(,:?&|!]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*/g;
  return source.replace(tokens, (token) => token.replace(/[^\n]/g, " "));
}

/** The same order for the same seed (xorshift, Fisher-Yates). */
export function shuffled<T>(all: readonly T[], seed: number): T[] {
  const deck = [...all];
  let state = seed >>> 0 || 1;
  for (let last = deck.length - 1; last > 0; last -= 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const pick = (state >>> 0) % (last + 1);
    const [one, other] = [deck[last], deck[pick]];
    if (one === undefined || other === undefined) continue;
    deck[last] = other;
    deck[pick] = one;
  }
  return deck;
}
