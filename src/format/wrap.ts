/** Lines of at most `width` characters, broken at blanks where there is one in the second half of a line. */
export function wrapWords(text: string, width: number, mostLines = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < mostLines - 1 && rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > width / 2 ? blank : wholeCharacters(rest, Math.max(1, width));
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** A place to cut that is not inside a character beyond U+FFFF, which is two units of the string. */
const wholeCharacters = (text: string, end: number): number =>
  /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(end - 1, end + 1)) ? Math.max(2, end - 1) : end;
