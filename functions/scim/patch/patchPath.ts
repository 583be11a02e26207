import { type AttributePath, printPath, resolveExtension, resolvePath } from "../attributePath.ts";
import { closingBracket } from "../brackets.ts";
import { ScimError } from "../error.ts";
import { filterAttributes } from "../filter/describeFilter.ts";
import type { Filter } from "../filter/filter.ts";
import { parseValueFilter } from "../filter/parseFilter.ts";
import { type Attribute, findAttribute, type ResourceType, type Schema } from "../schema.ts";

/** What the path of an operation names (RFC 7644 section 3.5.2): an attribute, values selected by a filter, an extension. */
export type PatchPath =
  | { readonly kind: "attribute"; readonly path: AttributePath }
  | {
      readonly kind: "value";
      readonly path: AttributePath;
      readonly filter: Filter;
      /** Of the selected values. */
      readonly sub: Attribute | undefined;
    }
  | { readonly kind: "extension"; readonly schema: Schema };

const PLAIN = /^[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?$/;
const WITH_URI = /^[A-Za-z][\w+-]*:[^\s()[\]"]+$/;
const SUB_ATTRIBUTE = /^\.([A-Za-z$][\w$-]*)$/;

/**
 * @returns undefined for a well-formed path that names nothing in the resource type
 * @throws ScimError 400 invalidPath when it is malformed, 400 invalidFilter when the filter in it is
 */
export function parsePatchPath(type: ResourceType, text: string): PatchPath | undefined {
  const open = text.indexOf("[");
  const name = open === -1 ? text : text.slice(0, open);
  if (!PLAIN.test(name) && !WITH_URI.test(name)) throw malformed();
  if (open === -1) return resolveName(type, name);
  const close = closingBracket(text, open);
  const filterText = text.slice(open + 1, close);
  // A filter has at least one space; what has none is an index or a slip.
  if (close === -1 || !/\s/.test(filterText.trim())) throw malformed();
  const rest = text.slice(close + 1);
  const subName = SUB_ATTRIBUTE.exec(rest)?.[1];
  if (rest !== "" && subName === undefined) throw malformed();
  return resolveValuePath(resolvePath(type, name), filterText, subName);
}

/** A path without brackets; undefined also for text that could not be one. */
export function resolveName(type: ResourceType, name: string): PatchPath | undefined {
  const schema = resolveExtension(type, name);
  if (schema !== undefined) return { kind: "extension", schema };
  const path = resolvePath(type, name);
  return path === undefined ? undefined : { kind: "attribute", path };
}

/** As printPath, with the attributes its filter looks at in brackets: `emails[type].value`. Never holds a value. */
export function printPatchPath(path: PatchPath): string {
  switch (path.kind) {
    case "extension":
      return path.schema.id;
    case "attribute":
      return printPath(path.path);
    case "value": {
      const looked = [...filterAttributes(path.filter)].join(",");
      return `${printPath(path.path)}[${looked}]${path.sub === undefined ? "" : `.${path.sub.name}`}`;
    }
  }
}

function resolveValuePath(
  path: AttributePath | undefined,
  filterText: string,
  subName: string | undefined,
): PatchPath | undefined {
  if (path === undefined) return undefined;
  if (path.sub !== undefined || !path.attribute.multiValued || path.attribute.type !== "complex") {
    throw ScimError.invalidPath("notMultiValued", printPath(path));
  }
  const filter = parseValueFilter(filterText, path.attribute);
  if (subName === undefined) return { kind: "value", path, filter, sub: undefined };
  const sub = findAttribute(path.attribute.subAttributes, subName);
  return sub === undefined ? undefined : { kind: "value", path, filter, sub };
}

function malformed(): ScimError {
  return ScimError.invalidPath("syntax");
}

export function unknownPath(): ScimError {
  return ScimError.invalidPath("unknown");
}
