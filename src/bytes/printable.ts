/**
 * Text from a file, for a message: one line, no character that a terminal obeys or hides.
 *
 * Control (Cc), invisible and bidirectional (Cf), line-breaking (Zl, Zp) and lone surrogate (Cs) characters become
 * \x1b or \u{202e}. The screen has its own way of showing names (format/visible.ts); this is for the sentences that
 * readers throw.
 */

const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Characters of a name that a message shows; a name can be a megabyte long. */
const longest = 80;

/** `text` with what cannot be shown written out. */
export function printable(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** As {@link printable}, cut to what a message has room for. */
export const printableName = (name: string): string =>
  name.length <= longest ? printable(name) : `${printable(name.slice(0, longest))}…`;

/** A number of a header in hex; sizes past 2^53 have become Infinity on the way in. */
export const hexOrHuge = (value: number): string =>
  Number.isFinite(value) ? `0x${value.toString(16)}` : 'a number past 2^53';
