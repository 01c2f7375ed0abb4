/**
 * What the built program takes for a file that unpacks to a thousand times its size. The bound is the campaign's: 300 MiB, and
 * four bytes for each of the file; a machine differs from another by a few of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { memoryLimit } from '../campaign/judge.ts';
import { rawImage, zboot } from '../helpers/boot-image.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { tempDirectory } from '../helpers/temp-file.ts';

const program = 'dist/kinspect.js';
const margin = 40 << 20;
const mebibyte = 1 << 20;

/** Loaded before the program: at its end it writes down the largest resident set that it had. */
const atExit = `
const { isMainThread } = require('node:worker_threads');
const { readFileSync, writeFileSync } = require('node:fs');
if (isMainThread) process.on('exit', () => writeFileSync(process.env.TEST_PEAK, readFileSync('/proc/self/status')));
`;

/** Run a command line on a file, FILE. */
function run(bytes: Uint8Array, argv: string): { code: number | null; err: string; peak: number } {
  const folder = tempDirectory();
  const [file, hook, status] = [join(folder, 'bomb'), join(folder, 'at-exit.cjs'), join(folder, 'status')];
  writeFileSync(file, bytes);
  writeFileSync(hook, atExit);
  const words = argv.split(' ').map((word) => (word === 'FILE' ? file : word));
  const { status: code, stderr } = spawnSync(process.execPath, ['--require', hook, program, ...words], {
    env: { ...process.env, TEST_PEAK: status },
    encoding: 'latin1',
  });
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'latin1'))?.[1]) * 1024;
  return { code, err: stderr.replaceAll(file, 'FILE'), peak };
}

interface Bomb {
  readonly type?: 'EXEC' | 'REL';
  /** Bytes that each section unpacks to. */
  readonly sections: Readonly<Record<string, number>>;
  /** Bytes that are not packed. */
  readonly padding?: number;
}

function bomb({ type = 'EXEC', sections, padding = 0 }: Bomb): Uint8Array {
  const writer = new ElfWriter({ type, machine: 'x86_64' });
  writer.section('.text', { flags: 'AX', addr: type === 'REL' ? 0 : 0x1000, bytes: new Uint8Array(64 + padding) });
  writer.symbol('alpha', { type: 'FUNC', section: '.text', value: type === 'REL' ? 0 : 0x1000, size: 16 });
  for (const [name, size] of Object.entries(sections)) {
    writer.compressed(name, new Uint8Array(size));
    if (type === 'REL') writer.rela(`.rela${name}`, [{ place: 0, type: 1, symbol: 'alpha' }], { info: name });
  }
  return writer.build().bytes;
}

const dwarf = ['info', 'abbrev', 'str', 'line_str', 'str_offsets', 'addr', 'types'].map((name) => `.debug_${name}`);
const each = (size: number) => Object.fromEntries(dwarf.map((name) => [name, size]));
/** As much as is unpacked of a small file, nearly all of it in one section. */
const mostlyIn = (name: string, size = 31 * mebibyte) => ({ '.debug_info': 1000, '.debug_abbrev': 1000, [name]: size });

/** A unit of DIEs of one byte: .debug_abbrev has code 2 for a function, 3 for one with children, 4 for a parameter. */
function dense(size: number, first: readonly number[], code: number, isPacked: boolean): Uint8Array {
  const info = Buffer.alloc(size, code);
  info.fill(0, size - 4);
  info.set([0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 1, ...first]);
  info.writeUInt32LE(size - 4);
  const abbrev = Uint8Array.from([
    1, 0x11, 1, 0, 0, 2, 0x2e, 0, 0, 0, 3, 0x2e, 1, 0, 0, 4, 5, 0, 0, 0, 5, 0x0b, 1, 0, 0, 0,
  ]);
  const writer = new ElfWriter();
  writer.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(64) });
  writer.symbol('alpha', { type: 'FUNC', section: '.text', value: 0x1000, size: 16 });
  if (isPacked) writer.compressed('.debug_info', info);
  else writer.section('.debug_info', { bytes: info });
  writer.section('.debug_abbrev', { bytes: abbrev });
  return writer.build().bytes;
}

/** Units of a header alone, one after the other. */
function tinyUnits(size: number): Uint8Array {
  const unit = Uint8Array.from([8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 0]);
  const writer = new ElfWriter();
  writer.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(64) });
  writer.symbol('alpha', { type: 'FUNC', section: '.text', value: 0x1000, size: 16 });
  writer.compressed('.debug_info', Buffer.alloc(size - (size % unit.length), unit));
  writer.section('.debug_abbrev', { bytes: Uint8Array.of(1, 0x11, 0, 0, 0, 0) });
  return writer.build().bytes;
}

const bombs: Readonly<Record<string, () => Uint8Array>> = {
  'seven sections of 64 MiB each': () => bomb({ sections: each(64 * mebibyte) }),
  'seven sections of 4 MiB each': () => bomb({ sections: each(4 * mebibyte) }),
  'all in .debug_info': () => bomb({ sections: mostlyIn('.debug_info') }),
  'all in .debug_str': () => bomb({ sections: mostlyIn('.debug_str') }),
  'all in .debug_str of a module': () => bomb({ type: 'REL', sections: mostlyIn('.debug_str') }),
  'all in .debug_str, and the file is large': () =>
    bomb({ sections: mostlyIn('.debug_str', 120 * mebibyte), padding: 60 * mebibyte }),
  'functions of one byte': () => dense(8 * mebibyte, [], 2, false),
  'functions of one byte, packed': () => dense(31 * mebibyte, [], 2, true),
  'parameters of one byte, packed': () => dense(31 * mebibyte, [3], 4, true),
  'parameters of one byte in a block, packed': () => dense(31 * mebibyte, [3, 5], 4, true),
  'units of twelve bytes, packed': () => tinyUnits(31 * mebibyte),
  'gzip of 120 MiB': () => gzipSync(rawImage('ARM\x64', new Uint8Array(120 * mebibyte))),
  'zboot of 90 MiB in gzip': () => gzipSync(zboot(rawImage('ARM\x64', new Uint8Array(90 * mebibyte)))),
};

describe.skipIf(!existsSync('/proc/self/status'))('memory', () => {
  test.each(Object.entries(bombs))('%s', (_, make) => {
    const bytes = make();
    for (const argv of ['replay FILE', 'why FILE --all', 'why FILE alpha', 'FILE', 'dump FILE sections']) {
      const { code, err, peak } = run(bytes, argv);
      expect({ argv, code: [0, 1, 3].includes(code ?? -1) || err }).toEqual({ argv, code: true });
      expect(Math.round(peak / mebibyte), `MiB for ${argv}`).toBeLessThan(
        (memoryLimit(bytes.length) - margin) / mebibyte,
      );
    }
  });

  test('functions that are too many are a unit that is missing', () => {
    const { code, err } = run(dense(8 * mebibyte, [], 2, false), 'replay FILE --format tsv');
    expect(code).toBe(0);
    expect(err).toMatch(
      /^kinspect: FILE: a unit is missing: unit at \.debug_info\+0x0: its functions and parameters are more than a file of this size can have\n/,
    );
  });

  test('units that are too many are a complaint about the first of them', () => {
    const bytes = tinyUnits(31 * mebibyte);
    const { code, err } = run(bytes, 'replay FILE --format tsv');
    const most = 65_536 + Math.floor(bytes.length / 256);
    expect(code).toBe(0);
    expect(err).toContain(
      `a unit is missing: unit at .debug_info+0x${(most * 12).toString(16)}: ${most.toLocaleString('en-US')} units come before it, and a file of this size cannot have more; what follows is not read\n`,
    );
  });

  test('the refusal names section, place and sizes', () => {
    const { code, err } = run(bomb({ sections: each(64 * mebibyte) }), 'replay FILE');
    expect(code).toBe(3);
    expect(err).toMatch(
      /^kinspect: FILE: there is nothing to replay: compression header of section 2 \(\.debug_info\) at file offset 0x80: ch_size claims 67108864 bytes from \d+, and not more than \d+ are unpacked of a file of \d+ bytes; objcopy --decompress-debug-sections makes a file whose sections are read where they are\n/,
    );
  });
});
