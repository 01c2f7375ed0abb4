/**
 * Filters: words that a row must all have, and fields that it must all answer to.
 *
 *   tty write          rows with both words somewhere in what they show
 *   slot:no            a field with a value; an unfinished one ("slot:", "slot:n") is read as far as it goes, because
 *                      the list follows while one types
 *   core::fmt          a colon behind what is no field is part of a word
 */

export type RowTest = (key: number) => boolean;

export interface Field {
  /** What to say, for the message about a value that means nothing. */
  readonly values: string;
  /** The test for a value in lower case, which is never empty; undefined where it means nothing. */
  test(value: string): RowTest | undefined;
}

export interface FilterSpec {
  /** The test for one word, in lower case. */
  word(word: string): RowTest;
  readonly fields: Readonly<Record<string, Field>>;
}

interface Part {
  readonly word: string;
  readonly field: Field | undefined;
  readonly value: string;
}

const partsOf = (filter: string, { fields }: FilterSpec): Part[] =>
  filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const colon = word.indexOf(':');
      const name = word.slice(0, Math.max(0, colon));
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return { word, field, value: word.slice(colon + 1) };
    });

/** @returns a test, or the problem with a field's value */
export function rowFilter(filter: string, spec: FilterSpec): RowTest | { readonly problem: string } {
  const tests: RowTest[] = [];
  const words: RowTest[] = [];
  for (const { word, field, value } of partsOf(filter, spec)) {
    if (field === undefined) {
      words.push(spec.word(word));
      continue;
    }
    if (value === '') continue;
    const test = field.test(value);
    if (test === undefined) return { problem: `${word}: say ${field.values}` };
    tests.push(test);
  }
  // Fields are cheaper than words, and keep fewer rows.
  const all = [...tests, ...words];
  const [first, second] = all;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  return (key) => {
    for (const test of all) if (!test(key)) return false;
    return true;
  };
}

/** The fields of a filter, as far as they are typed. */
export const fieldsOf = (filter: string, spec: FilterSpec): { readonly name: string; readonly value: string }[] =>
  partsOf(filter, spec)
    .filter(({ field }) => field !== undefined)
    .map(({ word, value }) => ({ name: word.slice(0, word.indexOf(':')), value }));

/**
 * Whether each row that `after` keeps is kept by `before` too, so that only those need be looked at: more was typed,
 * at the end of a word or behind it.
 */
export function narrows(before: string, after: string): boolean {
  const old = before.toLowerCase().trim().split(/\s+/);
  const now = after.toLowerCase().trim().split(/\s+/);
  return old.every((word, i) => {
    const next = now[i];
    if (next === undefined || word === next) return word === next;
    // "0x" looks for these two letters, "0x1" for a digit.
    if (word.includes(':') || next.includes(':') || word === '0' || word === '0x') return false;
    return next.includes(word);
  });
}

/** yes and no, as far as they are typed. */
export const yesNo = (test: RowTest): Field => ({
  values: 'yes or no',
  test: (value) => ('yes'.startsWith(value) ? test : 'no'.startsWith(value) ? (key) => !test(key) : undefined),
});

/** One of some names: exactly the one that is typed, else those that begin so. */
export function oneOf(values: string, names: () => Iterable<string>, nameOf: (key: number) => string): Field {
  return {
    values,
    test(value) {
      const known = new Set(Array.from(names(), (name) => name.toLowerCase()));
      if (known.has(value)) return (key) => nameOf(key).toLowerCase() === value;
      for (const name of known) if (name.startsWith(value)) return (key) => nameOf(key).toLowerCase().startsWith(value);
      return undefined;
    },
  };
}

/** A word that may be a part of an address, as the columns show it: its digits, without a 0x before them. */
export const hexDigitsOf = (word: string): string | undefined => /^(?:0x)?([0-9a-f]+)$/.exec(word)?.[1];
