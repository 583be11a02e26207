/**
 * The part of the Logs Insights query language in our saved queries, after AWS's documentation. Everything else is refused: add
 * a command or function together with its meaning (runQuery.ts).
 */
export type Expression =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "value"; readonly value: string | number }
  | { readonly kind: "pattern"; readonly pattern: RegExp }
  | { readonly kind: "duration"; readonly milliseconds: number }
  | { readonly kind: "everything" }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly inner: Expression }
  | { readonly kind: "in"; readonly subject: Expression; readonly options: readonly Expression[] };

/** `as` is the expression's text where the query names none. */
export interface Column {
  readonly expression: Expression;
  readonly as: string;
}

export type Command =
  | { readonly kind: "fields"; readonly columns: readonly Column[] }
  | { readonly kind: "display"; readonly names: readonly string[] }
  | { readonly kind: "dedup"; readonly names: readonly string[] }
  | { readonly kind: "filter"; readonly condition: Expression }
  | { readonly kind: "stats"; readonly aggregates: readonly Column[]; readonly by: readonly Column[] }
  | {
      readonly kind: "sort";
      readonly keys: readonly { readonly expression: Expression; readonly descending: boolean }[];
    }
  | { readonly kind: "limit"; readonly count: number }
  | { readonly kind: "parse"; readonly field: Expression; readonly pattern: RegExp; readonly names: readonly string[] };

const AGGREGATES: ReadonlySet<string> = new Set([
  "count",
  "count_distinct",
  "sum",
  "avg",
  "min",
  "max",
  "pct",
  "latest",
  "earliest",
]);

/** Number of arguments by function name. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  count: 1,
  count_distinct: 1,
  sum: 1,
  avg: 1,
  min: 1,
  max: 1,
  pct: 2,
  latest: 1,
  earliest: 1,
  bin: 1,
  ispresent: 1,
  strcontains: 2,
};

/** The highest limit of Logs Insights. */
const HIGHEST_LIMIT = 10_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WORDS = new Set(["and", "or", "not", "in", "like", "as", "by", "asc", "desc"]);

export class QueryError extends Error {}

interface Token {
  readonly kind: "name" | "text" | "number" | "duration" | "pattern" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s*(?:(?<quoted>`[^`]+`)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<duration>\d+(?:ms|s|m|h|d)\b)|(?<number>\d+(?:\.\d+)?\b)|(?<name>[A-Za-z_@][\w@.]*)|(?<sign><=|>=|!=|[=<>()[\],|*+-]|\/))/uy;
const PATTERN = /\s*\/((?:[^/\\\n]|\\.)+)\//uy;

/** @throws QueryError naming what is not understood, and where */
export function readQuery(text: string): Command[] {
  return new Reader(text).query();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  query(): Command[] {
    const commands = [this.#command()];
    while (this.#takeSign("|")) commands.push(this.#command());
    if (this.#text.slice(this.#at).trim() !== "") throw this.#wrong("the command should end here");
    return commands;
  }

  #command(): Command {
    const name = this.#name("a command");
    switch (name) {
      case "fields":
        return { kind: "fields", columns: this.#list(() => this.#column()) };
      case "display":
      case "dedup":
        return { kind: name, names: this.#list(() => this.#name("a field")) };
      case "filter":
        return { kind: "filter", condition: this.#either() };
      case "stats": {
        const aggregates = this.#list(() => this.#column());
        const by = this.#takeWord("by") ? this.#list(() => this.#column()) : [];
        if (!aggregates.every(({ expression }) => aggregated(expression)))
          throw this.#wrong("stats takes aggregates only");
        return { kind: "stats", aggregates, by };
      }
      case "sort":
        return { kind: "sort", keys: this.#list(() => this.#sortKey()) };
      case "limit": {
        const count = Number(this.#take("number", "a number").text);
        if (count < 1 || count > HIGHEST_LIMIT) throw this.#wrong(`a limit is 1 to ${HIGHEST_LIMIT}`);
        return { kind: "limit", count };
      }
      case "parse":
        return this.#parse();
      default:
        throw this.#wrong(`there is no command ${name}`);
    }
  }

  #parse(): Command {
    const field = this.#primary();
    const pattern = this.#takePattern() ?? globPattern(unquoted(this.#take("text", "a glob or a pattern").text));
    const names = this.#takeWord("as") ? this.#list(() => this.#name("a field")) : groupNames(pattern);
    return { kind: "parse", field, pattern, names };
  }

  #sortKey(): { expression: Expression; descending: boolean } {
    const expression = this.#either();
    if (this.#takeWord("desc")) return { expression, descending: true };
    this.#takeWord("asc");
    return { expression, descending: false };
  }

  #column(): Column {
    const start = this.#at;
    const expression = this.#either();
    const written = this.#text.slice(start, this.#at).trim();
    return { expression, as: this.#takeWord("as") ? this.#name("a name") : unquoted(written) };
  }

  #either(): Expression {
    let left = this.#both();
    while (this.#takeWord("or")) left = { kind: "binary", operator: "or", left, right: this.#both() };
    return left;
  }

  #both(): Expression {
    let left = this.#negated();
    while (this.#takeWord("and")) left = { kind: "binary", operator: "and", left, right: this.#negated() };
    return left;
  }

  #negated(): Expression {
    return this.#takeWord("not") ? { kind: "not", inner: this.#negated() } : this.#comparison();
  }

  #comparison(): Expression {
    const left = this.#sum();
    for (const operator of ["<=", ">=", "!=", "=", "<", ">"]) {
      if (this.#takeSign(operator)) return { kind: "binary", operator, left, right: this.#sum() };
    }
    const negated = this.#takeWord("not");
    const found = this.#wordComparison(left);
    if (found === undefined && negated) throw this.#wrong("like or in should follow");
    if (found === undefined) return left;
    return negated ? { kind: "not", inner: found } : found;
  }

  #wordComparison(left: Expression): Expression | undefined {
    if (this.#takeWord("in")) {
      this.#sign("[");
      const options = this.#list(() => this.#primary());
      this.#sign("]");
      return { kind: "in", subject: left, options };
    }
    if (!this.#takeWord("like")) return undefined;
    const pattern = this.#takePattern();
    const right: Expression = pattern === undefined ? this.#primary() : { kind: "pattern", pattern };
    return { kind: "binary", operator: "like", left, right };
  }

  #sum(): Expression {
    let left = this.#product();
    for (let sign = this.#takeOneOf("+", "-"); sign !== undefined; sign = this.#takeOneOf("+", "-")) {
      left = { kind: "binary", operator: sign, left, right: this.#product() };
    }
    return left;
  }

  #product(): Expression {
    let left = this.#primary();
    for (let sign = this.#takeOneOf("*", "/"); sign !== undefined; sign = this.#takeOneOf("*", "/")) {
      left = { kind: "binary", operator: sign, left, right: this.#primary() };
    }
    return left;
  }

  #primary(): Expression {
    if (this.#takeSign("(")) {
      const inner = this.#either();
      this.#sign(")");
      return inner;
    }
    const token = this.#next();
    switch (token?.kind) {
      case "text":
        this.#at = token.end;
        return { kind: "value", value: unquoted(token.text) };
      case "number":
        this.#at = token.end;
        return { kind: "value", value: Number(token.text) };
      case "duration":
        this.#at = token.end;
        return { kind: "duration", milliseconds: durationOf(token.text) };
      case "name": {
        const name = this.#name("a value");
        return this.#takeSign("(") ? this.#call(name) : { kind: "field", name };
      }
      default:
        throw this.#wrong("a value should stand here");
    }
  }

  #call(name: string): Expression {
    const wanted = FUNCTIONS[name];
    if (wanted === undefined) throw this.#wrong(`there is no function ${name}`);
    const all = name === "count" && this.#takeSign("*");
    const given: Expression[] = all ? [{ kind: "everything" }] : this.#list(() => this.#either());
    this.#sign(")");
    if (given.length !== wanted) throw this.#wrong(`${name} takes ${wanted} arguments`);
    if ((name === "bin") !== (given[0]?.kind === "duration")) throw this.#wrong(`${name} of this makes no sense`);
    return { kind: "call", name, arguments: given };
  }

  #list<T>(one: () => T): T[] {
    const found = [one()];
    while (this.#takeSign(",")) found.push(one());
    return found;
  }

  #name(what: string): string {
    const { text } = this.#take("name", what);
    if (WORDS.has(text)) throw this.#wrong(`${what} should stand before ${text}`);
    return unquoted(text);
  }

  #take(kind: Token["kind"], what: string): Token {
    const token = this.#next();
    if (token?.kind !== kind) throw this.#wrong(`${what} should stand here`);
    this.#at = token.end;
    return token;
  }

  #sign(sign: string): void {
    if (!this.#takeSign(sign)) throw this.#wrong(`${sign} should stand here`);
  }

  #takeSign(sign: string): boolean {
    return this.#takeIf("sign", sign);
  }

  #takeWord(word: string): boolean {
    return this.#takeIf("name", word);
  }

  #takeOneOf(...signs: readonly string[]): string | undefined {
    return signs.find((sign) => this.#takeSign(sign));
  }

  #takeIf(kind: Token["kind"], text: string): boolean {
    const token = this.#next();
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at = token.end;
    return true;
  }

  #takePattern(): RegExp | undefined {
    PATTERN.lastIndex = this.#at;
    const found = PATTERN.exec(this.#text);
    if (found === null) return undefined;
    this.#at = PATTERN.lastIndex;
    return new RegExp(found[1] ?? "", "u");
  }

  #next(): Token | undefined {
    TOKEN.lastIndex = this.#at;
    const groups = TOKEN.exec(this.#text)?.groups;
    if (groups === undefined) return undefined;
    const end = TOKEN.lastIndex;
    const of = (kind: Token["kind"], text: string): Token => ({ kind, text, start: this.#at, end });
    if (groups.text !== undefined) return of("text", groups.text);
    if (groups.number !== undefined) return of("number", groups.number);
    if (groups.duration !== undefined) return of("duration", groups.duration);
    if (groups.sign !== undefined) return of("sign", groups.sign);
    return of("name", groups.quoted ?? groups.name ?? "");
  }

  #wrong(what: string): QueryError {
    return new QueryError(
      `${what}: …${this.#text.slice(Math.max(0, this.#at - 25), this.#at)}⟨here⟩${this.#text.slice(this.#at, this.#at + 25)}…`,
    );
  }
}

/** Whether the value is of a group of lines. */
function aggregated(expression: Expression): boolean {
  if (expression.kind === "call") return AGGREGATES.has(expression.name);
  return expression.kind === "binary" && (aggregated(expression.left) || aggregated(expression.right));
}

function unquoted(text: string): string {
  return /^(["'`]).*\1$/su.test(text) ? text.slice(1, -1).replace(/\\(.)/gsu, "$1") : text;
}

function durationOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d+)([a-z]+)$/u.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? Number.NaN);
}

function globPattern(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&"));
  return new RegExp(parts.join("(.*?)").replace(/\(\.\*\?\)$/u, "(.*)"), "su");
}

function groupNames(pattern: RegExp): string[] {
  return [...pattern.source.matchAll(/\(\?<(\w+)>/gu)].map(([, name = ""]) => name);
}
