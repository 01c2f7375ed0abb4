import { expect, onTestFinished, test } from 'vitest';
import { kernelFacts } from '../../src/kernel/facts.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { fixture } from '../cli/collect.ts';
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
