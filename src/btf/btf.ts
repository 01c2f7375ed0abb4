/**
 * The BTF of a kernel or, on top of one, of a module.
 *
 *   type ids    0        1 … base.endId - 1     base.endId …
 *               void     the base's records     this one's records
 *
 * Opening reads the header and the two sections and makes one pass over the records; all else is made when asked for.
 * What is asked by id answers for the base's ids too, while counts, `funcs` and the printers speak of this BTF's own
 * records.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { ParseError } from '../errors.ts';
import { type FileOffset, fileOffset, type TypeId, typeId } from '../units.ts';
import { FuncNames } from './func-names.ts';
import { findFunctionDamage } from './function-damage.ts';
import { type BtfHeader, parseHeader } from './header.ts';
import { KIND, type Kind, kinds } from './kinds.ts';
import { infoKind, RawType } from './raw-type.ts';
import { findRecordDamage } from './record-damage.ts';
import { findReferenceDamage, type TypeRecords } from './reference-damage.ts';
import { BtfStrings } from './strings.ts';
import { indexTypes, type TypeIndex, toWords } from './type-index.ts';
import { type BtfType, decodeType } from './types.ts';

const voidType = new RawType(new Uint32Array(3), 0);

export class Btf {
  readonly header: BtfHeader;
  /** The BTF that this split BTF continues. */
  readonly base: Btf | undefined;
  /** The id of the first own record. */
  readonly firstId: TypeId;
  readonly strings: BtfStrings;
  readonly #source: ByteSource;
  readonly #index: TypeIndex;
  #funcs: Uint32Array | undefined;
  #referenceDamage: readonly ParseError[] | undefined;
  #recordDamage: readonly [ParseError | undefined] | undefined;
  #funcNames: FuncNames | undefined;

  private constructor(source: ByteSource, base: Btf | undefined) {
    const header = parseHeader(source);
    const types = source.read(header.typeStart, header.type_len, 'BTF type section');
    const strings = source.read(header.strStart, header.str_len, 'BTF string section');
    this.header = header;
    this.base = base;
    this.firstId = base?.endId ?? typeId(1);
    this.strings = new BtfStrings(strings, source.fileOffset(header.strStart), base?.strings);
    this.#source = source;
    const words = toWords(types, header.littleEndian);
    this.#index = indexTypes(words, types.length, this.strings.end, this.firstId, (at) =>
      source.fileOffset(header.typeStart + at),
    );
  }

  /**
   * Read BTF from its first byte: a raw file, or the contents of a .BTF section.
   *
   * A damaged record does not throw: the types before it are there, and {@link damage} says where they end.
   * @param base the kernel's BTF, when this is a module's
   * @throws ParseError for a header or string section that is wrong, and for a base that is not whole
   */
  static parse(source: ByteSource, base?: Btf): Btf {
    if (base !== undefined && !base.#index.complete) {
      throw new ParseError({
        code: 'bad-reference',
        structure: 'base BTF',
        offset: base.damage?.offset,
        problem: `its types end at ${base.endId - 1} because of damage, so the ids on top of it mean nothing`,
      });
    }
    return new Btf(source, base);
  }

  /** Number of own type records; void is none. */
  get typeCount(): number {
    return this.#index.starts.length;
  }

  /** One past the last id. */
  get endId(): TypeId {
    return typeId(this.firstId + this.typeCount);
  }

  /** The first thing that is wrong in the type section; the types that could be read are there all the same. */
  get damage(): ParseError | undefined {
    return this.#index.damage;
  }

  /**
   * What is wrong with references between own types: the first that leads nowhere, the first type that contains itself.
   * Asked for the first time, it takes a pass over all records.
   */
  get referenceDamage(): readonly ParseError[] {
    this.#referenceDamage ??= findReferenceDamage(this.#records());
    return this.#referenceDamage;
  }

  /** What is wrong with the types of an own FUNC record, as {@link referenceDamage} would say it; no pass over the others. */
  damageOf(func: number): ParseError | undefined {
    const row = func - this.firstId;
    return row >= 0 && row < this.typeCount ? findFunctionDamage(this.#records(), row) : undefined;
  }

  #records(): TypeRecords {
    const { words, starts, complete } = this.#index;
    return {
      words,
      starts,
      firstId: this.firstId,
      complete,
      baseKind: (id) => this.raw(id).kind,
      fileOffset: (word) => this.#source.fileOffset(this.header.typeStart + word * 4),
    };
  }

  /** The first record with values that no BTF has. Asked for the first time, it takes a pass over all records. */
  get recordDamage(): ParseError | undefined {
    this.#recordDamage ??= [
      findRecordDamage({
        firstId: this.firstId,
        endId: this.endId,
        raw: (id) => this.raw(id),
        strings: this.strings,
        fileOffset: (id, word) => {
          const start = this.#index.starts[id - this.firstId] ?? 0;
          return this.#source.fileOffset(this.header.typeStart + (start + word) * 4);
        },
      }),
    ];
    return this.#recordDamage[0];
  }

  /** All that is wrong, a sentence each: of the header, {@link damage}, {@link referenceDamage}, {@link recordDamage}. */
  get complaints(): readonly string[] {
    return [this.header.damage, this.damage, ...this.referenceDamage, this.recordDamage].flatMap((found) =>
      found === undefined ? [] : [found.message],
    );
  }

  /** Number of own FUNC records. */
  get funcCount(): number {
    return this.#index.counts[KIND.FUNC] ?? 0;
  }

  /** The ids of the own FUNC records in file order. */
  get funcs(): Uint32Array {
    this.#funcs ??= this.#collectFuncs();
    return this.#funcs;
  }

  /** Own records of each kind. */
  kindCounts(): Readonly<Record<Kind, number>> {
    const entries = kinds.map((kind, number) => [kind, this.#index.counts[number] ?? 0]);
    return Object.fromEntries(entries) as Record<Kind, number>;
  }

  /** Whether there is a type of this id, here or in the base. */
  has(id: number): boolean {
    return Number.isInteger(id) && id >= 0 && id < this.endId;
  }

  /** @throws ParseError bad-reference when there is no such type; see {@link has} */
  kindOf(id: number): Kind {
    return kinds[this.raw(id).kind] ?? 'VOID';
  }

  /**
   * Empty for an anonymous type, `(invalid)` where name_off is outside the strings.
   * @throws ParseError bad-reference when there is no such type
   */
  nameOf(id: number): string {
    return this.strings.at(this.raw(id).name_off);
  }

  /** The record as it stands in the file. @throws ParseError bad-reference when there is no such type */
  raw(id: number): RawType {
    if (id < this.firstId && this.base !== undefined) return this.base.raw(id);
    if (id === 0) return voidType;
    const start = this.#index.starts[id - this.firstId];
    if (start === undefined) throw this.#noSuchType(id);
    return new RawType(this.#index.words, start);
  }

  /** The type in the terms that people ask in. @throws ParseError bad-reference when there is no such type */
  type(id: number): BtfType {
    return decodeType(typeId(id), this.raw(id), (name_off) => this.strings.at(name_off));
  }

  /** The ids of the FUNC records of this name, the base's first, in file order. */
  funcByName(name: string): readonly TypeId[] {
    const own = this.#names.find(name);
    return this.base === undefined ? own : [...this.base.funcByName(name), ...own];
  }

  /** The first of {@link funcByName}: for who asks whether there is one, or asks for every function. */
  firstFunc(name: string): TypeId | undefined {
    return this.base?.firstFunc(name) ?? this.#names.first(name);
  }

  get #names(): FuncNames {
    this.#funcNames ??= new FuncNames(this.funcs, this.funcNameOffs, this.strings);
    return this.#funcNames;
  }

  /** File offset of a type's record; undefined for void, for no such type, and in data that is not in the file as such. */
  recordOffset(id: number): FileOffset | undefined {
    if (id < this.firstId && this.base !== undefined) return this.base.recordOffset(id);
    const start = this.#index.starts[id - this.firstId];
    const offset = start === undefined ? undefined : this.#source.fileOffset(this.header.typeStart + start * 4);
    return offset === undefined ? undefined : fileOffset(offset);
  }

  #collectFuncs(): Uint32Array {
    const { starts, words } = this.#index;
    const funcs = new Uint32Array(this.funcCount);
    let row = 0;
    for (let i = 0; i < starts.length; i++) {
      if (infoKind(words[(starts[i] as number) + 1] as number) === KIND.FUNC) funcs[row++] = this.firstId + i;
    }
    return funcs;
  }

  /** The name_off of each of {@link funcs}. */
  get funcNameOffs(): Uint32Array {
    const { starts, words } = this.#index;
    return this.funcs.map((id) => words[starts[id - this.firstId] as number] as number);
  }

  #noSuchType(id: number): ParseError {
    return new ParseError({
      code: 'bad-reference',
      structure: `BTF type ${id}`,
      offset: this.#source.fileOffset(this.header.typeStart),
      problem: `there is no such type; ids 0 to ${this.endId - 1} are there`,
    });
  }
}
