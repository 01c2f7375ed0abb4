/**
 * A symbol table made of kallsyms: for a boot image, which has none, and for a kernel of which there is no file at all.
 *
 *   letter T t   FUNC       W w   FUNC, weak     else OBJECT        capitals GLOBAL, others LOCAL
 *   size         up to the next symbol: kallsyms has no sizes, so that padding counts as the symbol before it
 *
 * The rows of modules are left out: they are not of the image. Addresses are those of the file, found from _text, with
 * which the image begins.
 */
import { type ByteSource, memorySource } from '../bytes/byte-source.ts';
import { allRows, sortRowsByU64, u64At } from '../bytes/columns.ts';
import { printable, printableName } from '../bytes/printable.ts';
import { StringTable } from '../bytes/string-table.ts';
import { assembleElf } from '../elf/boot-image/assemble.ts';
import type { BootImage } from '../elf/boot-image/boot-image.ts';
import { EM, SHF, SHN, SHT, STB, STT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { SymbolTable } from '../elf/symbol-table.ts';
import { ParseError } from '../errors.ts';
import { isTextLetter, type Kallsyms, looksLikeKallsyms, readKallsyms } from './kallsyms.ts';
import { imageStart } from './moved-symbols.ts';

const rowSize = 24;

/** Where the image of a running kernel begins. @throws ParseError absent: without _text nobody knows */
function textStart(kallsyms: Kallsyms): bigint {
  for (const name of ['_text', '_stext', 'startup_64']) {
    const row = kallsyms.byName.all(name).find((line) => kallsyms.moduleOf(line) === undefined);
    if (row !== undefined) return kallsyms.address(row);
  }
  const problem = 'it has neither _text nor _stext, from which the addresses of the file follow';
  throw new ParseError({ code: 'absent', structure: kallsyms.from, problem });
}

/** a and A: a number, that is nowhere in the image. */
const isAbsoluteLetter = (letter: number): boolean => (letter | 0x20) === 0x61;

/** The rows of the kernel itself as ELF64 symbols, the null symbol first. @param bias is taken from each address */
function symtabBytes(kallsyms: Kallsyms, bias: bigint, sectionAt: (address: bigint) => number): Buffer {
  const { letters, names, modules, addresses } = kallsyms.columns;
  const order = sortRowsByU64(addresses, allRows(kallsyms.count)).filter((row) => modules[row] === 0);
  const bytes = Buffer.alloc((order.length + 1) * rowSize);
  for (let i = order.length - 1, next = 0n, above = 0n; i >= 0; i--) {
    const row = order[i] as number;
    const letter = letters[row] as number;
    const running = u64At(addresses, row);
    if (running !== above) next = above;
    above = running;
    const isAbsolute = isAbsoluteLetter(letter);
    const address = isAbsolute ? running : BigInt.asUintN(64, running - bias);
    const section = isAbsolute ? SHN.ABS : sectionAt(address);
    const isText = isTextLetter(letter);
    const type = isText ? STT.FUNC : section === SHN.ABS ? STT.NOTYPE : STT.OBJECT;
    const isWeak = (letter | 0x20) === 0x77 || (letter | 0x20) === 0x76;
    const binding = isWeak ? STB.WEAK : letter < 0x61 ? STB.GLOBAL : STB.LOCAL;
    const at = (i + 1) * rowSize;
    bytes.writeUInt32LE(names[row] as number, at);
    bytes.writeUInt8((binding << 4) | type, at + 4);
    bytes.writeUInt16LE(section, at + 6);
    bytes.writeBigUInt64LE(address, at + 8);
    if (isText && next > running) bytes.writeBigUInt64LE(next - running, at + 16);
  }
  return bytes;
}

/** The symbol table that a boot image would have. @throws ParseError bad-reference, absent, unsupported */
export function symbolsOfKallsyms(elf: ElfFile, kallsyms: Kallsyms): SymbolTable {
  const wide = kallsyms.columns.digits === 16;
  if (wide !== elf.header.is64 || !wide) {
    const problem = 'kallsyms stands for the symbols of kernels of 64 bits only';
    throw new ParseError({ code: 'unsupported', structure: kallsyms.from, problem });
  }
  const bias = BigInt.asUintN(64, textStart(kallsyms) - imageStart(elf));
  checkBanner(elf, kallsyms, bias);
  const bytes = symtabBytes(
    kallsyms,
    bias,
    (address) => elf.addressSpace.locate(address)?.span.section?.index ?? SHN.ABS,
  );
  return new SymbolTable({
    bytes,
    is64: true,
    littleEndian: true,
    strings: new StringTable(kallsyms.columns.strings, kallsyms.from),
    fileOffset: 0,
  });
}

/** The banner is where kallsyms has it, or the image is of another kernel. */
function checkBanner(elf: ElfFile, kallsyms: Kallsyms, bias: bigint): void {
  const row = kallsyms.byName.all('linux_banner')[0];
  if (row === undefined) return;
  const address = BigInt.asUintN(64, kallsyms.address(row) - bias);
  const text = Buffer.from(elf.bytesAt(address, 14) ?? []).toString('latin1');
  if (text === 'Linux version ') return;
  throw new ParseError({
    code: 'bad-reference',
    structure: kallsyms.from,
    problem: 'it is of another kernel: linux_banner is not where kallsyms has it',
    advice: 'take both from one machine',
  });
}

/** System calls have the architecture in their names. */
const machines: readonly (readonly [string, number])[] = [
  ['__x64_sys_read', EM.X86_64],
  ['__arm64_sys_read', EM.AARCH64],
  ['__riscv_sys_read', EM.RISCV],
  ['entry_SYSCALL_64', EM.X86_64],
  ['el0t_64_sync', EM.AARCH64],
];

/** From `start` to behind the last symbol, in bytes. @throws ParseError bad-value: a symbol too far away for any image */
function imageSize(kallsyms: Kallsyms, start: bigint): number {
  const { letters, modules, addresses } = kallsyms.columns;
  let end = start;
  let last = 0;
  for (let row = 0; row < kallsyms.count; row++) {
    const address = u64At(addresses, row);
    if (address <= end || modules[row] !== 0 || isAbsoluteLetter(letters[row] as number)) continue;
    end = address;
    last = row;
  }
  // The word that the last symbol stands at.
  const size = end - start + 8n;
  if (size <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(size);
  throw new ParseError({
    code: 'bad-value',
    structure: `${printable(kallsyms.from)}, line ${kallsyms.line(last)}`,
    problem: `${printableName(kallsyms.name(last))} is ${end - start} bytes behind the start of the image at ${start.toString(16)}`,
    advice: 'the file is damaged: copy it again',
  });
}

/**
 * A kernel of which there are only symbols, from /proc/kallsyms or System.map; undefined for any other file.
 * @throws ParseError absent: neither _text nor _stext; bad-value: a symbol too far away for any image
 */
export function openKallsymsImage(source: ByteSource): BootImage | undefined {
  if (!looksLikeKallsyms(source)) return undefined;
  const kallsyms = readKallsyms(source);
  const start = textStart(kallsyms);
  const machine = machines.find(([name]) => kallsyms.byName.all(name).length > 0)?.[1] ?? 0;
  const size = imageSize(kallsyms, start);
  const isInside = (address: bigint) => address >= start && address - start < BigInt(size);
  const bytes = symtabBytes(kallsyms, 0n, (address) => (isInside(address) ? 1 : SHN.ABS));
  const elf = assembleElf(source.name, machine, [
    // Not SHF_ALLOC: its bytes are not zero, nobody knows them.
    { name: '.image', type: SHT.NOBITS, flags: SHF.EXECINSTR, address: start, content: size },
    { name: '.symtab', type: SHT.SYMTAB, content: memorySource(bytes, source.name), link: 3, entrySize: rowSize },
    { name: '.strtab', type: SHT.STRTAB, content: memorySource(kallsyms.columns.strings, source.name) },
  ]);
  const kind = 'a list of symbols, without the file of their kernel';
  return { source: elf, kind, withoutBytes: true, damage: kallsyms.damage };
}
