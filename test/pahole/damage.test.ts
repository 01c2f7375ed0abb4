/** Files cut off or with bytes changed: an answer or a ParseError, never anything else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../src/errors.ts';
import { tempDirectory } from '../helpers/temp-file.ts';
import { fixture, replayOf } from './collect.ts';

/** Deterministic, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

async function survives(file: string): Promise<void> {
  for (const format of ['tsv', 'json'] as const) {
    try {
      expect([0, 1, 3]).toContain((await replayOf(file, { format })).code);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
  }
}

describe.each(['compiled-x86_64', 'compiled-aarch64-dwarf5', 'module', 'module-i386', 'types-section', 'debug-link'])(
  '%s',
  (name) => {
    const whole = readFileSync(fixture(name));

    it('may be cut off anywhere', async () => {
      const file = join(tempDirectory(), 'cut');
      for (let size = 1; size < whole.length; size += Math.ceil(whole.length / 30)) {
        writeFileSync(file, whole.subarray(0, size));
        await survives(file);
      }
    });

    it('may have any bytes changed', async () => {
      const file = join(tempDirectory(), 'changed');
      const random = numbers(whole.length);
      for (let run = 0; run < 60; run++) {
        const bytes = Buffer.from(whole);
        for (let i = 0; i < 3; i++)
          bytes[(random.next().value as number) % bytes.length] = (random.next().value as number) >>> 24;
        writeFileSync(file, bytes);
        await survives(file);
      }
    });
  },
);
