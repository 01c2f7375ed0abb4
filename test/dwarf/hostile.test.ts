/** DWARF made to be expensive: much work from few bytes. What is told apart is a second from minutes. */
import { expect, test, vi } from 'vitest';
import { AbbrevTable } from '../../src/dwarf/abbrev.ts';
import { readFunctionEntriesSync } from '../../src/dwarf/read-function-entries.ts';
import type { DwarfSections, SectionBytes } from '../../src/dwarf/sections.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { findTypeProblem } from '../../src/dwarf/type-problems.ts';
import { unitDoubts } from '../../src/explain/doubts.ts';
import { visible } from '../../src/format/visible.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { compiled, unitsOf } from './read.ts';

/** ms of computing. */
const mostTime = 20_000;

const attribute = { name: 0x03, declaration: 0x3c } as const;
const form = { string: 0x08, flagPresent: 0x19 } as const;
const tag = { compileUnit: 0x11, typedef: 0x16, subprogram: 0x2e } as const;

function leb(number: number): number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...leb(number >>> 7)];
}

/** An abbreviation: its code, its tag, whether it has children, attributes and forms in turn. */
const abbreviation = (code: number, of: number, children: boolean, attributes: readonly number[] = []): Buffer =>
  Buffer.from([...leb(code), ...leb(of), children ? 1 : 0, ...attributes.flatMap(leb), 0, 0]);

/** A unit of version 4 whose table is at `abbrevs`. */
function unit(dies: Buffer, abbrevs = 0): Buffer {
  const header = Buffer.alloc(11);
  header.writeUInt32LE(7 + dies.length, 0);
  header.writeUInt16LE(4, 4);
  header.writeUInt32LE(abbrevs, 6);
  header.writeUInt8(8, 10);
  return Buffer.concat([header, dies]);
}

function sections(info: Buffer, abbrev: Buffer, str = Buffer.alloc(1)): DwarfSections {
  const memory = (from: Buffer): SectionBytes => {
    const buffer = new SharedArrayBuffer(from.length);
    new Uint8Array(buffer).set(from);
    return { kind: 'memory', buffer, offset: 0, size: from.length };
  };
  return { littleEndian: true, info: memory(info), abbrev: memory(abbrev), str: memory(str) };
}

test('100,000 DIEs of an abbreviation with 100,000 attributes that take no bytes', () => {
  const took = cpuTime(() => {
    const wide = new Array<number[]>(100_000).fill([attribute.declaration, form.flagPresent]).flat();
    const abbrev = Buffer.concat([
      abbreviation(1, tag.compileUnit, true),
      abbreviation(2, tag.subprogram, false, wide),
      abbreviation(3, tag.typedef, false, [...wide, attribute.name, form.string]),
      Buffer.of(0),
    ]);
    const dies = Buffer.concat([Buffer.of(1), Buffer.alloc(100_000, 2), Buffer.of(3, 0x61, 0, 3, 0, 0)]);
    const types = new TypeDies(sections(unit(dies), abbrev));
    expect(types.unit(0).die(12)).toMatchObject({ tag: tag.subprogram, declaration: true, end: 13 });
    expect(types.unit(0).die(100_012)).toMatchObject({ tag: tag.typedef, declaration: true, name: 'a' });
    expect(findTypeProblem(types, [0], false)?.problem).toBe(
      'the unit has a typedef without a name, which libbpf refuses',
    );
  });
  expect(took).toBeLessThan(mostTime);
});

/** Units, each at another entry of one table of so many abbreviations. */
function overlapping(units: number, abbreviations: number): DwarfSections {
  const table = Array.from({ length: abbreviations }, (_, i) =>
    abbreviation(i + 1, tag.compileUnit, false, [attribute.name, form.string]),
  );
  let at = 0;
  const info = table.slice(0, units).map((one, i) => {
    const of = unit(Buffer.from([...leb(i + 1), 0x61, 0]), at);
    at += one.length;
    return of;
  });
  return sections(Buffer.concat(info), Buffer.concat([...table, Buffer.of(0)]));
}

test('abbreviation tables that overlap are read up to a limit, and the first unit past it says so', () => {
  const loaded = vi.spyOn(AbbrevTable.prototype, 'load');
  const made = overlapping(5000, 16_000);
  const read = [{}, { compiled }].map((options) => unitsOf(readFunctionEntriesSync(made, options)));
  // 5000 units of 14 or 15 bytes: 4 MiB and 16 times that, in tables of 125 KB.
  expect(loaded.mock.calls.length).toBe(43);
  loaded.mockRestore();
  for (const units of read) {
    expect(units.slice(0, 43).map(({ state }) => state)).toEqual(new Array(43).fill('ok'));
    expect(units.slice(43).every(({ state }) => state === 'damaged')).toBe(true);
    expect(units[43]?.problem).toMatchObject({
      code: 'unsupported',
      structure: 'unit at .debug_info+0x25a',
      problem:
        'its abbreviation table is not read: those of the units before it overlap, and come to more than 4 MiB and 16 times the units',
    });
  }
  expect(read[1]).toEqual(read[0]);
  const sentences = unitDoubts(readFunctionEntriesSync(made), visible);
  expect(sentences.length).toBe(9);
  expect(sentences.at(-1)).toMatch(/^4,949 more units are missing: its abbreviation table is not read: /);
});

test('who asks for types reads no more of such tables than the section has, and some', () => {
  const took = cpuTime(() => {
    const made = overlapping(5000, 16_000);
    const { units } = readFunctionEntriesSync(made);
    const types = new TypeDies(made);
    const declared = Array.from(units.offset, (offset) => types.unit(offset).declaredTags().size);
    expect(declared.slice(0, 30)).toEqual(new Array(30).fill(1));
    expect(declared.at(-1)).toBe(0);
  });
  expect(took).toBeLessThan(mostTime);
});

test('units that share a table too long for the compiled reader read it once', () => {
  const took = cpuTime(() => {
    const table = Array.from({ length: 20_000 }, (_, i) => abbreviation(i + 1, tag.compileUnit, false));
    const info = Buffer.concat(new Array<Buffer>(250_000).fill(unit(Buffer.of(1))));
    const made = sections(info, Buffer.concat([...table, Buffer.of(0)]));
    for (const options of [{}, { compiled }]) {
      const { units, problems } = readFunctionEntriesSync(made, options);
      expect([units.count, problems.size]).toEqual([250_000, 0]);
    }
  });
  expect(took).toBeLessThan(mostTime);
});

test('100,000 split units, each with a file of its own', () => {
  const took = cpuTime(() => {
    const abbrev = Buffer.concat([abbreviation(1, tag.compileUnit, false, [0x2130, form.string]), Buffer.of(0)]);
    const info = Array.from({ length: 100_000 }, (_, i) =>
      unit(Buffer.from([1, ...Buffer.from(`directory/${i}.dwo\0`)])),
    );
    const entries = readFunctionEntriesSync(sections(Buffer.concat(info), abbrev));
    expect(entries.problems.get(99_999)?.problem).toBe(
      "the DIEs of its unit are in 'directory/99999.dwo', which is not read",
    );
    expect(unitDoubts(entries, visible)).toEqual([
      "DIE at .debug_info+0xb: the DIEs of its unit are in 'directory/0.dwo', which is not read; 99,999 more units have such a file",
    ]);
  });
  expect(took).toBeLessThan(mostTime);
});
