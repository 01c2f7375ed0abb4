import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { StringTable } from '../../src/bytes/string-table.ts';
import { ElfFile } from '../../src/elf/elf-file.ts';
import type { Section } from '../../src/elf/sections.ts';
import { SymbolTable } from '../../src/elf/symbol-table.ts';
import { readyValue } from '../../src/errors.ts';
import { gdbDataNames, printGdbWords } from '../../src/format/gdb-words.ts';
import { MemoryView } from '../../src/format/memory-view.ts';
import { printNm } from '../../src/format/nm.ts';
import { printR2Hex } from '../../src/format/r2-hex.ts';
import { printReadelfRelocations } from '../../src/format/readelf-relocations.ts';
import { RelocationList } from '../../src/kernel/relocation-list.ts';
import { SymbolIndexByAddress } from '../../src/kernel/symbol-index.ts';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';

const open = (file: BuiltElf): ElfFile => new ElfFile(memorySource(file.bytes));

/** All chunks as one text, a character a byte, and what the generator returned. */
function gather<Result>(chunks: Generator<string | Uint8Array, Result>): { text: string; end: Result } {
  const parts: Buffer[] = [];
  for (;;) {
    const next = chunks.next();
    if (next.done) return { text: Buffer.concat(parts).toString('latin1'), end: next.value };
    parts.push(Buffer.from(next.value as string));
  }
}

function opened(file: BuiltElf): { elf: ElfFile; table: SymbolTable } {
  const elf = open(file);
  const table = readyValue(elf.readSymbols());
  if (table === undefined) throw new Error('no symbols');
  return { elf, table };
}

const nm = (file: BuiltElf, names: 'raw' | 'visible' = 'raw'): string => {
  const { elf, table } = opened(file);
  return gather(printNm(elf, table, names)).text;
};

describe('nm', () => {
  // Observed: gas 2.40 made these sections with these flags, nm 2.40 printed these letters.
  it.each([
    ['.text', 'AX', 't'],
    ['.ltext', 'AX', 't', 'NOBITS'],
    ['.both', 'AWX', 't'],
    ['.data', 'WA', 'd'],
    ['.rodata', 'A', 'r'],
    ['.bss', 'WA', 'b', 'NOBITS'],
    ['.notes', 'A', 'r', 'NOTE'],
    ['.tdata', 'WAT', 'd'],
    ['.tbss', 'WAT', 'b', 'NOBITS'],
    ['.comment', '', 'n'],
    ['.weird', 'W', '?'],
    ['nonalloc_bss', 'W', 'b', 'NOBITS'],
    ['.debug_foo', '', 'N'],
    ['.zdebug_x', '', 'N'],
    ['.dbgz.zdebug', '', 'n'],
    ['.stabx', '', 'N'],
    ['.linez', '', 'N'],
    ['.gdb_index', '', 'N'],
    ['.gnu.linkonce.wi.x', '', 'N'],
    ['.gnu.debuglto_.debug_x', '', 'N'],
    ['.note.gnu.foo', '', 'n', 'NOTE'],
    ['.pdata', 'WA', 'p'],
    ['.pdata.x', 'WA', 'p'],
    ['.pdatax', 'WA', 'd'],
    ['.edata', 'A', 'e'],
    ['.idata$1', 'WA', 'i'],
    ['.drectve0', '', 'i'],
  ] as const)('gives a symbol in %s (%s) the letter %s', (name, flags, letter, type?: 'NOBITS' | 'NOTE') => {
    const elf = new ElfWriter({ type: 'REL', machine: 'x86_64' });
    elf.section(name, { type: type ?? 'PROGBITS', flags, bytes: new Uint8Array(8), size: 8 });
    elf.symbol('local', { section: name });
    elf.symbol('global', { section: name, bind: 'GLOBAL', value: 4 });
    const upper = letter === '?' ? '?' : letter.toUpperCase();
    expect(nm(elf.build())).toBe(`${'0'.repeat(16)} ${letter} local\n${'0'.repeat(15)}4 ${upper} global\n`);
  });

  it('goes by binding and type first', () => {
    const elf = new ElfWriter({ type: 'EXEC', machine: 'x86_64' });
    elf.section('.text', { flags: 'AX', bytes: new Uint8Array(64), addr: 0x1000 });
    const at = { section: '.text', value: 0x1000 } as const;
    elf.symbol('file.c', { type: 'FILE', section: 'ABS' });
    elf.symbol('', { type: 'SECTION', ...at });
    elf.symbol('ifunc', { type: 'IFUNC', bind: 'GLOBAL', ...at });
    elf.symbol('weak', { type: 'FUNC', bind: 'WEAK', ...at });
    elf.symbol('weak_object', { type: 'OBJECT', bind: 'WEAK', ...at });
    elf.symbol('unique', { type: 'OBJECT', bind: 10, ...at });
    elf.symbol('processor', { bind: 13, ...at });
    elf.symbol('undefined', { bind: 'GLOBAL', value: 0x1234 });
    elf.symbol('weak_undefined', { bind: 'WEAK' });
    elf.symbol('weak_undefined_object', { bind: 'WEAK', type: 'OBJECT' });
    elf.symbol('common', { type: 'OBJECT', bind: 'GLOBAL', section: 'COMMON', value: 8, size: 0x18 });
    elf.symbol('absolute', { section: 'ABS', value: 0x1234 });
    elf.symbol('absolute_global', { section: 'ABS', bind: 'GLOBAL', value: 0xffff_ffff_ffff_fff0n });
    elf.symbol('nowhere', { section: 0x0777, value: 1 });
    elf.symbol('extended', { xindex: true, ...at });
    elf.symbol('in_the_symbol_table', { section: 2, value: 1 });
    elf.symbol('extended_undefined', { section: 0xffff, value: 1, bind: 'WEAK' });
    elf.symbol('large_common', { section: 0xff02, size: 9, bind: 'GLOBAL' });
    expect(nm(elf.build()).split('\n').slice(0, -1)).toEqual([
      '0000000000001000 i ifunc',
      '0000000000001000 W weak',
      '0000000000001000 V weak_object',
      '0000000000001000 u unique',
      '0000000000001000 ? processor',
      '                 U undefined',
      '                 w weak_undefined',
      '                 v weak_undefined_object',
      '0000000000000018 C common',
      '0000000000001234 a absolute',
      'fffffffffffffff0 A absolute_global',
      '0000000000000001 a nowhere',
      '0000000000001000 t extended',
      '0000000000000001 a in_the_symbol_table',
      '                 w extended_undefined',
      '0000000000000009 C large_common',
    ]);
  });

  it('has 8 digits in ELF32, and (null) for a name past the string table', () => {
    const elf = new ElfWriter({ class: 32, machine: 'arm', type: 'EXEC' });
    elf.section('.data', { flags: 'WA', bytes: new Uint8Array(4), addr: 0xc000_0000 });
    elf.symbol('one', { section: '.data', value: 0xc000_0000, bind: 'GLOBAL' });
    elf.symbol('two');
    const file = elf.build().patchSymbol(2, 'st_name', 0x7fff);
    expect(nm(file)).toBe('c0000000 D one\n         U (null)\n');
  });

  it('writes the bytes of a name as they are, and for a terminal so that all can be seen', () => {
    const elf = new ElfWriter({ type: 'EXEC' });
    elf.symbol('\x1b[2J\xff', { section: 'ABS' });
    elf.symbol('\xe2\x80\xaex\n', { section: 'ABS' });
    const file = elf.build();
    expect(nm(file)).toBe(`${'0'.repeat(16)} a \x1b[2J\xff\n${'0'.repeat(16)} a \xe2\x80\xaex\n\n`);
    expect(nm(file, 'visible')).toBe(`${'0'.repeat(16)} a \\x1b[2J\\xff\n${'0'.repeat(16)} a \\u{202e}x\\x0a\n`);
  });

  it('crosses its chunks without losing a row', () => {
    const elf = new ElfWriter({ type: 'EXEC' });
    const names = Array.from({ length: 5000 }, (_, i) => `s${i}`);
    for (const name of names) elf.symbol(name, { section: 'ABS' });
    expect(nm(elf.build())).toBe(names.map((name) => `${'0'.repeat(16)} a ${name}\n`).join(''));
  });

  it('ends a chunk in time where names are as long as their table, also inside a name', () => {
    const name = `a${'\xc3\xa9'.repeat(500_000)}`;
    const elf = new ElfWriter({ type: 'EXEC' });
    for (let i = 0; i < 20; i++) elf.symbol(name, { section: 'ABS' });
    const { elf: file, table } = opened(elf.build());
    for (const [names, shown] of [['raw', name] as const, ['visible', `a${'é'.repeat(500_000)}`] as const]) {
      const chunks = [...printNm(file, table, names)].map((chunk) =>
        typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1'),
      );
      expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(600_000);
      expect(chunks.join('') === `${'0'.repeat(16)} a ${shown}\n`.repeat(20)).toBe(true);
    }
  });

  it('prints the same of a string table that is larger than a string can be', () => {
    const elf = new ElfWriter({ type: 'EXEC' });
    const names = ['one', '', '\xe2\x80\xaex', 'three'];
    for (const name of names) elf.symbol(name, { section: 'ABS' });
    const image = elf.build().patchSymbol(4, 'st_name', 0x7fff);
    const { elf: file, table } = opened(image);
    const large = new SymbolTable({
      bytes: file.sectionBytes(file.section('.symtab') as Section),
      is64: true,
      littleEndian: true,
      strings: new StringTable(table.strings.bytes, '.strtab', undefined, 8),
      fileOffset: 0,
    });
    expect(large.strings.text).toBeUndefined();
    expect(gather(printNm(file, large, 'raw')).text).toBe(nm(image));
    expect(gather(printNm(file, large, 'visible')).text).toBe(nm(image, 'visible'));
  });
});

describe('llvm-readelf -r', () => {
  function readelf(file: BuiltElf, names: 'raw' | 'visible' = 'raw', section?: string) {
    const elf = open(file);
    const warnings: string[] = [];
    const list = new RelocationList(elf, new Map());
    const options = { names, section, warn: (sentence: string) => void warnings.push(sentence) };
    return { text: gather(printReadelfRelocations(elf, list, options)).text, warnings };
  }
  const lines = (text: string) => text.split('\n').slice(3, -1);

  it('says so when there are none', () => {
    expect(readelf(new ElfWriter().build()).text).toBe('\nThere are no relocations in this file.\n');
  });

  it('lays out 64-bit RELA: names push the columns behind them, negative addends get a minus', () => {
    const elf = new ElfWriter({ machine: 'x86_64', type: 'REL' });
    elf.section('.text', { flags: 'AX', bytes: new Uint8Array(8) });
    elf.symbol('', { type: 'SECTION', section: '.text' });
    elf.symbol('f', { section: '.text', value: 0xffff_ffff_8000_0000n });
    elf.symbol('\x1b[1m', { section: '.text' });
    elf.rela(
      '.rela.text',
      [
        { place: 0x10, type: 1, symbol: 1, addend: 0x5dfdd0 },
        { place: 0x18, type: 2, symbol: 2, addend: -4 },
        { place: 0x20, type: 8, addend: -4 },
        { place: 0x28, type: 1, symbol: 2 },
        { place: 0x30, type: 77, symbol: 2, addend: 1 },
        { place: 0x38, type: 1, symbol: 3, addend: 1 },
        { place: 0x40, type: 1, symbol: 99, addend: 1 },
      ],
      { link: '.symtab', info: '.text', flags: 'I' },
    );
    const { text, warnings } = readelf(elf.build());
    expect(text.split('\n').slice(0, 3)).toEqual([
      '',
      expect.stringMatching(/^Relocation section '\.rela\.text' at offset 0x[0-9a-f]+ contains 7 entries:$/),
      "    Offset             Info             Type               Symbol's Value  Symbol's Name + Addend",
    ]);
    expect(lines(text)).toEqual([
      '0000000000000010  0000000100000001 R_X86_64_64            0000000000000000 .text + 5dfdd0',
      '0000000000000018  0000000200000002 R_X86_64_PC32          ffffffff80000000 f - 4',
      `0000000000000020  0000000000000008 R_X86_64_RELATIVE${' '.repeat(17)}fffffffffffffffc`,
      '0000000000000028  0000000200000001 R_X86_64_64            ffffffff80000000 f + 0',
      '0000000000000030  000000020000004d Unknown                ffffffff80000000 f + 1',
      '0000000000000038  0000000300000001 R_X86_64_64            0000000000000000 \x1b[1m + 1',
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^relocation 6 of section 2 \(\.rela\.text\) is left out: its symbol is 99/),
    ]);
    expect(lines(readelf(elf.build(), 'visible').text)[5]).toContain('\\x1b[1m + 1');
  });

  it('lays out 32-bit REL', () => {
    const elf = new ElfWriter({ class: 32, machine: 'i386', type: 'EXEC' });
    elf.section('.bss', { type: 'NOBITS', flags: 'WA', addr: 0xc1001800, size: 64 });
    elf.symbol('', { type: 'SECTION', section: '.bss', value: 0xc1001800 });
    elf.rel('.rel.text', [{ place: 0xc1000001, type: 1, symbol: 1 }], { link: '.symtab', info: '.bss' });
    expect(readelf(elf.build()).text.split('\n').slice(2, -1)).toEqual([
      " Offset     Info    Type                Sym. Value  Symbol's Name",
      'c1000001  00000101 R_386_32               c1001800   .bss',
    ]);
  });

  it('shows RELR decoded, as relative entries without an addend', () => {
    const elf = new ElfWriter({ machine: 'aarch64' });
    elf.relr('.relr.dyn', [0x1000, 0x7]);
    const { text } = readelf(elf.build());
    expect(text).toContain("'.relr.dyn' at offset 0x");
    expect(text).toContain('contains 3 entries:');
    expect(lines(text)).toEqual(
      [0x1000, 0x1008, 0x1010].map(
        (place) => `${place.toString(16).padStart(16, '0')}  0000000000000403 R_AARCH64_RELATIVE${' '.repeat(16)}`,
      ),
    );
  });

  it.each([
    [true, '0000000000001203'],
    [false, '0312000000000000'],
  ])('takes the three types of a MIPS64 entry apart (big-endian: %s)', (bigEndian, info) => {
    const elf = new ElfWriter({ machine: 'mips', bigEndian });
    elf.rela('.rela.dyn', [{ place: 0x10, type: 0x1203, addend: 0 }], { flags: 'A' });
    expect(lines(readelf(elf.build()).text)).toEqual([
      `0000000000000010  ${info} R_MIPS_REL32/R_MIPS_64/R_MIPS_NONE  0`,
    ]);
  });

  it('has a word for a section symbol without a section', () => {
    const elf = new ElfWriter({ machine: 'x86_64' });
    elf.symbol('', { type: 'SECTION', section: 'ABS', value: 5 });
    elf.symbol('', { type: 'SECTION', section: 0x333 });
    elf.symbol('named', { type: 'SECTION', section: '.rela.text' });
    const entries = [1, 2, 3].map((symbol) => ({ place: symbol, type: 1, symbol, addend: 9 }));
    elf.rela('.rela.text', entries, { link: '.symtab' });
    const { text, warnings } = readelf(elf.build());
    expect(lines(text).map((line) => line.slice(75))).toEqual(['<?> + 9', '<section 819> + 9', 'named + 9']);
    expect(warnings.length).toBe(2);
  });

  it('prints no entry of a section that it cannot read whole, and the sections after it', () => {
    const elf = new ElfWriter();
    elf.rela('.rela.a', [{ place: 1, type: 1027, addend: 1 }], { flags: 'A' });
    elf.rela('.rela.b', [{ place: 2, type: 1027, addend: 2 }], { flags: 'A' });
    const { text, warnings } = readelf(elf.build().patchSection('.rela.a', 'sh_entsize', 25));
    expect(text.match(/Relocation section/g)?.length).toBe(2);
    expect(text).not.toMatch(/^0{15}1 /m);
    expect(text).toMatch(/^0{15}2 /m);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toContain('sh_entsize is 25');
  });

  it('ends a chunk in time where sections without an entry have long names', () => {
    const elf = new ElfWriter();
    const name = `.rela.${'n'.repeat(100_000)}`;
    for (let i = 0; i < 20; i++) elf.rela(name, [], { flags: 'A' });
    const file = open(elf.build());
    const options = { names: 'raw', section: undefined, warn: () => undefined } as const;
    const sizes = Array.from(
      printReadelfRelocations(file, new RelocationList(file, new Map()), options),
      (chunk) => chunk.length,
    );
    expect(Math.max(...sizes)).toBeLessThan(200_000);
    expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(2_000_000);
  });
});

/** A file with these bytes at an address, and another section right behind. */
function withBytes(address: bigint, bytes: Uint8Array, form: { class?: 32 | 64; bigEndian?: boolean } = {}): ElfWriter {
  const elf = new ElfWriter({ type: 'EXEC', ...form });
  elf.section('.init.data', { flags: 'WA', addr: address, bytes });
  return elf;
}

describe("gdb's x/gx", () => {
  function words(file: BuiltElf, start: bigint, count: number) {
    const elf = open(file);
    const table = readyValue(elf.readSymbols());
    const symbols = table === undefined ? undefined : new SymbolIndexByAddress(elf, table);
    const memory = new MemoryView(elf);
    return gather(printGdbWords({ memory, start, count, nameOf: gdbDataNames(elf, symbols), names: 'raw' }));
  }
  const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);

  it('prints two words a line, in the order of the file', () => {
    const file = withBytes(0x1000n, counting(32)).build();
    expect(words(file, 0x1000n, 3).text).toBe(
      '0x1000:\t0x0706050403020100\t0x0f0e0d0c0b0a0908\n0x1010:\t0x1716151413121110\n',
    );
    const big = withBytes(0x1000n, counting(16), { bigEndian: true }).build();
    expect(words(big, 0x1000n, 2).text).toBe('0x1000:\t0x0001020304050607\t0x08090a0b0c0d0e0f\n');
  });

  it('stops in the middle of a line at the first byte that cannot be read', () => {
    const file = withBytes(0x1000n, counting(28)).build();
    expect(words(file, 0x1000n, 8)).toEqual({
      text: '0x1000:\t0x0706050403020100\t0x0f0e0d0c0b0a0908\n0x1010:\t0x1716151413121110\t',
      end: { address: 0x101cn },
    });
    expect(words(file, 0x1010n, 1).end).toBeUndefined();
    expect(words(file, 0x1018n, 1)).toEqual({ text: '0x1018:\t', end: { address: 0x101cn } });
    expect(words(file, 0x5000n, 2)).toEqual({ text: '0x5000:\t', end: { address: 0x5000n } });
  });

  it('reads on into a section that touches, and not into NOBITS', () => {
    const elf = withBytes(0x1000n, counting(12));
    elf.section('.next', { flags: 'WA', addr: 0x100cn, bytes: new Uint8Array(4).fill(0xff) });
    elf.section('.bss', { type: 'NOBITS', flags: 'WA', addr: 0x1010n, size: 64 });
    expect(words(elf.build(), 0x1000n, 4)).toEqual({
      text: '0x1000:\t0x0706050403020100\t0xffffffff0b0a0908\n0x1010:\t',
      end: { address: 0x1010n },
    });
  });

  it('names an address inside a symbol that has a size, and by no label', () => {
    const elf = withBytes(0x1000n, new Uint8Array(64));
    elf.symbol('__start_mcount_loc', { section: '.init.data', value: 0x1000, bind: 'GLOBAL' });
    elf.symbol('table', { section: '.init.data', value: 0x1010, type: 'OBJECT', size: 0x20 });
    elf.symbol('label', { section: '.init.data', value: 0x1020 });
    const addresses = words(elf.build(), 0x1000n, 8).text.match(/^.*?:/gm);
    expect(addresses).toEqual(['0x1000:', '0x1010 <table>:', '0x1020 <table+16>:', '0x1030:']);
  });

  it('ends a chunk in time where every line has a long name', () => {
    const elf = withBytes(0x1000n, new Uint8Array(1600));
    const name = 'n'.repeat(100_000);
    elf.symbol(name, { section: '.init.data', value: 0x1000, type: 'OBJECT', size: 1600 });
    const request = { memory: new MemoryView(open(elf.build())), start: 0x1000n, count: 200, nameOf: () => name };
    const chunks = Array.from(printGdbWords({ ...request, names: 'raw' }), (chunk) => Buffer.from(chunk));
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(200_000);
    expect(Buffer.concat(chunks).toString('latin1').split('\n').length).toBe(101);
  });
});

describe("radare2's px", () => {
  const px = (file: BuiltElf, start: bigint, count: number) =>
    gather(printR2Hex(new MemoryView(open(file)), start, count));

  it("is the article's listing", () => {
    const start = 0xffff_ffff_836f_4a10n;
    const slots = [0x660, 0x6a0, 0x6e0, 0x720, 0xc80, 0xdd0, 0x2900, 0x2970].map(
      (low) => 0xffff_ffff_8100_0000n + BigInt(low),
    );
    const bytes = new Uint8Array(64);
    slots.forEach((slot, i) => {
      new DataView(bytes.buffer).setBigUint64(i * 8, slot, true);
    });
    expect(px(withBytes(start, bytes).build(), start, 64).text.split('\n')).toEqual([
      '- offset -           0 1  2 3  4 5  6 7  8 9  A B  C D  E F 0123456789ABCDEF',
      '0xffffffff836f4a10  6006 0081 ffff ffff a006 0081 ffff ffff `...............',
      '0xffffffff836f4a20  e006 0081 ffff ffff 2007 0081 ffff ffff ........ .......',
      '0xffffffff836f4a30  800c 0081 ffff ffff d00d 0081 ffff ffff ................',
      '0xffffffff836f4a40  0029 0081 ffff ffff 7029 0081 ffff ffff .)......p)......',
      '',
    ]);
  });

  it('has short addresses for 32 bits, fills a short line, and stops where nothing can be read', () => {
    const file = withBytes(0xc000_fd40n, Buffer.from('abcde'), { class: 32 }).build();
    const { text, end } = px(file, 0xc000_fd40n, 256);
    expect(text.split('\n')).toEqual([
      '- offset -   0 1  2 3  4 5  6 7  8 9  A B  C D  E F 0123456789ABCDEF',
      `0xc000fd40  6162 6364 65${' '.repeat(27)} abcde`,
      '',
    ]);
    expect(end).toEqual({ address: 0xc000_fd45n });
  });
});
