/**
 * Writes DWARF for tests: .debug_info (or .debug_types) with all that it refers to. Written from the specification,
 * with tables of its own, so that a mistake of the reader is not repeated here.
 *
 *   const dwarf = writeDwarf({ version: 4 }, [
 *     unit(die('compile_unit', { name: strp('a.c'), language: data1(0x0c) }, [
 *       die('base_type', { name: strp('int'), byte_size: data1(4) }, [], 'int'),
 *       die('subprogram', { name: strp('f'), external: flagPresent(), type: ref4('int') }),
 *     ])),
 *   ]);
 */
import type { DwarfSections, SectionBytes } from '../../src/dwarf/sections.ts';
import { AT, FORM, TAG, UT } from './dwarf-writer-numbers.ts';

export interface Shape {
  readonly version?: 2 | 3 | 4 | 5;
  readonly offsetSize?: 4 | 8;
  readonly addressSize?: number;
  readonly littleEndian?: boolean;
}

/** A value of an attribute: its form and what writes it. */
export interface Value {
  readonly form: number;
  readonly write: (out: Output) => void;
  /** Of DW_FORM_implicit_const. */
  readonly constant?: number;
}

export type Attributes = Readonly<Partial<Record<keyof typeof AT, Value>>>;

export interface Die {
  readonly tag: number;
  readonly attributes: readonly (readonly [number, Value])[];
  readonly children: readonly Die[];
  readonly label: string | undefined;
  /** DW_CHILDREN_yes although there are none, or no null entry at the end: for damage. */
  readonly children_yes: boolean;
  readonly terminated: boolean;
}

/** A DIE. Without `children` its abbreviation says DW_CHILDREN_no; with an empty list it says yes. */
export function die(
  tag: keyof typeof TAG | number,
  attributes: Attributes = {},
  children?: readonly Die[],
  label?: string,
): Die {
  return {
    tag: typeof tag === 'number' ? tag : TAG[tag],
    attributes: Object.entries(attributes).map(([name, value]) => [AT[name as keyof typeof AT], value] as const),
    children: children ?? [],
    label,
    children_yes: children !== undefined,
    terminated: true,
  };
}

/** The same DIE without the null entry that ends its children. */
export const unterminated = (of: Die): Die => ({ ...of, terminated: false });

export interface Unit {
  readonly root: Die;
  readonly shape: Shape;
  readonly unitType: number | undefined;
  readonly signature: bigint;
}

export const unit = (root: Die, shape: Shape = {}): Unit => ({ root, shape, unitType: undefined, signature: 0n });

/** A type unit: in .debug_types before version 5. */
export const typeUnit = (root: Die, signature: bigint, shape: Shape = {}): Unit => ({
  root,
  shape,
  unitType: UT.type,
  signature,
});

export const skeletonUnit = (root: Die, shape: Shape = {}): Unit => ({
  root,
  shape,
  unitType: UT.skeleton,
  signature: 7n,
});

/** Bytes being written, with what a value may need of the whole. */
export class Output {
  readonly bytes: number[] = [];
  readonly shape: Required<Shape>;
  readonly strings: Strings;
  readonly fixups: Fixup[] = [];

  constructor(shape: Required<Shape>, strings: Strings) {
    this.shape = shape;
    this.strings = strings;
  }

  number(value: number | bigint, size: number): void {
    const digits = Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
    this.bytes.push(...(this.shape.littleEndian ? digits : digits.reverse()));
  }

  uleb(value: number | bigint, padTo = 0): void {
    let left = BigInt(value);
    const start = this.bytes.length;
    do {
      const byte = Number(left & 0x7fn);
      left >>= 7n;
      this.bytes.push(left > 0n || this.bytes.length - start + 1 < padTo ? byte | 0x80 : byte);
    } while (left > 0n || this.bytes.length - start < padTo);
  }

  sleb(value: number): void {
    for (let left = value; ; ) {
      const byte = left & 0x7f;
      left >>= 7;
      const last = (left === 0 && (byte & 0x40) === 0) || (left === -1 && (byte & 0x40) !== 0);
      this.bytes.push(last ? byte : byte | 0x80);
      if (last) return;
    }
  }

  offset(value: number): void {
    this.number(value, this.shape.offsetSize);
  }
}

interface Fixup {
  readonly at: number;
  /** Bytes, or a LEB128 padded to so many when negative. */
  readonly size: number;
  readonly label: string;
  readonly global: boolean;
}

/** The string sections and the tables of indexes. */
export class Strings {
  readonly str: number[] = [0];
  readonly lineStr: number[] = [0];
  readonly strOffsets: number[] = [];
  readonly addresses: bigint[] = [];

  static add(to: number[], text: string): number {
    const at = to.length;
    for (const byte of Buffer.from(`${text}\0`, 'latin1')) to.push(byte);
    return at;
  }

  index(text: string): number {
    this.strOffsets.push(Strings.add(this.str, text));
    return this.strOffsets.length - 1;
  }
}

const sized =
  (form: number, size: number) =>
  (value: number | bigint): Value => ({ form, write: (out) => out.number(value, size) });
const leb =
  (form: number) =>
  (value: number | bigint): Value => ({ form, write: (out) => out.uleb(value) });
const offsetSized =
  (form: number) =>
  (value: number): Value => ({ form, write: (out) => out.offset(value) });
const reference =
  (form: number, size: number | undefined, global = false) =>
  (label: string | number): Value => ({
    form,
    write: (out) => {
      // ref_addr: as wide as an address in DWARF 2, as an offset later.
      const width = size ?? (out.shape.version === 2 ? out.shape.addressSize : out.shape.offsetSize);
      if (typeof label === 'string') out.fixups.push({ at: out.bytes.length, size: width, label, global });
      if (width < 0) out.uleb(typeof label === 'number' ? label : 0, -width);
      else out.number(typeof label === 'number' ? label : 0, width);
    },
  });
const index =
  (form: number, size: number) =>
  (of: (out: Output) => number): Value => ({
    form,
    write: (out) => (size === 0 ? out.uleb(of(out)) : out.number(of(out), size)),
  });
const block =
  (form: number, size: number) =>
  (bytes: readonly number[]): Value => ({
    form,
    write: (out) => {
      if (size === 0) out.uleb(bytes.length);
      else out.number(bytes.length, size);
      out.bytes.push(...bytes);
    },
  });

export const data1 = sized(FORM.data1, 1);
export const data2 = sized(FORM.data2, 2);
export const data4 = sized(FORM.data4, 4);
export const data8 = sized(FORM.data8, 8);
export const data16 = sized(FORM.data16, 16);
export const flag = sized(FORM.flag, 1);
export const udata = leb(FORM.udata);
export const sdata = (value: number): Value => ({ form: FORM.sdata, write: (out) => out.sleb(value) });
export const flagPresent = (): Value => ({ form: FORM.flag_present, write: () => undefined });
export const implicitConst = (constant: number): Value => ({
  form: FORM.implicit_const,
  write: () => undefined,
  constant,
});
export const addr = (value: number | bigint): Value => ({
  form: FORM.addr,
  write: (out) => out.number(value, out.shape.addressSize),
});
export const secOffset = offsetSized(FORM.sec_offset);
export const strp = (text: string): Value => ({
  form: FORM.strp,
  write: (out) => out.offset(Strings.add(out.strings.str, text)),
});
/** A DW_FORM_strp that points where it likes. */
export const strpAt = offsetSized(FORM.strp);
export const lineStrp = (text: string): Value => ({
  form: FORM.line_strp,
  write: (out) => out.offset(Strings.add(out.strings.lineStr, text)),
});
export const lineStrpAt = offsetSized(FORM.line_strp);
export const string = (text: string): Value => ({
  form: FORM.string,
  write: (out) => out.bytes.push(...Buffer.from(`${text}\0`, 'latin1')),
});
const indexForms = { strx: 0, strx1: 1, strx2: 2, strx3: 3, strx4: 4, GNU_str_index: 0 } as const;
export const strx = (form: keyof typeof indexForms, text: string): Value =>
  index(FORM[form], indexForms[form])((out) => out.strings.index(text));
/** A DW_FORM_strx1 with an index of its own choice. */
export const strxAt = sized(FORM.strx1, 1);
const addressForms = { addrx: 0, addrx1: 1, addrx2: 2, addrx3: 3, addrx4: 4, GNU_addr_index: 0 } as const;
export const addrx = (form: keyof typeof addressForms, value: bigint): Value =>
  index(FORM[form], addressForms[form])((out) => out.strings.addresses.push(value) - 1);
export const ref1 = reference(FORM.ref1, 1);
export const ref2 = reference(FORM.ref2, 2);
export const ref4 = reference(FORM.ref4, 4);
export const ref8 = reference(FORM.ref8, 8);
export const refUdata = reference(FORM.ref_udata, -3);
export const refAddr = reference(FORM.ref_addr, undefined, true);
export const refSig8 = sized(FORM.ref_sig8, 8);
export const refSup4 = sized(FORM.ref_sup4, 4);
export const refSup8 = sized(FORM.ref_sup8, 8);
export const gnuRefAlt = offsetSized(FORM.GNU_ref_alt);
export const gnuStrpAlt = offsetSized(FORM.GNU_strp_alt);
export const strpSup = offsetSized(FORM.strp_sup);
export const loclistx = leb(FORM.loclistx);
export const rnglistx = leb(FORM.rnglistx);
export const block1 = block(FORM.block1, 1);
export const block2 = block(FORM.block2, 2);
export const block4 = block(FORM.block4, 4);
export const blockLeb = block(FORM.block, 0);
export const exprloc = block(FORM.exprloc, 0);
export const indirect = (value: Value): Value => ({
  form: FORM.indirect,
  write: (out) => {
    out.uleb(value.form);
    value.write(out);
  },
});
/** Raw bytes under a form number of the test's choice. */
export const raw = (form: number, bytes: readonly number[]): Value => ({
  form,
  write: (out) => void out.bytes.push(...bytes),
});

/** The sections, and where the labelled DIEs are. */
export interface Written {
  readonly info: Uint8Array;
  readonly types: Uint8Array;
  readonly abbrev: Uint8Array;
  readonly str: Uint8Array;
  readonly lineStr: Uint8Array;
  readonly strOffsets: Uint8Array;
  readonly addr: Uint8Array;
  readonly littleEndian: boolean;
  /** Position of each labelled DIE in its unit. */
  readonly unitOffset: ReadonlyMap<string, number>;
  /** Position of each labelled DIE in its section. */
  readonly offset: ReadonlyMap<string, number>;
  /** Position of each unit in its section. */
  readonly units: readonly number[];
}

const standard: Required<Shape> = { version: 4, offsetSize: 4, addressSize: 8, littleEndian: true };

export function writeDwarf(shape: Shape, units: readonly Unit[]): Written {
  const base = { ...standard, ...shape };
  const strings = new Strings();
  const info = new Output(base, strings);
  const types = new Output(base, strings);
  const abbrev = new Output(base, strings);
  const offset = new Map<string, number>();
  const unitOffset = new Map<string, number>();
  const starts: number[] = [];
  const fixups: { readonly of: Fixup; readonly out: Output; readonly unitStart: number }[] = [];
  for (const one of units) {
    const own = { ...base, ...one.shape };
    const to = one.unitType === UT.type && own.version < 5 ? types : info;
    starts.push(to.bytes.length);
    writeUnit(one, own, to, abbrev, (out, unitStart, label, at) => {
      if (label !== undefined) {
        unitOffset.set(label, at);
        offset.set(label, unitStart + at);
      }
      for (const fixup of out) fixups.push({ of: fixup, out: to, unitStart });
    });
  }
  for (const { of, out, unitStart } of fixups) {
    const target = (of.global ? offset : unitOffset).get(of.label);
    if (target === undefined) throw new Error(`no DIE is labelled ${of.label}`);
    const patch = new Output(base, strings);
    if (of.size < 0) patch.uleb(target, -of.size);
    else patch.number(target, of.size);
    patch.bytes.forEach((byte, i) => {
      out.bytes[unitStart + of.at + i] = byte;
    });
  }
  return {
    info: Uint8Array.from(info.bytes),
    types: Uint8Array.from(types.bytes),
    abbrev: Uint8Array.from(abbrev.bytes),
    str: Uint8Array.from(strings.str),
    lineStr: Uint8Array.from(strings.lineStr),
    strOffsets: indexTable(base, strings, strings.strOffsets, base.offsetSize, [0, 0]),
    addr: indexTable(base, strings, strings.addresses, base.addressSize, [base.addressSize, 0]),
    littleEndian: base.littleEndian,
    unitOffset,
    offset,
    units: starts,
  };
}

type Note = (fixups: readonly Fixup[], unitStart: number, label: string | undefined, at: number) => void;

function writeUnit(one: Unit, shape: Required<Shape>, to: Output, abbrev: Output, note: Note): void {
  const { version, offsetSize, addressSize } = shape;
  const out = new Output(shape, to.strings);
  const unitStart = to.bytes.length;
  const lengthSize = offsetSize === 8 ? 12 : 4;
  out.bytes.push(...new Array<number>(lengthSize).fill(0));
  out.number(version, 2);
  if (version === 5) {
    out.number(one.unitType ?? UT.compile, 1);
    out.number(addressSize, 1);
    out.offset(abbrev.bytes.length);
  } else {
    out.offset(abbrev.bytes.length);
    out.number(addressSize, 1);
  }
  if (one.unitType === UT.type) {
    out.number(one.signature, 8);
    out.offset(0);
  } else if (one.unitType === UT.skeleton) out.number(one.signature, 8);

  const codes = new Map<string, number>();
  writeDie(one.root, out, abbrev, codes, (label, at) => note([], unitStart, label, at));
  abbrev.uleb(0);
  note(out.fixups, unitStart, undefined, 0);
  const length = new Output(shape, to.strings);
  if (offsetSize === 8) length.number(0xffff_ffff, 4);
  length.number(out.bytes.length - lengthSize, offsetSize);
  out.bytes.splice(0, lengthSize, ...length.bytes);
  for (const byte of out.bytes) to.bytes.push(byte);
}

function writeDie(
  one: Die,
  out: Output,
  abbrev: Output,
  codes: Map<string, number>,
  note: (label: string, at: number) => void,
): void {
  if (one.label !== undefined) note(one.label, out.bytes.length);
  out.uleb(codeOf(one, abbrev, codes));
  for (const [, value] of one.attributes) value.write(out);
  if (!one.children_yes) return;
  for (const child of one.children) writeDie(child, out, abbrev, codes, note);
  if (one.terminated) out.uleb(0);
}

/** The code of the DIE's abbreviation, which is written when it is new. */
function codeOf(one: Die, abbrev: Output, codes: Map<string, number>): number {
  const key = JSON.stringify([
    one.tag,
    one.children_yes,
    one.attributes.map(([at, value]) => [at, value.form, value.constant]),
  ]);
  const known = codes.get(key);
  if (known !== undefined) return known;
  const code = codes.size + 1;
  codes.set(key, code);
  abbrev.uleb(code);
  abbrev.uleb(one.tag);
  abbrev.number(one.children_yes ? 1 : 0, 1);
  for (const [at, value] of one.attributes) {
    abbrev.uleb(at);
    abbrev.uleb(value.form);
    if (value.constant !== undefined) abbrev.sleb(value.constant);
  }
  abbrev.uleb(0);
  abbrev.uleb(0);
  return code;
}

/** A table with the header that version 5 gives it: length, version, then `extra`. */
function indexTable(
  shape: Required<Shape>,
  strings: Strings,
  entries: readonly (number | bigint)[],
  size: number,
  extra: readonly number[],
): Uint8Array {
  const out = new Output(shape, strings);
  if (shape.version === 5) {
    if (shape.offsetSize === 8) out.number(0xffff_ffff, 4);
    out.number(4 + entries.length * size, shape.offsetSize);
    out.number(5, 2);
    for (const byte of extra) out.number(byte, 1);
  }
  for (const entry of entries) out.number(entry, size);
  return Uint8Array.from(out.bytes);
}

/** What the reader takes, over these bytes. */
export function sectionsOf(written: Written): DwarfSections {
  const of = (bytes: Uint8Array): SectionBytes => ({
    kind: 'memory',
    buffer: bytes.slice().buffer as ArrayBuffer,
    offset: 0,
    size: bytes.length,
  });
  const some = (bytes: Uint8Array) => (bytes.length === 0 ? undefined : of(bytes));
  return {
    littleEndian: written.littleEndian,
    info: of(written.info),
    abbrev: of(written.abbrev),
    str: some(written.str),
    lineStr: some(written.lineStr),
    strOffsets: some(written.strOffsets),
    addr: some(written.addr),
    types: some(written.types),
  };
}
