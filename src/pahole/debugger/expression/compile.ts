/**
 * Expressions made into functions of a place. Names and types are looked at once, so that a condition asked at a
 * quarter of a million entries is a few reads of columns each.
 */
import { Complaint } from '../complaint.ts';
import type { World } from '../worlds.ts';
import { compileCall } from './calls.ts';
import { type Code, constant, type NamedRow, testOf } from './code.ts';
import { compileArithmetic, compileComparison, compileLogic, truth } from './operators.ts';
import {
  compileAddress,
  compileElementAddress,
  compileIndex,
  compileMember,
  compileRepeated,
  compileTarget,
} from './pointers.ts';
import type { Expression } from './syntax.ts';
import { char, int, isNumber, long, string, ulong, type Value, voidType } from './value.ts';
import { variableAt } from './variables.ts';

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
  const { world } = scope;
  const inner = (part: Expression): Code => compile(part, scope);
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
      return compileMember(inner(expression.of), expression.name, expression.arrow, namedRow(expression), world);
    case 'index':
      return compileIndex(inner(expression.of), inner(expression.at), world);
    case 'call': {
      // pahole's own way to a function's name.
      if (expression.name === 'function__name') return inner(functionName(expression.with[0]));
      return compileCall(expression.name, expression.with.map(inner), world);
    }
    case 'unary':
      return compileUnary(expression, scope);
    case 'binary':
      return compileBinary(expression, scope);
  }
}

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
  if (name === 'NULL' || name === 'false') return constant({ type: int, raw: 0 });
  if (name === 'true') return constant({ type: int, raw: 1 });
  const variable = variableAt(name, scope.line);
  if (variable === undefined) throw new Complaint(`No symbol "${name}" in current context.`);
  const get = variable.reader(scope.world);
  return { type: variable.type, get, nameOf: name === 'name' ? 'entry' : undefined };
}

/** The variables that point at the row of the place. */
const namedRows: Readonly<Record<string, NamedRow>> = { fn: 'entry', sym: 'symbol', cu: 'unit' };

const namedRow = ({ of, name }: Extract<Expression, { readonly kind: 'member' }>): NamedRow | undefined =>
  name === 'name' && of.kind === 'name' ? namedRows[of.name] : undefined;

const functionName = (of: Expression = { kind: 'name', name: 'fn' }): Expression => ({
  kind: 'member',
  of,
  name: 'name',
  arrow: true,
});

function compileUnary({ operator, of }: Extract<Expression, { readonly kind: 'unary' }>, scope: Scope): Code {
  if (operator === '&') return addressOfCode(of, scope);
  const code = compile(of, scope);
  if (operator === '*') return compileTarget(code, scope.world);
  if (operator === '!') {
    const holds = testOf(code);
    return truth((place) => !holds(place));
  }
  if (!isNumber(code.type)) throw new Complaint('Argument to arithmetic operation not a number or boolean.');
  // ~x is -1 - x.
  return compileArithmetic('-', constant({ type: int, raw: operator === '-' ? 0 : -1 }), code);
}

function addressOfCode(of: Expression, scope: Scope): Code {
  if (of.kind !== 'index') return compileAddress(compile(of, scope));
  return compileElementAddress(compile(of.of, scope), compile(of.at, scope), scope.world);
}

function compileBinary(
  { operator, left, right }: Extract<Expression, { readonly kind: 'binary' }>,
  scope: Scope,
): Code {
  const b = compile(right, scope);
  if (operator === '@') {
    const address = left.kind === 'unary' && left.operator === '*' ? compile(left.of, scope) : undefined;
    return compileRepeated(address ?? (left.kind === 'index' ? addressOfCode(left, scope) : undefined), b, scope.world);
  }
  const a = compile(left, scope);
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
    default:
      return compileArithmetic(operator, a, b);
  }
}
