import type { AttributePath } from "../attributePath.ts";

export const COMPARISONS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Literal = null | boolean | number | string;

/** A filter whose paths are resolved and whose literals fit their attributes (RFC 7644 section 3.4.2.2). */
export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly filter: Filter }
  | { readonly kind: "present"; readonly path: AttributePath }
  | {
      readonly kind: "compare";
      readonly path: AttributePath;
      readonly operator: Comparison;
      readonly value: Literal;
      /** `value` as comparisonKey makes it, so that matching does not do it again for each resource. */
      readonly key: ComparisonKey;
    }
  /** `emails[…]`: the paths inside start at the element. */
  | { readonly kind: "value"; readonly path: AttributePath; readonly filter: Filter };

/** null for an unassigned value. */
export type ComparisonKey = null | boolean | number | string;
