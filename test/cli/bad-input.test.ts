import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { tempDirectory, tempFile } from '../helpers/temp-file.ts';
import { type Answer, cli, fixture, samplePath } from './collect.ts';

/** One sentence, exit code 3, no stack and nothing of the file's raw. */
function refused({ code, err }: Answer): string {
  expect(code).toBe(3);
  expect(err).toMatch(/^kinspect: [\x20-\x7e]+\n$/);
  expect(err).not.toMatch(/ at .*\(?\S+:\d+:\d+|undefined|NaN|\[object/);
  return err;
}

const ways = [[], ['symbols'], ['relocs'], ['mcount'], ['btf'], ['sections']];
const commandLine = (path: string, what: readonly string[]): string[] =>
  what.length === 0 ? [path] : ['dump', path, ...what];

describe('a file that is no kernel', () => {
  it.each(ways)('is refused in one sentence by every command (%s)', async (...what) => {
    const run = async (path: string) => refused(await cli(commandLine(path, what)));
    expect(await run('/nowhere/vmlinux')).toBe('kinspect: /nowhere/vmlinux: no such file\n');
    expect(await run(tempDirectory())).toContain('it is a directory');
    expect(await run(tempFile(new Uint8Array(0)))).toContain('at file offset 0x0: the file is empty');
    expect(await run(tempFile(Buffer.from('hello, world')))).toMatch(
      /ELF magic at file offset 0x0: found 68 65 6c 6c, .*not an ELF file/,
    );
    expect(await run(tempFile(Buffer.from('MZ\0\0 a boot image')))).toContain('vmlinuz');
    expect(await run(tempFile(Uint8Array.of(0x1f, 0x8b, 8, 0)))).toContain('gzip');
    expect(await run(tempFile(Uint8Array.of(0x9f, 0xeb, 1, 0, 24, 0, 0, 0)))).toContain('raw BTF; give it with --btf');
    expect(await run(tempFile(readFileSync(samplePath).subarray(0, 40)))).toContain('ELF header at file offset 0x0');
    expect(await run('/dev/null')).toContain('a device or socket');
  });

  it('does not hang on a FIFO', async () => {
    const fifo = join(tempDirectory(), 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(refused(await cli([fifo]))).toContain('it is a FIFO');
  });

  it.skipIf(process.getuid?.() === 0)('says that it may not be read', async () => {
    const path = tempFile(readFileSync(samplePath));
    chmodSync(path, 0);
    expect(refused(await cli([path]))).toContain('permission denied');
  });

  it('suggests the command that may have been meant', async () => {
    expect(refused(await cli(['dmup']))).toBe('kinspect: dmup: no such file; did you mean the command dump?\n');
  });

  it('is named so that a terminal shows it', async () => {
    const { err } = await cli(['no\x1b[2Jsuch\u202e']);
    expect(err).toBe('kinspect: no\\x1b[2Jsuch\\u{202e}: no such file\n');
  });
});

describe('a kernel that is cut off', () => {
  it.each(ways)('is refused with the place, wherever the cut is (%s)', async (...what) => {
    const whole = readFileSync(samplePath);
    for (const size of [64, 1000, 30_000, 60_000, whole.length - 1]) {
      // Its section header table is at the end.
      const reason = refused(await cli(commandLine(tempFile(whole.subarray(0, size)), what)));
      expect(reason).toMatch(/ELF header at file offset 0x28: e_shoff is 0x[0-9a-f]+|section header table/);
    }
  });
});

describe('a part that is not there', () => {
  const empty = (): string => tempFile(new ElfWriter().build().bytes);

  it('is named by dump', async () => {
    expect(refused(await cli(['dump', empty(), 'mcount']))).toMatch(/mcount region: without a symbol table/);
    expect(refused(await cli(['dump', empty(), 'btf']))).toMatch(/no \.BTF section/);
    const noSections = tempFile(new ElfWriter({ noSectionTable: true }).build().bytes);
    expect(refused(await cli(['dump', noSections, 'sections']))).toContain('no section header table');
  });

  it('is no failure where the tool does not fail either', async () => {
    const symbols = await cli(['dump', empty(), 'symbols', '--format', 'nm']);
    expect(symbols).toMatchObject({ code: 0, out: '' });
    expect(symbols.err).toMatch(/^kinspect: .*: no symbols: no \.symtab section: it was stripped\n$/);
    expect((await cli(['dump', empty(), 'relocs', '--format', 'readelf'])).out).toBe(
      '\nThere are no relocations in this file.\n',
    );
  });

  it('does not hide the others', async () => {
    const { out, code, err } = await cli([empty()]);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toContain('aarch64, ELF64, little-endian, ET_DYN');
    expect(out.match(/absent: /g)?.length).toBeGreaterThan(4);
  });
});

describe('a part that is damaged', () => {
  const withSymbols = (): ElfWriter => {
    const elf = new ElfWriter();
    elf.section('.text', { flags: 'AX', bytes: new Uint8Array(16), addr: 0x1000 });
    elf.symbol('f', { type: 'FUNC', section: '.text', value: 0x1000, size: 16 });
    elf.rela('.rela.dyn', [{ place: 0x1000, type: 1027, addend: 1 }], { flags: 'A' });
    return elf;
  };
  const path = (damage: (file: BuiltElf) => BuiltElf): string => tempFile(damage(withSymbols().build()).bytes);

  it('is refused by the dump that asks for it, with its place', async () => {
    const file = path((elf) => elf.patchSection('.symtab', 'sh_entsize', 23));
    expect(refused(await cli(['dump', file, 'symbols']))).toMatch(
      /section \d+ \(\.symtab\) at file offset 0x[0-9a-f]+: sh_entsize is 23, expected 24/,
    );
    const rows = await cli(['dump', file, 'relocs']);
    expect(rows.code).toBe(0);
    expect(rows.out).toContain('R_AARCH64_RELATIVE');
  });

  it('is a fact among the others in the overview, and the exit code says so', async () => {
    const file = path((elf) => elf.patchSection('.symtab', 'sh_size', 1n << 40n));
    const answer = await cli([file]);
    expect(refused(answer)).toContain('(.symtab)');
    expect(answer.out).toContain('malformed: ');
    expect(answer.out).toContain('1 entries in .rela.dyn');
    const json = JSON.parse((await cli([file, '--format', 'json'])).out);
    const states = json.facts.map((fact: { id: string; state: string }) => `${fact.id} ${fact.state}`);
    expect(states).toContain('symbols malformed');
    expect(states).toContain('relocations ready');
  });

  it('shows the rows that can be read, with a warning', async () => {
    const file = path((elf) => elf.patchSection('.rela.dyn', 'sh_size', 25));
    const { code, out, err } = await cli(['dump', file, 'relocs']);
    expect(code).toBe(0);
    expect(out.split('\n').length).toBe(3);
    expect(err).toMatch(/^kinspect: .*sh_size 25 is not a multiple of its 24-byte entries\n$/);
  });

  it('names --btf when what it gives is wrong', async () => {
    const btf = tempFile(Buffer.from('no BTF at all'), 'other.btf');
    expect(refused(await cli(['dump', samplePath, 'btf', '--btf', btf]))).toContain('BTF header at file offset 0x0');
    expect(refused(await cli(['dump', samplePath, 'btf', '--btf', '/nowhere']))).toContain('/nowhere: no such file');
    const taken = await cli(['dump', fixture('aarch64-asm-unit'), 'btf', '--btf', samplePath]);
    expect(taken.code).toBe(0);
  });
});

describe('names from the file', () => {
  const hostile = '\x1b]0;owned\x07\x9b2J\n\t\xe2\x80\xae';
  const file = (): string => {
    const elf = new ElfWriter({ machine: 'x86_64', type: 'EXEC' });
    elf.section(hostile, { flags: 'WA', bytes: new Uint8Array(64), addr: 0x1000 });
    elf.symbol(hostile, { section: hostile, value: 0x1000, type: 'OBJECT', size: 32 });
    elf.symbol('__start_mcount_loc', { section: hostile, value: 0x1000 });
    elf.symbol('__stop_mcount_loc', { section: hostile, value: 0x1020 });
    elf.rela(`.rela${hostile}`, [{ place: 0x1000, type: 1, symbol: hostile }], { link: '.symtab', info: hostile });
    return tempFile(elf.build().bytes);
  };

  it.each([
    ['symbols', 'text'],
    ['symbols', 'nm'],
    ['symbols', 'json'],
    ['relocs', 'text'],
    ['relocs', 'readelf'],
    ['relocs', 'ndjson'],
    ['mcount', 'text'],
    ['mcount', 'gdb'],
    ['mcount', 'r2'],
    ['sections', 'text'],
  ])('reach a terminal in no raw form (dump %s --format %s)', async (what, format) => {
    const argv = ['dump', file(), what, '--format', format];
    const { out, err, code } = await cli(argv, { terminal: true });
    // Memory ends before the count that gdb and radare2 show when none is given.
    expect(code).toBe(format === 'gdb' || format === 'r2' ? 1 : 0);
    // The tab is gdb's own.
    expect(out + err).toMatch(format === 'gdb' ? /^[\x20-\x7e\n\t]*$/ : /^[\x20-\x7e\n]*$/);
    const lines = out.split('\n').length - 1;
    const piped = await cli(argv);
    if (format === 'nm' || format === 'readelf' || format === 'gdb') {
      expect(piped.out).toContain('\x1b]0;owned\x07');
      expect(piped.out.split('\n').length - 1).toBeGreaterThan(lines);
    } else expect(piped.out).toBe(out);
  });

  it('reach a terminal in no raw form (bpftool)', async () => {
    const { out } = await cli(['dump', samplePath, 'btf', '--format', 'bpftool'], { terminal: true });
    expect(out).toBe((await cli(['dump', samplePath, 'btf', '--format', 'bpftool'])).out);
  });

  it('are themselves in JSON', async () => {
    const { rows } = JSON.parse((await cli(['dump', file(), 'symbols', '--format', 'json'])).out);
    // One byte of it is not UTF-8, so every byte is a character.
    expect(rows[0].name).toBe(hostile);
  });
});

describe('a fault of the program', () => {
  it('is one line, and a stack for those who ask', async () => {
    const setting = { out: () => Promise.reject(new TypeError('a bug')) };
    const quiet = await cli([samplePath], setting);
    expect(quiet).toMatchObject({ code: 70 });
    expect(quiet.err).toMatch(/^kinspect: .*: internal error: a bug; KINSPECT_DEBUG=1 adds where\n$/);
    const loud = await cli([samplePath], { ...setting, env: { KINSPECT_DEBUG: '1' } });
    expect(loud.err).toMatch(/TypeError: a bug\n +at /);
  });
});
