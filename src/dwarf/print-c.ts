/**
 * DWARF types as C, by the rules of c-text/declarator.ts: a type that pahole would write into BTF reads the same here and
 * there, so that the text of a function's DIE can be looked for among the records.
 *
 *   type 0                the attribute is not there: void
 *   type n                the DIE at position n of the unit
 *   type -1               the function entry that is printed, whose parts stand in columns
 *   type -2               something that a reference out of the unit points at
 *
 * A concrete function leaves out what its abstract origin, or its specification, says already: types of parameters are in
 * the columns all the same (recode.ts), and the return type is looked up where it stands.
 */
import {
  clip,
  type DeclaratorOptions,
  declare,
  type ShapeParameter,
  type TypeGraph,
  type TypeShape,
} from '../c-text/declarator.ts';
import { ParseError } from '../errors.ts';
import { TAG } from './constants.ts';
import { entryHas, entryName, entryParams, type FunctionEntries, unitOfEntry } from './function-entries.ts';
import { type DieRef, dieRef, foreignRow } from './refs.ts';
import type { TypeDies } from './type-dies.ts';
import type { TypeDie, TypeUnit } from './type-unit.ts';

const tag = {
  array: 0x01,
  enumeration: 0x04,
  pointer: 0x0f,
  typedef: 0x16,
  subrange: 0x21,
  base: 0x24,
  const: 0x26,
  volatile: 0x35,
  restrict: 0x37,
} as const;

const entryType = -1;
const foreignType = -2;

/** Parameters that are listed; the walk over their types ends before. */
const mostChildren = 1024;
/** DIEs that a look for the children of one may take: a prototype's parameters have no children of their own. */
const mostSteps = 4096;
/** A concrete function, its abstract one, its specification: longer ways are a loop. */
const mostOrigins = 4;

export interface EntryPrototypeOptions extends DeclaratorOptions {
  /** Print the function's name. Default: true. */
  readonly name?: boolean | undefined;
}

/** A function entry as a C prototype: `ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)`. */
export function entryPrototype(
  types: TypeDies,
  entries: FunctionEntries,
  entry: number,
  options: EntryPrototypeOptions = {},
): string {
  const name = options.name === false ? '' : (entryName(entries, entry) ?? '<function without a name>');
  return declare(new EntryShapes(types, entries, entry), entryType, clip(name), options);
}

/** The types of a function entry, each as C. */
export interface EntryTypes {
  readonly returns: string;
  /** In order; the `...` of a variadic function is the last. */
  readonly parameters: readonly string[];
}

/** What {@link entryPrototype} is made of, type by type. */
export function entryTypes(types: TypeDies, entries: FunctionEntries, entry: number): EntryTypes {
  const graph = new EntryShapes(types, entries, entry);
  const text = (ref: number) => declare(graph, typeOf(dieRef(ref)), '');
  const parameters = entryParams(entries, entry).map(({ type }) => text(type));
  if (entryHas(entries, entry, 'vararg')) parameters.push('...');
  return { returns: text(returnTypeOf(entries, entry)), parameters };
}

/** A type of a unit as C: `struct file *name`, or without a name as one writes it in a cast. */
export function dieDeclaration(unit: TypeUnit, offset: number, name = ''): string {
  return declare(new UnitShapes(unit), offset, name);
}

/** DW_AT_type of an entry; where it is not there, that of its abstract origin or specification in the same unit. */
export function returnTypeOf(entries: FunctionEntries, entry: number): DieRef {
  const unit = unitOfEntry(entries, entry);
  const first = entries.units.firstEntry[unit] as number;
  const rows = entries.die.subarray(first, entries.units.firstEntry[unit + 1]);
  let row = entry;
  for (let step = 0; step < mostOrigins; step++) {
    const own = entries.type[row] as number;
    const origin = entries.origin[row] as number;
    if (own !== 0 || origin === 0) return dieRef(own);
    // What is in another unit cannot be looked up by a row of this one.
    if (foreignRow(dieRef(origin)) >= 0) return dieRef(origin);
    const found = rows.indexOf(origin);
    if (found < 0) return dieRef(0);
    row = first + found;
  }
  return dieRef(0);
}

const typeOf = (ref: DieRef): number => (foreignRow(ref) >= 0 ? foreignType : ref);
const named = (text: string): TypeShape => ({ kind: 'named', text });

/** The DIEs of a unit as shapes. */
class UnitShapes implements TypeGraph {
  readonly #unit: TypeUnit | undefined;

  /** @param unit undefined where it cannot be opened */
  constructor(unit: TypeUnit | undefined) {
    this.#unit = unit;
  }

  placeOf(type: number): string {
    return `DIE 0x${type.toString(16)} of the unit`;
  }

  shapeOf(type: number): TypeShape {
    if (type === 0) return named('void');
    if (type === foreignType) return named('<type in another unit>');
    try {
      const die = this.#unit?.die(type);
      // A reference to the end of a list of children is to nothing.
      return die === undefined ? this.#unreadable(type) : this.#shape(die);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return this.#unreadable(type);
    }
  }

  #unreadable(type: number): TypeShape {
    return named(`<no type at ${this.placeOf(type)}>`);
  }

  #shape(die: TypeDie): TypeShape {
    const target = die.type;
    const name = clip(die.name ?? '');
    switch (die.tag) {
      case tag.base:
      case tag.typedef:
        return named(name || `<type without a name, ${this.placeOf(die.offset)}>`);
      case TAG.structure_type:
      case TAG.class_type:
        return named(`struct ${name || '{...}'}`);
      case TAG.union_type:
        return named(`union ${name || '{...}'}`);
      case tag.enumeration:
        return named(`enum ${name || '{...}'}`);
      case tag.pointer:
        return { kind: 'pointer', target };
      case tag.const:
        return { kind: 'qualifier', word: 'const', target };
      case tag.volatile:
        return { kind: 'qualifier', word: 'volatile', target };
      case tag.restrict:
        return { kind: 'qualifier', word: 'restrict', target };
      case tag.array:
        return { kind: 'array', length: this.#length(die), element: target };
      case TAG.subroutine_type:
        return { kind: 'function', returns: target, parameters: this.#parameters(die) };
      default:
        return named(`<DW_TAG 0x${die.tag.toString(16)}${name === '' ? '' : ` ${name}`}>`);
    }
  }

  /**
   * An encoder makes one array of `int table[7][3][2]`, with 42 elements; one that does not say how long it is has 0.
   * What is kept is 32 bits, and a bound of -1 may be stored as the largest number of its form.
   */
  #length(die: TypeDie): number {
    const ranges = this.#children(die).filter((child) => child.tag === tag.subrange);
    return ranges.reduce((length, { count }) => (length * ((count ?? 0) >>> 0)) >>> 0, ranges.length === 0 ? 0 : 1);
  }

  #parameters(die: TypeDie): ShapeParameter[] {
    return this.#children(die).flatMap((child): ShapeParameter[] => {
      if (child.tag === TAG.unspecified_parameters) return ['...'];
      return child.tag === TAG.formal_parameter ? [{ name: child.name ?? '', type: child.type }] : [];
    });
  }

  /** The children of a DIE, theirs left out. */
  #children(die: TypeDie): TypeDie[] {
    const unit = this.#unit;
    const found: TypeDie[] = [];
    if (unit === undefined || !die.hasChildren) return found;
    let at = die.end;
    for (let depth = 0, steps = 0; at < unit.size && steps < mostSteps && found.length < mostChildren; steps++) {
      const child = unit.die(at);
      if (child === undefined) {
        if (depth-- === 0) return found;
        at++;
        continue;
      }
      if (depth === 0) found.push(child);
      at = child.end;
      if (child.hasChildren) depth++;
    }
    return found;
  }
}

/** The same with a function entry in it. */
class EntryShapes extends UnitShapes {
  readonly #entries: FunctionEntries;
  readonly #entry: number;

  constructor(types: TypeDies, entries: FunctionEntries, entry: number) {
    super(unitOf(types, entries, unitOfEntry(entries, entry)));
    this.#entries = entries;
    this.#entry = entry;
  }

  override shapeOf(type: number): TypeShape {
    if (type !== entryType) return super.shapeOf(type);
    const parameters: ShapeParameter[] = entryParams(this.#entries, this.#entry).map((parameter) => ({
      name: parameter.name ?? '',
      type: typeOf(parameter.type),
    }));
    if (entryHas(this.#entries, this.#entry, 'vararg')) parameters.push('...');
    return { kind: 'function', returns: typeOf(returnTypeOf(this.#entries, this.#entry)), parameters };
  }
}

/** Undefined for one that cannot be opened, and for the pseudo-unit, where a position does not say in which unit. */
function unitOf(types: TypeDies, entries: FunctionEntries, row: number): TypeUnit | undefined {
  if (row < entries.units.typesUnits) return undefined;
  try {
    return types.unit(entries.units.offset[row] as number);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return undefined;
  }
}
