/**
 * FUNC type ids by name: a chained hash over the bytes of the names, in two columns.
 *
 *   heads[hash(name)] → func row → next[row] → … → NONE
 *
 * A Map of 49,000 strings takes ten times the memory and is needed only by who asks for a name. Static functions of the
 * same name give several FUNC records, so a name has a list of ids.
 */
import { hashName } from '../bytes/string-table.ts';
import { type TypeId, typeId } from '../units.ts';
import type { BtfStrings } from './strings.ts';

const NONE = 0xffff_ffff;

export class FuncNames {
  readonly #funcs: Uint32Array;
  readonly #nameOffs: Uint32Array;
  readonly #strings: BtfStrings;
  readonly #heads: Uint32Array;
  readonly #next: Uint32Array;

  /** @param nameOffs the name_off of each of `funcs` */
  constructor(funcs: Uint32Array, nameOffs: Uint32Array, strings: BtfStrings) {
    this.#funcs = funcs;
    this.#nameOffs = nameOffs;
    this.#strings = strings;
    this.#heads = new Uint32Array(2 ** Math.ceil(Math.log2(funcs.length + 1))).fill(NONE);
    this.#next = new Uint32Array(funcs.length);
    // From the last to the first, so that each chain is in file order.
    for (let row = funcs.length - 1; row >= 0; row--) {
      const bucket = this.#bucket(strings.hash(nameOffs[row] as number));
      this.#next[row] = this.#heads[bucket] as number;
      this.#heads[bucket] = row;
    }
  }

  /** @param name latin1, as names of this folder are: one character per byte */
  find(name: string): TypeId[] {
    return [...this.#named(name)];
  }

  /** The first of {@link find}, without looking for the others, which may be all of the records. */
  first(name: string): TypeId | undefined {
    for (const id of this.#named(name)) return id;
    return undefined;
  }

  *#named(name: string): Generator<TypeId, void, undefined> {
    let row = this.#heads[this.#bucket(hashName(name))] as number;
    while (row !== NONE) {
      // Strings are compared, and not bytes made of the name: every symbol may be asked about, and be a megabyte long.
      if (this.#strings.is(this.#nameOffs[row] as number, name)) yield typeId(this.#funcs[row] as number);
      row = this.#next[row] as number;
    }
  }

  #bucket(hash: number): number {
    return hash & (this.#heads.length - 1);
  }
}
