/**
 * The replay beside the real pahole 1.20, on real kernels and on every fixture: the same units, functions and order as
 * its log has, and the same FUNC records as the file that it writes.
 */
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeJob } from '../../src/cli/replay-job.ts';
import { entryName, unitName, unitOfEntry } from '../../src/dwarf/function-entries.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { readyValue } from '../../src/errors.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { compareWithBtf, entrySignature, funcSignature } from '../../src/pahole/compare-btf.ts';
import { mergeRecords } from '../../src/pahole/dedup.ts';
import type { FateKind } from '../../src/pahole/fate.ts';
import type { Replay } from '../../src/pahole/machine.ts';
import type { RegionBytes } from '../../src/pahole/mcount-addrs.ts';
import { findDwarf } from '../../src/pahole/open-dwarf.ts';
import {
  fetchMissing,
  kernelPath,
  kinspect,
  makeCopy,
  need,
  pahole,
  type RealRun,
  runPahole,
  wanted,
} from './real-tools.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

beforeAll(() => fetchMissing(['pahole-1.20', ...wanted(['arm64-5.10', 'amd64-5.10'])]));

/** A copy of a file for this test, which may be written to. */
function copyOf(path: string): string {
  const copy = makeCopy(path);
  onTestFinished(copy.remove);
  return copy.path;
}

interface Foreseen {
  readonly replay: Replay;
  /** The entries whose records dedup leaves. */
  readonly merged: Uint32Array;
}

/** All that is compared, made at once: pahole rewrites the file that the types are read from. */
async function foresee(file: string, bytes: RegionBytes = 'raw'): Promise<Foreseen> {
  const kernel = Vmlinux.open(file);
  try {
    const dwarf = findDwarf(kernel);
    if (dwarf.state !== 'ready') throw new Error(dwarf.reason);
    const types = new TypeDies(dwarf.value.sections);
    try {
      const { replay } = await makeJob(kernel, dwarf.value, types, bytes, '1.20');
      return { replay, merged: mergeRecords(replay, types).entries };
    } finally {
      types.close();
    }
  } finally {
    kernel.close();
  }
}

const endings: Readonly<Record<FateKind, string>> = {
  completed: 'exit 0',
  'units-lost': 'exit 0',
  'would-exit': 'exit 1',
  'would-crash': 'signal',
};

/** The records, in the shape of the log; a unit is compared where the log names it. */
function expectSameRecords({ replay }: Foreseen, real: RealRun): void {
  const { entries } = replay;
  const ours = Array.from(replay.encodedEntries, (entry, row) => {
    const unit = real.records[row]?.[0] === undefined ? undefined : unitName(entries, unitOfEntry(entries, entry));
    return `${unit ?? ''}\t${entryName(entries, entry)}`;
  });
  const theirs = real.records.map(([unit, name]) => `${unit ?? ''}\t${name}`);
  // The first difference, rather than two lists of 30,000 lines.
  const row = theirs.findIndex((line, i) => line !== ours[i]);
  expect({ row, line: ours[row] }).toEqual({ row: -1, line: ours[-1] });
  expect(ours).toHaveLength(theirs.length);
}

/** The FUNC records that pahole left in the file are the ones that the replay foresees. */
function expectSameBtf({ replay, merged }: Foreseen, written: string): void {
  const kernel = Vmlinux.open(written);
  onTestFinished(() => kernel.close());
  const btf = readyValue(kernel.btf)?.btf;
  if (btf === undefined) throw new Error(`${written} has no BTF`);
  const { equal, missing, unexpected, firstMoved } = compareWithBtf(replay, merged, btf);
  const some = [
    ...missing.slice(0, 5).map((entry) => entrySignature(replay, entry)),
    ...unexpected.slice(0, 5).map((id) => funcSignature(btf, id)),
  ];
  expect({ equal, missing: missing.length, unexpected: unexpected.length, firstMoved, some }).toEqual({
    equal: true,
    missing: 0,
    unexpected: 0,
    firstMoved: -1,
    some: [],
  });
}

describe.each(['arm64-5.10', 'amd64-5.10', 'arm64-6.1', 'arm64-6.12'])('%s', (name) => {
  it('replays as pahole runs: records, ending, BTF', async (context) => {
    need(context, pahole, kernelPath(name));
    const copy = copyOf(kernelPath(name));
    const foreseen = await foresee(copy);
    const real = await runPahole(copy);
    expectSameRecords(foreseen, real);
    expect(endings[foreseen.replay.fate.kind]).toBe(real.ended.replace(/^SIG.*/, 'signal'));
    if (real.ended === 'exit 0') expectSameBtf(foreseen, copy);
    // The program itself, in the format that scripts read.
    const printed = kinspect('replay', kernelPath(name), '--verdict', 'encoded', '--format', 'tsv').stdout;
    const logged = real.records.map(([unit, func]) => `${unit}\t${func}\tencoded\n`).join('');
    if (real.ended === 'exit 0') expect(printed === logged).toBe(true);
  });
});

describe.each(['arm64-5.10', 'amd64-5.10'])('%s as it was built', (name) => {
  it('carries the FUNC records that the replay leaves after dedup', async (context) => {
    need(context, kernelPath(name));
    expectSameBtf(await foresee(kernelPath(name)), kernelPath(name));
  });
});

describe('arm64-5.10 with its region filled in', () => {
  it('gives the records of the relocated replay', async (context) => {
    need(context, pahole, kernelPath('arm64-5.10'));
    const copy = copyOf(kernelPath('arm64-5.10'));
    fillRegion(copy);
    const foreseen = await foresee(kernelPath('arm64-5.10'), 'relocated');
    expectSameRecords(foreseen, await runPahole(copy));
    expectSameBtf(foreseen, copy);
  });
});

describe('arm64-6.1 without unspecified types', () => {
  it('gives the records of a DWARF 5 kernel', async (context) => {
    need(context, pahole, kernelPath('arm64-6.1'));
    const copy = copyOf(kernelPath('arm64-6.1'));
    replaceTag(copy, 0x3b, 0x35);
    const foreseen = await foresee(copy);
    const real = await runPahole(copy);
    expect(real.ended).toBe('exit 0');
    expectSameRecords(foreseen, real);
    expectSameBtf(foreseen, copy);
  });
});

const images = ['elf', 'sample', 'pahole/elf'].flatMap((folder) =>
  readdirSync(join(fixtures, folder))
    .filter((name) => !name.endsWith('.debug'))
    .map((name) => `${folder}/${name}`),
);

describe.each(images)('%s', (image) => {
  it('replays as pahole runs', async (context) => {
    need(context, pahole);
    const copy = copyOf(join(fixtures, image));
    const kernel = Vmlinux.open(copy);
    onTestFinished(() => kernel.close());
    const dwarf = findDwarf(kernel);
    if (dwarf.state !== 'ready') context.skip(dwarf.reason);
    const foreseen = await foresee(copy);
    const real = await runPahole(copy);
    expectSameRecords(foreseen, real);
    // What becomes of writing the file is not replayed: libelf refuses some.
    if (real.ended === 'exit 0') expectSameBtf(foreseen, copy);
    else if (foreseen.replay.fate.kind !== 'completed')
      expect(endings[foreseen.replay.fate.kind]).toBe(real.ended.replace(/^SIG.*/, 'signal'));
  });
});

/** The parts of an ELF64 little-endian file that the patches need; shares nothing with src/. */
class PatchedElf {
  readonly #fd: number;
  readonly sections: readonly {
    name: string;
    type: number;
    flags: number;
    addr: bigint;
    offset: number;
    size: number;
    link: number;
  }[];

  constructor(path: string) {
    this.#fd = openSync(path, 'r+');
    const header = this.read(0, 64);
    const count = header.readUInt16LE(60);
    const table = this.read(Number(header.readBigUInt64LE(40)), count * 64);
    const rows = Array.from({ length: count }, (_, i) => table.subarray(i * 64, i * 64 + 64));
    const at = (row: Buffer, field: number) => Number(row.readBigUInt64LE(field));
    const names = rows[header.readUInt16LE(62)] as Buffer;
    const strings = this.read(at(names, 24), at(names, 32));
    this.sections = rows.map((row) => ({
      name: textOf(strings, row.readUInt32LE(0)),
      type: row.readUInt32LE(4),
      flags: at(row, 8),
      addr: row.readBigUInt64LE(16),
      offset: at(row, 24),
      size: at(row, 32),
      link: row.readUInt32LE(40),
    }));
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#fd, bytes, 0, length, offset);
    return bytes;
  }

  write(bytes: Uint8Array, offset: number): void {
    writeSync(this.#fd, bytes, 0, bytes.length, offset);
  }

  section(name: string) {
    const found = this.sections.find((row) => row.name === name);
    if (found === undefined) throw new Error(`no section ${name}`);
    return found;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

const textOf = (strings: Buffer, offset: number): string =>
  strings.toString('latin1', offset, strings.indexOf(0, offset));

/** Write the addends of R_AARCH64_RELATIVE over the mcount region. */
function fillRegion(path: string): void {
  const elf = new PatchedElf(path);
  const table = elf.section('.symtab');
  const strings = elf.section('.strtab');
  const names = elf.read(strings.offset, strings.size);
  const symbols = elf.read(table.offset, table.size);
  const bounds = new Map<string, bigint>();
  let section = 0;
  for (let at = 0; at < symbols.length; at += 24) {
    const name = symbols.readUInt32LE(at);
    // "__start_mcount_loc", "__stop_mcount_loc": two bytes that few names begin with.
    if (names[name] !== 0x5f || names[name + 1] !== 0x5f) continue;
    const text = textOf(names, name);
    if (text !== '__start_mcount_loc' && text !== '__stop_mcount_loc') continue;
    bounds.set(text, symbols.readBigUInt64LE(at + 8));
    section = symbols.readUInt16LE(at + 6);
  }
  const start = bounds.get('__start_mcount_loc') as bigint;
  const stop = bounds.get('__stop_mcount_loc') as bigint;
  const holder = elf.sections[section] as (typeof elf.sections)[number];
  const offset = holder.offset + Number(start - holder.addr);
  const region = Buffer.alloc(Number(stop - start));
  for (const rela of elf.sections.filter(({ type, flags }) => type === 4 && (flags & 2) !== 0)) {
    const entries = elf.read(rela.offset, rela.size);
    for (let at = 0; at < entries.length; at += 24) {
      const place = entries.readBigUInt64LE(at);
      if (place < start || place >= stop || entries.readUInt32LE(at + 8) !== 1027) continue;
      entries.copy(region, Number(place - start), at + 16, at + 24);
    }
  }
  elf.write(region, offset);
  elf.close();
}

/** Declare the DIEs of one tag in .debug_abbrev as another. */
function replaceTag(path: string, from: number, to: number): void {
  const elf = new PatchedElf(path);
  const section = elf.section('.debug_abbrev');
  const bytes = elf.read(section.offset, section.size);
  let at = 0;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    if (leb() === 0) continue;
    const place = at;
    if (leb() === from) bytes[place] = to;
    at++;
    for (;;) {
      const attribute = leb();
      const form = leb();
      if (form === 0x21) leb();
      if (attribute === 0 && form === 0) break;
    }
  }
  elf.write(bytes, section.offset);
  elf.close();
}
