/**
 * The loop that steps over DIEs (DWARF 5 section 2.3: a tree as a list, a null entry ends the children of a DIE), until
 * one comes that somebody asks about. This is where the time goes: 13 million DIEs in a kernel, half of them members of
 * structures. It calls nothing and allocates nothing.
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
import { type AbbrevTable, directCodes } from './abbrev.ts';
import { STEP, sizeShift, stepMask } from './abbrev-shapes.ts';
import type { UnitBytes } from './attribute-values.ts';

/** Deeper than any compiler nests; a file that asks for more is damaged. */
export const maxDepth = 4096;

/*
 * The constants below, and those that are unpacked here, are plain ones: a property that is first looked up in a branch
 * which the compiler has not seen taken yet makes V8 throw away the machine code of the loop around it.
 */
const { leaf, leafString, param } = STEP;

// What the innermost open DIE is to its children; the order is used.
/** Below something that is not looked at. */
export const inSkipped = 0;
/** The root, a namespace, a structure. */
export const inScope = 1;
/** An inlined subroutine. */
export const inInlined = 2;
/** A function: its parameters are listed. */
export const inBody = 3;
export const inLexicalBlock = 4;

/** What a container is to its children: a row per STEP of {@link containerStep}, a column per place where it stands. */
const below = Uint8Array.of(
  ...[inSkipped, inSkipped, inSkipped, inSkipped, inSkipped, 0, 0, 0], // STEP.skipped
  ...[inSkipped, inScope, inScope, inScope, inScope, 0, 0, 0], // STEP.scope
  ...[inSkipped, inSkipped, inLexicalBlock, inLexicalBlock, inLexicalBlock, 0, 0, 0], // STEP.lexicalBlock
  ...[inSkipped, inSkipped, inInlined, inInlined, inInlined, 0, 0, 0], // STEP.inlined
);
const columns = 8;

// Why the scan stopped, besides the STEPs from param on.
export const stopClose = 16;
export const stopLargeCode = 17;
export const stopBadSibling = 18;
export const stopOverrun = 19;
export const stopTooDeep = 20;
export const stopEnd = 21;

/** The loop and its state: where it is, and what is open. */
export class DieScan {
  /** Where the next byte is read, in the unit's bytes. */
  position = 0;
  /** The DIE that the scan stopped at, and its abbreviation row. */
  at = 0;
  row = 0;
  /** What the innermost open DIE is to its children: one of the in… above. */
  inside: number = inScope;
  depth = 0;
  readonly #abbrevs: AbbrevTable;
  readonly #littleEndian: boolean;
  /** Per open DIE: what the one that it is in was to it, and where its sibling is, 0 when it does not say. */
  readonly #stack = new Uint8Array(maxDepth);
  readonly #resume = new Int32Array(maxDepth);

  constructor(abbrevs: AbbrevTable, littleEndian: boolean) {
    this.#abbrevs = abbrevs;
    this.#littleEndian = littleEndian;
  }

  /** Begin at a position, with nothing open. */
  start(position: number): void {
    this.position = position;
    this.at = position;
    this.inside = inScope;
    this.depth = 0;
  }

  /** What a container that is met here is to its children. @param step its STEP, by containerStep */
  insideOf(step: number): number {
    return below[step * columns + this.inside] as number;
  }

  /** Go on with the children of a DIE. @param next where its sibling is, 0 when it does not say @returns stopTooDeep or 0 */
  open(inside: number, next: number): number {
    if (this.depth === maxDepth) return stopTooDeep;
    this.#resume[this.depth] = next;
    this.#stack[this.depth++] = this.inside;
    this.inside = inside;
    return 0;
  }

  /** Go on with what follows the innermost open DIE. @returns stopOverrun or 0 */
  close(): number {
    this.leave();
    const next = this.#resume[this.depth] as number;
    if (next === 0) return 0;
    if (next < this.position) return stopOverrun;
    this.position = next;
    return 0;
  }

  /** As {@link close}, at the end of the unit. */
  leave(): void {
    this.inside = this.#stack[--this.depth] as number;
  }

  /**
   * Go on until something needs more than stepping over bytes.
   * @returns a STEP from param on, for the DIE that is at `at` and of which the code has been read, or a stop…
   */
  next(unit: UnitBytes): number {
    const { bytes, view, start, end } = unit;
    const { plan, sibling } = this.#abbrevs;
    const codes = Math.min(plan.length, directCodes);
    const littleEndian = this.#littleEndian;
    const stack = this.#stack;
    const resume = this.#resume;
    let inside = this.inside;
    let depth = this.depth;
    let p = this.position;
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
    this.position = p;
    this.at = at;
    this.row = code;
    this.inside = inside;
    this.depth = depth;
    return stop;
  }
}
