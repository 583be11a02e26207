/**
 * The text with what stands between `<!-- NAME -->` and `<!-- /NAME -->` replaced.
 * @throws Error when the pair of markers is not there exactly once, in this order
 */
export function withRegion(readme: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest, ...more] = readme.split(open);
  const [old, after, ...evenMore] = rest?.split(close) ?? [];
  if (before === undefined || old === undefined || after === undefined || more.length + evenMore.length > 0) {
    throw new Error(`README.md needs ${open} and ${close}, once each and in this order.`);
  }
  return `${before}${open}\n\n${content}\n\n${close}${after}`;
}
