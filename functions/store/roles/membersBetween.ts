import type { OrgView } from "../view.ts";

/**
 * The members of a group between two ids, inclusive, with deleted ones until they are swept. The cost depends on this
 * range, not on the size of the group: a unit for about 90 members.
 * @param about how many there may be
 */
export async function membersBetween(
  view: OrgView,
  groupId: string,
  { first, last, about }: { readonly first: string; readonly last: string; readonly about: number },
): Promise<readonly string[]> {
  const ids: string[] = [];
  const part = { from: first, limit: about, only: ["sk"] };
  for await (const items of view.pages(view.keys.memberships(groupId), part)) {
    for (const { sk } of items) ids.push(String(sk));
    if (String(ids.at(-1)) >= last) break;
  }
  return ids.filter((id) => id <= last);
}
