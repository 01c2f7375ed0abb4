/**
 * The goldens are what bpftool 7.1 (`bpftool btf dump file F format raw`) printed of the same bytes; for split BTF with
 * `-B BASE`. The four kernels of the corpus are compared in full by test/corpus.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { printRaw, rawLines } from '../../src/btf/print-raw.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { BtfWriter, damagedNames, everyKind } from '../helpers/btf-writer.ts';

const golden = (name: string): string => readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'latin1');
const parse = (bytes: Uint8Array, base?: Btf): Btf => Btf.parse(memorySource(bytes), base);
const print = (btf: Btf): string => Buffer.concat([...printRaw(btf)]).toString('latin1');

test('every kind prints as bpftool prints it', () => {
  expect(print(parse(everyKind().build()))).toBe(golden('every-kind'));
});

test('a big-endian BTF prints the same text', () => {
  expect(print(parse(everyKind({ bigEndian: true }).build()))).toBe(golden('every-kind'));
});

test('split BTF prints its own types only, with ids and names that continue the base', () => {
  const base = everyKind();
  expect(print(parse(everyKind({ base }).build(), parse(base.build())))).toBe(golden('split'));
});

test('names outside the strings, names inside others and references to nowhere print as bpftool prints them', () => {
  expect(print(parse(damagedNames().build()))).toBe(golden('damaged-names'));
});

test('the lines of one type are those of the dump', () => {
  const btf = parse(everyKind().build());
  const all: string[] = [];
  for (let id = 1; id < btf.endId; id++) all.push(...rawLines(btf, id));
  expect(`${all.join('\n')}\n`).toBe(golden('every-kind'));
});

test('a record with a long name in every entry comes in chunks, not as one text', () => {
  const b = new BtfWriter();
  const name = b.string('n'.repeat(100_000));
  const entries = Array.from({ length: 200 }, (_, value) => [name, value]).flat();
  b.record([0, 0x06000000 + 200, 4, ...entries]);
  const sizes = [...printRaw(parse(b.build()))].map((chunk) => chunk.length);
  expect(sizes.length).toBeGreaterThan(100);
  expect(Math.max(...sizes)).toBeLessThan(200_000);
});
