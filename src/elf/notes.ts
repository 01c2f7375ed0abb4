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

/** namesz, descsz, type. */
const headerSize = 12;
export const NT_GNU_BUILD_ID = 3;

export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly desc: Uint8Array;
  readonly fileOffset: number | undefined;
}

export interface Notes {
  readonly notes: readonly Note[];
  /** The first note that runs past the end; those before it are there all the same. */
  readonly problem: ParseError | undefined;
}

/**
 * The notes of one SHT_NOTE section or PT_NOTE segment, up to the first that does not fit.
 * @param align sh_addralign or p_align; .note.gnu.property has 8
 * @throws ParseError truncated (outside the file), io
 */
export function readNotes(
  source: ByteSource,
  offset: number,
  size: number,
  align: number,
  littleEndian: boolean,
): Notes {
  const cursor = Cursor.over(source, offset, size, littleEndian, 'note');
  const padding = align === 8 ? 8 : 4;
  const skipPadding = () => {
    const past = cursor.position % padding;
    if (past !== 0) cursor.seek(Math.min(cursor.end, cursor.position + padding - past));
  };
  const notes: Note[] = [];
  while (cursor.remaining >= headerSize) {
    const fileOffset = source.fileOffset(offset + cursor.position);
    const end = (structure: string, field: string, value: number): Notes => {
      const problem = `${field} is ${value}, and its section or segment has ${cursor.remaining} bytes left`;
      return { notes, problem: new ParseError({ code: 'truncated', structure, offset: fileOffset, problem }) };
    };
    const namesz = cursor.u32();
    const descsz = cursor.u32();
    const type = cursor.u32();
    if (namesz > cursor.remaining) return end('note', 'namesz', namesz);
    const owner = upToNul(cursor.bytes(namesz));
    skipPadding();
    if (descsz > cursor.remaining) {
      return end(owner === 'GNU' && type === NT_GNU_BUILD_ID ? 'GNU build id note' : 'note', 'descsz', descsz);
    }
    const desc = cursor.bytes(descsz);
    skipPadding();
    notes.push({ owner, type, desc, fileOffset });
  }
  return { notes, problem: undefined };
}

function upToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
}
