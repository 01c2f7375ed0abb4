/**
 * Names by {@link NameRef}: decoded when asked for, and interned by the column when a pass needs ids to compare.
 *
 * Decoded as latin1, one character per byte, so that equality and order are strcmp's.
 */
import { longName, nameText, tailAt } from '../bytes/long-names.ts';
import type { NameRef } from './refs.ts';

/** The bytes that a NameRef may point into. */
export interface NameBytes {
  readonly str: Uint8Array;
  readonly lineStr: Uint8Array;
  /** NUL-terminated strings that stood in .debug_info itself. */
  readonly inline: Uint8Array;
}

/** Dense ids for the names of a column: equal ids are equal bytes, id 0 is "no name". */
export interface InternedNames {
  /** One id per row of the column. */
  readonly ids: Uint32Array;
  /** A ref for each id; refs[0] is noName. Its length is the number of ids. */
  readonly refs: Uint32Array;
}

const highBit = 0x8000_0000;
const inlineBits = 0xc000_0000;

export class NameTable {
  readonly #str: Buffer;
  readonly #lineStr: Buffer;
  readonly #inline: Buffer;

  constructor(bytes: NameBytes) {
    this.#str = asBuffer(bytes.str);
    this.#lineStr = asBuffer(bytes.lineStr);
    this.#inline = asBuffer(bytes.inline);
  }

  /** Bytes that names may stand in. */
  get size(): number {
    return this.#str.length + this.#lineStr.length + this.#inline.length;
  }

  /** The name, undefined for noName. */
  text(ref: NameRef): string | undefined {
    if (ref === 0) return undefined;
    return nameText(this.#bufferOf(ref), offsetIn(ref));
  }

  /** The bytes in which a name that is not noName stands, from {@link offset} on to a NUL or their end. */
  bytes(ref: NameRef): Uint8Array {
    return this.#bufferOf(ref);
  }

  offset(ref: NameRef): number {
    return offsetIn(ref);
  }

  /** Whether the name's bytes are `name` (latin1), without decoding it. */
  equals(ref: NameRef, name: Uint8Array): boolean {
    if (ref === 0) return false;
    const buffer = this.#bufferOf(ref);
    const start = offsetIn(ref);
    // Of a thousand names that are the rest of the section, one is as long.
    if (name.length >= longName && tailAt(buffer, start).end - start !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (buffer[start + i] !== name[i]) return false;
    return (buffer[start + name.length] ?? 0) === 0;
  }

  /** The rows of a column of NameRefs whose name is `name` (latin1): a pass that compares bytes and decodes nothing. */
  rowsNamed(column: Uint32Array, name: string): number[] {
    const bytes = Buffer.from(name, 'latin1');
    const rows: number[] = [];
    const [first, second] = [bytes[0] ?? 0, bytes[1] ?? 0];
    const str = this.#str;
    for (let row = 0; row < column.length; row++) {
      const ref = column[row] as number;
      // Nearly all names are in .debug_str, and differ in their first letters.
      if (ref < highBit && (str[ref - 1] !== first || str[ref] !== second)) continue;
      if (this.equals(ref as NameRef, bytes)) rows.push(row);
    }
    return rows;
  }

  /** Ids for a column of NameRefs; see {@link InternedNames}. */
  intern(column: Uint32Array): InternedNames {
    const ids = new Uint32Array(column.length);
    const refs = [0];
    const byRef = new Map<number, number>([[0, 0]]);
    const byText = new Map<string, number>();
    for (let row = 0; row < column.length; row++) {
      const ref = column[row] as number;
      let id = byRef.get(ref);
      if (id === undefined) {
        const text = this.text(ref as NameRef) ?? '';
        id = byText.get(text);
        if (id === undefined) {
          id = refs.length;
          refs.push(ref);
          byText.set(text, id);
        }
        byRef.set(ref, id);
      }
      ids[row] = id;
    }
    return { ids, refs: Uint32Array.from(refs) };
  }

  #bufferOf(ref: NameRef): Buffer {
    if (ref < highBit) return this.#str;
    return ref < inlineBits ? this.#lineStr : this.#inline;
  }
}

function offsetIn(ref: NameRef): number {
  if (ref < highBit) return ref - 1;
  return ref < inlineBits ? ref - highBit : ref - inlineBits;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
