/**
 * Types that an encoder without a name for them gives up on: its run ends at the first unit that has one.
 *
 *   a tag that the encoder does not know    DW_TAG_unspecified_type above all: binutils since 2.40 gives one to every
 *                                           assembler unit; C++'s references and pointers to members
 *   a base type                             without a name, or of a size other than 1, 2, 4, 8 and 16
 *   an enumeration                          of a size other than 1, 2, 4 and 8
 *   a typedef, a struct that is declared    without a name
 *
 * A DIE counts where the walk over a unit reaches it: below the unit, structures, namespaces, functions and their
 * blocks. A file of some size is not walked for this: a unit is only if its abbreviations declare such a tag, and none is
 * looked at when no table can (no tag byte with a "no children" byte after it is anywhere in .debug_abbrev). So sizes
 * and missing names are found in files up to {@link walkedBytes}, and in the units that a tag made suspect.
 */
import { printableName } from '../bytes/printable.ts';
import { TAG } from './constants.ts';
import type { TypeDies } from './type-dies.ts';
import type { TypeDie, TypeUnit } from './type-unit.ts';

const unknownTags: ReadonlyMap<number, string> = new Map([
  [0x10, 'DW_TAG_reference_type'],
  [0x12, 'DW_TAG_string_type'],
  [0x1f, 'DW_TAG_ptr_to_member_type'],
  [0x38, 'DW_TAG_interface_type'],
  [0x3b, 'DW_TAG_unspecified_type'],
  [0x42, 'DW_TAG_rvalue_reference_type'],
]);
const tag = { enumeration: 0x04, typedef: 0x16, base: 0x24 } as const;

/** Files with so much .debug_info, a module say, are walked whole. */
const walkedBytes = 8 << 20;

/**
 * The first unit that cannot be encoded, and why.
 * @param offsets where the units are in .debug_info, in the order in which they are encoded
 * @param oddIntegers whether base types of other sizes are refused, as before 1.21
 * @param declared the tags that all abbreviation tables declare, where that is known
 * @throws ParseError when .debug_abbrev cannot be read; a unit that cannot be is passed over
 */
export function findTypeProblem(
  dies: TypeDies,
  offsets: Iterable<number>,
  oddIntegers: boolean,
  declared?: ReadonlySet<number>,
): { readonly offset: number; readonly problem: string } | undefined {
  const walkAll = dies.size <= walkedBytes;
  if (!walkAll && !(declared === undefined ? mayDeclareUnknown(dies.abbrevBytes) : hasUnknown(declared)))
    return undefined;
  for (const offset of offsets) {
    const unit = tryUnit(dies, offset);
    if (unit === undefined) continue;
    const suspect = walkAll || Array.from(unknownTags.keys()).some((row) => unit.declaredTags().has(row));
    const problem = suspect ? unitProblem(unit, oddIntegers) : undefined;
    if (problem !== undefined) return { offset, problem };
  }
  return undefined;
}

const hasUnknown = (tags: ReadonlySet<number>): boolean => Array.from(unknownTags.keys()).some((tag) => tags.has(tag));

/** Whether the bytes of a declaration of such a tag without children occur; two bytes that may also be others. */
function mayDeclareUnknown(abbrev: Uint8Array): boolean {
  const bytes = Buffer.from(abbrev.buffer, abbrev.byteOffset, abbrev.byteLength);
  // Six searches for two bytes are faster than one loop over all of them.
  return Array.from(unknownTags.keys()).some((known) => bytes.includes(Buffer.of(known, 0)));
}

function tryUnit(dies: TypeDies, offset: number): TypeUnit | undefined {
  try {
    return dies.unit(offset);
  } catch {
    return undefined;
  }
}

function unitProblem(unit: TypeUnit, oddIntegers: boolean): string | undefined {
  try {
    return walk(unit, oddIntegers);
  } catch {
    // Damage is the business of who reads the functions.
    return undefined;
  }
}

/** What a walk below a DIE goes into. */
type Inside = 'scope' | 'body' | 'skipped';

function walk(unit: TypeUnit, oddIntegers: boolean): string | undefined {
  const root = unit.die(unit.header.headerSize);
  if (root === undefined || !root.hasChildren) return undefined;
  const open: Inside[] = ['scope'];
  let at = root.end;
  while (at < unit.size && open.length > 0) {
    const die = unit.die(at);
    if (die === undefined) {
      open.pop();
      at++;
      continue;
    }
    const inside = open.at(-1) as Inside;
    const problem = dieProblem(die, oddIntegers);
    if (problem !== undefined) return problem;
    at = die.end;
    if (!die.hasChildren) continue;
    const below = insideOf(die, inside);
    if (below === 'skipped' && die.sibling > at) at = die.sibling;
    else if (below === 'skipped') at = skipChildren(unit, at);
    else open.push(below);
  }
  return undefined;
}

/** The position after the children that start at `from`, and theirs. */
function skipChildren(unit: TypeUnit, from: number): number {
  let depth = 1;
  let at = from;
  while (at < unit.size && depth > 0) {
    const die = unit.die(at);
    at = die === undefined ? at + 1 : die.end;
    if (die === undefined) depth--;
    else if (die.hasChildren) depth++;
  }
  return at;
}

function insideOf(die: TypeDie, inside: Inside): Inside {
  switch (die.tag) {
    case TAG.namespace:
    case TAG.structure_type:
    case TAG.class_type:
    case TAG.union_type:
    case TAG.interface_type:
    case TAG.subroutine_type:
      return 'scope';
    case TAG.subprogram:
      return 'body';
    case TAG.lexical_block:
    case TAG.inlined_subroutine:
      return inside === 'body' ? 'body' : 'skipped';
    default:
      return 'skipped';
  }
}

function dieProblem(die: TypeDie, oddIntegers: boolean): string | undefined {
  const unknown = unknownTags.get(die.tag);
  if (unknown !== undefined) return `the unit has a ${unknown}, for which there is no BTF`;
  const called = die.name === undefined ? 'without a name' : `'${printableName(die.name)}'`;
  const size = die.byteSize ?? 0;
  switch (die.tag) {
    case tag.base:
      return die.name !== undefined && (!oddIntegers || (isPowerOfTwo(size) && size <= 16))
        ? undefined
        : `the unit has a base type ${called} of ${size} bytes, which libbpf refuses`;
    case tag.enumeration:
      return size === 0 || (isPowerOfTwo(size) && size <= 8)
        ? undefined
        : `the unit has an enumeration ${called} of ${size} bytes, which libbpf refuses`;
    case tag.typedef:
      return die.name === undefined ? 'the unit has a typedef without a name, which libbpf refuses' : undefined;
    case TAG.structure_type:
    case TAG.class_type:
    case TAG.union_type:
      return die.declaration && die.name === undefined
        ? 'the unit declares a structure without a name, which libbpf refuses'
        : undefined;
    default:
      return undefined;
  }
}

const isPowerOfTwo = (value: number): boolean => value > 0 && (value & (value - 1)) === 0;
