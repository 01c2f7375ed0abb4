/** Damage of the ELF file, of its compressed sections, of the mcount region, and of relocations. */
import type { BuiltElf } from '../helpers/elf-writer.ts';
import { at, type DamageCase, data, kernel, slot, text } from './case.ts';

const header = (name: string, field: string, value: number | bigint, says: string): DamageCase => ({
  name,
  bytes: () => kernel().patchHeader(field, value).bytes,
  argv: 'dump FILE sections',
  says,
  code: 3,
});

const ident = (name: string, byte: number, value: number, says: string): DamageCase => ({
  name,
  bytes() {
    const { bytes } = kernel();
    bytes[byte] = value;
    return bytes;
  },
  argv: 'dump FILE sections',
  says,
  code: 3,
});

const section = (
  name: string,
  of: string,
  field: string,
  value: number | bigint,
  argv: string,
  says: string,
  code: 0 | 1 | 3 = 3,
): DamageCase => ({ name, bytes: () => kernel().patchSection(of, field, value).bytes, argv, says, code });

/** Two symbols, rows 7 and 8, whose section is in a table beside the symbol table. */
const extended = (name: string, field: string, value: number, says: string): DamageCase => ({
  name,
  bytes: () =>
    kernel({
      more(writer) {
        for (const far of ['epsilon', 'zeta']) writer.symbol(far, { section: '.text', xindex: true });
      },
    }).patchSection('.symtab_shndx', field, value).bytes,
  argv: 'dump FILE symbols',
  says: `kinspect: FILE: ${says}`,
  code: 0,
});

/** A segment that has the bytes of .data somewhere else. */
const elsewhere = (argv: string, part: string): DamageCase => ({
  name: 'sh_offset of a section, and p_offset of the segment at its address, that do not agree',
  bytes: () => kernel({ more: (writer) => writer.segment({ of: '.data', offset: 0x148 }) }).bytes,
  argv,
  says: `kinspect: FILE: ${part}section 2 (.data) at file offset 0x398: its bytes at 0xffff800010001000 are at file offset 0x178, and the segment loaded there has them at 0x148; one of sh_addr, sh_offset, p_vaddr and p_offset is wrong; the section is believed`,
  code: 0,
});

/** .rela.dyn, 96 bytes from 0x160 on, is where .symtab says that it begins too. */
const overlap = (argv: string): DamageCase => ({
  name: 'sections that overlap',
  bytes: () => kernel().patchSection('.rela.dyn', 'sh_offset', 0x178).bytes,
  argv,
  says: 'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: it shares 24 bytes, from file offset 0x1c0 on, with section 3 (.rela.dyn); sh_offset or sh_size of one of them is wrong',
  code: 0,
});

/** A file beside a sound kernel, which the complaint has to name. */
const beside = (argv: string): DamageCase => ({
  name: `magic, in a file beside the kernel`,
  bytes: () => new Uint8Array(64),
  argv,
  says: 'kinspect: HOST: FILE, ELF magic at file offset 0x0: found 00 00 00 00, expected 7f 45 4c 46: not an ELF file',
  code: 3,
});

/** The number of sections is in row 0, and the file has room for them. */
const tooManySections = (argv: string): DamageCase => ({
  name: 'more sections than are read',
  bytes() {
    const { bytes } = kernel().patchHeader('e_shnum', 0).patchSection('', 'sh_size', 262_145);
    return Buffer.concat([bytes, new Uint8Array(262_145 * 64)]);
  },
  argv,
  says: 'kinspect: FILE: section header table at file offset 0x2e0: it has 262145 entries; up to 262144 are read',
  code: 3,
});

/** A zstd frame of blocks of 128 KiB, each a zero that is repeated: its bytes are those that are written here, whatever packs. */
function zstdZeros(blocks: number): Uint8Array {
  const header = (1 << 20) | (1 << 1);
  const block = [header & 255, (header >> 8) & 255, header >> 16, 0];
  const all = Array.from({ length: blocks }, () => block).flat();
  all[all.length - 4] = block[0]! | 1;
  return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, ...all]);
}

export const elfCases: readonly DamageCase[] = [
  {
    name: 'e_shstrndx of no section, and one asked for by its name',
    bytes: () => kernel().patchHeader('e_shstrndx', 200).bytes,
    argv: 'dump FILE relocs --section .rela.dyn',
    says: 'kinspect: FILE: ELF header at file offset 0x3e: e_shstrndx is 200 and there is no such section: sections have no names',
    code: 3,
  },
  {
    name: 'e_phentsize of another size',
    bytes: () => kernel({ more: (writer) => writer.segment({ of: '.data' }) }).patchHeader('e_phentsize', 40).bytes,
    argv: 'dump FILE sections',
    says: 'kinspect: FILE: ELF header at file offset 0x36: e_phentsize is 40, expected 56',
    code: 0,
  },
  {
    name: 'e_phoff past the end',
    bytes: () => kernel({ more: (writer) => writer.segment({ of: '.data' }) }).patchHeader('e_phoff', 0x10_0000).bytes,
    argv: 'dump FILE sections',
    says: 'kinspect: FILE: ELF header at file offset 0x20: e_phoff is 0x100000 and the file ends at 0x4d8',
    code: 0,
  },
  overlap('dump FILE sections'),
  overlap('dump FILE symbols'),
  overlap('dump FILE relocs'),
  overlap('dump FILE relocs --format readelf'),
  ident(
    'magic',
    0,
    0x7e,
    'kinspect: FILE: ELF magic at file offset 0x0: found 7e 45 4c 46, expected 7f 45 4c 46: not an ELF file',
  ),
  ...['replay HOST --debug FILE', 'why HOST memcpy --debug FILE', 'why HOST memcpy --like FILE'].map(beside),
  beside('why HOST memcpy --signature --like FILE'),
  ident('class', 4, 3, 'kinspect: FILE: ELF header at file offset 0x4: EI_CLASS is 3, expected 1 (ELF32) or 2 (ELF64)'),
  ident(
    'byte order',
    5,
    0,
    'kinspect: FILE: ELF header at file offset 0x5: EI_DATA is 0, expected 1 (little-endian) or 2 (big-endian)',
  ),
  ident('version', 6, 2, 'kinspect: FILE: ELF header at file offset 0x6: EI_VERSION is 2, expected 1'),
  header(
    'e_shoff past the end',
    'e_shoff',
    0x100000,
    'kinspect: FILE: ELF header at file offset 0x28: e_shoff is 0x100000 and the file ends at 0x4a0',
  ),
  header(
    'e_shoff past 2^53',
    'e_shoff',
    2n ** 64n - 64n,
    'kinspect: FILE: ELF header at file offset 0x28: e_shoff is a number past 2^53 and the file ends at 0x4a0',
  ),
  header(
    'e_shnum past the end',
    'e_shnum',
    0x800,
    'kinspect: FILE: section header table at file offset 0x2e0: it has 2048 entries and the file has room for 7',
  ),
  header(
    'e_shnum 0',
    'e_shnum',
    0,
    'kinspect: FILE: ELF header at file offset 0x3c: e_shnum is 0 and e_shoff is 0x2e0, where row 0 has no number of sections in sh_size either',
  ),
  header(
    'e_shentsize of another size',
    'e_shentsize',
    63,
    'kinspect: FILE: ELF header at file offset 0x3a: e_shentsize is 63, expected 64',
  ),
  {
    ...header(
      'e_shstrndx of no section',
      'e_shstrndx',
      200,
      'kinspect: FILE: ELF header at file offset 0x3e: e_shstrndx is 200 and there is no such section: sections have no names',
    ),
    code: 0,
  },
  ...['replay HOST --debug FILE', 'why HOST memcpy --debug FILE'].map((argv) => {
    const one = tooManySections(argv);
    return { ...one, says: one.says.replace('FILE: ', 'HOST: FILE, ') };
  }),
  ...['FILE', 'dump FILE symbols', 'dump FILE relocs', 'dump FILE btf', 'dump FILE mcount'].map(tooManySections),
  ...['replay FILE', 'why FILE alpha', 'compare FILE HOST', 'compare HOST FILE'].map(tooManySections),
  section(
    'sh_offset + sh_size past the end',
    '.symtab',
    'sh_size',
    0x10000,
    'dump FILE symbols',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_offset 0x1c0 + sh_size 0x10000 is past the end of the file (0x4a0)',
  ),
  section(
    'sh_offset + sh_size past 2^64',
    '.symtab',
    'sh_offset',
    2n ** 64n - 24n,
    'dump FILE symbols',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_offset a number past 2^53 + sh_size 0xa8 is past the end of the file (0x4a0)',
  ),
  section(
    'sh_entsize 0',
    '.symtab',
    'sh_entsize',
    0,
    'dump FILE symbols',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_entsize is 0, expected 24',
  ),
  section(
    'sh_entsize odd',
    '.symtab',
    'sh_entsize',
    23,
    'dump FILE symbols',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_entsize is 23, expected 24',
  ),
  section(
    'sh_link to itself',
    '.symtab',
    'sh_link',
    4,
    'dump FILE symbols',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_link is 4, which is not a string table: names cannot be read',
    0,
  ),
  section(
    'sh_link to nowhere',
    '.symtab',
    'sh_link',
    77,
    'dump FILE symbols',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_link is 77, which is not a string table: names cannot be read',
    0,
  ),
  section(
    'sh_type of another section',
    '.symtab',
    'sh_type',
    1,
    'dump FILE symbols',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_type is 1, expected 2',
  ),
  ...['dump FILE symbols', 'dump FILE mcount'].map(
    (argv): DamageCase => ({
      name: 'string table without an ending NUL',
      bytes() {
        const file = kernel();
        const { offset, size } = file.place('.strtab');
        file.bytes[offset + size - 1] = 0x61;
        return file.bytes;
      },
      argv,
      says: `kinspect: FILE: section 5 (.strtab) at file offset 0x2a4: its last byte is 97, expected 0: the name of symbol 6 has no end${argv.endsWith('mcount') ? '; __stop_mcount_loc is not found' : ''}`,
      ...(argv.endsWith('symbols') && {
        shows:
          'ffff800010001020         0  NOTYPE   GLOBAL  DEFAULT    .data               <name outside the string table>',
      }),
      code: argv.endsWith('mcount') ? 3 : 0,
    }),
  ),
  {
    name: 'st_name past the string table',
    bytes: () => kernel().patchSymbol(2, 'st_name', 0xffff_ffff).bytes,
    argv: 'dump FILE symbols',
    says: 'kinspect: FILE: symbol 2 of section 4 (.symtab) at file offset 0x1f0: st_name is 4294967295, past the 61 bytes of section 5 (.strtab)',
    shows:
      'ffff800010000040        32  FUNC     GLOBAL  DEFAULT    .text               <name outside the string table>',
    code: 0,
  },
  {
    name: 'st_name of three symbols past the string table',
    bytes() {
      const file = kernel();
      for (const row of [2, 3, 4]) file.patchSymbol(row, 'st_name', 0xffff_ffff);
      return file.bytes;
    },
    argv: 'dump FILE symbols --format nm',
    says: 'kinspect: FILE: symbol 2 of section 4 (.symtab) at file offset 0x1f0: st_name is 4294967295, past the 61 bytes of section 5 (.strtab); 3 symbols are without a name',
    code: 0,
  },
  section(
    'sh_link to nowhere, and the bounds of the mcount region',
    '.symtab',
    'sh_link',
    77,
    'dump FILE mcount',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_link is 77, which is not a string table: names cannot be read; __start_mcount_loc and __stop_mcount_loc are not found',
  ),
  {
    name: 'st_shndx of no section',
    bytes: () => kernel().patchSymbol(2, 'st_shndx', 0x7777).bytes,
    argv: 'dump FILE symbols',
    says: 'kinspect: FILE: symbol 2 of section 4 (.symtab) at file offset 0x1f6: st_shndx is 30583, and the last section is 6',
    shows: 'ffff800010000040        32  FUNC     GLOBAL  DEFAULT    30583               beta',
    code: 0,
  },
  extended(
    'SHT_SYMTAB_SHNDX of another table',
    'sh_link',
    1,
    'symbol 7 of section 4 (.symtab) at file offset 0x26e: st_shndx is SHN_XINDEX, and no section of type SHT_SYMTAB_SHNDX belongs to the table; 2 symbols need it',
  ),
  extended(
    'SHT_SYMTAB_SHNDX past the end',
    'sh_offset',
    0x10000,
    'section 6 (.symtab_shndx) at file offset 0x4d0: sh_offset 0x10000 + sh_size 0x24 is past the end of the file (0x550)',
  ),
  extended(
    'SHT_SYMTAB_SHNDX too short',
    'sh_size',
    20,
    'section 6 (.symtab_shndx) at file offset 0x4d0: it has 20 bytes, expected 36, 4 for each symbol: sections of symbols are not known',
  ),
  {
    name: 'compressed section with a false size',
    bytes: () =>
      kernel({
        more(writer) {
          writer.compressed('.debug_info', new Uint8Array(100), { ch_size: 99 });
          writer.compressed('.debug_abbrev', new Uint8Array(10));
        },
      }).bytes,
    argv: 'replay FILE',
    says: 'kinspect: FILE: section 4 (.debug_info) at file offset 0x1c0: its data cannot be unpacked to the 99 bytes of ch_size: there are more',
    code: 3,
  },
  {
    name: 'compressed sections that are too much together',
    bytes: () =>
      kernel({
        more(writer) {
          const bomb = { ch_type: 2, packed: zstdZeros(160), ch_size: 160 << 17 };
          for (const name of ['.debug_info', '.debug_abbrev']) writer.compressed(name, new Uint8Array(0), bomb);
        },
      }).bytes,
    argv: 'replay FILE',
    says: 'kinspect: FILE: there is nothing to replay: compression header of section 5 (.debug_abbrev) at file offset 0x460: ch_size claims 20971520 bytes from 646, and not more than 12586932 more are unpacked, 33558452 in all of a file of 2680 bytes; objcopy --decompress-debug-sections makes a file whose sections are read where they are',
    code: 3,
  },
  {
    name: 'compressed section with bad data',
    bytes: () =>
      kernel({
        more: (writer) => writer.compressed('.debug_info', new Uint8Array(100), { packed: Buffer.from('noise') }),
      }).bytes,
    argv: 'replay FILE',
    says: 'kinspect: FILE: section 4 (.debug_info) at file offset 0x1c0: its data cannot be unpacked to the 100 bytes of ch_size: incorrect header check',
    code: 3,
  },
  {
    name: 'build id note past the end of its section',
    bytes() {
      const file = kernel({
        more: (writer) => writer.notes('.notes', [{ owner: 'GNU', type: 3, desc: new Uint8Array(20) }]),
      });
      new DataView(file.bytes.buffer).setUint32(file.place('.notes').offset + 4, 4096, true);
      return file.bytes;
    },
    argv: 'FILE --format json',
    says: 'kinspect: FILE: GNU build id note at file offset 0x1c0: descsz is 4096, and its section or segment has 20 bytes left',
    code: 3,
  },
  {
    name: 'configuration without an end',
    bytes: () =>
      kernel({
        more: (writer) =>
          writer.section('.rodata', {
            flags: 'A',
            addr: data + 0x1000n,
            bytes: Buffer.from('IKCFG_ST\x1f\x8bnoise', 'latin1'),
          }),
      }).bytes,
    argv: 'FILE --format json',
    says: 'kinspect: FILE: embedded configuration at file offset 0x1c8: no IKCFG_ED mark ends it in the 7 bytes that follow',
    code: 3,
  },
];

const region = (name: string, parts: Parameters<typeof kernel>[0], says: string, code: 0 | 3 = 3): DamageCase => ({
  name,
  bytes: () => kernel(parts).bytes,
  argv: 'dump FILE mcount --format r2',
  says,
  code,
});
const start = ['__start_mcount_loc', slot(0)] as const;

export const mcountCases: readonly DamageCase[] = [
  region(
    'start without stop',
    { bounds: [start] },
    'kinspect: FILE: mcount region at file offset 0x238: __start_mcount_loc is there and __stop_mcount_loc is missing',
  ),
  region(
    'stop before start',
    { bounds: [start, ['__stop_mcount_loc', slot(-2)]] },
    'kinspect: FILE: mcount region at file offset 0x250: __stop_mcount_loc (0xffff800010000ff0) lies before __start_mcount_loc (0xffff800010001000)',
  ),
  {
    ...region(
      'a size that is no multiple of a slot',
      { bounds: [start, ['__stop_mcount_loc', slot(3) + 5n]] },
      'kinspect: FILE: mcount region at file offset 0x250: its 29 bytes are not a multiple of 8: 5 at the end are in no slot',
    ),
    argv: 'dump FILE mcount',
    code: 0,
  },
  region(
    'in a NOBITS section',
    { data: { type: 'NOBITS', size: 32 } },
    'kinspect: FILE: mcount region at file offset 0x218: it lies in section 2 (.data), which is NOBITS: the file holds no bytes of it',
  ),
  region(
    "across the section's end",
    { bounds: [start, ['__stop_mcount_loc', slot(9)]] },
    'kinspect: FILE: mcount region at file offset 0x238: its 72 bytes reach past the end of section 2 (.data), which has 32 left',
  ),
  region(
    '2^40 bytes long',
    { bounds: [start, ['__stop_mcount_loc', data + (1n << 40n)]] },
    'kinspect: FILE: mcount region at file offset 0x238: its 1099511627776 bytes reach past the end of section 2 (.data), which has 32 left',
  ),
  {
    ...region(
      'defined twice',
      { bounds: [start, ['__start_mcount_loc', slot(1)], ['__stop_mcount_loc', slot(4)]] },
      'kinspect: FILE: mcount region at file offset 0x250: __start_mcount_loc is defined twice: symbol 5 (0xffff800010001000) counts, symbol 6 (0xffff800010001008) does not',
    ),
    argv: 'dump FILE mcount',
    code: 0,
  },
  section(
    'between symbols of a table that cannot be read',
    '.symtab',
    'sh_entsize',
    23,
    'dump FILE mcount',
    'kinspect: FILE: section 4 (.symtab) at file offset 0x3e0: sh_entsize is 23, expected 24; __start_mcount_loc and __stop_mcount_loc are not found',
  ),
  {
    name: 'of another section than its address',
    bytes: () => kernel().patchSymbol(5, 'st_shndx', 1).bytes,
    argv: 'dump FILE mcount',
    says: 'kinspect: FILE: mcount region at file offset 0x238: __start_mcount_loc is of section 1 (.text), and its address 0xffff800010001000 is in section 2 (.data), whose bytes are shown',
    code: 0,
  },
  elsewhere('dump FILE mcount', 'mcount region: '),
  elsewhere('dump FILE sections', ''),
];

const entry = (name: string, rela: Parameters<typeof kernel>[0], argv: string, says: string): DamageCase => ({
  name,
  bytes: () => kernel(rela).bytes,
  argv,
  says,
  code: 0,
});
const good = { place: slot(0), type: 1027, addend: at(0) };
const relr = (words: readonly (number | bigint)[]): Parameters<typeof kernel>[0] => ({
  rela: [],
  more: (writer) => writer.relr('.relr.dyn', words),
});

/** Relocations of which one names a symbol, and no table of symbols. */
const unnamed = (
  name: string,
  link: number,
  says: string,
  change: (file: BuiltElf) => BuiltElf = (file) => file,
): DamageCase => ({
  name,
  bytes: () =>
    change(kernel({ rela: [{ ...good, type: 257, symbol: 2 }] }).patchSection('.rela.dyn', 'sh_link', link)).bytes,
  argv: 'dump FILE relocs',
  says: `kinspect: FILE: section 3 (.rela.dyn) at file offset 0x358: ${says}`,
  code: 0,
});

export const relocationCases: readonly DamageCase[] = [
  section(
    'entry size wrong',
    '.rela.dyn',
    'sh_entsize',
    23,
    'dump FILE relocs',
    'kinspect: FILE: section 3 (.rela.dyn) at file offset 0x3a0: sh_entsize is 23, expected 24 for RELA',
    0,
  ),
  section(
    'sh_type of another section',
    '.rela.dyn',
    'sh_type',
    1,
    'dump FILE relocs',
    'kinspect: FILE: section 3 (.rela.dyn) at file offset 0x3a0: sh_type is 1, expected 4',
    0,
  ),
  section(
    'sh_type of another section',
    '.rela.dyn',
    'sh_type',
    1,
    'dump FILE relocs --format readelf',
    'kinspect: FILE: section 3 (.rela.dyn) at file offset 0x3a0: sh_type is 1, expected 4',
    0,
  ),
  ...['dump FILE relocs', 'dump FILE relocs --format readelf'].map((argv) =>
    section(
      'without bytes (NOBITS), as in a debug file',
      '.rela.dyn',
      'sh_type',
      8,
      argv,
      'kinspect: FILE: section 3 (.rela.dyn) is NOBITS: the file holds no bytes of it',
      0,
    ),
  ),
  section(
    'without bytes, and the slots that they fill',
    '.rela.dyn',
    'sh_type',
    8,
    'dump FILE mcount',
    'kinspect: FILE: mcount region: relocations may be missing: section 3 (.rela.dyn) is NOBITS: the file holds no bytes of it',
    0,
  ),
  entry(
    'a place outside every section',
    { rela: [{ ...good, place: text - 0x1000n }] },
    'dump FILE relocs',
    'ffff80000ffff000  R_AARCH64_RELATIVE    ffff800010000000  .rela.dyn           0xffff800010000000 (its place is in no section)',
  ),
  entry(
    'a place that is misaligned',
    { rela: [{ ...good, place: slot(0) + 3n }] },
    'dump FILE mcount',
    '     0  ffff800010001000  0000000000000000  0000000000000000  bytes            (a relocation is inside this slot and not at its start: not applied; it is at file offset 0x160)',
  ),
  entry(
    'two for one slot',
    { rela: [good, { ...good, addend: at(1) }] },
    'dump FILE mcount',
    '     0  ffff800010001000  0000000000000000  ffff800010000040  rela-addend      beta (two relocations name this slot; the last one (row 1, at file offset 0x178) counts)',
  ),
  entry(
    'an unknown type',
    { rela: [{ ...good, type: 9999 }] },
    'dump FILE mcount',
    '     0  ffff800010001000  0000000000000000  0000000000000000  bytes            (Unknown (type 9999) is neither relative nor absolute: not computed; the entry is at file offset 0x160)',
  ),
  entry(
    'a symbol index out of range',
    { rela: [{ ...good, type: 257, symbol: 0xff_ffff }] },
    'dump FILE mcount',
    '     0  ffff800010001000  0000000000000000  0000000000000000  bytes            (its symbol 16777215 is in no symbol table: not computed; the entry is at file offset 0x160)',
  ),
  unnamed('sh_link to nowhere', 77, 'sh_link is 77, which is not a symbol table: names of symbols cannot be read'),
  unnamed(
    'sh_link to another kind of section',
    2,
    'sh_link is 2, which is not a symbol table: names of symbols cannot be read',
  ),
  unnamed(
    'sh_link to a symbol table that cannot be read',
    4,
    'sh_link is 4, and that symbol table cannot be read (section 4 (.symtab) at file offset 0x398: sh_entsize is 23, expected 24): names of symbols cannot be read',
    (file) => file.patchSection('.symtab', 'sh_entsize', 23),
  ),
  entry(
    'RELR that begins with a bitmap',
    relr([0b11n, slot(0)]),
    'dump FILE relocs',
    'kinspect: FILE: RELR table at file offset 0x160: it begins with a bitmap (1 of them), expected a place to count from',
  ),
  entry(
    'RELR that goes past the last address',
    relr([2n ** 64n - 16n, 0b1111n]),
    'dump FILE relocs',
    'kinspect: FILE: RELR table at file offset 0x168: its bitmap reaches past the last address',
  ),
];
