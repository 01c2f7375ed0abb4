/** `kinspect why` as a command: exit codes, words on standard error, the width of the text, and names that are hostile. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Answer, cli, fixture, samplePath } from '../cli/collect.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { fixture as paholeFixture } from '../pahole/collect.ts';
import { addressOf, ask, askAll, type FunctionPlan, factOf, type KernelPlan, writeKernel } from './kernels.ts';

const traced: FunctionPlan = { name: 'traced', bind: 'GLOBAL', slot: true };
const utf8 = ({ out }: Answer) => Buffer.from(out, 'latin1').toString('utf8');
const why = (...argv: readonly string[]) => cli(['why', ...argv]);

describe('exit codes', () => {
  it.each([
    ['0 for a function that has its record', 0, ['redirected_tty_write']],
    ['1 for one without', 1, ['tty_write']],
    ['1 for a name that nothing has', 1, ['nosuch']],
    ['1 for an address in no function', 1, ['0x10']],
    ['0 for --all', 0, ['--all']],
    ['1 for --all with a cause that no function has', 1, ['--all', '--cause', 'byte-order']],
    ['0 for --summary', 0, ['--summary']],
    ['2 without a function', 2, []],
    ['2 for two', 2, ['tty_write', 'n_tty_write']],
    ['2 for a function and --all', 2, ['tty_write', '--all']],
    ['2 for --all and --summary', 2, ['--all', '--summary']],
    ['2 for --cause without --all', 2, ['--summary', '--cause', 'clone']],
    ['2 for a cause that is none', 2, ['--all', '--cause', 'clones']],
    ['2 for a version that is not replayed', 2, ['tty_write', '--encoder', '1.25']],
    ['2 for a format that is none', 2, ['tty_write', '--format', 'tsv']],
    ['3 for a debug file without DWARF', 3, ['tty_write', '--debug', fixture('arm32')]],
  ])('%s', async (_, code, more) => {
    const answer = await why(samplePath, ...more);
    expect(answer.code).toBe(code);
    if (code >= 2) expect(answer).toMatchObject({ out: '', err: expect.stringMatching(/^kinspect: /) });
    if (code === 0) expect(answer.err).toBe('');
  });

  it('3 for BTF of another kernel, which is said; what it holds is told all the same', async () => {
    const btf = new BtfWriter();
    const int = btf.int('int', 4, 1);
    for (let i = 0; i < 50; i++) btf.func(`of_another_kernel_${i}`, btf.proto(int, []));
    const { code, out, err } = await why(samplePath, 'tty_write', '--btf', tempFile(btf.build(), 'other.btf'));
    expect(code).toBe(3);
    expect(err).toContain('it is BTF of another kernel: of its 50 functions 0 (0.0 %) are functions of this file');
    expect(err).toContain('leave --btf away, or give the BTF of this kernel');
    expect(out).toContain('tty_write: no BTF FUNC record');
  });

  it('that of the answer where a type of the BTF is wrong, which is said with its place', async () => {
    const btf = new BtfWriter();
    btf.func('traced', btf.proto(btf.int('int', 4, 1), []));
    btf.typedef('t', btf.endId);
    btf.const(99);
    const file = writeKernel({ functions: [traced], btf: ['traced'] });
    const given = tempFile(btf.build(), 'odd.btf');
    const { code, out, err } = await why(file, 'traced', '--btf', given);
    expect(code).toBe(0);
    expect(out).toContain('traced: has a BTF FUNC record');
    expect(err.split('\n')).toEqual([
      `kinspect: ${file}: ${given}, BTF type 5 (CONST) at file offset 0x54: its type is 99, and the last id is 5`,
      `kinspect: ${file}: ${given}, BTF type 4 (TYPEDEF) at file offset 0x40: it contains itself`,
      '',
    ]);
  });

  it('1 for a name that is lost, with the string table that lost it', async () => {
    const writer = new ElfWriter();
    writer.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(16) });
    writer.symbol('lost', { type: 'FUNC', section: '.text', value: 0x1000 });
    const built = writer.build();
    const { offset, size } = built.place('.strtab');
    built.bytes[offset + size - 1] = 0x61;
    const file = tempFile(built.bytes);
    const { code, err } = await why(file, 'lost');
    const last = `0x${(offset + size - 1).toString(16)}`;
    expect(code).toBe(1);
    expect(err).toContain(
      `kinspect: ${file}: section 3 (.strtab) at file offset ${last}: its last byte is 97, expected 0: the name of symbol 1 has no end\n`,
    );
    expect(err).toContain('no function is called lost');
  });

  it('3 for a file that is none, or no ELF file', async () => {
    for (const file of ['/nonexistent', tempFile(Buffer.from('#!/bin/sh\n'.repeat(20)))]) {
      const { code, out, err } = await why(file, 'tty_write');
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toMatch(/^kinspect: [^\n]+\n$/);
    }
  });

  it('3 for DWARF that cannot be read, named as the DWARF', async () => {
    const bytes = readFileSync(paholeFixture('one-name-twice'));
    const file = writeKernel({ functions: [traced], btf: ['traced'] });
    const { code } = await why(file, 'traced', '--debug', tempFile(bytes.subarray(0, 200)));
    expect(code).toBe(3);
  });
});

describe('standard error', () => {
  it('is empty when the file has what is asked of it', async () => {
    for (const name of ['tty_write', 'redirected_tty_write', 'memset', 'do_one_initcall.isra.0'])
      expect((await why(samplePath, name)).err, name).toBe('');
  });

  it('says once that there is no DWARF', async () => {
    const file = fixture('arm32');
    for (const more of [['tty_write'], ['--all'], ['--summary']]) {
      const { err } = await why(file, ...more);
      expect(err).toMatch(/^kinspect: \S+arm32: the file has no DWARF [^\n]+; what follows is inferred[^\n]*\n$/);
    }
  });

  it('offers names that are near', async () => {
    const { err, out } = await why(samplePath, 'tty_writ');
    expect(err).toMatch(/^kinspect: \S+: no function is called tty_writ; did you mean tty_write, [^\n]+\?\n$/);
    expect(out).toMatch(/^did you mean +tty_write$/m);
  });

  it('names the address that no function holds', async () => {
    const { err, out } = await why(samplePath, '0xffff7fffffffffff');
    expect(out).toBe('');
    expect(err).toContain('no symbol holds the address 0xffff7fffffffffff');
  });
});

describe('a function can be given', () => {
  const plan: KernelPlan = {
    functions: [traced, { name: 'caf\u00c3\u00a9', slot: true }, { name: 'raw\xff', slot: true }],
    region: 'zero',
    btf: ['traced'],
  };

  it('in UTF-8', async () => {
    const answer = await ask(writeKernel(plan), 'caf\u00e9');
    expect(answer).toMatchObject({ function: 'caf\u00e9', cause: 'zero-region' });
    expect(factOf(answer, 'die')).toMatchObject({ name: 'caf\u00e9' });
  });

  it.each([
    ['with 0x', (address: bigint) => `0x${address.toString(16)}`],
    ['in capitals', (address: bigint) => `0x${address.toString(16).toUpperCase()}`],
    ['without 0x, as nm has it', (address: bigint) => address.toString(16)],
    ['inside the function', (address: bigint) => `0x${(address + 0x1fn).toString(16)}`],
  ])('as an address: %s', async (_, write) => {
    const answer = await ask(writeKernel(plan), write(addressOf(plan, 'raw\xff')));
    expect(answer).toMatchObject({ function: 'raw\u00ff', cause: 'zero-region' });
    expect(factOf(answer, 'slot')).toMatchObject({ slot: 2 });
  });

  it('as an address of few digits', async () => {
    const file = paholeFixture('one-name-twice');
    const { out } = await cli(['dump', file, 'symbols', '--format', 'ndjson']);
    const symbol = out.split('\n').find((line) => line.includes('"h"')) ?? '';
    const { address } = JSON.parse(symbol);
    expect(address).toMatch(/^0x.{1,7}$/);
    expect(await ask(file, address)).toMatchObject({ function: 'h' });
  });
});

describe('the text', () => {
  it.each([samplePath, 'aarch64-relr', 'arm32', 'i386-rel', 's390x', 'x86_64-emit-relocs', 'aarch64-asm-unit'])(
    'is at most 80 columns wide for every function of %s',
    async (name) => {
      const file = name.startsWith('/') ? name : fixture(name);
      const rows = await askAll(file);
      const one = new Map(rows.map((row) => [`${row.cause} ${row.detail}`, row.function]));
      for (const each of [...one.values(), 'nosuch', 'tty_writ', '__start_mcount_loc'])
        expectNarrow(await why(file, '--', each));
      expectNarrow(await why(file, '--summary'));
      expectNarrow(await why(file, '--all'));
    },
  );

  it('has the cause, the evidence with its places, and what would change it', async () => {
    const { out } = await why(samplePath, 'tty_write');
    const head = out.slice(0, out.indexOf('because')).replace(/\n +/g, '');
    expect(head).toBe(`tty_write: no BTF FUNC record\nfile          ${samplePath}\n`);
    expect(out).toMatch(/^because +it is traceable, but its mcount slot \d+ is zero in the file/m);
    expect(out).toMatch(/\[root cause: zero region, filled at boot\]/);
    expect(out).toMatch(/^relocation +R_AARCH64_RELATIVE, addend ffff[0-9a-f]{12}$/m);
    expect(out).toMatch(/^pahole 1\.22 +the same file: encoded; /m);
  });
});

function expectNarrow(answer: Answer): void {
  const wide = utf8(answer)
    .split('\n')
    .filter((line) => line.length > 80);
  expect(wide).toEqual([]);
}

describe('names that are hostile', () => {
  const long = 'x'.repeat(300);
  const faces = '\u{1f600}'.repeat(101);
  const hostile = [
    faces,
    `x${faces}`,
    '\x1b[31mred',
    'a\rb',
    'a\nb',
    '\u202eevil',
    '\u200b',
    '\x9b31m',
    'tab\tbed',
    '\ufeff',
    long,
    `${long}\x1b`,
  ];
  const bytes = (text: string) => (text === '\x9b31m' ? text : Buffer.from(text, 'utf8').toString('latin1'));
  const functions: FunctionPlan[] = [
    traced,
    ...hostile.map((name) => ({
      name: bytes(name),
      slot: true,
      unit: bytes(`u${name}.c`),
      parameters: [bytes(`p${name}`)],
    })),
  ];
  const plan: KernelPlan = { functions, region: 'zero', btf: ['traced', bytes('\x1b[0mrecorded')] };

  it.each(hostile)('%j: nothing of it reaches the output as it is', async (name) => {
    const file = writeKernel(plan);
    const address = `0x${addressOf(plan, bytes(name)).toString(16)}`;
    for (const word of name === '\x9b31m' ? [address] : [address, name]) {
      for (const format of ['text', 'json', 'ndjson']) {
        const answer = await why(file, '--format', format, '--', word);
        expect(answer.code).toBe(1);
        expectClean(utf8(answer), answer.err);
        if (format === 'text') {
          expectNarrow(answer);
          expect(answer.out).toContain('zero region');
        } else expect(JSON.parse(answer.out)).toMatchObject({ cause: 'zero-region' });
      }
    }
  });

  it('nor of those that the symbols, the rows and a misspelt name show', async () => {
    const file = writeKernel(plan);
    for (const more of [['--all'], ['--all', '--format', 'ndjson'], ['--summary'], ['\x1b[31mre'], ['\u202eevi']]) {
      const answer = await why(file, ...more);
      expectClean(utf8(answer), answer.err);
    }
    const names = (await askAll(file)).map((row) => row.function);
    expect(names).toEqual(['traced', ...hostile.map((name) => (name === '\x9b31m' ? '\u009b31m' : name))]);
  });

  it('nor of the name of the file', async () => {
    const file = tempFile(readFileSync(writeKernel({ functions: [traced] })), 'vm\x1b[2J\u202elinux');
    for (const more of [['traced'], ['--all'], ['--summary'], ['nosuch'], ['0x1']]) {
      const answer = await why(file, ...more);
      expectClean(utf8(answer), answer.err);
    }
  });
});

/** No control character but the line end, none that turns or hides text. */
function expectClean(...texts: readonly string[]): void {
  for (const text of texts) {
    expect(text.match(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)).toBeNull();
    expect(text).not.toContain('\ufffd');
  }
}
