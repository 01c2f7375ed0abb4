/**
 * One pass over the DIEs of a unit: scan.ts steps, and what it stops at is dealt with here, one DIE in twelve.
 */
import type { AbbrevTable } from './abbrev.ts';
import { containerStep, hasChildren, STEP, sizeShift, stepMask } from './abbrev-shapes.ts';
import type { AttributeValues, UnitBytes } from './attribute-values.ts';
import { TAG } from './constants.ts';
import type { DieCursor } from './die-cursor.ts';
import type { FunctionRows } from './function-rows.ts';
import { SLOT, slotBit } from './instructions.ts';
import { LebReader } from './leb128.ts';
import {
  DieScan,
  inBody,
  inLexicalBlock,
  inSkipped,
  maxDepth,
  stopBadSibling,
  stopClose,
  stopEnd,
  stopLargeCode,
  stopOverrun,
  stopTooDeep,
} from './scan.ts';

// Plain constants: see scan.ts.
const { leafString, leafProgram, param, subprogram, rare, missing } = STEP;
const siblingSlot = SLOT.sibling;
const siblingBit = slotBit(SLOT.sibling);

/** The root DIE of a unit. */
export interface UnitRoot {
  readonly tag: number;
  readonly name: number;
  readonly language: number;
  /** The file that has the DIEs of a split unit; 0 where it is not split. */
  readonly dwoName: number;
  readonly hasChildren: boolean;
}

export class UnitWalk {
  readonly #abbrevs: AbbrevTable;
  readonly #cursor: DieCursor;
  readonly #values: AttributeValues;
  readonly #rows: FunctionRows;
  readonly #scan: DieScan;
  readonly #leb = new LebReader();
  /** Where the first DW_TAG_imported_unit of the unit is, in its bytes; 0 when there is none. */
  importedUnit = 0;

  constructor(abbrevs: AbbrevTable, cursor: DieCursor, rows: FunctionRows) {
    this.#abbrevs = abbrevs;
    this.#cursor = cursor;
    this.#values = cursor.values;
    this.#rows = rows;
    this.#scan = new DieScan(abbrevs, cursor.values.littleEndian);
  }

  /** Read the root DIE. @throws ParseError when there is none */
  root(unit: UnitBytes): UnitRoot {
    const scan = this.#scan;
    this.importedUnit = 0;
    scan.start(unit.start + unit.header.headerSize);
    if (scan.position >= unit.end) throw this.#problem('truncated', 'the unit has no root DIE');
    this.#readCode(unit);
    if (scan.row === 0) throw this.#problem('bad-value', 'a null entry stands where the root DIE should be');
    const has = this.#has(scan.row);
    const said = (slot: number) => ((has & slotBit(slot)) !== 0 ? this.#values.slots[slot] : undefined);
    const attributes = scan.position;
    this.#step(unit.end);
    // Again, now that it is known where the unit's strings are: the name may have come before that.
    this.#values.setBases(said(SLOT.strOffsetsBase), said(SLOT.addrBase));
    scan.position = attributes;
    this.#step(unit.end);
    return {
      tag: this.#tag(scan.row),
      name: said(SLOT.name) ?? 0,
      language: Math.min(said(SLOT.language) ?? 0, 0xffff),
      dwoName: said(SLOT.dwoName) ?? 0,
      hasChildren: ((this.#abbrevs.plan[scan.row] as number) & hasChildren) !== 0,
    };
  }

  /** Walk the DIEs below the root, which was just read, and append the functions. */
  children(unit: UnitBytes): void {
    const scan = this.#scan;
    for (;;) {
      const stop = scan.next(unit);
      if (scan.position > unit.end) throw this.#failure(stopEnd);
      // param, subprogram, leafProgram and rare: one call for all, and the compiler makes one copy of what is behind it.
      if (stop < missing) this.#step(unit.end);
      switch (stop) {
        case leafProgram:
          break;
        case param:
          this.#param(unit);
          break;
        case subprogram:
          this.#subprogram(unit);
          break;
        case stopClose:
          this.#rows.close();
          this.#close();
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
        default:
          throw this.#failure(stop);
      }
    }
  }

  /** A subprogram, its attributes stepped over. */
  #subprogram(unit: UnitBytes): void {
    const scan = this.#scan;
    const children = ((this.#abbrevs.plan[scan.row] as number) & hasChildren) !== 0;
    if (scan.inside === inSkipped) {
      if (children) this.#open(unit, inSkipped);
      return;
    }
    this.#rows.open(scan.at - unit.start + unit.base, this.#has(scan.row), this.#values.slots);
    if (children) this.#open(unit, inBody);
    else this.#rows.close();
  }

  /** A formal_parameter, the same. */
  #param(unit: UnitBytes): void {
    const { at, row, inside } = this.#scan;
    const die = at - unit.start + unit.base;
    const has = this.#has(row);
    if (inside === inBody) this.#rows.param(die, has, this.#values.slots);
    else if (inside === inLexicalBlock) this.#rows.blockParam(die, has, this.#values.slots);
  }

  /** Another DIE that the scan did not step over by itself, the same. */
  #rare(unit: UnitBytes): void {
    const { at, row, inside } = this.#scan;
    const tag = this.#tag(row);
    if (inside !== inSkipped) {
      if (tag === TAG.formal_parameter) this.#param(unit);
      else if (tag === TAG.unspecified_parameters && inside === inBody) this.#rows.vararg();
      else if (tag === TAG.imported_unit && this.importedUnit === 0) this.importedUnit = at;
    }
    if (((this.#abbrevs.plan[row] as number) & hasChildren) === 0) return;
    this.#open(unit, this.#scan.insideOf(containerStep(tag)));
  }

  /** A code of more than two bytes, or past the table: read it at leisure. @returns true when it is the root's null */
  #largeCode(unit: UnitBytes): boolean {
    const scan = this.#scan;
    this.#readCode(unit);
    if (scan.row === 0) {
      if (scan.depth === 0) return true;
      if (scan.inside === inBody) this.#rows.close();
      this.#close();
      return false;
    }
    this.#stepAny(unit);
    if (((this.#abbrevs.plan[scan.row] as number) & stepMask) === subprogram) this.#subprogram(unit);
    else this.#rare(unit);
    return false;
  }

  /** Read an abbreviation code and find its row; row 0 is the null entry. */
  #readCode(unit: UnitBytes): void {
    const scan = this.#scan;
    const leb = this.#leb.at(unit.bytes, scan.position);
    const code = leb.unsigned();
    if (leb.position > unit.end) throw this.#failure(stopEnd);
    if (Number.isNaN(code)) throw this.#problem('bad-value', 'its abbreviation code has more than ten bytes');
    scan.position = leb.position;
    scan.row = code === 0 ? 0 : this.#abbrevs.rowOf(code);
    if (scan.row < 0) throw this.#missing(code);
  }

  /** Step over the attributes of the DIE by its instructions. */
  #step(end: number): void {
    const scan = this.#scan;
    const { shapes, shape } = this.#abbrevs;
    const from = shapes.program[shape[scan.row] as number] as number;
    scan.position = this.#cursor.run(shapes.instructions.words, from, scan.position);
    if (scan.position > end) throw this.#failure(stopEnd);
  }

  /** As {@link #step}, also for what the scan steps over by size and has no instructions for. */
  #stepAny(unit: UnitBytes): void {
    const scan = this.#scan;
    const planned = this.#abbrevs.plan[scan.row] as number;
    if ((planned & stepMask) > leafString) {
      this.#step(unit.end);
      return;
    }
    if ((planned & stepMask) === leafString) {
      while (scan.position < unit.end && unit.bytes[scan.position] !== 0) scan.position++;
      scan.position++;
    }
    scan.position += planned >>> sizeShift;
    if (scan.position > unit.end) throw this.#failure(stopEnd);
  }

  /** Bits of the slots that a DIE of this row has values for. */
  #has(row: number): number {
    return this.#abbrevs.shapes.has[this.#abbrevs.shape[row] as number] as number;
  }

  #tag(row: number): number {
    return this.#abbrevs.shapes.tag[this.#abbrevs.shape[row] as number] as number;
  }

  /** Go on with the children of the DIE that was just stepped over by instructions, or with what follows it. */
  #open(unit: UnitBytes, inside: number): void {
    const scan = this.#scan;
    let next = 0;
    if ((this.#has(scan.row) & siblingBit) !== 0) {
      // A foreign ref is larger than any unit.
      next = unit.start + (this.#values.slots[siblingSlot] as number) - unit.base;
      if (next < scan.position || next > unit.end) throw this.#failure(stopBadSibling);
      if (inside === inSkipped) {
        scan.position = next;
        return;
      }
    }
    const stop = scan.open(inside, next);
    if (stop !== 0) throw this.#failure(stop);
  }

  #close(): void {
    const stop = this.#scan.close();
    if (stop !== 0) throw this.#failure(stop);
  }

  /** The unit may end without the null entries that close what is open. */
  #finish(): void {
    for (; this.#scan.depth > 0; this.#scan.leave()) if (this.#scan.inside === inBody) this.#rows.close();
  }

  /** What is wrong where the scan stopped. */
  #failure(stop: number) {
    switch (stop) {
      case stopEnd:
        return this.#problem('truncated', 'its attributes go on past the end of the unit');
      case stopBadSibling:
        return this.#problem('bad-reference', 'its DW_AT_sibling points backwards or out of the unit');
      case stopOverrun:
        return this.#problem('bad-reference', 'a DW_AT_sibling points into the children that end here');
      case stopTooDeep:
        return this.#problem('bad-value', `DIEs are nested more than ${maxDepth} deep`);
      default:
        return this.#missing(this.#scan.row);
    }
  }

  #missing(code: number) {
    const why = this.#abbrevs.problem === undefined ? '' : ` (${this.#abbrevs.problem})`;
    return this.#problem('bad-reference', `abbreviation ${code} is not in the unit's table${why}`);
  }

  #problem(code: 'bad-reference' | 'bad-value' | 'truncated', problem: string) {
    return this.#values.problem(code, this.#scan.at, problem);
  }
}
