/** The reader's place: after the # of the page's address, or in an embedded element's memory. */
export interface PageRoute {
  /** Login name in the address: `#/o/acme/people`. Null: the session's own, or none is chosen. */
  readonly org: string | null;
  /** Name of the page: `people`. Empty: none in the address. */
  readonly page: string;
  /** What follows the page's name: `["u7Yk…"]`. */
  readonly rest: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

/** @param hash with or without its #; unreadable escapes stay as they are */
export function readPageRoute(hash: string): PageRoute {
  const [path = "", search = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const words = path.split("/").filter((word) => word !== "");
  const query = new Map(new URLSearchParams(search));
  const [first, second, ...others] = words.map(unescaped);
  if (first === "o" && second !== undefined) {
    const [page = "", ...rest] = others;
    return { org: second, page, rest, query };
  }
  return { org: null, page: first ?? "", rest: second === undefined ? [] : [second, ...others], query };
}

export interface RouteParts {
  readonly org?: string | null;
  readonly page: string;
  readonly rest?: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
}

/** `#/o/acme/people/u7Yk…?tab=history` */
export function writePageRoute({ org = null, page, rest = [], query = {} }: RouteParts): string {
  const words = [...(org === null ? [] : ["o", org]), page, ...rest].map(encodeURIComponent);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.append(name, value);
  return `#/${words.join("/")}${search.size === 0 ? "" : `?${search}`}`;
}

function unescaped(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
