/** The place of the bracket that closes the one at `open`; brackets in quotes do not count. -1 without one. */
export function closingBracket(text: string, open: number): number {
  let quote = "";
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote !== "") {
      if (character === "\\") at += 1;
      else if (character === quote) quote = "";
    } else if (character === '"' || (character === "'" && /\s/.test(text[at - 1] ?? ""))) quote = character;
    else if (character === "]") return at;
  }
  return -1;
}

/** The text without its brackets and what they hold. Where one is never closed, it and what follows stay: no text is read twice. */
export function withoutBrackets(text: string): string {
  let rest = "";
  let from = 0;
  for (let open = text.indexOf("["); open !== -1; open = text.indexOf("[", from)) {
    const close = closingBracket(text, open);
    if (close === -1) break;
    rest += text.slice(from, open);
    from = close + 1;
  }
  return rest + text.slice(from);
}
