/** Whatever the bytes: units are read or told of, nothing throws, nothing hangs, and rows stay consistent. */
import { describe, expect, test } from 'vitest';
import type { FunctionEntries } from '../../src/dwarf/function-entries.ts';
import * as write from '../helpers/dwarf-writer.ts';
import { compileUnit, readWritten } from './read.ts';

const { die, strp, ref4 } = write;

function sample(version: 4 | 5): write.Written {
  const fn = die(
    'subprogram',
    { name: strp('f'), external: write.flagPresent(), type: ref4('int'), low_pc: write.addr(7), sibling: ref4('s') },
    [
      die('formal_parameter', { name: write.string('x'), type: ref4('int') }, undefined, 'x'),
      die('unspecified_parameters'),
      die('lexical_block', { low_pc: write.addr(1) }, [
        die('variable', { name: write.string('v'), location: write.exprloc([1, 2, 3]) }),
        die('inlined_subroutine', { abstract_origin: ref4('f') }, [
          die('formal_parameter', { abstract_origin: ref4('x') }),
        ]),
        die('call_site', { abstract_origin: ref4('f') }, [
          die('call_site_parameter', { location: write.exprloc([1]) }),
        ]),
      ]),
    ],
    'f',
  );
  const children = [
    die('base_type', { name: write.string('int'), byte_size: write.data1(4) }, undefined, 'int'),
    fn,
    die(
      'structure_type',
      { name: strp('s'), sibling: ref4('copy') },
      [die('member', { name: strp('m'), type: ref4('int') })],
      's',
    ),
    die(
      'subprogram',
      { abstract_origin: ref4('f'), inline: write.implicitConst(1) },
      [
        die('formal_parameter', { abstract_origin: ref4('x') }),
        die('formal_parameter', { type: write.indirect(write.refUdata('int')) }),
      ],
      'copy',
    ),
    die('enumeration_type', { type: ref4('int'), const_value: write.block1([1, 2]) }, [
      die('enumerator', { const_value: write.sdata(-1) }),
    ]),
  ];
  return write.writeDwarf({ version }, [
    compileUnit(children, {}, { producer: write.lineStrp('p') }),
    compileUnit([die('subprogram', { name: strp('g'), specification: write.refAddr('f') })]),
    ...(version === 4 ? [write.typeUnit(die('type_unit', {}, [die('structure_type', {}, [fn])]), 5n)] : []),
  ]);
}

function expectConsistent(entries: FunctionEntries): void {
  const { units } = entries;
  for (let unit = 0; unit < units.count; unit++) {
    expect(units.firstEntry[unit + 1]!).toBeGreaterThanOrEqual(units.firstEntry[unit]!);
  }
  expect(units.firstEntry[units.count]).toBe(entries.count);
  for (let row = 0; row < entries.count; row++) {
    expect(entries.firstParam[row + 1]!).toBeGreaterThanOrEqual(entries.firstParam[row]!);
  }
  expect(entries.firstParam[entries.count]).toBe(entries.paramName.length);
}

/** A reproducible sequence (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const parts = ['info', 'abbrev', 'str', 'types', 'lineStr'] as const;

describe.each([4, 5] as const)('DWARF %i', (version) => {
  const whole = sample(version);
  const sections = parts.filter((part) => whole[part].length > 0);

  test.each(sections)('%s cut off at any byte', (part) => {
    for (let length = 0; length < whole[part].length; length++) {
      const { entries, units } = readWritten({ ...whole, [part]: whole[part].slice(0, length) });
      expectConsistent(entries);
      expect(
        units.every((one) => one.state !== 'damaged' || (one.problem !== undefined && one.functions.length === 0)),
      ).toBe(true);
    }
  });

  test.each(sections)('any byte of %s changed', (part) => {
    for (let at = 0; at < whole[part].length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff, whole[part][at]! ^ (1 << (at % 8))]) {
        const bytes = whole[part].slice();
        bytes[at] = value;
        expectConsistent(readWritten({ ...whole, [part]: bytes }).entries);
      }
    }
  });

  test('many bytes changed at once', () => {
    const next = random(version);
    for (let round = 0; round < 3000; round++) {
      const changed: Record<string, Uint8Array> = {};
      for (const part of sections) {
        const bytes = whole[part].slice();
        for (let i = 0; i < 4; i++) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
        changed[part] = bytes;
      }
      expectConsistent(readWritten({ ...whole, ...changed }).entries);
    }
  });

  test('noise', () => {
    const next = random(version + 100);
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from({ length: 300 }, () => Math.floor(next() * 256));
      // A header that lets the walk begin.
      bytes.set(whole.info.subarray(0, 12));
      bytes.set([0x28, 1, 0, 0]);
      expectConsistent(readWritten({ ...whole, info: bytes }).entries);
    }
  });
});
