/**
 * Expressions made into functions of a place. Names and types are looked at once, so that a condition asked at a
 * quarter of a million entries is a few reads of columns each.
 */
import { Complaint } from '../complaint.ts';
import { wordReader } from '../memory.ts';
import type { Place } from '../track.ts';
import type { World } from '../worlds.ts';
import { compileArithmetic, compileComparison, compileLogic, truth } from './operators.ts';
import { addressOf, members } from './structs.ts';
import type { Expression } from './syntax.ts';
import {
  arrayOf,
  char,
  int,
  isNumber,
  isTrue,
  long,
  NULL,
  pointerTo,
  type Raw,
  string,
  structOf,
  type Type,
  typeName,
  ulong,
  type Value,
  voidType,
} from './value.ts';
import { variableAt } from './variables.ts';

/** An expression that can be asked at any place of its lines. */
export interface Code {
  readonly type: Type;
  /** @throws Complaint where C would follow a NULL, or divide by 0 */
  get(place: Place): Raw;
  /** Set on what is true or false: the same answer without the number that C makes of it. */
  readonly holds?: ((place: Place) => boolean) | undefined;
  /** Set on a text that is written out. */
  readonly literal?: string | undefined;
  /** Set on the name of an entry, symbol or unit: it can be compared without being decoded at every place. */
  readonly nameOf?: NamedRow | undefined;
}

/** What a name is the name of, where that is the row of the place itself. */
export type NamedRow = 'entry' | 'symbol' | 'unit';

export interface Scope {
  readonly world: World;
  /** The line that decides what is in sight; 0 without a process. */
  readonly line: number;
  /** Values printed before: $1 is the first. */
  readonly history: readonly Value[];
  readonly convenience?: ((name: string) => Value | undefined) | undefined;
}

/** @throws Complaint in gdb's words */
export function compile(expression: Expression, scope: Scope): Code {
  switch (expression.kind) {
    case 'number':
      return constant(numberValue(expression.value));
    case 'character':
      return constant({ type: char, raw: expression.value });
    case 'string': {
      // Names in the file are bytes, one character each.
      const literal = Buffer.from(expression.value, 'utf8').toString('latin1');
      return { type: string, get: () => literal, literal };
    }
    case 'name':
      return compileName(expression.name, scope);
    case 'history':
      return constant(fromHistory(expression, scope.history));
    case 'convenience':
      return constant(scope.convenience?.(expression.name) ?? { type: voidType, raw: undefined });
    case 'member':
      return compileMember(expression, scope);
    case 'index':
      return compileIndex(compile(expression.of, scope), compile(expression.at, scope), scope);
    case 'call':
      return compileCall(expression, scope);
    case 'unary':
      return compileUnary(expression, scope);
    case 'binary':
      return compileBinary(expression, scope);
  }
}

/** An expression as a condition. */
export function testOf(code: Code): (place: Place) => boolean {
  const { type, holds } = code;
  if (holds !== undefined) return holds;
  if (isNumber(type) && type.kind !== 'ulong' && type.kind !== 'long') return (place) => code.get(place) !== 0;
  return (place) => isTrue(type, code.get(place));
}

const constant = ({ type, raw }: Value): Code => ({ type, get: () => raw });

function numberValue(value: bigint): Value {
  if (value < 1n << 31n) return { type: int, raw: Number(value) };
  return value < 1n << 63n ? { type: long, raw: value } : { type: ulong, raw: BigInt.asUintN(64, value) };
}

function fromHistory({ index, relative }: { index: number; relative: boolean }, history: readonly Value[]): Value {
  const at = relative ? history.length - index : index;
  if (history.length === 0 && relative) return { type: voidType, raw: undefined };
  const value = history[at - 1];
  if (value === undefined && !relative) throw new Complaint(`History has not yet reached $${index}.`);
  // gdb answers with the oldest one when it is asked for one from before.
  return value ?? history[0] ?? { type: voidType, raw: undefined };
}

function compileName(name: string, scope: Scope): Code {
  if (name === 'NULL') return constant({ type: int, raw: 0 });
  if (name === 'true' || name === 'false') return constant({ type: int, raw: name === 'true' ? 1 : 0 });
  const variable = variableAt(name, scope.line);
  if (variable === undefined) throw new Complaint(`No symbol "${name}" in current context.`);
  const get = variable.reader(scope.world);
  return { type: variable.type, get, nameOf: name === 'name' ? 'entry' : undefined };
}

/** The variables that point at the row of the place. */
const namedRows: Readonly<Record<string, NamedRow>> = { fn: 'entry', sym: 'symbol', cu: 'unit' };

function compileMember({ of, name, arrow }: { of: Expression; name: string; arrow: boolean }, scope: Scope): Code {
  const base = compile(of, scope);
  const { type } = base;
  if (type.kind !== 'pointer' && type.kind !== 'struct') {
    const what = arrow ? 'not a structure pointer' : 'not a structure';
    throw new Complaint(`Attempt to extract a component of a value that is ${what}.`);
  }
  const member = members[type.of][name];
  if (member === undefined) throw new Complaint(`There is no member named ${name}.`);
  const { world } = scope;
  const nameOf = name === 'name' && of.kind === 'name' ? namedRows[of.name] : undefined;
  const get = (place: Place): Raw => {
    const row = base.get(place) as number;
    if (row === NULL) throw new Complaint('Cannot access memory at address 0x0');
    return member.read(world, row, place);
  };
  return { type: member.type, get, nameOf };
}

function compileIndex(base: Code, at: Code, scope: Scope): Code {
  if (!isNumber(at.type)) throw new Complaint('Argument to arithmetic operation not a number or boolean.');
  const index = (place: Place): number => Number(at.get(place));
  const { world } = scope;
  switch (base.type.kind) {
    case 'words':
      return wordAt(world, (place) => (base.get(place) as bigint) + BigInt(index(place)) * 8n);
    case 'functions':
      return { type: structOf('elf_function'), get: (place) => elementAt(world, index(place), place) };
    case 'array':
      return {
        type: base.type.of,
        get: (place) => {
          const rows = base.get(place) as readonly Raw[];
          if (index(place) >= 0 && index(place) < rows.length) return rows[index(place)];
          throw new Complaint('no such vector element');
        },
      };
    default:
      throw new Complaint(`cannot subscript something of type \`${typeName(base.type)}'`);
  }
}

function wordAt(world: World, address: (place: Place) => bigint): Code {
  return {
    type: ulong,
    get: (place) => {
      const at = address(place);
      const word = wordReader(world, place)(at, 8);
      if (word === undefined)
        throw new Complaint(`Cannot access memory at address 0x${BigInt.asUintN(64, at).toString(16)}`);
      return word;
    },
  };
}

/** functions[at]: unsorted while it grows, by name from line 270 on, and from line 301 on only those that were kept. */
function elementAt({ replay }: World, at: number, place: Place): number {
  const { table } = replay;
  const filtering = place.line === 289 || place.line === 301;
  const inSetup = place.symbol >= 0 || [628, 239, 249, 117, 165, 171, 257, 177, 234, 269, 270].includes(place.line);
  const rows = filtering ? table.sorted : inSetup ? table.before : table.keptSorted;
  const row = rows[at];
  if (row === undefined) throw new Complaint(`Cannot access memory at address 0x${(at * 32).toString(16)}`);
  return row;
}

function compileCall({ name, with: parts }: { name: string; with: readonly Expression[] }, scope: Scope): Code {
  const compiled = () => parts.map((part) => compile(part, scope));
  const texts = (count: number): Code[] => {
    const codes = compiled();
    if (codes.length < count) throw new Complaint('Too few arguments in function call.');
    if (codes.length > count) throw new Complaint('Too many arguments in function call.');
    if (codes.some(({ type }) => type.kind !== 'string')) throw new Complaint(`${name} takes texts.`);
    return codes;
  };
  switch (name) {
    case 'function__name':
      return compile(
        { kind: 'member', of: parts[0] ?? { kind: 'name', name: 'fn' }, name: 'name', arrow: true },
        scope,
      );
    case 'strcmp': {
      const [left, right] = texts(2) as [Code, Code];
      if (left.literal !== undefined || right.literal !== undefined) {
        return invert(compileComparison('==', left, right, scope.world));
      }
      return { type: int, get: (place) => order(left.get(place) as string, right.get(place) as string) };
    }
    case '$_streq': {
      const [left, right] = texts(2) as [Code, Code];
      return compileComparison('==', left, right, scope.world);
    }
    case '$_regex': {
      const [text, expression] = texts(2) as [Code, Code];
      return compileRegex(text, expression, scope.world);
    }
    case '$_strlen': {
      const [text] = texts(1) as [Code];
      return { type: int, get: (place) => ((text.get(place) as string | undefined) ?? '').length };
    }
    case 'strstr': {
      const [text, part] = texts(2) as [Code, Code];
      return {
        type: string,
        get: (place) => {
          const whole = (text.get(place) as string | undefined) ?? '';
          const at = whole.indexOf((part.get(place) as string | undefined) ?? '');
          return at < 0 ? undefined : whole.slice(at);
        },
      };
    }
    default:
      throw new Complaint(`No symbol "${name}" in current context.`);
  }
}

/** A name is matched once, however many entries have it. */
function compileRegex(text: Code, expression: Code, { replay }: World): Code {
  const { literal } = expression;
  if (literal === undefined) throw new Complaint('$_regex takes a regular expression that is written out.');
  const regex = regularExpression(literal);
  const test = (subject: Raw): number => (typeof subject === 'string' && regex.test(subject) ? 1 : 0);
  if (text.nameOf !== 'entry') return { type: int, get: (place) => test(text.get(place)) };
  const { name } = replay.entries;
  // By name, so that each is decoded once; and by entry, so that a second pass only looks.
  const byName = new Map<number, number>();
  const byEntry = new Int8Array(replay.entries.count).fill(-1);
  return {
    type: int,
    get: (place) => {
      const known = byEntry[place.entry] as number;
      if (known >= 0) return known;
      const ref = name[place.entry] as number;
      let matches = byName.get(ref);
      if (matches === undefined) {
        matches = test(text.get(place));
        byName.set(ref, matches);
      }
      byEntry[place.entry] = matches;
      return matches;
    },
  };
}

/** @throws Complaint when it is none */
export function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new Complaint(`Invalid regexp: ${source}`);
  }
}

const order = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);
function invert(code: Code): Code {
  const holds = testOf(code);
  return truth((place) => !holds(place));
}

function compileUnary({ operator, of }: Extract<Expression, { readonly kind: 'unary' }>, scope: Scope): Code {
  if (operator === '&') return addressCode(of, scope);
  const code = compile(of, scope);
  const { type } = code;
  if (operator === '!') {
    const holds = testOf(code);
    return truth((place) => !holds(place));
  }
  if (operator === '*') {
    if (type.kind === 'pointer') {
      return {
        type: structOf(type.of),
        get: (place) => {
          const row = code.get(place);
          if (row === NULL) throw new Complaint('Cannot access memory at address 0x0');
          return row;
        },
      };
    }
    if (type.kind === 'words') return wordAt(scope.world, (place) => code.get(place) as bigint);
    if (type.kind === 'functions') return compileIndex(code, constant({ type: int, raw: 0 }), scope);
    throw new Complaint('Attempt to take contents of a non-pointer value.');
  }
  if (!isNumber(type)) throw new Complaint('Argument to arithmetic operation not a number or boolean.');
  const zero = constant({ type: int, raw: operator === '-' ? 0 : -1 });
  return compileArithmetic('-', zero, code);
}

function addressCode(of: Expression, scope: Scope): Code {
  if (of.kind === 'index') {
    const base = compile(of.of, scope);
    const at = compile(of.at, scope);
    if (base.type.kind === 'words') return compileArithmetic('+', base, at);
    if (base.type.kind === 'functions') {
      const element = compileIndex(base, at, scope);
      return { type: pointerTo('elf_function'), get: (place) => element.get(place) };
    }
  }
  const code = compile(of, scope);
  if (code.type.kind === 'struct') return { type: pointerTo(code.type.of), get: (place) => code.get(place) };
  throw new Complaint('Attempt to take address of value not located in memory.');
}

function compileBinary(
  { operator, left, right }: Extract<Expression, { readonly kind: 'binary' }>,
  scope: Scope,
): Code {
  const a = compile(left, scope);
  const b = compile(right, scope);
  switch (operator) {
    case '&&':
    case '||':
      return compileLogic(operator, testOf(a), testOf(b));
    case '==':
    case '!=':
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compileComparison(operator, a, b, scope.world);
    case '@':
      return repeated(left, a, b, scope);
    default:
      return compileArithmetic(operator, a, b);
  }
}

/** *addrs@32: so many elements from one on. */
function repeated(left: Expression, a: Code, count: Code, scope: Scope): Code {
  const first = left.kind === 'unary' && left.operator === '*' ? compile(left.of, scope) : undefined;
  const from = first?.type.kind === 'words' ? first : left.kind === 'index' ? addressCode(left, scope) : undefined;
  if (from === undefined || from.type.kind !== 'words') {
    throw new Complaint("Only values in memory can be extended with '@'.");
  }
  return {
    type: arrayOf(a.type),
    get: (place) => {
      const many = Number(count.get(place));
      if (many < 1) throw new Complaint(`Invalid number ${many} of repetitions.`);
      const read = wordReader(scope.world, place);
      return Array.from({ length: Math.min(many, mostElements) }, (_, i) => {
        const address = (from.get(place) as bigint) + BigInt(i) * 8n;
        const word = read(address, 8);
        if (word === undefined) throw new Complaint(`Cannot access memory at address 0x${address.toString(16)}`);
        return word;
      });
    },
  };
}

/** More than anyone reads; gdb prints 200 and three dots. */
const mostElements = 201;

/** The address that x begins at. */
export function addressValue(world: World, { type, raw }: Value): bigint {
  if (type.kind === 'words' || type.kind === 'functions') return raw as bigint;
  if (type.kind === 'pointer' || type.kind === 'struct') return addressOf(world, type.of, raw as number);
  if (isNumber(type)) return BigInt.asUintN(64, BigInt(raw as number | bigint));
  throw new Complaint('Value is not an address.');
}
