/**
 * The DIEs of one kind in a unit, as they are met: their offsets ascend, so one is found again by halving. Each gets a
 * row of some column later, in an order of its own.
 */
export class DieList {
  #count = 0;
  #die = new Uint32Array(8);
  #row = new Uint32Array(8);

  clear(): void {
    this.#count = 0;
  }

  /** Add a DIE past all others. @returns its number, to say its row by */
  add(die: number): number {
    const number = this.#count++;
    if (number === this.#die.length) this.#grow();
    this.#die[number] = die;
    return number;
  }

  setRow(number: number, row: number): void {
    this.#row[number] = row;
  }

  /** The row of the DIE at an offset, -1 when none of the list is there. */
  rowOf(die: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#die[middle] as number) < die) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#die[low] === die ? (this.#row[low] as number) : -1;
  }

  #grow(): void {
    const die = new Uint32Array(this.#die.length * 2);
    const row = new Uint32Array(this.#die.length * 2);
    die.set(this.#die);
    row.set(this.#row);
    this.#die = die;
    this.#row = row;
  }
}
