/**
 * An abbreviation table (DWARF 5 section 7.5.3): the shape of the DIEs of each code.
 *
 *   table   (code uleb  shape) …  0
 */
import { AbbrevShapes, STEP } from './abbrev-shapes.ts';
import type { Encoding } from './form.ts';
import { LebReader } from './leb128.ts';

/** A code below this is its own row of the arrays; larger ones (no producer is known to use them) go through a map. */
export const directCodes = 1 << 16;

/** The table of the unit at hand; {@link AbbrevTable.load} fills it again for the next. */
export class AbbrevTable {
  /** AbbrevShapes.plan by row, which is the code; at least 128 long, so that a code of one byte is inside. */
  plan = new Int32Array(128).fill(STEP.missing);
  /** AbbrevShapes.sibling by row. */
  sibling = new Int32Array(128);
  /** The shape by row. */
  shape = new Int32Array(128);
  shapes: AbbrevShapes;
  /** Bytes of the table. */
  size = 0;
  /** What stopped the reading of the table, if not its end: the reason why a code is missing. */
  problem: string | undefined;
  readonly #bytes: Uint8Array;
  readonly #byEncoding = new Map<string, AbbrevShapes>();
  readonly #large = new Map<number, number>();
  readonly #reader = new LebReader();
  #rows = 0;
  #loadedOffset = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.shapes = new AbbrevShapes(bytes, { version: 4, offsetSize: 4, addressSize: 8 });
  }

  /** Take the table at `offset` for units of this encoding. Units may share one: it is then kept. */
  load(offset: number, encoding: Encoding): void {
    const shapes = this.#shapesOf(encoding);
    if (offset === this.#loadedOffset && shapes === this.shapes) return;
    this.shapes = shapes;
    this.#loadedOffset = offset;
    this.plan.fill(STEP.missing, 0, this.#rows);
    this.#rows = 0;
    this.#large.clear();
    this.problem = undefined;
    this.size = 0;
    if (offset < this.#bytes.length) this.size = this.#read(shapes, offset) - offset;
    else this.problem = `the table's offset 0x${offset.toString(16)} is past the end of .debug_abbrev`;
  }

  /** Add the tags of all declarations that were read. */
  addTags(to: Set<number>): void {
    for (const shapes of this.#byEncoding.values()) shapes.addTags(to);
  }

  /** The row for any code, -1 when it is not declared. */
  rowOf(code: number): number {
    const row = code < directCodes ? code : (this.#large.get(code) ?? -1);
    return row >= 0 && row < this.#rows && this.plan[row] !== STEP.missing ? row : -1;
  }

  /** @returns where the reading ended */
  #read(shapes: AbbrevShapes, offset: number): number {
    const bytes = this.#bytes;
    let position = offset;
    for (;;) {
      let code = position < bytes.length ? (bytes[position++] as number) : 0x80;
      if (code > 0x7f) {
        const reader = this.#reader.at(bytes, position - 1);
        code = reader.unsigned();
        position = reader.position;
      }
      if (position > bytes.length) this.problem = 'the table has no end';
      if (code === 0 || this.problem !== undefined) return position;
      const shape = Number.isNaN(code) ? -2 : shapes.at(position);
      if (shape < 0) {
        this.problem = shape === -1 ? 'the table has no end' : 'the table has a number of more than ten bytes';
        return position;
      }
      position = shapes.end;
      this.#declare(code, shape);
    }
  }

  #declare(code: number, shape: number): void {
    // A code declared twice keeps its first declaration.
    if (this.rowOf(code) >= 0) return;
    const row = code < directCodes ? code : directCodes + this.#large.size;
    if (row >= this.plan.length) this.#grow(row + 1);
    if (row >= directCodes) this.#large.set(code, row);
    if (row >= this.#rows) this.#rows = row + 1;
    this.plan[row] = this.shapes.plan[shape] as number;
    this.sibling[row] = this.shapes.sibling[shape] as number;
    this.shape[row] = shape;
  }

  #shapesOf(encoding: Encoding): AbbrevShapes {
    const { version, offsetSize, addressSize } = encoding;
    const key = `${version === 2}/${offsetSize}/${addressSize}`;
    let shapes = this.#byEncoding.get(key);
    if (shapes === undefined) {
      shapes = new AbbrevShapes(this.#bytes, encoding);
      this.#byEncoding.set(key, shapes);
    }
    return shapes;
  }

  #grow(rows: number): void {
    const length = Math.max(rows, this.plan.length * 2);
    const plan = new Int32Array(length).fill(STEP.missing);
    const sibling = new Int32Array(length);
    const shape = new Int32Array(length);
    plan.set(this.plan);
    sibling.set(this.sibling);
    shape.set(this.shape);
    this.plan = plan;
    this.sibling = sibling;
    this.shape = shape;
  }
}
