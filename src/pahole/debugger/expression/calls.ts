/** The functions that an expression may call: C's on texts, and gdb's own $_streq, $_regex and $_strlen. */
import { Complaint } from '../complaint.ts';
import type { Place } from '../track.ts';
import type { World } from '../worlds.ts';
import { type Code, testOf } from './code.ts';
import { compileComparison, truth } from './operators.ts';
import { int, type Raw, string } from './value.ts';

/** @throws Complaint for a function that is not known, or other arguments than it takes */
export function compileCall(name: string, codes: readonly Code[], world: World): Code {
  const texts = (count: number): readonly Code[] => {
    if (codes.length < count) throw new Complaint('Too few arguments in function call.');
    if (codes.length > count) throw new Complaint('Too many arguments in function call.');
    if (codes.some(({ type }) => type.kind !== 'string')) throw new Complaint(`${name} takes texts.`);
    return codes;
  };
  const text = (code: Code, place: Place): string => (code.get(place) as string | undefined) ?? '';
  switch (name) {
    case 'strcmp': {
      const [left, right] = texts(2) as [Code, Code];
      if (left.literal !== undefined || right.literal !== undefined) {
        const same = testOf(compileComparison('==', left, right, world));
        return truth((place) => !same(place));
      }
      return { type: int, get: (place) => order(text(left, place), text(right, place)) };
    }
    case '$_streq': {
      const [left, right] = texts(2) as [Code, Code];
      return compileComparison('==', left, right, world);
    }
    case '$_regex': {
      const [subject, expression] = texts(2) as [Code, Code];
      return compileRegex(subject, expression, world);
    }
    case '$_strlen': {
      const [subject] = texts(1) as [Code];
      return { type: int, get: (place) => text(subject, place).length };
    }
    case 'strstr': {
      const [whole, part] = texts(2) as [Code, Code];
      const get = (place: Place): Raw => {
        const at = text(whole, place).indexOf(text(part, place));
        return at < 0 ? undefined : text(whole, place).slice(at);
      };
      return { type: string, get };
    }
    default:
      throw new Complaint(`No symbol "${name}" in current context.`);
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A name is matched once, however many entries have it. */
function compileRegex(text: Code, expression: Code, { replay }: World): Code {
  const { literal } = expression;
  if (literal === undefined) throw new Complaint('$_regex takes a regular expression that is written out.');
  const regex = regularExpression(literal);
  const matches = (subject: Raw): boolean => typeof subject === 'string' && regex.test(subject);
  if (text.nameOf !== 'entry') return truth((place) => matches(text.get(place)));
  const { name } = replay.entries;
  // By name, so that each is decoded once; and by entry, so that a second pass only looks.
  const byName = new Map<number, boolean>();
  const byEntry = new Int8Array(replay.entries.count).fill(-1);
  return truth((place) => {
    const known = byEntry[place.entry] as number;
    if (known >= 0) return known === 1;
    const ref = name[place.entry] as number;
    let holds = byName.get(ref);
    if (holds === undefined) {
      holds = matches(text.get(place));
      byName.set(ref, holds);
    }
    byEntry[place.entry] = holds ? 1 : 0;
    return holds;
  });
}

/** @throws Complaint when it is none */
export function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new Complaint(`Invalid regexp: ${source}`);
  }
}
