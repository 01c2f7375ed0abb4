/** Kernels in which all functions have one name: what is asked of each must not go through all of them. */
import { expect, test } from 'vitest';
import { BtfWriter } from '../helpers/btf-writer.ts';
import * as dwarf from '../helpers/dwarf-writer.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { ask, askAll, factOf } from './kernels.ts';

const text = 0xffff800010000000n;
const addressOf = (i: number): bigint => text + BigInt(i * 16);

function symbolsOf(count: number, name: string): ElfWriter {
  const writer = new ElfWriter();
  writer.section('.text', { type: 'NOBITS', flags: 'AX', addr: text, size: count * 16 });
  for (let i = 0; i < count; i++)
    writer.symbol(name, { type: 'FUNC', section: '.text', value: addressOf(i), size: 16 });
  return writer;
}

/** A unit with a function at the address of each symbol. */
function addDwarf(writer: ElfWriter, count: number, name: string): void {
  const functions = Array.from({ length: count }, (_, i) =>
    dwarf.die('subprogram', { name: dwarf.strp(name), low_pc: dwarf.addr(addressOf(i)), high_pc: dwarf.data4(16) }),
  );
  const unit = dwarf.unit(dwarf.die('compile_unit', { name: dwarf.strp('a.c') }, functions));
  const written = dwarf.writeDwarf({ version: 4 }, [unit]);
  writer.section('.debug_info', { bytes: written.info });
  writer.section('.debug_abbrev', { bytes: written.abbrev });
  writer.section('.debug_str', { bytes: written.str });
}

test('100,000 symbols with as many records', async () => {
  const count = 100_000;
  const writer = symbolsOf(count, 'a');
  const btf = new BtfWriter();
  const proto = btf.proto(0, []);
  for (let i = 0; i < count; i++) btf.func('a', proto);
  writer.section('.BTF', { bytes: btf.build() });
  const file = tempFile(writer.build().bytes);
  const answer = await ask(file, 'a');
  expect(answer).toMatchObject({ record: true, cause: 'in-btf' });
  expect(factOf(answer, 'names')?.['others']).toHaveLength(count - 1);
  expect(factOf(answer, 'record')?.['ids']).toHaveLength(count);
  const rows = await askAll(file);
  expect(rows.length).toBe(count);
  expect(rows.every(({ cause }) => cause === 'in-btf')).toBe(true);
});

test('40,000 symbols without a record, each with its DIE in one unit', async () => {
  const count = 40_000;
  const writer = symbolsOf(count, 'a');
  addDwarf(writer, count, 'a');
  const file = tempFile(writer.build().bytes);
  const answer = await ask(file, 'a');
  expect(answer).toMatchObject({ record: false, cause: 'no-mcount' });
  expect(factOf(answer, 'names')?.['others']).toHaveLength(count - 1);
  const rows = await askAll(file);
  expect(rows.map(({ cause }) => cause)).toEqual(rows.map(() => 'no-mcount'));
  expect(rows.length).toBe(count);
});

test('40,000 symbols whose DIEs have the name of another symbol at their addresses', async () => {
  const count = 40_000;
  const writer = symbolsOf(count, 'a');
  for (let i = 0; i < count; i += 2) writer.symbol('b', { section: '.text', value: addressOf(i) });
  addDwarf(writer, count, 'b');
  const rows = await askAll(tempFile(writer.build().bytes));
  expect(rows.map(({ detail }) => detail)).toEqual(rows.map((_, i) => (i % 2 === 0 ? 'alias' : 'renamed')));
  expect(rows.length).toBe(count);
});
