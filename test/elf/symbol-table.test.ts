import { expect, test } from 'vitest';
import { StringTable } from '../../src/bytes/string-table.ts';
import type { ExtendedRows } from '../../src/elf/extended-indexes.ts';
import { SymbolTable } from '../../src/elf/symbol-table.ts';
import { readyValue } from '../../src/errors.ts';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { forms, open } from './forms.ts';

function someSymbols(options: ConstructorParameters<typeof ElfWriter>[0] = {}): BuiltElf {
  const writer = new ElfWriter(options);
  writer.section('.text', { flags: 'AX', addr: 0x8000, bytes: new Uint8Array(16) });
  writer.symbol('undefined', { bind: 'GLOBAL' });
  writer.symbol('absolute', { section: 'ABS', value: 0x1234 });
  writer.symbol('common', { section: 'COMMON', type: 'OBJECT', value: 8, size: 4 });
  writer.symbol('tty_write', { section: '.text', type: 'FUNC', value: 0x8004, size: 12, visibility: 2 });
  writer.symbol('far', { section: '.text', type: 'FUNC', bind: 'WEAK', value: 0x8008, xindex: true });
  writer.symbol('reserved', { section: 0xff20 });
  return writer.build();
}

const symbolsOf = (file: BuiltElf): SymbolTable => readyValue(open(file).readSymbols())!;
const reasonOf = (file: BuiltElf): string => {
  const symbols = open(file).readSymbols();
  return symbols.state === 'ready' ? 'ready' : `${symbols.state}: ${symbols.reason}`;
};

test.each(forms)('rows of .symtab of $form are read field by field', (form) => {
  const file = someSymbols(form);
  const table = symbolsOf(file);
  expect(table.count).toBe(7);
  expect(table.name(4)).toBe('tty_write');
  expect([table.value(4), table.size(4)]).toEqual([0x8004n, 12n]);
  expect([table.type(4), table.binding(4), table.visibility(4)]).toEqual([2, 0, 2]);
  expect([table.type(3), table.binding(5)]).toEqual([1, 2]);
  expect(table.fileOffset(4)).toBe(file.place('.symtab').offset + 4 * table.entrySize);
  expect([...table.values.lo]).toEqual([0, 0, 0x1234, 8, 0x8004, 0x8008, 0]);
  expect(table.damage).toBeUndefined();
});

test.each(forms)('each kind of st_shndx of $form names its section, or none', (form) => {
  const table = symbolsOf(someSymbols(form));
  const sections = Array.from({ length: table.count }, (_, row) => table.sectionOf(row));
  expect(sections).toEqual([undefined, undefined, undefined, undefined, 1, 1, undefined]);
  expect(Array.from({ length: table.count }, (_, row) => table.st_shndx(row))).toEqual([
    0, 0, 0xfff1, 0xfff2, 1, 0xffff, 0xff20,
  ]);
});

test('SHN_XINDEX without an index, or with index 0, is a symbol of no section', () => {
  const file = someSymbols();
  expect(symbolsOf(file.patchSection('.symtab_shndx', 'sh_size', 8)).sectionOf(5)).toBeUndefined();
  expect(symbolsOf(file.patchSection('.symtab_shndx', 'sh_type', 1)).sectionOf(5)).toBeUndefined();
});

test.each(forms)('SHT_SYMTAB_SHNDX is asked for with the rows of $form that need it, where there are any', (form) => {
  const file = someSymbols(form);
  const asked = (): ExtendedRows[] => {
    const elf = open(file);
    const rows: ExtendedRows[] = [];
    new SymbolTable({
      bytes: elf.sectionBytes(elf.section('.symtab')!),
      is64: elf.header.is64,
      littleEndian: elf.header.littleEndian,
      strings: new StringTable(new Uint8Array(1), '.strtab'),
      fileOffset: 0,
      readExtended: (needed) => {
        rows.push(needed);
        return { bytes: undefined, damage: undefined };
      },
    });
    return rows;
  };
  // Row 0 is of no symbol, whatever is in it.
  file.patchSymbol(0, 'st_shndx', 0xffff);
  expect(asked()).toEqual([{ first: 5, count: 1 }]);
  file.patchSymbol(2, 'st_shndx', 0xffff);
  expect(asked()).toEqual([{ first: 2, count: 2 }]);
  for (const row of [2, 5]) file.patchSymbol(row, 'st_shndx', 1);
  expect(asked()).toEqual([]);
});

test('64-bit values keep all their bits', () => {
  const writer = new ElfWriter({ bigEndian: true });
  writer.symbol('high', { section: 'ABS', value: 0xffff800010747511n, size: 2n ** 64n - 1n });
  const table = symbolsOf(writer.build());
  expect(table.value(1)).toBe(0xffff800010747511n);
  expect(table.size(1)).toBe(2n ** 64n - 1n);
});

test('a symbol is found by its exact name, also where the linker has merged it into the tail of another', () => {
  const writer = new ElfWriter();
  writer.symbol('hung_up_tty_write', { section: 'ABS', value: 1 });
  writer.symbol('tail', { section: 'ABS', value: 2 });
  writer.symbol('tty', { section: 'ABS', value: 3 });
  writer.symbol('tail', { section: 'ABS', value: 4 });
  const file = writer.build();
  const table = symbolsOf(file.patchSymbol(2, 'st_name', 1 + 'hung_up_'.length));
  expect(table.find('tty_write')).toBe(2);
  expect(table.find('hung_up_tty_write')).toBe(1);
  expect(table.find('tty')).toBe(3);
  expect(table.findAll('tail')).toEqual([4]);
  expect(table.find('tty_writ')).toBeUndefined();
  expect(table.find('')).toBeUndefined();
  expect(table.find('tty\0tail')).toBeUndefined();
  expect(table.find('\u0174tty')).toBeUndefined();
});

test('every symbol of a name is found, in table order, and find takes the first that is accepted', () => {
  const writer = new ElfWriter();
  for (let i = 0; i < 10; i++) writer.symbol(i % 2 === 0 ? 'even' : 'odd', { section: 'ABS', value: i });
  const table = symbolsOf(writer.build());
  expect(table.findAll('odd')).toEqual([2, 4, 6, 8, 10]);
  expect(table.find('odd', (row) => table.value(row) > 4n)).toBe(6);
  expect(table.find('odd', () => false)).toBeUndefined();
});

test('a string table that is one name over and over is searched row by row', () => {
  const writer = new ElfWriter();
  writer.section('.names', { type: 'STRTAB', bytes: Buffer.from('\0'.concat('x\0'.repeat(100_000))) });
  for (let i = 0; i < 5; i++) writer.symbol('y', { section: 'ABS' });
  const file = writer.build().patchSection('.symtab', 'sh_link', 1);
  for (let i = 1; i < 5; i++) file.patchSymbol(i, 'st_name', 1 + i * 2000);
  const table = symbolsOf(file.patchSymbol(5, 'st_name', 0));
  expect(table.findAll('x')).toEqual([1, 2, 3, 4]);
});

test.each([
  ['sh_entsize', 0, 'malformed: section 2 (.symtab) at file offset', 'sh_entsize is 0, expected 24'],
  ['sh_entsize', 25, 'malformed: section 2 (.symtab) at file offset', 'sh_entsize is 25, expected 24'],
  ['sh_offset', 2n ** 64n - 8n, 'malformed: section 2 (.symtab)', 'is past the end of the file'],
  ['sh_size', 2n ** 40n, 'malformed: section 2 (.symtab)', 'sh_size 0x10000000000 is past the end of the file'],
  ['sh_type', 8, 'malformed: section 2 (.symtab) at file offset', 'sh_type is 8, expected 2'],
  ['sh_flags', 0x800, 'unsupported: section 2 (.symtab)', 'it is SHF_COMPRESSED'],
])('.symtab with %s of %s cannot be read, and says so', (field, value, start, end) => {
  const reason = reasonOf(someSymbols().patchSection('.symtab', field, value));
  expect(reason.startsWith(start)).toBe(true);
  expect(reason).toContain(end);
});

test.each([
  ['.symtab', 'sh_link', 2, /section 2 \(\.symtab\) .*sh_link is 2, which is not a string table: names cannot be read/],
  ['.symtab', 'sh_link', 77, /sh_link is 77, which is not a string table/],
  ['.symtab', 'sh_link', 1, /sh_link is 1, which is not a string table/],
  ['.strtab', 'sh_offset', 2n ** 63n, /section 3 \(\.strtab\) .*is past the end of the file/],
  ['.symtab', 'sh_size', 24 * 3 + 5, /sh_size 77 is not a multiple of its 24-byte entries/],
])(
  '%s with %s of %s still gives the rows that can be read, and says what is wrong',
  (section, field, value, expected) => {
    const table = symbolsOf(someSymbols().patchSection(section, field, value));
    expect(table.count).toBeGreaterThan(2);
    expect(table.value(2)).toBe(0x1234n);
    expect(table.damage?.message).toMatch(expected);
    if (field !== 'sh_size') expect(table.name(2)).toBeUndefined();
  },
);

test('a name past the string table, or without a NUL, is no name', () => {
  const past = symbolsOf(someSymbols().patchSymbol(4, 'st_name', 0xffffffff));
  expect(past.name(4)).toBeUndefined();
  expect(past.damage?.message).toMatch(
    /^symbol 4 of section 2 \(\.symtab\) at file offset 0x[0-9a-f]+: st_name is 4294967295, past the \d+ bytes of section 3 \(\.strtab\)$/,
  );
  expect(past.damage?.offset).toBe(past.fileOffset(4));
  const file = someSymbols();
  const { offset, size } = file.place('.strtab');
  file.bytes.fill(0x61, offset + size - 9, offset + size);
  expect(symbolsOf(file).name(6)).toBeUndefined();
  expect(symbolsOf(file).namesDamage?.message).toBe(
    `section 3 (.strtab) at file offset 0x${(offset + size - 1).toString(16)}: its last byte is 97, expected 0: the name of symbol 6 has no end`,
  );
});

test('a row that is not there is a bad reference, not a crash', () => {
  const table = symbolsOf(someSymbols());
  for (const row of [7, 0xffffffff, -1]) {
    for (const read of ['name', 'value', 'size', 'type', 'binding', 'visibility', 'st_shndx', 'sectionOf'] as const) {
      const error = parseError(() => table[read](row));
      expect(error).toMatchObject({ code: 'bad-reference', problem: `there is no symbol ${row}; the table has 7` });
    }
  }
});

test('a stripped file has no symbols, and .dynsym is another table', () => {
  const writer = new ElfWriter();
  writer.section('.dynsym', { type: 'DYNSYM', bytes: new Uint8Array(48), entsize: 24 });
  const elf = open(writer.build());
  expect(elf.readSymbols()).toEqual({ state: 'absent', reason: 'no .symtab section: it was stripped' });
  expect(readyValue(elf.readSymbols('dynsym'))?.count).toBe(2);
});

test.each(forms)('a section past the section header table is told once for the table of $form', (form) => {
  const file = someSymbols(form);
  for (const row of [2, 4]) file.patchSymbol(row, 'st_shndx', 0x7777);
  const table = symbolsOf(file);
  const at = table.fileOffset(2) + (table.entrySize === 24 ? 6 : 14);
  const last = open(file).sections.length - 1;
  expect(table.damage?.message).toBe(
    `symbol 2 of section 2 (.symtab) at file offset 0x${at.toString(16)}: st_shndx is 30583, and the last section is ${last}; 2 symbols are in no section that there is`,
  );
  expect(table.namesDamage).toBeUndefined();
});

test('an index of SHT_SYMTAB_SHNDX is looked at like st_shndx', () => {
  const file = someSymbols();
  const { offset } = file.place('.symtab_shndx');
  new DataView(file.bytes.buffer).setUint32(offset + 4 * 5, 70_000, true);
  expect(symbolsOf(file).damage?.problem).toMatch(
    /^st_shndx is SHN_XINDEX and the index beside it 70000, and the last section is \d+$/,
  );
});

test('a string table that nothing refers to the end of is sound', () => {
  const file = someSymbols();
  for (let row = 1; row < 7; row++) file.patchSymbol(row, 'st_name', 0);
  const { offset, size } = file.place('.strtab');
  file.bytes[offset + size - 1] = 0x61;
  expect(symbolsOf(file).damage).toBeUndefined();
});
