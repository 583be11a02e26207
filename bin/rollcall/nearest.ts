/**
 * The known word that was probably meant: few edits for its length, ignoring case.
 * @returns undefined where none is near, or the word is known
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const word = given.toLowerCase();
  const [best] = known
    .map((one) => ({ one, edits: editsBetween(word, one.toLowerCase()) }))
    .filter(({ one, edits }) => one !== given && edits <= Math.max(1, Math.floor(one.length / 3)))
    .toSorted((a, b) => a.edits - b.edits);
  return best?.one;
}

/** A sentence after "… is not known"; "" where no known word is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearest(given, known);
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}

/** Typed words are short; longer ones are near to nothing. */
const LONGEST = 64;

/** Counts inserted, deleted, replaced and swapped letters (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  if (a.length > LONGEST || b.length > LONGEST) return LONGEST;
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + same,
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? LONGEST;
}
