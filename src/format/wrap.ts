/** Lines of at most `width` characters, broken at blanks where there is one in the second half of a line. */
export function wrapWords(text: string, width: number, mostLines = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let rest = text;
  // A terminal of one column leaves less than nothing beside its frame, and an empty rest is longer than that for ever.
  const room = Math.max(1, width);
  while (lines.length < mostLines - 1 && rest.length > room) {
    const blank = rest.lastIndexOf(' ', room);
    const end = blank > room / 2 ? blank : wholeCharacters(rest, room);
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** A place to cut that is not inside a character beyond U+FFFF, which is two units of the string. */
const wholeCharacters = (text: string, end: number): number =>
  /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(end - 1, end + 1)) ? Math.max(2, end - 1) : end;
