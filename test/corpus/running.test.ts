/**
 * A running kernel made of real ones: kallsyms from nm with a KASLR offset and modules, as the article has it, beside the
 * vmlinux and beside the boot image of the same package.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readyValue } from '../../src/errors.ts';
import { RunningKernel } from '../../src/kernel/running.ts';
import { type OpenOptions, Vmlinux } from '../../src/kernel/vmlinux.ts';
import { repository } from '../cli/collect.ts';
import { kallsymsText, type ModuleLine, type NmLine, nmLines, rfcomm, rfcommListed } from '../helpers/kallsyms.ts';
import { tempFile } from '../helpers/temp-file.ts';

const corpus = process.env['KINSPECT_CORPUS'] ?? join(homedir(), '.cache/kinspect/corpus');
const vmlinux = (kernel: string): string => join(corpus, kernel, 'vmlinux');
const vmlinuz = (kernel: string): string => join(corpus, 'images', kernel, 'vmlinuz');

const kernels = [
  { name: 'arm64-5.10', offset: 0x43855a4cc000n, slots: 34_264, btf: 19_196 },
  { name: 'amd64-5.10', offset: 0x1a000000n, slots: 33_982, btf: 32_357 },
] as const;

beforeAll(() => {
  const missing = [...kernels.map(({ name }) => name), 'images'].filter((name) => !existsSync(join(corpus, name)));
  if (missing.length === 0) return;
  execFileSync('bash', [join(repository, 'scripts/fetch-kernels.sh'), ...missing], { stdio: 'inherit' });
});

/** 120 modules of 500 functions, as a machine with everything loaded has. */
const modules: readonly ModuleLine[] = Array.from({ length: 60_000 }, (_, i) => ({
  address: 0xffffc38526a00000n + BigInt(i * 64),
  letter: 't',
  name: `mod${Math.floor(i / 500)}_fn_${i % 500}`,
  module: `mod${Math.floor(i / 500)}`,
}));

const known = new Map<string, readonly NmLine[]>();

function nm(kernel: string): readonly NmLine[] {
  const found = known.get(kernel);
  if (found !== undefined) return found;
  const { stdout } = spawnSync('nm', ['-n', vmlinux(kernel)], { encoding: 'latin1', maxBuffer: 1 << 28 });
  const lines = nmLines(stdout);
  known.set(kernel, lines);
  return lines;
}

function open(path: string, options: OpenOptions): Vmlinux {
  const kernel = Vmlinux.open(path, options);
  onTestFinished(() => kernel.close());
  return kernel;
}

describe.each(kernels)('$name', ({ name, offset, slots, btf }) => {
  const kallsyms = () =>
    tempFile(Buffer.from(kallsymsText(nm(name), offset, [...modules, ...rfcomm]), 'latin1'), 'kallsyms');

  it('is found moved, every function at its address', () => {
    const kernel = open(vmlinux(name), { kallsyms: kallsyms() });
    const lines = nm(name);
    const ftrace = lines.flatMap((line) => (/[tT]/.test(line.letter) ? [`${line.name}\n`] : [])).join('');
    const list = tempFile(Buffer.from(ftrace + rfcommListed, 'latin1'), 'filter');
    const running = new RunningKernel(kernel, { ftrace: list });
    const found = readyValue(running.offset);
    expect(found).toMatchObject({ offset, anchor: '_text' });
    expect(found?.common).toBeGreaterThan(30_000);
    expect(found?.agree).toBe(found?.common);

    const table = readyValue(kernel.symbols)?.table;
    const byName = new Map<string, bigint | undefined>();
    for (const line of lines) byName.set(line.name, byName.has(line.name) ? undefined : line.address);
    let compared = 0;
    for (let row = 1; row < (table?.count ?? 0); row++) {
      const address = byName.get(table?.name(row) ?? '');
      // Per-cpu and absolute symbols stay where they are.
      if (address === undefined || address < 0x100000n || table?.sectionOf(row) === undefined) continue;
      if (running.runtimeAddress(row) !== BigInt.asUintN(64, address + offset)) {
        throw new Error(`${table.name(row)} is at ${running.runtimeAddress(row)?.toString(16)}`);
      }
      compared++;
    }
    expect(compared).toBeGreaterThan(60_000);

    const written = running.evidenceFor('tty_write');
    expect(written.runtimeAddress).toBe((byName.get('tty_write') ?? 0n) + offset);
    expect(written.ftraceListed).toBe(true);
    expect(running.evidenceFor('rfcomm_tty_write').modules).toMatchObject([
      { module: 'rfcomm', address: 0xffffc38526a4b2a0n, ftraceListed: true },
    ]);
  });

  it('has the boot image of the same package, with the same BTF, slots and functions', () => {
    const image = open(vmlinuz(name), { kallsyms: kallsyms() });
    const whole = open(vmlinux(name), {});
    expect(readyValue(image.btf)?.btf.funcCount).toBe(btf);
    const region = readyValue(image.mcount);
    expect(region?.count).toBe(slots);
    expect(Buffer.compare(region?.bytes ?? Buffer.alloc(0), readyValue(whole.mcount)?.bytes ?? Buffer.alloc(1))).toBe(
      0,
    );
  });

  it('refuses the kallsyms of the other one, beside the vmlinux and the boot image', () => {
    const other = kernels.find((kernel) => kernel.name !== name)?.name ?? '';
    const path = tempFile(Buffer.from(kallsymsText(nm(other), offset), 'latin1'), 'kallsyms');
    const running = new RunningKernel(open(vmlinux(name), { kallsyms: path }), {});
    expect(running.offset.state === 'ready' ? '' : running.offset.reason).toMatch(
      /it is of another build: of \d+ text/,
    );
    const image = open(vmlinuz(name), { kallsyms: path });
    expect(image.symbols.state === 'ready' ? '' : image.symbols.reason).toMatch(/it is of another kernel/);
  });
});
