import { expect, onTestFinished, test } from 'vitest';
import { readyValue } from '../../src/errors.ts';
import { checkBtfBelongs } from '../../src/kernel/btf-belongs.ts';
import { kernelFacts } from '../../src/kernel/facts.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { fixture } from '../cli/collect.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';

function factOf(file: string, btf: string | undefined, id = 'btf-given') {
  const kernel = Vmlinux.open(fixture(file), { btf });
  onTestFinished(() => kernel.close());
  return kernelFacts(kernel).find((fact) => fact.id === id);
}

/** The .BTF of a fixture as a file of its own, as /sys/kernel/btf/vmlinux is. */
function rawBtf(file: string): string {
  const kernel = Vmlinux.open(fixture(file));
  onTestFinished(() => kernel.close());
  const section = kernel.elf.section('.BTF');
  if (section === undefined) throw new Error('no .BTF');
  return tempFile(kernel.elf.sectionBytes(section), 'btf');
}

test('the BTF of the kernel itself has the same bytes', () => {
  expect(factOf('vmlinux-aarch64', rawBtf('vmlinux-aarch64'))).toMatchObject({ state: 'ready', data: { same: true } });
});

test('BTF that another encoder made of it has its functions', () => {
  // The same sources, another link.
  const fact = factOf('aarch64-relr', rawBtf('vmlinux-aarch64'));
  expect(fact).toMatchObject({ state: 'ready', data: { same: false } });
  expect(fact?.data?.['found']).toBe(fact?.data?.['functions']);
});

test('BTF of another kernel is told by its functions and its size', () => {
  expect(factOf('i386-rel', rawBtf('vmlinux-aarch64'))).toMatchObject({
    state: 'malformed',
    value: expect.stringMatching(
      /: it is BTF of another kernel: of its \d+ functions \d+ \(\d+\.\d %\) are functions of this file, at least 97 % have to be, and its \d+ bytes are not the \d+ of the file's \.BTF; leave --btf away/,
    ),
  });
});

test('there is no such fact without --btf, nor on a module', () => {
  expect(factOf('vmlinux-aarch64', undefined)).toBeUndefined();
  expect(factOf('x86_64-module.ko', fixture('vmlinux-aarch64'))).toBeUndefined();
});

test('20,000 functions whose names share one far end are looked up by their lengths', () => {
  const count = 20_000;
  const name = 'a'.repeat(500_000);
  const writer = new ElfWriter();
  writer.section('.text', { flags: 'AX', addr: 0x1000, size: count, type: 'NOBITS' });
  for (let i = 0; i < count; i++) writer.symbol('', { type: 'FUNC', section: '.text', value: 0x1000 + i, size: 1 });
  writer.symbol(name);
  const file = writer.build();
  const btf = new BtfWriter();
  const at = btf.string(name);
  const proto = btf.record([0, 0x0d000000, 0]);
  for (let i = 0; i < count; i++) {
    file.patchSymbol(i + 1, 'st_name', 1 + i);
    btf.record([at + i, 0x0c000000, proto]);
  }
  const kernel = Vmlinux.open(tempFile(file.bytes, 'vmlinux'), { btf: tempFile(btf.build(), 'btf') });
  onTestFinished(() => kernel.close());
  expect(checkBtfBelongs(kernel)).toEqual({ isSame: false, functions: count, found: count });
  const given = readyValue(kernel.btf)?.btf;
  for (let i = 0; i < count; i++) expect(given?.firstFunc(name.slice(i))).toBe(proto + 1 + i);
  expect(given?.funcByName(name.slice(count))).toEqual([]);
});
