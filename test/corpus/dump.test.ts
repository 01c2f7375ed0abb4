/**
 * `kinspect dump` beside the tools themselves, on real kernels, live: nothing is compared with a stored copy.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../cli/collect.ts';
import { fetchMissing, kernelPath, kinspect, output, tool, wanted } from './real-tools.ts';

const kernels = wanted(['arm64-5.10', 'amd64-5.10', 'arm64-6.12']);
const program = join(repository, 'dist/kinspect.js');
const dump = (kernel: string, ...argv: readonly string[]) => kinspect('dump', kernelPath(kernel), ...argv);

/** Equal, without a diff of ten megabytes when they are not. */
function expectSame(ours: string, theirs: string): void {
  if (ours === theirs) return;
  let at = 0;
  while (ours[at] === theirs[at]) at++;
  const line = (text: string) => text.slice(text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at));
  throw new Error(`they differ at byte ${at} of ${theirs.length}:\n  ours   ${line(ours)}\n  theirs ${line(theirs)}`);
}

describe.each(kernels)('%s', (kernel) => {
  const file = kernelPath(kernel);
  const isArm = kernel.startsWith('arm64');

  beforeAll(() => fetchMissing([kernel]));

  it('symbols are what nm -p prints', (context) => {
    const theirs = output(tool(context, 'nm'), ['-p', file]).stdout;
    const { status, stdout, stderr } = dump(kernel, 'symbols', '--format', 'nm');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expectSame(stdout, theirs);
    expect(stdout.length).toBeGreaterThan(1_000_000);
  });

  it('BTF is what bpftool prints', (context) => {
    const theirs = output(tool(context, 'bpftool'), ['btf', 'dump', 'file', file, 'format', 'raw']).stdout;
    const { status, stdout } = dump(kernel, 'btf', '--format', 'bpftool');
    expect(status).toBe(0);
    expectSame(stdout, theirs);
    expect(stdout.length).toBeGreaterThan(1_000_000);
  });

  if (isArm) {
    it('relocations are what llvm-readelf -r prints, with as many warnings', (context) => {
      const theirs = output(tool(context, 'llvm-readelf-14', 'llvm-readelf'), ['-r', file]);
      const { status, stdout, stderr } = dump(kernel, 'relocs', '--format', 'readelf');
      expect(status).toBe(0);
      expectSame(stdout, theirs.stdout);
      const warnings = theirs.stderr.split('\n').filter((line) => line.includes('unable to print relocation'));
      expect(stderr.split('\n').filter((line) => line.includes('is left out')).length).toBe(warnings.length);
      expect(warnings.length).toBeGreaterThan(0);
    });
  } else {
    it('relocations of .rela.init.data are what llvm-readelf -r prints of it', (context) => {
      // Of its 14 million lines only those of the section; the line that ends it begins the next.
      const pick = `/^Relocation section/ { on = /'\\.rela\\.init\\.data'/; if (!on && seen) exit; seen = on } on`;
      const script = '"$0" -r "$1" | awk "$2"';
      const readelf = tool(context, 'llvm-readelf-14', 'llvm-readelf');
      const theirs = output('bash', ['-c', script, readelf, file, pick]).stdout;
      const { status, stdout } = dump(kernel, 'relocs', '--format', 'readelf', '--section', '.rela.init.data');
      expect(status).toBe(0);
      expectSame(`${stdout}\n`, `\n${theirs}`);
      expect(stdout.split('\n').length).toBeGreaterThan(30_000);
    });

    it('14 million relocations take less than 128 MB', async () => {
      const child = spawn(process.execPath, [program, 'dump', file, 'relocs', '--format', 'readelf'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let lines = 0;
      let most = 0;
      let next = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
        if (lines < next) return;
        next += 250_000;
        // Its peak so far, in kB.
        const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
        most = Math.max(most, Number(peak?.[1] ?? 0));
      });
      expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
      expect(lines).toBeGreaterThan(14_000_000);
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThan(128 * 1024);
    });
  }

  it('the mcount region is what gdb prints at its start', (context) => {
    const gdb = tool(context, 'gdb-multiarch', ...(isArm ? [] : ['gdb']));
    const start = /^(\w+) \w __start_mcount_loc$/m.exec(output(tool(context, 'nm'), ['-p', file]).stdout)?.[1];
    for (const count of [32, 40_000]) {
      const theirs = output(gdb, ['-batch', '-nx', '-ex', `x/${count}gx 0x${start}`, file]);
      const { stdout, stderr } = dump(kernel, 'mcount', '--format', 'gdb', '--count', String(count));
      expectSame(stdout, theirs.stdout);
      expect(stderr).toBe(theirs.stderr);
    }
  });

  it('every slot is there in JSON, and the overview has its figures', () => {
    const { facts } = JSON.parse(kinspect(file, '--format', 'json').stdout);
    const data = (id: string) => facts.find((fact: { id: string }) => fact.id === id).data;
    const rows = dump(kernel, 'mcount', '--format', 'ndjson').stdout.trimEnd().split('\n');
    expect(rows.length).toBe(data('mcount').slots);
    const zero = rows.filter((row) => JSON.parse(row).raw === '0x0').length;
    expect(zero).toBe(data('mcount').rawZero);
    const types = dump(kernel, 'btf', '--format', 'ndjson').stdout.trimEnd().split('\n');
    expect(types.length).toBe(data('btf').types);
    expect(types.filter((row) => row.includes('"kind":"FUNC"')).length).toBe(data('btf').functions);
  });
});

describe('the figures of the design', () => {
  const figures: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'arm64-5.10': {
      symbols: { entries: 129_782, functions: 40_189 },
      mcount: { slots: 34_264, rawZero: 34_264, relocatedZero: 0 },
      btf: { functions: 19_196 },
      'mcount-slots': { relocatedAtFunction: 33_978 },
    },
    'amd64-5.10': {
      symbols: { entries: 107_735, functions: 42_012 },
      mcount: { slots: 33_982, rawZero: 0 },
      btf: { functions: 32_357 },
      'mcount-slots': { relocatedAtFunction: 33_446 },
    },
    // The newest of its series, so counts change with every release; that each slot is beside its function does not.
    'arm64-6.12': { 'mcount-slots': { relocatedAtFunction: 0 } },
  };

  it.each(kernels.filter((kernel) => kernel in figures))('%s', (kernel) => {
    const { facts } = JSON.parse(kinspect(kernelPath(kernel), '--format', 'json').stdout);
    for (const [id, data] of Object.entries(figures[kernel] ?? {})) {
      expect(facts.find((fact: { id: string }) => fact.id === id)).toMatchObject({ id, data });
    }
  });
});
