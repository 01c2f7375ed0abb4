/** Names that a terminal would obey, or that hide what they are, wherever a name can come from. */
import { readFileSync } from 'node:fs';
import { samplePath } from '../cli/collect.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import * as write from '../helpers/dwarf-writer.ts';
import { type DamageCase, kernel, kernelWithBtf, kernelWithDwarf } from './case.ts';

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
    // A cell, and a type as C before, have room for a name that a person can read.
    says: shown.length > 4096 ? `${shown.slice(0, place === 'BTF' ? 1024 : 4096)}...` : shown,
    code: 0 as const,
  })),
);

/** Names of files, as Node has them, and how they are shown: in text and complaints, in JSON. */
export const fileNames: readonly {
  readonly name: string;
  readonly fileName: string;
  readonly text: string;
  readonly json: string;
}[] = [
  {
    name: 'clear screen',
    fileName: 'a\x1b[2Jb',
    text: 'a\\x1b[2Jb',
    json: 'a\\u001b[2Jb',
  },
  {
    name: 'bidirectional override',
    fileName: 'a\u202eb',
    text: 'a\\u{202e}b',
    json: 'a\\u202eb',
  },
  { name: 'C1 control', fileName: 'a\u009b2J', text: 'a\\u{9b}2J', json: 'a\\u009b2J' },
  {
    name: 'zero-width characters',
    fileName: 'a\u200bb\ufeff',
    text: 'a\\u{200b}b\\u{feff}',
    json: 'a\\u200bb\\ufeff',
  },
  { name: 'line feed', fileName: 'a\nb', text: 'a\\x0ab', json: 'a\\nb' },
  {
    name: 'as long as a name can be',
    fileName: 'n'.repeat(255),
    text: 'n'.repeat(255),
    json: 'n'.repeat(255),
  },
];

const noElf = (): Uint8Array => Buffer.from('not an ELF file, but as long as the header of one'.padEnd(64, '.'));
const sound = (): Uint8Array => readFileSync(samplePath);
const other = (): Uint8Array => kernelWithBtf((btf) => btf.build());
const noElfMagic = 'ELF magic at file offset 0x0: found 6e 6f 74 20, expected 7f 45 4c 46: not an ELF file';
const noBtf = 'BTF header at file offset 0x0: it begins with 6e 6f, and BTF begins with 9f eb or eb 9f';

export const fileNameCases: readonly DamageCase[] = fileNames.flatMap(({ name, fileName, text, json }) => {
  const bad = (place: string, argv: string, says: string): DamageCase => ({
    name: `${place}: ${name}`,
    bytes: noElf,
    fileName,
    argv,
    says: `kinspect: ${says}`,
    code: 3,
  });
  const good = (place: string, argv: string, says: string, bytes = sound): DamageCase => ({
    name: `${place}: ${name}`,
    bytes,
    fileName,
    argv,
    says,
    // Two kernels that differ: the answer of compare is no.
    code: bytes === other ? 1 : 0,
  });
  return [
    bad('a file', 'dump FILE sections', `DIR/${text}: ${noElfMagic}`),
    bad('--btf', 'dump HOST btf --btf FILE', `HOST: DIR/${text}, ${noBtf}`),
    bad('--debug', 'replay HOST --debug FILE', `HOST: DIR/${text}, ${noElfMagic}`),
    bad('compare’s second file', 'compare HOST FILE', `DIR/${text}: ${noElfMagic}`),
    good('a sound file', 'FILE --format text', `DIR/${text}`),
    good('a sound file in JSON', 'dump FILE sections --format json', `"file":"DIR/${json}"`),
    good('a sound --debug', 'replay HOST --debug FILE', `DIR/${text}`),
    good('a sound second file', 'compare HOST FILE', `NEW  DIR/${text}\n`, other),
    good('a sound second file in JSON', 'compare HOST FILE --format json', `"file":"DIR/${json}"`, other),
  ];
});

/** What Node makes of a name that is not UTF-8: there is no such file, whatever is on the disk. */
export const lostNames: readonly DamageCase[] = [
  {
    name: 'a file: no UTF-8',
    bytes: noElf,
    argv: 'dump /nowhere/a\ufffdb sections',
    says: 'kinspect: /nowhere/a\ufffdb: no such file; a name that is not UTF-8 cannot be given to Node: give - in its place, and the file as standard input',
    code: 3,
  },
];
