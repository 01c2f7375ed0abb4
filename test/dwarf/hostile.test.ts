/**
 * DWARF made to be expensive: much work from few bytes. What is told apart is a second from minutes, by the tests' own
 * limit of time.
 */
import { expect, test } from 'vitest';
import type { DwarfSections, SectionBytes } from '../../src/dwarf/sections.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { findTypeProblem } from '../../src/dwarf/type-problems.ts';

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

test('100,000 DIEs of an abbreviation with 100,000 attributes that take no bytes', { timeout: mostTime }, () => {
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
