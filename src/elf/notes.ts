/**
 * Notes (gABI chapter 5, "Note Section").
 *
 *   namesz u32  descsz u32  type u32  name, padded  desc, padded      to 4 bytes; to 8 where the section is aligned to 8
 *
 * The build id is the note of owner "GNU" and type NT_GNU_BUILD_ID = 3.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { ParseError } from '../errors.ts';

export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly desc: Uint8Array;
  readonly fileOffset: number | undefined;
}

/**
 * The notes of one SHT_NOTE section or PT_NOTE segment, up to the first that does not fit.
 * @param align sh_addralign or p_align; .note.gnu.property has 8
 */
export function readNotes(
  source: ByteSource,
  offset: number,
  size: number,
  align: number,
  littleEndian: boolean,
): Note[] {
  const cursor = Cursor.over(source, offset, size, littleEndian, 'note');
  const padding = align === 8 ? 8 : 4;
  const skipPadding = () => {
    const past = cursor.position % padding;
    if (past !== 0) cursor.seek(Math.min(cursor.end, cursor.position + padding - past));
  };
  const notes: Note[] = [];
  try {
    while (cursor.remaining >= 12) {
      const at = cursor.position;
      const namesz = cursor.u32();
      const descsz = cursor.u32();
      const type = cursor.u32();
      const owner = upToNul(cursor.bytes(namesz));
      skipPadding();
      const desc = cursor.bytes(descsz);
      skipPadding();
      notes.push({ owner, type, desc, fileOffset: source.fileOffset(offset + at) });
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  return notes;
}

function upToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
}
