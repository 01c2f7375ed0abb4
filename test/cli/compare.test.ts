/** `kinspect compare`: its formats, exit codes and words, on the fixtures. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { cli, fixture, golden, samplePath } from './collect.ts';

const x86 = fixture('x86_64-emit-relocs');
const relr = fixture('aarch64-relr');

/** The names of the FUNC records, as bpftool lists them. */
function bpftoolNames(name: string): string[] {
  const text = readFileSync(golden(name, 'bpftool.txt'), 'latin1');
  return [...text.matchAll(/^\[\d+\] FUNC '(.*?)' /gm)].map((match) => match[1] as string);
}

const setOf = (name: string): Set<string> => new Set(bpftoolNames(name));

describe('two kernels', () => {
  it('gain and lose the names that bpftool lists for one of them only', async () => {
    const { out, code } = await cli(['compare', samplePath, x86, '--format', 'json']);
    const { rows, totals, before, after } = JSON.parse(out);
    const [old, young] = [setOf('vmlinux-aarch64'), setOf('x86_64-emit-relocs')];
    const named = (change: string) =>
      rows.filter((row: { change: string }) => row.change === change).map((row: { function: string }) => row.function);
    expect(named('gained').sort()).toEqual([...young].filter((name) => !old.has(name)).sort());
    expect(named('lost').sort()).toEqual([...old].filter((name) => !young.has(name)).sort());
    expect(named('gained')).toContain('tty_write');
    expect(before.btf.records).toBe(bpftoolNames('vmlinux-aarch64').length);
    expect(after.btf.names).toBe(young.size);
    const all = Object.values<number>(totals).reduce((sum, number) => sum + number, 0);
    expect(all).toBe(new Set([...old, ...young]).size);
    expect(code).toBe(1);
  });

  it('have the totals first, then every name once', async () => {
    const { out } = await cli(['compare', samplePath, x86]);
    const lines = out.split('\n');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(out).toMatch(/\n +66 {2}gained .*\n +7 {2}lost .*\n +1 {2}changed .*\n +1 {2}renamed /);
    expect(lines.indexOf('GAINED; in OLD static, in the mcount region (62)')).toBeGreaterThan(5);
    expect(lines).toContain('+ ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)');
    expect(out).toContain(
      '\nvprintk_emit\n- int vprintk_emit(u8 level, const char *fmt, struct __va_list args)\n+ int vprintk_emit(',
    );
  });

  it('end with 0 where nothing differs', async () => {
    const { out, err, code } = await cli(['compare', samplePath, relr]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/\n +92 {2}same /);
    expect((await cli(['compare', samplePath, relr, '--format', 'ndjson'])).out).toBe('');
  });

  it('tell verdicts of all functions when an encoder is named', async () => {
    const { out } = await cli(['compare', samplePath, x86, '--encoder', '1.20']);
    expect(out).toContain(
      '+ ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)\n  pahole 1.20: OLD not-external, NEW encoded\n',
    );
    const { out: rows } = await cli(['compare', samplePath, x86, '--format', 'ndjson', '--encoder', '1.22']);
    const row = rows.split('\n').find((line) => line.startsWith('{"function":"tty_write",')) ?? '';
    expect(JSON.parse(row).before.verdict).toMatchObject({ verdict: 'encoded', line: 756 });
  });
});

describe('functions', () => {
  it('are told with both sides', async () => {
    const { out, code } = await cli(['compare', samplePath, x86, 'tty_write', '--format', 'ndjson']);
    expect(JSON.parse(out)).toMatchObject({
      function: 'tty_write',
      change: 'gained',
      before: {
        records: [],
        absence: 'static-traceable',
        symbols: [{ binding: 'static', slot: 82, slotRaw: '0x0' }],
        verdict: { verdict: 'not-external', line: 750, cu: 'drivers/tty/tty_io.c' },
      },
      after: {
        records: [{ c: 'ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)' }],
        absence: null,
        verdict: { verdict: 'encoded', line: 756 },
      },
    });
    expect(code).toBe(1);
  });

  it('stand side by side in 80 columns', async () => {
    const { out } = await cli(['compare', samplePath, x86, 'tty_write']);
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(out).toMatch(/^tty_write: gained, a record in NEW only$/m);
    expect(out).toMatch(/^traceable {4}slot 82, zero in the file {9}slot 92$/m);
    expect(out).toMatch(/^pahole 1\.20 {2}not-external, line 750; {11}encoded, line 756;$/m);
    expect(out).toContain(
      [
        '  (no record)                            ssize_t tty_write(',
        '                                           struct kiocb *iocb,',
        '                                           struct iov_iter *from)',
      ].join('\n'),
    );
  });

  it('end with 0 where their records are the same', async () => {
    const { out, code } = await cli(['compare', samplePath, relr, 'tty_write', 'redirected_tty_write']);
    expect(code).toBe(0);
    expect(out).toContain('tty_write: same, no record on either side');
    expect(out).toContain('redirected_tty_write: same, the same records on both sides');
  });

  it('are explained where a name has several records', async () => {
    const { out } = await cli(['compare', samplePath, x86, 'memcpy', '--format', 'ndjson']);
    expect(JSON.parse(out).before.several).toEqual({ records: 2, prototypes: 2, symbols: 1 });
  });
});

describe('bad input', () => {
  it('says that the machines differ, and goes on', async () => {
    const { err, code } = await cli(['compare', samplePath, x86, 'tty_write']);
    expect(err).toBe(
      `kinspect: ${x86}: the machine is x86_64, and that of ${samplePath} is aarch64: code that only one machine has comes out as gained or lost\n`,
    );
    expect(code).toBe(1);
  });

  it('says that a file is given twice, by its path and by its build id', async () => {
    const twice = await cli(['compare', samplePath, samplePath]);
    expect(twice).toMatchObject({
      code: 0,
      err: `kinspect: ${samplePath}: the file is given twice: nothing differs\n`,
    });
    const copy = tempFile(readFileSync(samplePath));
    const same = await cli(['compare', samplePath, copy]);
    expect(same.err).toMatch(/: the same kernel as \S+, build id [\da-f]{40}: nothing differs\n$/);
    expect(same.code).toBe(0);
  });

  it('offers the nearest names for a function that neither has', async () => {
    const { err, out, code } = await cli(['compare', samplePath, relr, 'tty_wirte']);
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toMatch(/^kinspect: neither kernel has a function tty_wirte; the nearest are tty_write, .*\n$/);
    const both = await cli(['compare', samplePath, relr, 'tty_wirte', 'tty_write']);
    expect(both.out).toContain('tty_write: same');
    expect(both.code).toBe(1);
  });

  it('says that a side has no BTF, and takes it as one without records', async () => {
    const { err, out, code } = await cli(['compare', samplePath, fixture('aarch64-asm-unit')]);
    expect(err).toMatch(/asm-unit: no \.BTF section: .*; on this side no function has a record\n$/);
    expect(out).toMatch(/\n +92 {2}lost .*\n[\s\S]*\n +92 {2}no BTF that could be read\n/);
    expect(code).toBe(1);
    const neither = await cli(['compare', fixture('aarch64-asm-unit'), fixture('aarch64-asm-unit')]);
    expect({ out: neither.out, code: neither.code }).toEqual({ out: '', code: 3 });
  });

  it('says that the BTF is of another kernel', async () => {
    const btf = new BtfWriter();
    const proto = btf.proto(btf.int('int', 4, 1), []);
    for (let i = 0; i < 40; i++) btf.func(`no_such_function_${i}`, proto);
    const other = tempFile(btf.build());
    const { err } = await cli(['compare', samplePath, relr, '--btf', other]);
    expect(err).toContain(
      `${relr}: 40 of the 40 names with a FUNC record have no function symbol here: the BTF of ${other} is of another kernel`,
    );
    expect((await cli(['compare', samplePath, relr, '--btf', relr])).err).toBe('');
  });

  it('names the file that cannot be read', async () => {
    expect(await cli(['compare', samplePath, '/nowhere'])).toMatchObject({
      code: 3,
      err: 'kinspect: /nowhere: no such file\n',
    });
    const bad = tempFile(Buffer.from('no'));
    expect((await cli(['compare', samplePath, bad])).err).toMatch(new RegExp(`^kinspect: ${bad}: ELF magic .*\n$`));
    expect((await cli(['compare', samplePath, relr, '--encoder', '9'])).code).toBe(2);
  });
});
