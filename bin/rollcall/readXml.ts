import { own } from "../../functions/scim/json.ts";
import { Refused } from "./refused.ts";

/** An element of an XML document: names and attributes; text is not kept. */
export interface XmlElement {
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  /** Those without prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
}

interface Open extends XmlElement {
  /** As written, to be matched by the end tag. */
  readonly written: string;
  /** Prefix → namespace; "" is the default one. */
  readonly scope: ReadonlyMap<string, string>;
}

/** Comment, CDATA, processing instruction, declaration, tag, text: one alternative each, none of which can run away. */
const PIECE =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!|<(\/?)([^\s<>/="']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;
const ATTRIBUTE = /([^\s<>/="']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * The elements of a well-formed XML 1.0 document with namespaces. A document type is refused, whatever it holds: entities
 * of a document's own are how a small file becomes a large one, or reads other files.
 * @throws Refused
 */
export function readXml(text: string): XmlElement {
  const top: Open = { namespace: "", name: "", attributes: new Map(), children: [], written: "", scope: new Map() };
  const open: Open[] = [top];
  const innermost = (): Open => open.at(-1) ?? top;
  const source = text.replace(/^\uFEFF/, "");
  PIECE.lastIndex = 0;
  for (let at = 0; at < source.length; at = PIECE.lastIndex) {
    const [piece = "", end, written, attributes = "", empty] = PIECE.exec(source) ?? notXml();
    if (piece === "<!") throw new Refused("The XML has a document type declaration, which is not read.");
    if (written === undefined) {
      const isText = !piece.startsWith("<") || piece.startsWith("<![CDATA[");
      if (isText && open.length === 1 && piece.trim() !== "") notXml();
    } else if (end === "/") {
      if (innermost().written !== written || open.length === 1 || attributes !== "" || empty === "/") notXml();
      open.pop();
    } else {
      if (open.length === 1 && top.children.length > 0) notXml();
      const element = elementOf(written, attributes, innermost().scope);
      innermost().children.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  const [root] = top.children;
  if (root === undefined || open.length > 1) notXml();
  return root;
}

function elementOf(written: string, attributeText: string, outer: ReadonlyMap<string, string>): Open {
  const scope = new Map(outer);
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single] of attributeText.matchAll(ATTRIBUTE)) {
    const value = unescaped(double ?? single ?? "");
    if (name === "xmlns") scope.set("", value);
    else if (name.startsWith("xmlns:")) scope.set(name.slice("xmlns:".length), value);
    else if (attributes.has(name)) notXml();
    else if (!name.includes(":")) attributes.set(name, value);
  }
  const colon = written.indexOf(":");
  const namespace = scope.get(written.slice(0, Math.max(0, colon)));
  if (namespace === undefined && colon > 0) notXml();
  return { namespace: namespace ?? "", name: written.slice(colon + 1), attributes, children: [], written, scope };
}

function unescaped(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const digits = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name);
    const point = digits === null ? undefined : Number.parseInt(digits[1] ?? digits[2] ?? "", digits[1] ? 16 : 10);
    if (point !== undefined && point > 0 && point <= 0x10ffff) return String.fromCodePoint(point);
    return (whole.endsWith(";") ? own(ENTITIES, name) : undefined) ?? notXml();
  });
}

function notXml(): never {
  throw new Refused("The file is not well-formed XML.");
}
