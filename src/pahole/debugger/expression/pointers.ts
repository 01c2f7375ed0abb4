/** What follows pointers: x[i], *x, &x, x->y, and gdb's *x@count. */
import { Complaint } from '../complaint.ts';
import { wordReader } from '../memory.ts';
import type { Place } from '../track.ts';
import type { World } from '../worlds.ts';
import { type Code, constant, type NamedRow } from './code.ts';
import { compileArithmetic } from './operators.ts';
import { addressOf, members } from './structs.ts';
import { arrayOf, int, isNumber, NULL, pointerTo, type Raw, structOf, typeName, ulong, type Value } from './value.ts';

const hex = (address: bigint): string => `0x${BigInt.asUintN(64, address).toString(16)}`;
const unreadable = (address: bigint): Complaint => new Complaint(`Cannot access memory at address ${hex(address)}`);

/** x.name and x->name, which here are one. */
export function compileMember(
  base: Code,
  name: string,
  arrow: boolean,
  nameOf: NamedRow | undefined,
  world: World,
): Code {
  const { type } = base;
  if (type.kind !== 'pointer' && type.kind !== 'struct') {
    const what = arrow ? 'not a structure pointer' : 'not a structure';
    throw new Complaint(`Attempt to extract a component of a value that is ${what}.`);
  }
  const member = members[type.of][name];
  if (member === undefined) throw new Complaint(`There is no member named ${name}.`);
  const get = (place: Place): Raw => {
    const row = base.get(place) as number;
    if (row === NULL) throw unreadable(0n);
    return member.read(world, row, place);
  };
  return { type: member.type, get, nameOf };
}

/** x[at] */
export function compileIndex(base: Code, at: Code, world: World): Code {
  if (!isNumber(at.type)) throw new Complaint('Argument to arithmetic operation not a number or boolean.');
  const index = (place: Place): number => Number(at.get(place));
  switch (base.type.kind) {
    case 'words':
      return wordAt(world, (place) => (base.get(place) as bigint) + BigInt(index(place)) * 8n);
    case 'functions':
      return { type: structOf('elf_function'), get: (place) => elementAt(world, index(place), place) };
    case 'array': {
      const get = (place: Place): Raw => {
        const rows = base.get(place) as readonly Raw[];
        if (index(place) >= 0 && index(place) < rows.length) return rows[index(place)];
        throw new Complaint('no such vector element');
      };
      return { type: base.type.of, get };
    }
    default:
      throw new Complaint(`cannot subscript something of type \`${typeName(base.type)}'`);
  }
}

function wordAt(world: World, address: (place: Place) => bigint): Code {
  const get = (place: Place): bigint => {
    const at = address(place);
    const word = wordReader(world, place)(at, 8);
    if (word === undefined) throw unreadable(at);
    return word;
  };
  return { type: ulong, get };
}

/** Lines of the setup, where functions[] is as long as it has become and not sorted yet. */
const unsorted: ReadonlySet<number> = new Set([
  615, 66, 617, 587, 628, 239, 249, 117, 165, 171, 257, 177, 234, 269, 270,
]);

/** functions[at]: unsorted while it grows, then by name, and from line 301 on only those that were kept. */
function elementAt({ replay: { table } }: World, at: number, { line }: Place): number {
  const rows = unsorted.has(line) ? table.before : line === 289 || line === 301 ? table.sorted : table.keptSorted;
  const row = rows[at];
  if (row === undefined) throw unreadable(BigInt(at) * 32n);
  return row;
}

/** *x */
export function compileTarget(code: Code, world: World): Code {
  const { type } = code;
  switch (type.kind) {
    case 'pointer': {
      const get = (place: Place): Raw => {
        const row = code.get(place);
        if (row === NULL) throw unreadable(0n);
        return row;
      };
      return { type: structOf(type.of), get };
    }
    case 'words':
    case 'functions':
      return compileIndex(code, constant({ type: int, raw: 0 }), world);
    default:
      throw new Complaint('Attempt to take contents of a non-pointer value.');
  }
}

/** &x, where x is a structure. */
export function compileAddress(code: Code): Code {
  if (code.type.kind !== 'struct') throw new Complaint('Attempt to take address of value not located in memory.');
  return { type: pointerTo(code.type.of), get: (place) => code.get(place) };
}

/** &x[at] */
export function compileElementAddress(base: Code, at: Code, world: World): Code {
  return base.type.kind === 'words' ? compileArithmetic('+', base, at) : compileAddress(compileIndex(base, at, world));
}

/** More than anyone reads; gdb prints 200 and three dots. */
const mostElements = 201;

/** *from@count: so many words from an address on; undefined where it is no address of words. */
export function compileRepeated(from: Code | undefined, count: Code, world: World): Code {
  if (from?.type.kind !== 'words') throw new Complaint("Only values in memory can be extended with '@'.");
  const get = (place: Place): Raw => {
    const many = Number(count.get(place));
    if (many < 1) throw new Complaint(`Invalid number ${many} of repetitions.`);
    const read = wordReader(world, place);
    const start = from.get(place) as bigint;
    return Array.from({ length: Math.min(many, mostElements) }, (_, i) => {
      const address = start + BigInt(i) * 8n;
      const word = read(address, 8);
      if (word === undefined) throw unreadable(address);
      return word;
    });
  };
  return { type: arrayOf(ulong), get };
}

/** The address that x begins at. */
export function addressValue(world: World, { type, raw }: Value): bigint {
  if (type.kind === 'words' || type.kind === 'functions') return raw as bigint;
  if (type.kind === 'pointer' || type.kind === 'struct') return addressOf(world, type.of, raw as number);
  if (isNumber(type)) return BigInt.asUintN(64, BigInt(raw as number | bigint));
  throw new Complaint('Value is not an address.');
}
