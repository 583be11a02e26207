import { own } from "../../functions/scim/json.ts";

/** The innermost list entries of an XML answer. */
export function membersOf(xml: string): string[] {
  return [...xml.matchAll(/<member>(?:(?!<member>)[\s\S])*?<\/member>/g)].map(([member]) => member);
}

/** The text of the first element with this name. */
export function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => own(ENTITIES, entity) ?? "");
}

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
