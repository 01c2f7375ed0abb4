/**
 * Where the mcount region is.
 *
 *   vmlinux   from __start_mcount_loc to __stop_mcount_loc     (include/asm-generic/vmlinux.lds.h, MCOUNT_REC)
 *   module    the section __mcount_loc                         (kernel/trace/ftrace.c, ftrace_module_init)
 */
import { SHN } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { checkExtent, describeSection, isAlloc } from '../elf/sections.ts';
import { ParseError } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import type { SymbolIndexByAddress } from './symbol-index.ts';

export interface McountBounds {
  readonly start: Vaddr;
  readonly stop: Vaddr;
  /** "__start_mcount_loc … __stop_mcount_loc" or "section __mcount_loc". */
  readonly source: string;
  /** File offset of what says so: a row of .symtab or of the section header table. */
  readonly saidAt: number | undefined;
  /** File offset of what says where it ends. */
  readonly endSaidAt: number | undefined;
  /** Index of the section that the symbol of the start is of, by its st_shndx. */
  readonly section?: number | undefined;
  /** What is odd about how they are given: a symbol defined twice. */
  readonly warning: ParseError | undefined;
}

const startName = '__start_mcount_loc';
const stopName = '__stop_mcount_loc';
const sectionName = '__mcount_loc';
const structure = 'mcount region';

interface Bound {
  readonly address: Vaddr;
  readonly section: number | undefined;
  readonly offset: number;
  readonly warning: ParseError | undefined;
}

/**
 * Find the region's bounds.
 * @param noSymbols why the symbol table that the file has cannot be read
 * @throws ParseError absent (no such symbols or section), bad-value (one symbol missing, stop before start); the error
 *   of the symbols or sections, where names cannot be read
 */
export function findMcountBounds(
  elf: ElfFile,
  symbols: SymbolIndexByAddress | undefined,
  noSymbols?: ParseError,
): McountBounds {
  const start = boundOf(elf, symbols, startName);
  const stop = boundOf(elf, symbols, stopName);
  if (start !== undefined && stop !== undefined) return between(start, stop);

  const section = elf.section(sectionName);
  if (section !== undefined && isAlloc(section)) {
    checkExtent(elf.source, section);
    const first = elf.addressSpace.sectionAddress(section.index, elf.isRelocatable ? 0n : section.sh_addr);
    return {
      start: first,
      stop: vaddr(first + BigInt(section.sh_size)),
      source: `section ${sectionName}`,
      saidAt: section.headerOffset,
      endSaidAt: section.headerOffset,
      warning: undefined,
    };
  }
  // A name that cannot be read may be the one that is missing.
  const lost = noSymbols ?? symbols?.table.namesDamage;
  if (lost !== undefined) throw lostName(lost, start, stop);
  const only = start ?? stop;
  if (only !== undefined) {
    const [there, missing] = start !== undefined ? [startName, stopName] : [stopName, startName];
    const problem = `${there} is there and ${missing} is missing`;
    throw new ParseError({ code: 'bad-value', structure, offset: only.offset, problem });
  }
  elf.requireSection(
    sectionName,
    symbols === undefined
      ? `without a symbol table its bounds, ${startName} and ${stopName}, cannot be found`
      : `no symbols ${startName} and ${stopName}, no section ${sectionName}: built without ftrace (CONFIG_FTRACE_MCOUNT_RECORD)`,
  );
  const problem = `section ${sectionName} is there and not SHF_ALLOC: it is never loaded`;
  throw new ParseError({ code: 'bad-value', structure, offset: section?.headerOffset, problem });
}

function lostName(damage: ParseError, start: Bound | undefined, stop: Bound | undefined): ParseError {
  const missing = [start === undefined ? [startName] : [], stop === undefined ? [stopName] : []].flat();
  const advice = [
    ...(damage.advice === undefined ? [] : [damage.advice]),
    `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not found`,
  ];
  const { code, structure, offset, problem } = damage;
  return new ParseError({ code, structure, offset, problem, advice: advice.join('; ') });
}

function between(start: Bound, stop: Bound): McountBounds {
  if (stop.address < start.address) {
    const problem = `${stopName} (${hex(stop.address)}) lies before ${startName} (${hex(start.address)})`;
    throw new ParseError({ code: 'bad-value', structure, offset: stop.offset, problem });
  }
  return {
    start: start.address,
    stop: stop.address,
    source: `${startName} … ${stopName}`,
    saidAt: start.offset,
    endSaidAt: stop.offset,
    section: start.section,
    warning: start.warning ?? stop.warning,
  };
}

/** A symbol's address; of several with the name the first counts, as for pahole and for a linker's reader. */
function boundOf(elf: ElfFile, symbols: SymbolIndexByAddress | undefined, name: string): Bound | undefined {
  if (symbols === undefined) return undefined;
  const { table } = symbols;
  const isDefined = (row: number) =>
    table.st_shndx(row) !== SHN.UNDEF && (elf.isRelocatable || table.value(row) !== 0n);
  const rows = table.findAll(name).filter(isDefined);
  const [row] = rows;
  if (row === undefined) return undefined;
  const address = symbols.address(row);
  const other = rows.find((candidate) => symbols.address(candidate) !== address);
  const offset = table.fileOffset(row);
  const section = table.sectionOf(row);
  if (other === undefined) return { address, section, offset, warning: undefined };
  const problem = `${name} is defined twice: symbol ${row} (${hex(address)}) counts, symbol ${other} (${hex(symbols.address(other))}) does not`;
  const where = table.fileOffset(other);
  return {
    address,
    section,
    offset,
    warning: new ParseError({ code: 'bad-value', structure, offset: where, problem }),
  };
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/**
 * Where the region's bytes are in the file.
 * @throws ParseError absent (no slots), bad-reference (in no section, NOBITS), out-of-range (past its section's end), truncated
 */
export function locateRegion(elf: ElfFile, bounds: McountBounds): number {
  const { start, stop, saidAt } = bounds;
  const fail = (code: 'bad-reference' | 'out-of-range', problem: string) =>
    new ParseError({ code, structure, offset: saidAt, problem });
  if (start === stop) {
    throw new ParseError({ code: 'absent', structure, problem: 'the region is empty: it ends where it starts' });
  }
  const size = stop - start;
  const located = elf.addressSpace.locate(start);
  if (located === undefined) throw fail('bad-reference', `its address ${hex(start)} is in no section`);
  const { section } = located.span;
  const where = section === undefined ? 'its segment' : describeSection(section);
  if (located.offset === undefined) {
    throw fail('bad-reference', `it lies in ${where}, which is NOBITS: the file holds no bytes of it`);
  }
  if (size > BigInt(located.available)) {
    const problem = `its ${size} bytes reach past the end of ${where}, which has ${located.available} left`;
    throw fail('out-of-range', problem);
  }
  // A section that is cut off may still have all of the region; where it has not, its header is what is wrong.
  if (section !== undefined && located.offset + Number(size) > elf.source.size) checkExtent(elf.source, section);
  return located.offset;
}

/**
 * What is odd about where the bytes are that {@link locateRegion} found: the symbol is of another section than its address,
 * as where the address of a section is wrong, or a segment has other bytes there.
 */
export function oddPlace(elf: ElfFile, { start, section: said, saidAt }: McountBounds): ParseError | undefined {
  const section = elf.addressSpace.locate(start)?.span.section;
  if (section === undefined || elf.isRelocatable) return undefined;
  const own = said === undefined ? undefined : elf.sections[said];
  // What stands at the end of a section is there for the one behind it.
  const isAtEnd = own !== undefined && Number.isFinite(own.sh_size) && own.sh_addr + BigInt(own.sh_size) === start;
  if (own !== undefined && own !== section && !isAtEnd) {
    const problem = `${startName} is of ${describeSection(own)}, and its address ${hex(start)} is in ${describeSection(section)}, whose bytes are shown`;
    return new ParseError({ code: 'bad-value', structure, offset: saidAt, problem });
  }
  return elf.layoutDamageOf(section);
}
