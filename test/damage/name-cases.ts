/** Names that a terminal would obey, or that hide what they are, wherever a name can come from. */
import { BtfWriter } from '../helpers/btf-writer.ts';
import * as write from '../helpers/dwarf-writer.ts';
import { type DamageCase, kernel, kernelWithDwarf } from './case.ts';

/** The bytes, and how they are shown. NUL ends a name, whatever follows. */
const names: readonly (readonly [name: string, bytes: Buffer, shown: string])[] = [
  ['clear screen', Buffer.from('a\x1b[2Jb'), 'a\\x1b[2Jb'],
  ['OSC 52', Buffer.from('a\x1b]52;c;aGk=\x07b'), 'a\\x1b]52;c;aGk=\\x07b'],
  ['C1 control', Buffer.from([0x61, 0x9b, 0x32, 0x4a]), 'a\\x9b2J'],
  ['bidirectional override', Buffer.from('a\u202eb'), 'a\\u{202e}b'],
  ['zero-width characters', Buffer.from('a\u200bb\ufeff'), 'a\\u{200b}b\\u{feff}'],
  ['NUL', Buffer.from('a\0b'), 'a'],
  ['invalid UTF-8', Buffer.from([0x61, 0xff, 0xc0, 0x80]), 'a\\xff\\xc0\\x80'],
  ['line feed', Buffer.from('a\nb'), 'a\\x0ab'],
  ['a megabyte long', Buffer.alloc(1 << 20, 'a'), 'a'.repeat(1 << 20)],
];

const latin1 = (bytes: Buffer): string => bytes.toString('latin1');

const places: readonly (readonly [place: string, argv: string, make: (name: string) => Uint8Array])[] = [
  [
    'symbol',
    'dump FILE symbols',
    (name) => kernel({ more: (elf) => elf.symbol(name, { section: '.text', value: 1n }) }).bytes,
  ],
  ['section', 'dump FILE sections', (name) => kernel({ more: (elf) => elf.section(name) }).bytes],
  [
    'BTF',
    'dump FILE btf',
    (name) => {
      const btf = new BtfWriter();
      btf.int(name, 4);
      return kernel({ more: (elf) => elf.section('.BTF', { bytes: btf.build() }) }).bytes;
    },
  ],
  [
    'unit',
    'replay FILE --verdict not-external',
    (name) => {
      const f = write.die('subprogram', { name: write.strp('f') });
      return kernelWithDwarf([write.unit(write.die('compile_unit', { name: write.strp(name) }, [f]))]);
    },
  ],
  [
    'function of DWARF',
    'replay FILE --verdict not-external',
    (name) => {
      const f = write.die('subprogram', { name: write.strp(name) });
      return kernelWithDwarf([write.unit(write.die('compile_unit', { name: write.strp('a.c') }, [f]))]);
    },
  ],
];

export const nameCases: readonly DamageCase[] = places.flatMap(([place, argv, make]) =>
  names.map(([name, bytes, shown]) => ({
    name: `${place}: ${name}`,
    bytes: () => make(latin1(bytes)),
    argv,
    // A type as C has room for a name that a person can read.
    says: place === 'BTF' && shown.length > 1024 ? `${shown.slice(0, 1024)}...` : shown,
    code: 0 as const,
  })),
);
