import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { cli, fixture, golden } from './collect.ts';

const fixtures = [
  'vmlinux-aarch64',
  'aarch64-relr',
  'aarch64-asm-unit',
  'arm32',
  'i386-rel',
  's390x',
  'x86_64-emit-relocs',
  'x86_64-module.ko',
] as const;

/** The lines of a golden file that the tool printed, its exit status aside. */
const errorLines = (path: string): string[] =>
  existsSync(path)
    ? readFileSync(path, 'latin1')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('exit status'))
    : [];

describe.each(fixtures)('%s', (name) => {
  const file = fixture(name);
  const has = (reference: string) => existsSync(golden(name, reference));
  const read = (reference: string) => readFileSync(golden(name, reference), 'latin1');

  it('prints symbols as nm -p does', async () => {
    const { code, out } = await cli(['dump', file, 'symbols', '--format', 'nm']);
    expect(code).toBe(0);
    expect(out).toBe(read('nm.txt'));
  });

  it('prints relocations as llvm-readelf -r does, with a warning for each entry that it refuses', async () => {
    const { code, out, err } = await cli(['dump', file, 'relocs', '--format', 'readelf']);
    expect(code).toBe(0);
    expect(out).toBe(read('readelf-r.txt'));
    expect(err.split('\n').length - 1).toBe(errorLines(golden(name, 'readelf-r.err')).length);
    if (err !== '') expect(err).toMatch(/^kinspect: .*: relocation \d+ of section \d+ \(\.rela\.dyn\) is left out: /m);
  });

  if (has('bpftool.txt')) {
    it('prints BTF as bpftool does', async () => {
      const base = name.endsWith('.ko') ? ['--btf-base', fixture('x86_64-emit-relocs')] : [];
      const { code, out } = await cli(['dump', file, 'btf', '--format', 'bpftool', ...base]);
      expect(code).toBe(0);
      expect(out).toBe(read('bpftool.txt'));
    });
  }

  if (has('gdb-x32gx.txt')) {
    it('prints the region as gdb does, and fails as it does', async () => {
      const { code, out, err } = await cli(['dump', file, 'mcount', '--format', 'gdb']);
      expect(out).toBe(read('gdb-x32gx.txt'));
      const said = errorLines(golden(name, 'gdb-x32gx.err'));
      expect(err).toBe(said.map((line) => `${line}\n`).join(''));
      expect(code).toBe(said.length === 0 ? 0 : 1);
    });
  }

  it.each(['symbols', 'relocs', 'sections', 'mcount'])(
    'prints %s as text with a header line, and as JSON',
    async (what) => {
      const text = await cli(['dump', file, what]);
      expect(text.code).toBe(0);
      const lines = text.out.split('\n').slice(0, -1);
      const json = await cli(['dump', file, what, '--format', 'json']);
      const parsed = JSON.parse(json.out);
      expect(parsed).toMatchObject({ schema: 1, command: 'dump', what, file, count: lines.length - 1 });
      expect(parsed.rows.length).toBe(lines.length - 1);
      expect(json.out).toMatch(/^[\x20-\x7e\n]*$/);
      const ndjson = await cli(['dump', file, what, '--format', 'ndjson']);
      const rows = ndjson.out.split('\n').slice(0, -1);
      expect(rows.map((line) => JSON.parse(line))).toEqual(parsed.rows);
    },
  );
});

describe('one section of relocations', () => {
  it('is the part of the whole listing that is about it', async () => {
    const file = fixture('x86_64-emit-relocs');
    const whole = readFileSync(golden('x86_64-emit-relocs', 'readelf-r.txt'), 'latin1');
    const part = whole.split(/(?=\nRelocation section)/).find((text) => text.includes("'.rela.init.data'"));
    const { out } = await cli(['dump', file, 'relocs', '--format', 'readelf', '--section', '.rela.init.data']);
    expect(out).toBe(part);
    const text = await cli(['dump', file, 'relocs', '--section', '.rela.init.data']);
    expect(text.out.split('\n').length - 2).toBe((part ?? '').split('\n').length - 4);
    expect(text.out).toMatch(/^ffffffff8\w+ {2}R_X86_64_64 {11}ffffffff8\w+ {2}\.rela\.init\.data {5}\.text \+ 0x/m);
  });

  it('is named when it is not there', async () => {
    const { code, err, out } = await cli(['dump', fixture('arm32'), 'relocs', '--section', '.rela.text']);
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(err).toMatch(/^kinspect: .*: relocation section \.rela\.text: no such section; there are \.rel\.dyn\n$/);
  });
});

describe('the mcount region', () => {
  const sample = fixture('vmlinux-aarch64');
  const mcount = (...options: string[]) => cli(['dump', sample, 'mcount', ...options]);

  it('shows what the relocation puts into each slot, and how', async () => {
    const { out } = await mcount();
    const [header, ...lines] = out.split('\n');
    expect(header).toBe('  slot  place             raw               relocated         how              symbol');
    const row = lines.find((line) => line.endsWith(' tty_write')) ?? '';
    expect(row).toMatch(/^ +\d+ {2}ffff8000\w{8} {2}0{16} {2}ffff8000\w{8} {2}rela-addend {6}tty_write$/);
  });

  it('shows the words after relocation, and ends with the region', async () => {
    const raw = (await mcount('--format', 'gdb', '--count', '4')).out;
    expect(raw).toMatch(/^(0xffff8000\w{8}:(\t0x0{16}){2}\n){2}$/);
    const { out, code } = await mcount('--format', 'gdb', '--count', '4', '--mcount', 'relocated');
    expect(code).toBe(0);
    expect(out).toMatch(/^(0xffff8000\w{8}:(\t0xffff8000\w{8}){2}\n){2}$/);
    const json = JSON.parse((await mcount('--format', 'json', '--count', '4')).out);
    const words = out.match(/\t0x\w+/g)?.map((word) => word.slice(1));
    expect(words).toEqual(json.rows.map((row: { relocated: string }) => row.relocated));

    const all = await mcount('--format', 'gdb', '--count', '100000', '--mcount', 'relocated');
    expect(all.code).toBe(1);
    expect(all.err).toContain('the region ends here');
    expect(all.out).toMatch(/\n0x\w+:\t\n$/);
  });

  it('counts words, bytes or slots', async () => {
    expect((await mcount('--format', 'r2', '--count', '20')).out.split('\n').length).toBe(1 + 2 + 1);
    expect((await mcount('--count', '0x10')).out.split('\n').length).toBe(1 + 16 + 1);
    const three = (await mcount('--format', 'gdb', '--count', '3')).out;
    expect(three.match(/\t/g)?.length).toBe(3);
    expect(three.endsWith('\n')).toBe(true);
  });
});

it('ends a chunk in time where every member of a type has a long name, for a terminal too', async () => {
  const btf = new BtfWriter();
  const name = btf.string('n'.repeat(100_000));
  const entries = Array.from({ length: 200 }, (_, value) => [name, value]).flat();
  btf.record([0, 0x06000000 + 200, 4, ...entries]);
  const file = tempFile(btf.build());
  const sizes: number[] = [];
  const out = (chunk: string | Uint8Array) => void sizes.push(chunk.length);
  await cli(['dump', file, 'btf', '--format', 'bpftool'], { terminal: true, out });
  expect(Math.max(...sizes)).toBeLessThan(200_000);
  expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(20_000_000);
});
