/**
 * Notes (gABI chapter 5, "Note Section").
 *
 *   namesz u32  descsz u32  type u32  name, padded to 4  desc, padded to 4
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

/** The notes of one SHT_NOTE section or PT_NOTE segment, up to the first that does not fit. */
export function readNotes(source: ByteSource, offset: number, size: number, littleEndian: boolean): Note[] {
  // Notes are small; a section that claims more than this is not one.
  const length = Math.min(size, 1 << 20);
  const cursor = Cursor.over(source, offset, length, littleEndian, 'note');
  const notes: Note[] = [];
  try {
    while (cursor.remaining >= 12) {
      const at = cursor.position;
      const namesz = cursor.u32();
      const descsz = cursor.u32();
      const type = cursor.u32();
      const owner = Buffer.from(cursor.bytes(namesz)).toString('latin1').replace(/\0+$/, '');
      cursor.seek(Math.min(cursor.end, (cursor.position + 3) & ~3));
      const desc = cursor.bytes(descsz);
      cursor.seek(Math.min(cursor.end, (cursor.position + 3) & ~3));
      notes.push({ owner, type, desc, fileOffset: source.fileOffset(offset + at) });
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  return notes;
}
