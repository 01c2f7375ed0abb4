/**
 * A unit whose DIEs are asked for by their position, and a DIE: its tag and the attributes that describe a type.
 *
 * Offsets are those of FunctionEntries: counted from the unit's header, in the pseudo-unit from the section's start.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { nameText } from '../bytes/long-names.ts';
import { ParseError } from '../errors.ts';
import { AT, FORM } from './constants.ts';
import { formSize, SIZE } from './form.ts';
import { LebReader } from './leb128.ts';
import type { Declarations, TypeSections } from './type-sections.ts';
import {
  describeUnit,
  HeaderProblem,
  readU64,
  readUnitHeader,
  readUnitLength,
  type UnitHeader,
} from './unit-header.ts';

export interface TypeDie {
  readonly tag: number;
  /** Position in the unit. */
  readonly offset: number;
  /** Position of what follows its attributes: its first child, or its next sibling. */
  readonly end: number;
  readonly hasChildren: boolean;
  /** Undefined when it is missing; '' and missing are the same to an encoder. */
  readonly name: string | undefined;
  /** Position in the unit of what DW_AT_type points at; 0 when it is missing or outside the unit. */
  readonly type: number;
  /** The same of DW_AT_sibling. */
  readonly sibling: number;
  readonly declaration: boolean;
  readonly byteSize: number | undefined;
  readonly encoding: number | undefined;
  /** DW_AT_count, or DW_AT_upper_bound + 1; undefined when neither is a constant. */
  readonly count: number | undefined;
  readonly constValue: number | undefined;
}

/** Bytes around the DIE that was last asked for: types stand close to each other. */
const windowBytes = 1 << 10;
/** A DIE that describes a type takes less; a longer one is read again, whole. */
const usualDie = 128;

/** Strings that are named by an index. */
const indexForms: ReadonlySet<number> = new Set([
  FORM.strx,
  FORM.strx1,
  FORM.strx2,
  FORM.strx3,
  FORM.strx4,
  FORM.GNU_str_index,
]);

/** A unit whose DIEs are asked for by their position. */
export class TypeUnit {
  readonly header: UnitHeader;
  /** Bytes of the unit, its header included. */
  readonly size: number;
  readonly #source: ByteSource;
  readonly #sections: TypeSections;
  readonly #offset: number;
  readonly #declarations: Declarations;
  #window: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#window.buffer);
  #windowStart = 0;
  /** Where the unit's entries start in .debug_str_offsets; read from the root DIE when the first DIE is asked for. */
  #strOffsetsBase: number | undefined;

  /** @throws ParseError when the header cannot be read */
  constructor(sections: TypeSections, offset: number) {
    const source = sections.info;
    const section = '.debug_info';
    this.#source = source;
    this.#sections = sections;
    this.#offset = offset;
    const head = source.read(offset, Math.min(64, source.size - offset), section);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    this.size = readUnitLength(view, 0, sections.littleEndian)?.size ?? 0;
    if (this.size === 0) throw this.#problem('its length cannot be read');
    try {
      this.header = readUnitHeader(view, 0, head.length, sections.littleEndian, false);
    } catch (error) {
      if (error instanceof HeaderProblem) throw this.#problem(error.message);
      throw error;
    }
    this.#declarations = sections.declarations(this.header.abbrevOffset);
  }

  /** The tags that the unit's abbreviation table declares: no DIE of the unit can have another. */
  declaredTags(): Set<number> {
    return new Set(Array.from(this.#declarations.all(), ({ tag }) => tag));
  }

  /**
   * The DIE at a position; undefined for the null entry that ends a list of children.
   * @throws ParseError when it cannot be read
   */
  die(offset: number): TypeDie | undefined {
    if (!(offset >= this.header.headerSize && offset < this.size))
      throw this.#problem('a DIE outside the unit is meant');
    if (this.#strOffsetsBase === undefined && this.#sections.strOffsets !== undefined) this.#findStrOffsets();
    const die = this.#decode(offset, usualDie);
    return die === 'longer' ? (this.#decode(offset, this.size - offset) as TypeDie | undefined) : die;
  }

  /** By DW_AT_str_offsets_base; without it they follow the table's header, which there is since version 5. */
  #findStrOffsets(): void {
    const { version, offsetSize, headerSize } = this.header;
    this.#strOffsetsBase = version === 5 ? offsetSize * 2 : 0;
    if (this.#decode(headerSize, usualDie) === 'longer') this.#decode(headerSize, this.size - headerSize);
  }

  #decode(offset: number, room: number): TypeDie | undefined | 'longer' {
    const end = Math.min(offset + room, this.size);
    if (offset < this.#windowStart || end > this.#windowStart + this.#window.length) {
      const length = Math.min(Math.max(windowBytes, room), this.size - offset);
      this.#window = this.#source.read(this.#offset + offset, length, '.debug_info');
      this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength);
      this.#windowStart = offset;
    }
    const leb = new LebReader(this.#window, offset - this.#windowStart);
    const code = leb.unsigned();
    if (code === 0) return undefined;
    const declaration = this.#declarations.find(code);
    if (declaration === undefined) throw this.#problem(`abbreviation ${code} is not in its table`);
    const die = {
      tag: declaration.tag,
      offset,
      end: 0,
      hasChildren: declaration.hasChildren,
      name: undefined as string | undefined,
      type: 0,
      sibling: 0,
      declaration: false,
      byteSize: undefined as number | undefined,
      encoding: undefined as number | undefined,
      count: undefined as number | undefined,
      constValue: undefined as number | undefined,
    };
    const { attributes } = declaration;
    for (let i = 0; i < attributes.length; i += 3) {
      const form = attributes[i + 1] as number;
      const at = leb.position;
      const value = this.#value(leb, form, attributes[i + 2] as number);
      if (leb.position > this.#window.length) {
        if (end === this.size) throw this.#problem('a DIE goes on past its end');
        return 'longer';
      }
      switch (attributes[i]) {
        case AT.name:
          die.name = this.#string(form, at, value) || undefined;
          break;
        case AT.type:
          die.type = this.#reference(form, value);
          break;
        case AT.sibling:
          die.sibling = this.#reference(form, value);
          break;
        case AT.declaration:
          die.declaration = true;
          break;
        case AT.str_offsets_base:
          this.#strOffsetsBase = value ?? this.#strOffsetsBase;
          break;
        case AT.byte_size:
          die.byteSize = value;
          break;
        case AT.encoding:
          die.encoding = value;
          break;
        case AT.count:
          die.count = value;
          break;
        case AT.upper_bound:
          die.count ??= value === undefined ? undefined : value + 1;
          break;
        case AT.const_value:
          die.constValue = value;
      }
    }
    die.end = this.#windowStart + leb.position;
    return die;
  }

  /** Step over a value; what it is when it is a number. */
  #value(leb: LebReader, form: number, constant: number): number | undefined {
    const at = leb.position;
    const size = formSize(form, this.header);
    if (form === FORM.implicit_const) return constant;
    if (size >= 0) {
      leb.position = at + size;
      return leb.position > this.#window.length ? undefined : this.#number(at, size);
    }
    switch (size) {
      case SIZE.leb:
        return form === FORM.sdata ? leb.signed32() : leb.unsigned();
      case SIZE.string: {
        const nul = this.#window.indexOf(0, at);
        leb.position = nul < 0 ? Number.POSITIVE_INFINITY : nul + 1;
        return undefined;
      }
      case SIZE.indirect:
        return this.#value(leb, leb.unsigned(), 0);
      case SIZE.unknown:
        throw this.#problem(`an attribute has the unknown form 0x${form.toString(16)}`);
      default: {
        const width = size === SIZE.block1 ? 1 : size === SIZE.block2 ? 2 : size === SIZE.block4 ? 4 : 0;
        if (at + width > this.#window.length) leb.position = Number.POSITIVE_INFINITY;
        else {
          const length = width === 0 ? leb.unsigned() : this.#number(at, width);
          leb.position = (width === 0 ? leb.position : at + width) + length;
        }
        return undefined;
      }
    }
  }

  #number(at: number, size: number): number {
    const little = this.#sections.littleEndian;
    switch (size) {
      case 1:
        return this.#view.getUint8(at);
      case 2:
        return this.#view.getUint16(at, little);
      case 3: {
        const [a = 0, b = 0, c = 0] = this.#window.subarray(at, at + 3);
        return little ? a | (b << 8) | (c << 16) : (a << 16) | (b << 8) | c;
      }
      case 4:
        return this.#view.getUint32(at, little);
      case 8:
        return readU64(this.#view, at, little);
      default:
        return 0;
    }
  }

  /** A reference as a position in this unit, 0 where it points elsewhere. */
  #reference(form: number, value: number | undefined): number {
    if (value === undefined || form === FORM.ref_sig8) return 0;
    const inside = form === FORM.ref_addr ? value - this.#offset : value;
    return inside >= this.header.headerSize && inside < this.size ? inside : 0;
  }

  #string(form: number, at: number, value: number | undefined): string {
    if (form === FORM.strp) return nameText(this.#sections.str, value ?? 0);
    if (form === FORM.line_strp) return nameText(this.#sections.lineStr, value ?? 0);
    if (form === FORM.string) return nameText(this.#window, at);
    if (form === FORM.indirect) {
      const leb = new LebReader(this.#window, at);
      return this.#string(leb.unsigned(), leb.position, value);
    }
    const offset = indexForms.has(form) ? this.#strOffset(value ?? 0) : undefined;
    if (offset !== undefined) return nameText(this.#sections.str, offset);
    // In another file, or not to be found: types are told apart by it all the same. Any other form is of no string.
    return indexForms.has(form) || form === FORM.strp_sup || form === FORM.GNU_strp_alt ? `${form}/${value ?? 0}` : '';
  }

  /** Entry `index` of the unit in .debug_str_offsets. */
  #strOffset(index: number): number | undefined {
    const { strOffsets, littleEndian } = this.#sections;
    const { offsetSize } = this.header;
    const position = (this.#strOffsetsBase ?? 0) + index * offsetSize;
    if (strOffsets === undefined || !(position + offsetSize <= strOffsets.size)) return undefined;
    const bytes = strOffsets.read(position, offsetSize, '.debug_str_offsets');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return offsetSize === 4 ? view.getUint32(0, littleEndian) : readU64(view, 0, littleEndian);
  }

  #problem(problem: string): ParseError {
    const structure = describeUnit('.debug_info', this.#offset);
    return new ParseError({ code: 'bad-value', structure, offset: this.#source.fileOffset(this.#offset), problem });
  }
}
