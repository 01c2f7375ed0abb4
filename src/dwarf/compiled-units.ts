/**
 * The reader of units that is compiled to WebAssembly (assembly/), as one thread uses it.
 *
 * It reads what compilers write and gives up on everything else; UnitReader then reads that unit itself. WebAssembly,
 * because a replay lasts a fifth of a second, and of JavaScript half of that time is V8 finding out, in each thread, what
 * is worth compiling.
 */
import { AbbrevShapes, containerStep, STEP, stepMask } from './abbrev-shapes.ts';
import {
  type CompiledReader,
  type CompiledRows,
  columnsOffset,
  regionAt,
  runOffset,
  runRoom,
} from './compiled-memory.ts';
import { FORM, TAG } from './constants.ts';
import type { Encoding } from './form.ts';
import { isRoot, lastReference, OP, opMask, opShift, SLOT, slotBit } from './instructions.ts';
import type { NameSource } from './name-source.ts';
import type { LoadedSections } from './sections.ts';
import type { UnitHeader } from './unit-header.ts';

/** What assembly/unit.ts exports. */
interface Exports {
  readonly entryCount: WebAssembly.Global;
  readonly paramCount: WebAssembly.Global;
  readonly rootHas: WebAssembly.Global;
  readonly rootSlotsAt: WebAssembly.Global;
  readonly shapesAt: WebAssembly.Global;
  readonly wordsAt: WebAssembly.Global;
  readonly maxShapes: WebAssembly.Global;
  readonly maxWords: WebAssembly.Global;
  readonly shapeBytes: WebAssembly.Global;
  readonly tableSize: WebAssembly.Global;
  setUp(region: number, abbrev: number, abbrevSize: number, str: number, strSize: number, lineStrSize: number): void;
  setColumns(at: number, entries: number, params: number): number;
  setAddressSize(size: number): void;
  readUnit(start: number, end: number, root: number, abbrevs: number): number;
}

/** The root of a unit that was read. */
export interface CompiledUnit {
  readonly language: number;
  readonly name: number;
}

const nameBit = slotBit(SLOT.name);
const languageBit = slotBit(SLOT.language);
/** What a DIE of STEP.rare is, besides the steps of containers: assembly/words.ts. */
const rareParam = 4;
const rareVararg = 5;

export class CompiledUnits {
  readonly thread: number;
  /** Where the bytes of a run are to be put. */
  readonly run: Uint8Array;
  readonly #names: NameSource;
  readonly #exports: Exports;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  /** Offset of the region, in bytes. */
  readonly #region: number;
  readonly #abbrev: Uint8Array;
  #shapes: AbbrevShapes | undefined;
  #encoding: Encoding | undefined;

  constructor(reader: CompiledReader, thread: number, sections: LoadedSections, names: NameSource) {
    const { buffer } = reader.memory;
    this.thread = thread;
    this.#names = names;
    this.#abbrev = sections.abbrev;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#region = regionAt(reader, thread);
    this.run = new Uint8Array(buffer, this.#region + runOffset, runRoom);
    const instance = new WebAssembly.Instance(reader.module, {
      env: { memory: reader.memory },
      abbrev: { compileShape: (position: number) => this.#compileShape(position) },
      attributes: { inlineName: (at: number, end: number) => names.inline(this.#bytes, at, end) },
    });
    this.#exports = instance.exports as Exports;
    const { abbrevAt, strAt, entryRoom, paramRoom } = reader;
    const { strEnd, lineStrEnd } = names;
    this.#exports.setUp(this.#region, abbrevAt, sections.abbrev.length, strAt, strEnd, lineStrEnd);
    this.#exports.setColumns(this.#region + columnsOffset, entryRoom, paramRoom);
  }

  get entryCount(): number {
    return this.#exports.entryCount.value;
  }

  get paramCount(): number {
    return this.#exports.paramCount.value;
  }

  /** Bytes of the abbreviation table of the unit that was read last. */
  get tableSize(): number {
    return this.#exports.tableSize.value;
  }

  get rows(): CompiledRows {
    return { thread: this.thread, entries: this.entryCount, params: this.paramCount };
  }

  /** Add the tags of all declarations that were read. */
  addTags(to: Set<number>): void {
    this.#shapes?.addTags(to);
  }

  /** Bring the bytes of a run here, if they are not. @returns false when they are too many */
  load(bytes: Uint8Array): boolean {
    if (bytes.byteOffset === this.run.byteOffset && bytes.buffer === this.run.buffer) return true;
    if (bytes.length > runRoom) return false;
    this.run.set(bytes);
    return true;
  }

  /** Read the unit of .debug_info at a position of the run. @returns undefined when it is not one to be read here */
  read(header: UnitHeader, start: number, end: number): CompiledUnit | undefined {
    if (!this.#fits(header)) return undefined;
    const at = this.#region + runOffset;
    const root = at + start + header.headerSize;
    const exports = this.#exports;
    if (exports.readUnit(at + start, at + end, root, header.abbrevOffset) === 0) return undefined;
    const has = exports.rootHas.value;
    const slots = (this.#region + exports.rootSlotsAt.value) >> 2;
    const value = (slot: number): number => (this.#words[slots + slot] as number) >>> 0;
    return {
      language: (has & languageBit) === 0 ? 0 : Math.min(value(SLOT.language), 0xffff),
      name: (has & nameBit) === 0 ? 0 : this.#names.notEmpty(value(SLOT.name)),
    };
  }

  /** One encoding in a file is read here: that of its first unit. */
  #fits({ version, offsetSize, addressSize, abbrevOffset }: UnitHeader): boolean {
    if (offsetSize !== 4 || version < 3 || abbrevOffset >= this.#abbrev.length) return false;
    if (this.#encoding === undefined) {
      this.#encoding = { version, offsetSize, addressSize };
      this.#shapes = new AbbrevShapes(this.#abbrev, this.#encoding);
      this.#exports.setAddressSize(addressSize);
    }
    return addressSize === this.#encoding.addressSize;
  }

  /** Called by the compiled code for a shape that it has not met: write its row. @returns its number, -1 for no room */
  #compileShape(position: number): number {
    const shapes = this.#shapes;
    const shape = shapes?.at(position) ?? -1;
    const { maxShapes, shapesAt, shapeBytes } = this.#exports;
    if (shapes === undefined || shape < 0 || shape >= maxShapes.value) return -1;
    const tag = shapes.tag[shape] as number;
    const row = (this.#region + shapesAt.value + shape * shapeBytes.value) >> 2;
    const plan = this.#copyInstructions(shapes, shape) ? (shapes.plan[shape] as number) : STEP.missing;
    const cells = [plan, shapes.program[shape], shapes.sibling[shape], shapes.has[shape], rareOf(tag), tag, position];
    this.#words.set([...(cells as number[]), shapes.end - position], row);
    return shape;
  }

  /** Copy the instructions of a shape. @returns false when there is one that is not for here */
  #copyInstructions(shapes: AbbrevShapes, shape: number): boolean {
    const tag = shapes.tag[shape] as number;
    const step = (shapes.plan[shape] as number) & stepMask;
    if (step <= STEP.leafString && !isRoot(tag)) return true;
    if (step === STEP.missing || tag === TAG.imported_unit) return false;
    const { words } = shapes.instructions;
    const to = (this.#region + this.#exports.wordsAt.value) >> 2;
    for (let i = shapes.program[shape] as number; i < this.#exports.maxWords.value; i++) {
      const word = words[i] as number;
      if (!isCompiled(word, tag)) return false;
      this.#words[to + i] = word;
      if ((word & opMask) === OP.end) return true;
    }
    return false;
  }
}

/** Whether the compiled code knows an instruction. */
function isCompiled(word: number, tag: number): boolean {
  const op = word & opMask;
  if (op === OP.indirect || op === OP.unknown) return false;
  if (op !== OP.take) return true;
  const slot = (word >>> opShift) & opMask;
  const form = word >>> (opShift + 4);
  if (slot === SLOT.lowPc) return form === FORM.addr;
  // Whether a string of .debug_line_str is empty is seen here, and only for the root.
  if (slot === SLOT.name) return form === FORM.string || (form === FORM.line_strp && isRoot(tag));
  return slot > lastReference && (form === FORM.data1 || form === FORM.data2);
}

function rareOf(tag: number): number {
  if (tag === TAG.formal_parameter) return rareParam;
  return tag === TAG.unspecified_parameters ? rareVararg : containerStep(tag);
}
