/**
 * Dense ids for the names that a replay compares: equal ids are equal names.
 *
 * A name is decoded once, however many entries have it, and only when somebody compares it: in the world without a
 * list no entry's name matters.
 */
import type { NameTable } from '../dwarf/name-table.ts';
import { nameRef } from '../dwarf/refs.ts';

export class NameIds {
  readonly #names: NameTable;
  readonly #byRef = new Map<number, number>();
  readonly #byText = new Map<string, number>();
  readonly #texts: string[] = [];

  constructor(names: NameTable) {
    this.#names = names;
  }

  /** Number of ids given out. */
  get count(): number {
    return this.#texts.length;
  }

  /** The id of a NameRef that is not noName. */
  ofRef(ref: number): number {
    let id = this.#byRef.get(ref);
    if (id === undefined) {
      id = this.ofText(this.#names.text(nameRef(ref)) ?? '');
      this.#byRef.set(ref, id);
    }
    return id;
  }

  ofText(text: string): number {
    let id = this.#byText.get(text);
    if (id === undefined) {
      id = this.#texts.length;
      this.#texts.push(text);
      this.#byText.set(text, id);
    }
    return id;
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }
}
