/**
 * Names from the file, made safe and visible for a terminal.
 *
 *   printable ASCII                        as it is
 *   control bytes, DEL                     \x1b
 *   bytes >= 0x80 that are not UTF-8       \x9b
 *   UTF-8 text                             decoded; what cannot be seen in it as \u{202e}
 *
 * A name arrives as latin1, one character per byte. What cannot be seen: control, format, bidirectional, zero-width and
 * unassigned code points, spaces other than the ASCII one, and a combining mark with nothing before it to combine with.
 */

const plain = /^[\x20-\x7e]*$/;
const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\u2800]|^\p{M}/gu;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The name as it may be shown: no control, bidirectional or invisible character is left in it. */
export function visible(name: string): string {
  return plain.test(name) ? name : escapeName(name);
}

/** The same for text that is Unicode already (a path, a message), where a character is not a byte. */
export function visibleText(text: string): string {
  return plain.test(text) ? text : text.replace(unseen, escapeCharacter);
}

function escapeName(name: string): string {
  const decoded = decodeUtf8(name);
  if (decoded !== undefined) return decoded.replace(unseen, escapeCharacter);
  return name.replace(/[^\x20-\x7e]/g, escapeByte);
}

/** The latin1 name read as UTF-8; undefined where its bytes are not UTF-8, or a character of it is no byte. */
export function decodeUtf8(name: string): string | undefined {
  if (/[^\x00-\xff]/.test(name)) return undefined;
  try {
    return utf8.decode(Buffer.from(name, 'latin1'));
  } catch {
    return undefined;
  }
}

const escapeByte = (character: string): string => {
  const code = character.charCodeAt(0);
  return code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, '0')}`;
};

function escapeCharacter(character: string): string {
  if (character === ' ') return character;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? escapeByte(character) : `\\u{${code.toString(16)}}`;
}
