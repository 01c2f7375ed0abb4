/** No name scores higher than its ceiling: fuzzysort is asked, for names and queries of all kinds. */
import fc from 'fast-check';
import * as fuzzysort from 'fuzzysort';
import { expect, test } from 'vitest';
import { ceilingAtLength, ceilingOfName, rawScore } from '../../src/app/search/ceilings.ts';
import { buildIndex } from '../../src/app/search/name-index.ts';
import { HOLDS, type Holds, howHeld, needleOf } from '../../src/app/search/needle.ts';
import { finish, searchInput } from './search-input.ts';

const WORDS = [
  'tty',
  'write',
  'read',
  'sys',
  'rcuread',
  'attic',
  'x',
  'e',
  'usbHost',
  'IRQ',
  '64',
  'v4',
  '.0',
  '',
  '_',
];
const name = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom('_', '_', '_', '', '.')), { minLength: 1, maxLength: 9 })
  .map((words) => words.flat().join(''));
const word = (maxLength: number) => fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength });

/** A query that the name holds: letters of it in order, few or many of them side by side. */
const heldQuery = fc.tuple(name, fc.nat(), word(6), fc.option(word(3))).map(([it, start, steps, second]) => {
  const pick = (from: number, skips: readonly number[]): string => {
    let at = from % Math.max(1, it.length);
    let letters = it[at] ?? '';
    for (const skip of skips) {
      at += skip > 3 ? skip - 2 : 1;
      letters += it[at] ?? '';
    }
    return letters;
  };
  const text = second === null ? pick(start, steps) : `${pick(start, steps)} ${pick(start >> 3, second)}`;
  return { name: it, text };
});

test('a second word that may begin where the first one ends, far behind its first place', () => {
  // fuzzysort takes the y of sys: the first word has gaps, so that none begins behind it.
  const [text, candidate] = ['.0wt y', 'sys.usbHost_.0___e_read_.0writetty_'];
  const index = finish(buildIndex(searchInput([candidate])));
  const ceiling = ceilingOfName(HOLDS.spread, index, 0, needleOf(text), Number.NEGATIVE_INFINITY);
  expect(ceiling).toBeGreaterThanOrEqual(rawScore(fuzzysort.single(text, candidate)?.score ?? 1));
});

test('no score is above its ceiling, and a letter loosely held has exactly its score', () => {
  let seen = 0;
  const kinds = new Set<Holds>();
  fc.assert(
    fc.property(heldQuery, ({ name: candidate, text }) => {
      const result = fuzzysort.single(text, candidate);
      if (result === null || candidate === '') return;
      const index = finish(buildIndex(searchInput([candidate])));
      const needle = needleOf(text);
      const raw = rawScore(result.score);
      const seems = howHeld(index, 0, needle);
      expect(seems).not.toBe(-1);
      if (seems === -1) return;
      let holds: Holds = seems;
      let ceiling = ceilingOfName(holds, index, 0, needle, Number.NEGATIVE_INFINITY);
      if (ceiling === Number.NEGATIVE_INFINITY) {
        holds = holds === HOLDS.start ? HOLDS.inner : HOLDS.loose;
        ceiling = ceilingOfName(holds, index, 0, needle, Number.NEGATIVE_INFINITY);
      }
      seen++;
      kinds.add(holds);
      expect(ceiling).toBeGreaterThanOrEqual(raw);
      expect(ceilingAtLength(holds, needle, candidate.length)).toBeGreaterThanOrEqual(raw);
      if (holds === HOLDS.loose) expect(Math.abs(ceiling - raw)).toBeLessThan(0.01 + Math.abs(raw) * 1e-6);
    }),
    { numRuns: 4000 },
  );
  expect(seen).toBeGreaterThan(2000);
  expect([...kinds].toSorted()).toEqual([HOLDS.prefix, HOLDS.start, HOLDS.inner, HOLDS.spread, HOLDS.loose]);
});
