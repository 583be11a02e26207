import type { PortalTexts, SomeTexts } from "../texts/en.ts";

/** The texts with some replaced. Unknown names are ignored. */
export function mergeTexts(texts: PortalTexts, some: SomeTexts): PortalTexts {
  return merged(texts, some);
}

function merged<T extends object>(tree: T, some: unknown): T {
  if (typeof some !== "object" || some === null) return tree;
  const entries = Object.entries(tree).map(([name, value]) => {
    const other: unknown = Object.hasOwn(some, name) ? Reflect.get(some, name) : undefined;
    if (typeof value === "object" && value !== null) return [name, merged(value, other)];
    return [name, typeof other === "string" ? other : value];
  });
  return Object.fromEntries(entries);
}
