/**
 * Text from a file, for a message: one line, no character that a terminal obeys or hides.
 *
 * Control (Cc), invisible and bidirectional (Cf), line-breaking (Zl, Zp) and lone surrogate (Cs) characters are written
 * out, in the forms of format/visible.ts, which the screen has for names: ASCII and bytes as \x1b, characters past ASCII as
 * \u{9b}. This is for the sentences that readers throw.
 */

const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Characters of a name that a message shows; a name can be a megabyte long. */
const longest = 80;

/** Unicode text (a path, a message) with what cannot be shown written out. */
export function printable(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x80 ? byte(code) : `\\u{${code.toString(16)}}`;
  });
}

/** The same of bytes read as latin1: names and lines of a file. */
export const printableBytes = (bytes: string): string =>
  bytes.replace(hidden, (character) => byte(character.charCodeAt(0)));

/** As {@link printableBytes}, cut to what a message has room for. */
export const printableName = (name: string): string =>
  name.length <= longest ? printableBytes(name) : `${printableBytes(name.slice(0, longest))}…`;

const byte = (code: number): string => `\\x${code.toString(16).padStart(2, '0')}`;

/** A number of a header in hex; sizes past 2^53 have become Infinity on the way in. */
export const hexOrHuge = (value: number): string =>
  Number.isFinite(value) ? `0x${value.toString(16)}` : 'a number past 2^53';
