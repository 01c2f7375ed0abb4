/** What the bundle puts in the place of Ink's modules answers as they do, byte for byte. */
import * as original from '@alcalzone/ansi-tokenize';
import originalStringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { lineOf } from '../../components/terminal/cell-lines.ts';
import fastLineUpdate from '../../components/terminal/fast-line-update.ts';
import FastOutput from '../../components/terminal/fast-output.ts';
import fastSanitize from '../../components/terminal/fast-sanitize-ansi.ts';
import fastStringWidth from '../../components/terminal/fast-string-width.ts';
import * as fast from '../../components/terminal/fast-tokenize.ts';
import { isPlain, plainCharacters } from '../../components/terminal/plain-characters.ts';
import originalLineUpdate from '../../node_modules/ink/build/line-update.js';
import OriginalOutput from '../../node_modules/ink/build/output.js';
import originalSanitize from '../../node_modules/ink/build/sanitize-ansi.js';
import { type Random, randomText, seeded } from './random-text.ts';

describe('plain characters', () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

  test('each is one code unit, one column, one cell, and visible', () => {
    const all = plainCharacters();
    expect(all.length).toBeGreaterThan(1_000);
    for (const character of all) {
      expect({ character, width: originalStringWidth(character) }).toEqual({ character, width: 1 });
      expect(original.tokenize(character)).toEqual([{ type: 'char', value: character, fullWidth: false }]);
      expect(originalSanitize(character)).toBe(character);
      expect(/\p{Default_Ignorable_Code_Point}|\p{Mark}|\p{Control}/u.test(character)).toBe(false);
      expect(isPlain(character.charCodeAt(0))).toBe(true);
    }
  });

  test('none joins a neighbour, whatever order they stand in', () => {
    const all = plainCharacters();
    const random = seeded(7);
    for (let count = 0; count < 500; count++) {
      const shuffled = Array.from({ length: 100 }, () => (random.chance(0.05) ? '\n' : random.pick(all)));
      expect(Array.from(segmenter.segment(shuffled.join('')), ({ segment }) => segment)).toEqual(shuffled);
    }
  });
});

describe('the same as the original on seeded random texts', () => {
  test('tokens, cells and strings of 20,000 texts', () => {
    const random = seeded(1);
    let before: { readonly fast: original.StyledChar[]; readonly original: original.StyledChar[] } = {
      fast: [],
      original: [],
    };
    let plain = 0;
    for (let count = 0; count < 20_000; count++) {
      const text = randomText(random);
      if (lineOf(text) !== undefined) plain++;
      const tokens = original.tokenize(text);
      const cells = original.styledCharsFromTokens(tokens);
      const fastTokens = fast.tokenize(text);
      const fastCells = fast.styledCharsFromTokens(fastTokens);
      if (JSON.stringify(fastTokens) !== JSON.stringify(tokens))
        expect({ text, tokens: fastTokens }).toEqual({ text, tokens });
      if (JSON.stringify(fastCells) !== JSON.stringify(cells))
        expect({ text, cells: fastCells }).toEqual({ text, cells });
      // Cells of two texts in one row, as on Ink's grid.
      const row = [...before.original.slice(0, 9), ...cells];
      const fastRow = [...before.fast.slice(0, 9), ...fastCells];
      const drawn = original.styledCharsToString(row);
      if (fast.styledCharsToString(fastRow) !== drawn)
        expect({ text, drawn: fast.styledCharsToString(fastRow) }).toEqual({ text, drawn });
      before = { fast: fastCells, original: cells };
    }
    // Both ways were taken often.
    expect(plain).toBeGreaterThan(10_000);
    expect(plain).toBeLessThan(18_000);
  });

  test('an end character is obeyed, and tokens of another text are not mixed up', () => {
    expect(fast.tokenize('abc', 2)).toEqual(original.tokenize('abc', 2));
    const first = fast.tokenize('\x1b[1ma');
    fast.tokenize('b');
    expect(fast.styledCharsFromTokens(first)).toEqual(original.styledCharsFromTokens(original.tokenize('\x1b[1ma')));
  });

  test('widths of 20,000 texts', () => {
    const random = seeded(2);
    for (let count = 0; count < 20_000; count++) {
      const text = randomText(random);
      if (fastStringWidth(text) !== originalStringWidth(text)) {
        expect({ text, width: fastStringWidth(text) }).toEqual({ text, width: originalStringWidth(text) });
      }
    }
    expect(fastStringWidth('\x1b[1ma', { countAnsiEscapeCodes: true })).toBe(
      originalStringWidth('\x1b[1ma', { countAnsiEscapeCodes: true }),
    );
  });

  test('sanitized forms of 20,000 texts', () => {
    const random = seeded(3);
    for (let count = 0; count < 20_000; count++) {
      const text = randomText(random);
      if (fastSanitize(text) !== originalSanitize(text)) {
        expect({ text, sane: fastSanitize(text) }).toEqual({ text, sane: originalSanitize(text) });
      }
    }
  });

  test('updates of 20,000 lines', () => {
    const random = seeded(4);
    for (let count = 0; count < 20_000; count++) {
      const previous = randomText(random, { lineFeeds: false });
      const next = random.chance(0.8)
        ? previous.slice(0, random.int(previous.length)) + randomText(random, { lineFeeds: false, length: 6 })
        : randomText(random, { lineFeeds: false });
      const columns = random.chance(0.05) ? undefined : random.int(140);
      const update = originalLineUpdate(previous, next, columns);
      const fastUpdate = fastLineUpdate(previous, next, columns);
      if (fastUpdate !== update)
        expect({ previous, next, columns, update: fastUpdate }).toEqual({ previous, next, columns, update });
    }
  });

  test('6,000 frames of overlapping, clipped and transformed texts', () => {
    const random = seeded(5);
    for (let count = 0; count < 6_000; count++) {
      const size = { width: 1 + random.int(60), height: 1 + random.int(12) };
      const frame = randomFrame(random);
      const [output, fastOutput] = [new OriginalOutput(size), new FastOutput(size)];
      frame(output);
      frame(fastOutput);
      const drawn = output.get();
      const fastDrawn = fastOutput.get();
      if (fastDrawn.output !== drawn.output || fastDrawn.height !== drawn.height) {
        expect({ count, ...fastDrawn }).toEqual({ count, ...drawn });
      }
    }
  });
});

/** Draws the same on any output. */
function randomFrame(random: Random): (output: Pick<OriginalOutput, 'write' | 'clip' | 'unclip'>) => void {
  const odd = random.chance(0.2) ? 0.3 : 0;
  const steps: ((output: Pick<OriginalOutput, 'write' | 'clip' | 'unclip'>) => void)[] = [];
  let depth = 0;
  for (let count = random.int(12); count >= 0; count--) {
    const x = random.int(70) - 8;
    const y = random.int(16) - 3;
    if (random.chance(0.15)) {
      const [horizontal, vertical] = [random.chance(0.7), random.chance(0.7)];
      const clip = {
        x1: horizontal ? x : undefined,
        x2: horizontal ? x + random.int(40) - 2 : undefined,
        y1: vertical ? y : undefined,
        y2: vertical ? y + random.int(8) : undefined,
      };
      steps.push((output) => output.clip(clip));
      depth++;
    } else if (depth > 0 && random.chance(0.2)) {
      steps.push((output) => output.unclip());
      depth--;
    } else {
      const text = randomText(random, { odd, length: 8 });
      const transformers = random.chance(0.5)
        ? [(line: string, row: number) => (row % 2 === 0 ? `\x1b[36m${line}\x1b[39m` : `${row}${line}`)]
        : [];
      steps.push((output) => output.write(x, y, text, { transformers }));
    }
  }
  return (output) => {
    for (const step of steps) step(output);
  };
}
