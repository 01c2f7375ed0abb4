/**
 * A type as text that is equal where dedup would make one type of two: the way from a reference down to the first named
 * structure or base type.
 *
 *   const struct file *        * const struct file:<size>
 *   size_t                     typedef size_t = typedef __kernel_size_t = base long unsigned int:8:7
 *   struct file;               struct file, and `forwards` says that it is only declared
 *
 * What a named structure has inside is not compared: two of one name and one size are taken for the same. So is what a
 * forward declaration stands for; {@link leadsTo} helps to decide whether dedup would resolve it.
 */
import { ParseError } from '../errors.ts';
import { TAG } from './constants.ts';
import type { TypeDie, TypeUnit } from './type-unit.ts';

const tag = {
  array: 0x01,
  enumeration: 0x04,
  member: 0x0d,
  pointer: 0x0f,
  typedef: 0x16,
  subrange: 0x21,
  base: 0x24,
  const: 0x26,
  enumerator: 0x28,
  volatile: 0x35,
  restrict: 0x37,
  inheritance: 0x1c,
} as const;

export interface TypeSignature {
  readonly text: string;
  /** "struct file" for each structure on the way that the unit only declares, in the order of the text. */
  readonly forwards: readonly string[];
}

/** Longer ways are damage, or a loop. */
const maxDepth = 64;
const modifiers: ReadonlyMap<number, string> = new Map([
  [tag.pointer, '*'],
  [tag.const, 'const'],
  [tag.volatile, 'volatile'],
  [tag.restrict, 'restrict'],
]);
const structures: ReadonlyMap<number, string> = new Map([
  [TAG.structure_type, 'struct'],
  [TAG.class_type, 'struct'],
  [TAG.union_type, 'union'],
]);

/** The type at a position of a unit; 0 is void. What cannot be read is text that equals nothing else. */
export function typeSignature(unit: TypeUnit, offset: number): TypeSignature {
  const forwards: string[] = [];
  try {
    return { text: describe(unit, offset, forwards, 0), forwards };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { text: `unreadable: ${error.message}`, forwards };
  }
}

function describe(unit: TypeUnit, offset: number, forwards: string[], depth: number): string {
  if (offset === 0) return 'void';
  if (depth > maxDepth) return `deep ${offset}`;
  const die = unit.die(offset);
  if (die === undefined) return 'void';
  const target = () => describe(unit, die.type, forwards, depth + 1);
  const modifier = modifiers.get(die.tag);
  if (modifier !== undefined) return `${modifier} ${target()}`;
  const structure = structures.get(die.tag);
  if (structure !== undefined) return describeStructure(unit, die, structure, forwards, depth);
  switch (die.tag) {
    case tag.base:
      return `base ${die.name ?? ''}:${die.byteSize}:${die.encoding}`;
    case tag.typedef:
      return `typedef ${die.name ?? ''} = ${target()}`;
    case tag.enumeration:
      return `enum ${die.name ?? ''}:${die.byteSize}{${die.name === undefined ? enumerators(unit, die) : ''}}`;
    case tag.array: {
      const dimensions = children(unit, die).filter((child) => child.tag === tag.subrange);
      return `[${dimensions.map(({ count }) => count ?? 0).join('][')}] ${target()}`;
    }
    case TAG.subroutine_type: {
      const parameters = children(unit, die).map((child) =>
        child.tag === TAG.formal_parameter ? describe(unit, child.type, forwards, depth + 1) : '...',
      );
      return `(${parameters.join(', ')}) ${target()}`;
    }
    default:
      return `tag ${die.tag} ${die.name ?? ''} ${target()}`;
  }
}

function describeStructure(unit: TypeUnit, die: TypeDie, kind: string, forwards: string[], depth: number): string {
  if (die.name !== undefined) {
    const text = `${kind} ${die.name}`;
    if (!die.declaration) return `${text}:${die.byteSize}`;
    forwards.push(text);
    return text;
  }
  const members = children(unit, die).filter((child) => child.tag === tag.member);
  const parts = members.map((member) => `${member.name ?? ''} ${describe(unit, member.type, forwards, depth + 1)}`);
  return `${kind}:${die.byteSize}{${parts.join('; ')}}`;
}

const enumerators = (unit: TypeUnit, die: TypeDie): string =>
  children(unit, die)
    .map(({ name, constValue }) => `${name}=${constValue}`)
    .join(', ');

/** The children of a DIE, theirs left out. */
function children(unit: TypeUnit, die: TypeDie): TypeDie[] {
  const found: TypeDie[] = [];
  if (!die.hasChildren) return found;
  let at = die.end;
  for (let depth = 0; at < unit.size; ) {
    const child = unit.die(at);
    if (child === undefined) {
      if (depth === 0) return found;
      depth--;
      at++;
      continue;
    }
    if (depth === 0) found.push(child);
    at = child.end;
    if (!child.hasChildren) continue;
    if (child.sibling > at) at = child.sibling;
    else depth++;
  }
  return found;
}

/**
 * The named structures of a unit, whole there, that have a member which leads to a structure through pointers, arrays,
 * typedefs, prototypes and structures without a name: "struct task_struct", and whether the one led to is whole.
 * @param name what is led to, as in {@link TypeSignature.forwards}
 */
export function leadsTo(unit: TypeUnit, name: string): ReadonlySet<string> {
  const holders = new Set<string>();
  const reaches = new Map<number, boolean>();
  const root = unit.die(unit.header.headerSize);
  if (root === undefined) return holders;
  for (const die of children(unit, root)) {
    const kind = structures.get(die.tag);
    if (kind === undefined || die.name === undefined || die.declaration) continue;
    if (members(unit, die).some((member) => reach(unit, member.type, name, reaches)))
      holders.add(`${kind} ${die.name}`);
  }
  return holders;
}

const members = (unit: TypeUnit, die: TypeDie): TypeDie[] =>
  children(unit, die).filter((child) => child.tag === tag.member || child.tag === tag.inheritance);

function reach(unit: TypeUnit, offset: number, name: string, known: Map<number, boolean>): boolean {
  if (offset === 0) return false;
  const before = known.get(offset);
  if (before !== undefined) return before;
  known.set(offset, false);
  const die = unit.die(offset);
  if (die === undefined) return false;
  const kind = structures.get(die.tag);
  let found: boolean;
  if (kind !== undefined && die.name !== undefined) found = `${kind} ${die.name}` === name;
  else if (kind !== undefined) found = members(unit, die).some((member) => reach(unit, member.type, name, known));
  else if (die.tag === TAG.subroutine_type) {
    found =
      reach(unit, die.type, name, known) || children(unit, die).some((child) => reach(unit, child.type, name, known));
  } else found = reach(unit, die.type, name, known);
  known.set(offset, found);
  return found;
}
