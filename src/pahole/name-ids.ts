/**
 * Dense ids for the names that a replay compares: equal ids are equal names.
 *
 * Names are compared as the bytes that they are in the file, each once however many entries have it: a hash table by
 * what the bytes hash to, and one by NameRef in front of it; long-names.ts is for those that no kernel has. No string is made of a name before somebody wants to see it.
 */

import type { BtfStrings } from '../btf/strings.ts';
import { hashOfLong, isSameLong, longName, nameText, tailAt } from '../bytes/long-names.ts';
import type { StringTable } from '../bytes/string-table.ts';
import type { NameTable } from '../dwarf/name-table.ts';
import { nameRef } from '../dwarf/refs.ts';

/** A kernel has 60,000 names; pages that are not touched cost nothing, but the collector counts them. */
const mostAtFirst = 1 << 16;
const leastAtFirst = 1 << 6;
/** Bytes of .debug_str that one name may have: of a small file the tables are small. */
const bytesAName = 16;

const firstSize = (bytes: number): number =>
  Math.min(mostAtFirst, Math.max(leastAtFirst, 2 ** Math.ceil(Math.log2(bytes / bytesAName + 1))));

/** Ids by a key that is not 0; open addressing. */
class IdTable {
  #keys: Uint32Array;
  #ids: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.#keys = new Uint32Array(size);
    this.#ids = new Uint32Array(size);
  }

  /** The first place where a key may be. */
  start(key: number): number {
    return (Math.imul(key, 0x9e3779b1) >>> 8) & (this.#keys.length - 1);
  }

  /** From a place on, the one that has the key, or the free one that ends the search. */
  find(key: number, from: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let place = from & mask;
    while (keys[place] !== 0 && keys[place] !== key) place = (place + 1) & mask;
    return place;
  }

  isFree(place: number): boolean {
    return this.#keys[place] === 0;
  }

  idAt(place: number): number {
    return this.#ids[place] as number;
  }

  add(key: number, id: number): void {
    if (++this.#count * 2 > this.#keys.length) this.#grow();
    this.#put(key, id);
  }

  #put(key: number, id: number): void {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let place = this.start(key);
    while (keys[place] !== 0) place = (place + 1) & mask;
    keys[place] = key;
    this.#ids[place] = id;
  }

  #grow(): void {
    const [keys, ids] = [this.#keys, this.#ids];
    this.#keys = new Uint32Array(keys.length * 4);
    this.#ids = new Uint32Array(keys.length * 4);
    for (let i = 0; i < keys.length; i++) if (keys[i] !== 0) this.#put(keys[i] as number, ids[i] as number);
  }
}

export class NameIds {
  readonly #names: NameTable;
  readonly #byRef: IdTable;
  readonly #byHash: IdTable;
  /** Where the bytes of each id's name are, up to a NUL or the end. */
  readonly #bytes: Uint8Array[] = [];
  readonly #offsets: number[] = [];

  constructor(names: NameTable) {
    this.#names = names;
    this.#byRef = new IdTable(firstSize(names.size));
    this.#byHash = new IdTable(firstSize(names.size));
  }

  /** Number of ids given out. */
  get count(): number {
    return this.#bytes.length;
  }

  /** The id of a NameRef that is not noName. */
  ofRef(ref: number): number {
    const place = this.#byRef.find(ref, this.#byRef.start(ref));
    if (!this.#byRef.isFree(place)) return this.#byRef.idAt(place);
    const id = this.ofBytes(this.#names.bytes(nameRef(ref)), this.#names.offset(nameRef(ref)));
    this.#byRef.add(ref, id);
    return id;
  }

  /** The id of a name that is not in the DWARF: latin1, a character a byte. */
  ofText(text: string): number {
    return this.ofBytes(Buffer.from(text, 'latin1'), 0);
  }

  /** The id of a string of a table; undefined where there may be none: past the table, or in one that does not end its last. */
  ofString({ bytes }: StringTable, offset: number): number | undefined {
    return offset < bytes.length && bytes.at(-1) === 0 ? this.ofBytes(bytes, offset) : undefined;
  }

  /** The id of a name in BTF. */
  ofBtf(strings: BtfStrings, name_off: number): number {
    const { table, at } = strings.locate(name_off);
    return this.ofString(table, at) ?? this.ofText(strings.at(name_off));
  }

  /** The id of the name at a position of bytes that do not change. */
  ofBytes(bytes: Uint8Array, offset: number): number {
    const hash = hashOf(bytes, offset);
    const table = this.#byHash;
    let place = table.find(hash, table.start(hash));
    for (; !table.isFree(place); place = table.find(hash, place + 1)) {
      const id = table.idAt(place);
      if (isSame(bytes, offset, this.#bytes[id] as Uint8Array, this.#offsets[id] as number)) return id;
    }
    const id = this.#bytes.length;
    this.#bytes.push(bytes);
    this.#offsets.push(offset);
    table.add(hash, id);
    return id;
  }

  text(id: number): string {
    const bytes = this.#bytes[id];
    const offset = this.#offsets[id];
    return bytes === undefined || offset === undefined ? '' : nameText(bytes, offset);
  }
}

/** FNV-1a over the bytes before a NUL or the end, of a long name in its own way; never 0. */
function hashOf(bytes: Uint8Array, offset: number): number {
  let hash = 0x811c9dc5;
  const limit = Math.min(bytes.length, offset + longName);
  let i = offset;
  for (; i < limit; i++) {
    const byte = bytes[i] as number;
    if (byte === 0) break;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  if (i === offset + longName) hash = hashOfLong(tailAt(bytes, offset), offset);
  return hash >>> 0 || 1;
}

function isSame(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  if (a === b && atA === atB) return true;
  for (let i = 0; i < longName; i++) {
    const byteA = atA + i < a.length ? (a[atA + i] as number) : 0;
    const byteB = atB + i < b.length ? (b[atB + i] as number) : 0;
    if (byteA !== byteB) return false;
    if (byteA === 0) return true;
  }
  const [tailA, tailB] = [tailAt(a, atA), tailAt(b, atB)];
  const length = tailA.end - atA;
  return length === tailB.end - atB && isSameLong(tailA, tailB, length);
}
