/**
 * Where the fields of a good input are: what the damage is aimed at. The maps beside this file read sound inputs only, know
 * the formats from their specifications, and share nothing with the readers in src/.
 */

export interface Field {
  /** "section 3 sh_offset" */
  readonly path: string;
  readonly at: number;
  readonly size: number;
  /** A number of `size` bytes; a LEB128; text with the NUL that ends it. */
  readonly kind: 'number' | 'leb' | 'text';
  /** The value that points at the field's own record, where that is not the file offset of the field. */
  readonly self: bigint;
  /** Where the same field of the record before is; itself in the first one. */
  readonly before: number;
}

/** A record of a table, to be copied over another, wiped or repeated. */
export interface Row {
  readonly path: string;
  readonly at: number;
  readonly size: number;
}

export class Structure {
  readonly fields: Field[] = [];
  readonly rows: Row[] = [];
  readonly #boundaries = new Set<number>();
  readonly bytes: Uint8Array;
  readonly view: DataView;
  littleEndian = true;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Offsets at which something begins or ends, in order. */
  get boundaries(): number[] {
    return [...this.#boundaries].filter((at) => at >= 0 && at <= this.bytes.length).sort((a, b) => a - b);
  }

  number(path: string, at: number, size: number, more: { self?: bigint; before?: number } = {}): void {
    this.#add({ path, at, size, kind: 'number', self: more.self ?? BigInt(at), before: more.before ?? at });
  }

  leb(path: string, at: number, size: number): void {
    this.#add({ path, at, size, kind: 'leb', self: BigInt(at), before: at });
  }

  text(path: string, at: number, size: number): void {
    this.#add({ path, at, size, kind: 'text', self: BigInt(at), before: at });
  }

  row(path: string, at: number, size: number): void {
    this.rows.push({ path, at, size });
    this.boundary(at);
    this.boundary(at + size);
  }

  boundary(at: number): void {
    this.#boundaries.add(at);
  }

  /** All of a file that stands in this one as it is. */
  include(inner: Structure, at: number): void {
    for (const field of inner.fields) this.#add({ ...field, at: field.at + at, before: field.before + at });
    for (const { path, at: from, size } of inner.rows) this.row(path, from + at, size);
    for (const from of inner.boundaries) this.boundary(from + at);
  }

  /** Some bytes of a stretch that has no fields of its own: its ends, and a few between. */
  sample(path: string, at: number, size: number): void {
    for (const i of spread(size, 10)) this.number(`${path} +0x${i.toString(16)}`, at + i, 1);
    this.boundary(at);
    this.boundary(at + size);
  }

  /** An unsigned number of the good input. */
  read(at: number, size: number): bigint {
    let value = 0n;
    for (let i = 0; i < size; i++) {
      value = (value << 8n) | BigInt(this.bytes[at + (this.littleEndian ? size - 1 - i : i)] ?? 0);
    }
    return value;
  }

  /** The same as a number, for offsets and counts. */
  at(at: number, size: number): number {
    return Number(this.read(at, size));
  }

  #add(field: Field): void {
    if (field.at >= 0 && field.size > 0 && field.at + field.size <= this.bytes.length) this.fields.push(field);
  }
}

/** Up to `most` of the numbers below `count`: the first ones, the last ones and some between. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  const ends = Math.ceil(most / 4);
  const middle = most - 2 * ends;
  const chosen = Array.from({ length: ends }, (_, i) => i);
  for (let i = 0; i < middle; i++) chosen.push(ends + Math.floor(((count - 2 * ends) * (i + 0.5)) / middle));
  for (let i = ends; i > 0; i--) chosen.push(count - i);
  return [...new Set(chosen)];
}
