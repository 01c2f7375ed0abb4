/** Binary operators over {@link Code}: in doubles where both sides are small, in bigints where one is of 64 bits. */
import { Complaint } from '../complaint.ts';
import { nameTest } from '../names.ts';
import type { Place } from '../track.ts';
import type { World } from '../worlds.ts';
import type { Code } from './code.ts';
import type { BinaryOperator } from './syntax.ts';
import { int, isNumber, isTrue, isWide, long, type Raw, ulong, words } from './value.ts';

type Test = (place: Place) => boolean;

/** What is true or false, as the 1 or 0 that C makes of it. */
export const truth = (holds: Test): Code => ({ type: int, get: (place) => (holds(place) ? 1 : 0), holds });

export const compileLogic = (operator: '&&' | '||', a: Test, b: Test): Code =>
  truth(operator === '&&' ? (place) => a(place) && b(place) : (place) => a(place) || b(place));

type Comparison = '==' | '!=' | '<' | '>' | '<=' | '>=';

const compare: Readonly<Record<Comparison, (a: Comparable, b: Comparable) => boolean>> = {
  // Number and bigint are compared by value.
  // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1, and the types were looked at before
  '==': (a, b) => a == b,
  // biome-ignore lint/suspicious/noDoubleEquals: as above
  '!=': (a, b) => a != b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};
type Comparable = number | bigint | string;

export function compileComparison(operator: Comparison, a: Code, b: Code, world: World): Code {
  const holds = compare[operator];
  if (isNumber(a.type) && isNumber(b.type)) {
    return truth((place) => holds(a.get(place) as number, b.get(place) as number));
  }
  if (a.type.kind === 'string' && b.type.kind === 'string') return compareTexts(operator, a, b, world);
  if (operator === '==' || operator === '!=') {
    const equal = operator === '==';
    const [pointer, zero] = isNumber(a.type) ? [b, a] : [a, b];
    if (isNumber(zero.type) && pointer.type.kind !== 'array' && pointer.type.kind !== 'struct') {
      const { type } = pointer;
      // Against NULL; no other number is an address that anything here has.
      return truth((place) => (!isTrue(type, pointer.get(place)) === (Number(zero.get(place)) === 0)) === equal);
    }
    if (a.type.kind === b.type.kind) return truth((place) => (a.get(place) === b.get(place)) === equal);
  }
  throw new Complaint('Argument to comparison operation not integer, boolean, pointer or text.');
}

/** Unlike in C, texts are compared by what they say. */
function compareTexts(operator: Comparison, a: Code, b: Code, world: World): Code {
  const [name, other] = a.nameOf !== undefined ? [a, b] : [b, a];
  if (name.nameOf !== undefined && other.literal !== undefined && (operator === '==' || operator === '!=')) {
    const named = nameTest(world, name.nameOf, other.literal);
    return truth((place) => named(place) === (operator === '=='));
  }
  const holds = compare[operator];
  return truth((place) => {
    const [left, right] = [a.get(place) as string | undefined, b.get(place) as string | undefined];
    if (left !== undefined && right !== undefined) return holds(left, right);
    return operator === '==' ? left === right : operator === '!=' && left !== right;
  });
}

type Arithmetic = Exclude<BinaryOperator, Comparison | '&&' | '||' | '@'>;

export function compileArithmetic(operator: Arithmetic, a: Code, b: Code): Code {
  if (a.type.kind === 'words' && isNumber(b.type) && (operator === '+' || operator === '-')) {
    const sign = operator === '+' ? 8n : -8n;
    return { type: words, get: (place) => (a.get(place) as bigint) + sign * BigInt(b.get(place) as number) };
  }
  if (b.type.kind === 'words' && isNumber(a.type) && operator === '+') return compileArithmetic(operator, b, a);
  if (a.type.kind === 'words' && b.type.kind === 'words' && operator === '-') {
    return { type: long, get: (place) => ((a.get(place) as bigint) - (b.get(place) as bigint)) / 8n };
  }
  if (!isNumber(a.type) || !isNumber(b.type)) {
    throw new Complaint('Argument to arithmetic operation not a number or boolean.');
  }
  const unsigned = a.type.kind === 'ulong' || b.type.kind === 'ulong';
  const type = unsigned ? ulong : isWide(a.type) || isWide(b.type) ? long : int;
  return {
    type,
    get: (place) => {
      const result = calculate(operator, big(a.get(place)), big(b.get(place)));
      if (type === ulong) return BigInt.asUintN(64, result);
      return type === long ? BigInt.asIntN(64, result) : Number(BigInt.asIntN(32, result));
    },
  };
}

const big = (raw: Raw): bigint => BigInt(raw as number | bigint);

function calculate(operator: Arithmetic, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0n) throw new Complaint('Division by zero');
      return operator === '/' ? a / b : a % b;
    case '<<':
      return a << (b & 63n);
    case '>>':
      return a >> (b & 63n);
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
  }
}
