/**
 * One pass over the DIEs of a unit (DWARF 5 section 2.3: a tree as a list, a null entry ends the children of a DIE).
 *
 * Functions are looked for where pahole 1.20 looks: below the root, namespaces, structures, unions, classes and
 * interfaces, subroutine types, and in functions, with their lexical blocks and inlined subroutines. Below every other
 * DIE (a call site, an enumeration, an array) nothing is looked at: its DW_AT_sibling is followed where there is one,
 * else the subtree is walked with all that it holds ignored. What follows a DIE is where its DW_AT_sibling points, also
 * when its children have been looked at and end before that: so says libdw, and with it pahole.
 *
 * Structures could be jumped over as well if only C had been compiled, and that would halve the bytes; but nothing in
 * a unit proves that no function is in one, and pahole would find it.
 *
 * There is no recursion: the open DIEs are a stack of numbers, as deep as {@link maxDepth}.
 */
import { type AbbrevTable, containerStep, directCodes, hasChildren, STEP, sizeShift, stepMask } from './abbrev.ts';
import { TAG } from './constants.ts';
import type { DieCursor, UnitBytes } from './die-cursor.ts';
import type { FunctionRows } from './function-rows.ts';
import { SLOT, slotBit } from './instructions.ts';
import { LebReader } from './leb128.ts';

/** Deeper than any compiler nests; a file that asks for more is damaged. */
export const maxDepth = 4096;

/*
 * The constants below, and those that are unpacked here, are plain ones: a property that is first looked up in a branch
 * which the compiler has not seen taken yet makes V8 throw away the machine code of the loop around it.
 */
const { leaf, leafString, leafProgram, param, subprogram, rare } = STEP;

const siblingSlot = SLOT.sibling;
const siblingBit = slotBit(SLOT.sibling);

// What the innermost open DIE is to its children; the order is used.
/** Below something that is not looked at. */
const inSkipped = 0;
/** The root, a namespace, a structure. */
const inScope = 1;
/** An inlined subroutine. */
const inInlined = 2;
/** A function: its parameters are listed. */
const inBody = 3;
const inLexicalBlock = 4;

/** What a container is to its children: a row per STEP of {@link containerStep}, a column per place where it stands. */
const below = Uint8Array.of(
  ...[inSkipped, inSkipped, inSkipped, inSkipped, inSkipped, 0, 0, 0], // STEP.skipped
  ...[inSkipped, inScope, inScope, inScope, inScope, 0, 0, 0], // STEP.scope
  ...[inSkipped, inSkipped, inLexicalBlock, inLexicalBlock, inLexicalBlock, 0, 0, 0], // STEP.lexicalBlock
  ...[inSkipped, inSkipped, inInlined, inInlined, inInlined, 0, 0, 0], // STEP.inlined
);
const columns = 8;

// Why the scan stopped, besides the STEPs from param on.
const stopClose = 16;
const stopLargeCode = 17;
const stopBadSibling = 18;
const stopOverrun = 19;
const stopTooDeep = 20;
const stopEnd = 21;

/** The root DIE of a unit. */
export interface UnitRoot {
  readonly tag: number;
  readonly name: number;
  readonly language: number;
  readonly hasChildren: boolean;
}

export class UnitWalk {
  readonly #abbrevs: AbbrevTable;
  readonly #cursor: DieCursor;
  readonly #rows: FunctionRows;
  readonly #leb = new LebReader();
  /** Per open DIE: what the one that it is in was to it, and where its sibling is, 0 when it does not say. */
  readonly #stack = new Uint8Array(maxDepth);
  readonly #resume = new Int32Array(maxDepth);
  /** Where the first DW_TAG_imported_unit of the unit is; 0 when there is none. */
  importedUnit = 0;
  // The state of the walk, between one stop of the scan and the next.
  #p = 0;
  /** The DIE that it stopped at, and its abbreviation row. */
  #at = 0;
  #row = 0;
  #inside: number = inScope;
  #depth = 0;

  constructor(abbrevs: AbbrevTable, cursor: DieCursor, rows: FunctionRows) {
    this.#abbrevs = abbrevs;
    this.#cursor = cursor;
    this.#rows = rows;
  }

  /** Read the root DIE. @throws ParseError when there is none */
  root(unit: UnitBytes): UnitRoot {
    this.importedUnit = 0;
    this.#inside = inScope;
    this.#depth = 0;
    this.#at = unit.start + unit.header.headerSize;
    this.#p = this.#at;
    if (this.#p >= unit.end) throw this.#cursor.problem('truncated', this.#at, 'the unit has no root DIE');
    this.#readCode(unit);
    const row = this.#row;
    if (row === 0)
      throw this.#cursor.problem('bad-value', this.#at, 'a null entry stands where the root DIE should be');
    const has = this.#abbrevs.has[row] as number;
    const said = (slot: number) => ((has & slotBit(slot)) !== 0 ? this.#cursor.value[slot] : undefined);
    const attributes = this.#p;
    this.#step(row, unit.end);
    // Again, now that it is known where the unit's strings are: the name may have come before that.
    this.#cursor.setBases(said(SLOT.strOffsetsBase), said(SLOT.addrBase));
    this.#p = attributes;
    this.#step(row, unit.end);
    return {
      tag: this.#abbrevs.tag[row] as number,
      name: said(SLOT.name) ?? 0,
      language: Math.min(said(SLOT.language) ?? 0, 0xffff),
      hasChildren: ((this.#abbrevs.plan[row] as number) & hasChildren) !== 0,
    };
  }

  /** Walk the DIEs below the root, which was just read, and append the functions. */
  children(unit: UnitBytes): void {
    for (;;) {
      const stop = this.#scan(unit);
      if (this.#p > unit.end) throw this.#truncated();
      switch (stop) {
        case leafProgram:
          this.#step(this.#row, unit.end);
          break;
        case param:
          this.#step(this.#row, unit.end);
          this.#param(unit);
          break;
        case subprogram:
          this.#subprogram(unit);
          break;
        case stopClose:
          this.#rows.close();
          this.#pop();
          break;
        case stopEnd:
          this.#finish();
          return;
        case stopLargeCode:
          if (this.#largeCode(unit)) return;
          break;
        case rare:
          this.#rare(unit);
          break;
        case stopBadSibling:
          throw this.#badSibling();
        case stopOverrun:
          throw this.#overrun();
        case stopTooDeep:
          throw this.#tooDeep();
        default:
          throw this.#missing(this.#row);
      }
    }
  }

  /** Go on until something needs more than stepping over bytes. This is where the time goes; it calls nothing. */
  #scan(unit: UnitBytes): number {
    const { bytes, view, start, end } = unit;
    const { plan, sibling } = this.#abbrevs;
    const codes = Math.min(plan.length, directCodes);
    const { littleEndian } = this.#cursor;
    const stack = this.#stack;
    const resume = this.#resume;
    let inside = this.#inside;
    let depth = this.#depth;
    let p = this.#p;
    let at = p;
    let code = 0;
    let stop: number = stopEnd;
    while (p < end) {
      at = p;
      code = bytes[p++] as number;
      if (code > 0x7f) {
        const next = p < end ? (bytes[p++] as number) : 0x80;
        code = (code & 0x7f) | (next << 7);
        if (next > 0x7f || code >= codes) {
          p = at;
          stop = stopLargeCode;
          break;
        }
      }
      if (code === 0) {
        if (inside === inBody) {
          stop = stopClose;
          break;
        }
        if (depth === 0) break;
        inside = stack[--depth] as number;
        const next = resume[depth] as number;
        if (next !== 0) {
          if (next < p) {
            stop = stopOverrun;
            break;
          }
          p = next;
        }
        continue;
      }
      const planned = plan[code] as number;
      const size = planned >>> sizeShift;
      const step = planned & stepMask;
      if (step === leaf || (step === param && inside < inBody)) {
        p += size;
        // Nine DIEs of ten, and the next is often of the same code: a guess that needs no look at the plan.
        const whole = p - at;
        if (whole === size + 1) while (p < end && bytes[p] === code) p += whole;
      } else if (step < leaf) {
        p += size;
        if (p > end) break;
        const to = below[step * columns + inside] as number;
        const siblingAt = sibling[code] as number;
        let next = 0;
        if (siblingAt >= 0) {
          next = start + view.getUint32(p - size + siblingAt, littleEndian);
          if (next < p || next > end) {
            stop = stopBadSibling;
            break;
          }
          if (to === inSkipped) {
            p = next;
            continue;
          }
        }
        if (depth === maxDepth) {
          stop = stopTooDeep;
          break;
        }
        resume[depth] = next;
        stack[depth++] = inside;
        inside = to;
      } else if (step === leafString) {
        while (p < end && bytes[p] !== 0) p++;
        p += size + 1;
      } else {
        stop = step;
        break;
      }
    }
    this.#p = p;
    this.#at = at;
    this.#row = code;
    this.#inside = inside;
    this.#depth = depth;
    return stop;
  }

  #subprogram(unit: UnitBytes): void {
    const row = this.#row;
    const children = ((this.#abbrevs.plan[row] as number) & hasChildren) !== 0;
    this.#step(row, unit.end);
    if (this.#inside === inSkipped) {
      if (children) this.#enter(unit, inSkipped);
      return;
    }
    this.#rows.open(this.#at - unit.start + unit.base, this.#abbrevs.has[row] as number, this.#cursor.value);
    if (children) this.#enter(unit, inBody);
    else this.#rows.close();
  }

  #param(unit: UnitBytes): void {
    const die = this.#at - unit.start + unit.base;
    const has = this.#abbrevs.has[this.#row] as number;
    if (this.#inside === inBody) this.#rows.param(die, has, this.#cursor.value);
    else if (this.#inside === inLexicalBlock) this.#rows.blockParam(die, has, this.#cursor.value);
  }

  #rare(unit: UnitBytes): void {
    const row = this.#row;
    const tag = this.#abbrevs.tag[row] as number;
    this.#stepAny(row, unit);
    if (this.#inside !== inSkipped) {
      if (tag === TAG.formal_parameter) this.#param(unit);
      else if (tag === TAG.unspecified_parameters && this.#inside === inBody) this.#rows.vararg();
      else if (tag === TAG.imported_unit && this.importedUnit === 0) this.importedUnit = this.#at;
    }
    if (((this.#abbrevs.plan[row] as number) & hasChildren) === 0) return;
    this.#enter(unit, below[containerStep(tag) * columns + this.#inside] as number);
  }

  /** A code of more than two bytes, or past the table: read it at leisure. @returns true when it is the root's null */
  #largeCode(unit: UnitBytes): boolean {
    this.#readCode(unit);
    if (this.#row === 0) {
      if (this.#depth === 0) return true;
      if (this.#inside === inBody) this.#rows.close();
      this.#pop();
      return false;
    }
    const step = (this.#abbrevs.plan[this.#row] as number) & stepMask;
    if (step === subprogram) this.#subprogram(unit);
    else this.#rare(unit);
    return false;
  }

  /** Read an abbreviation code and find its row; row 0 is the null entry. */
  #readCode(unit: UnitBytes): void {
    const leb = this.#leb.at(unit.bytes, this.#p);
    const code = leb.unsigned();
    if (leb.position > unit.end) throw this.#truncated();
    this.#p = leb.position;
    this.#row = code === 0 ? 0 : this.#abbrevs.rowOf(code);
    if (this.#row < 0) throw this.#missing(code);
  }

  /** Step over the attributes of a DIE by its instructions. */
  #step(row: number, end: number): void {
    const { instructions, program } = this.#abbrevs;
    this.#p = this.#cursor.run(instructions.words, program[row] as number, this.#p);
    if (this.#p > end) throw this.#truncated();
  }

  /** As {@link #step}, also for what the scan steps over by size and has no instructions for. */
  #stepAny(row: number, unit: UnitBytes): void {
    const planned = this.#abbrevs.plan[row] as number;
    const step = planned & stepMask;
    if (step > leafString) {
      this.#step(row, unit.end);
      return;
    }
    if (step === leafString) {
      while (this.#p < unit.end && unit.bytes[this.#p] !== 0) this.#p++;
      this.#p++;
    }
    this.#p += planned >>> sizeShift;
    if (this.#p > unit.end) throw this.#truncated();
  }

  /** Go on with the children of the DIE that was just stepped over by instructions, or with what follows it. */
  #enter(unit: UnitBytes, inside: number): void {
    let next = 0;
    if (((this.#abbrevs.has[this.#row] as number) & siblingBit) !== 0) {
      // A foreign ref is larger than any unit.
      next = unit.start + (this.#cursor.value[siblingSlot] as number) - unit.base;
      if (next < this.#p || next > unit.end) throw this.#badSibling();
      if (inside === inSkipped) {
        this.#p = next;
        return;
      }
    }
    if (this.#depth === maxDepth) throw this.#tooDeep();
    this.#resume[this.#depth] = next;
    this.#stack[this.#depth++] = this.#inside;
    this.#inside = inside;
  }

  #pop(): void {
    this.#inside = this.#stack[--this.#depth] as number;
    const next = this.#resume[this.#depth] as number;
    if (next === 0) return;
    if (next < this.#p) throw this.#overrun();
    this.#p = next;
  }

  /** The unit may end without the null entries that close what is open. */
  #finish(): void {
    while (this.#depth > 0) {
      if (this.#inside === inBody) this.#rows.close();
      this.#inside = this.#stack[--this.#depth] as number;
    }
  }

  #problem(code: 'bad-reference' | 'bad-value' | 'truncated', problem: string) {
    return this.#cursor.problem(code, this.#at, problem);
  }

  #truncated() {
    return this.#problem('truncated', 'its attributes go on past the end of the unit');
  }

  #badSibling() {
    return this.#problem('bad-reference', 'its DW_AT_sibling points backwards or out of the unit');
  }

  #overrun() {
    return this.#problem('bad-reference', 'a DW_AT_sibling points into the children that end here');
  }

  #tooDeep() {
    return this.#problem('bad-value', `DIEs are nested more than ${maxDepth} deep`);
  }

  #missing(code: number) {
    if (Number.isNaN(code)) return this.#problem('bad-value', 'its abbreviation code has more than ten bytes');
    const why = this.#abbrevs.problem === undefined ? '' : ` (${this.#abbrevs.problem})`;
    return this.#problem('bad-reference', `abbreviation ${code} is not in the unit's table${why}`);
  }
}
