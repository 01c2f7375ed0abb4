/**
 * collect_symbols: one pass over .symtab, on the first unit, before anything is encoded.
 *
 *   collect_function   each STT_FUNC symbol becomes an element of functions[]
 *   collect_symbol     the first __start_mcount_loc and __stop_mcount_loc with a value
 *
 * Binding, visibility, size and name of a function are not looked at. (btf_encoder.c 1.20: 66, 587, 601)
 */
import { SHN, STT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { type SymbolIndex, symbolIndex, type Vaddr, vaddr } from '../units.ts';
import type { EncoderRules } from './encoders.ts';

/** A symbol that bounds the mcount region. */
export interface BoundSymbol {
  readonly symbol: SymbolIndex;
  readonly value: Vaddr;
  /** Its section index as pahole sees it: a reserved one (SHN_ABS) stays what it is. */
  readonly section: number;
}

/** The state when collect_symbols reaches line 628. */
export interface CollectedSymbols {
  /** Rows of .symtab, the null symbol included. */
  readonly visited: number;
  /** functions[] as rows of .symtab, in its order. */
  readonly functions: Uint32Array;
  readonly start: BoundSymbol | undefined;
  readonly stop: BoundSymbol | undefined;
}

export function collectSymbols(elf: ElfFile, table: SymbolTable, rules: EncoderRules): CollectedSymbols {
  const functions = new Uint32Array(table.count);
  let count = 0;
  for (let row = 0; row < table.count; row++) if (isCollected(elf, table, row, rules)) functions[count++] = row;
  return {
    visited: table.count,
    functions: functions.slice(0, count),
    start: bound(table, '__start_mcount_loc', rules),
    stop: bound(table, '__stop_mcount_loc', rules),
  };
}

/** collect_function: whether a row of .symtab becomes an element of functions[]. */
export function isCollected(elf: ElfFile, table: SymbolTable, row: number, rules: EncoderRules): boolean {
  if (table.type(row) !== STT.FUNC) return false;
  if (rules.zeroValued === 'dropped' && table.value(row) === 0n) return false;
  // A section index that no section header has (SHN_ABS, SHN_COMMON); 0, undefined, has one.
  return rules.sections === 'ignored' || elf.sections[sectionIndexOf(table, row, rules)] !== undefined;
}

/** A symbol's section index, with SHN_XINDEX resolved where the version does. */
export function sectionIndexOf(table: SymbolTable, row: number, rules: EncoderRules): number {
  const index = table.st_shndx(row);
  return index === SHN.XINDEX && rules.extendedIndexes ? (table.sectionOf(row) ?? index) : index;
}

function bound(table: SymbolTable, name: string, rules: EncoderRules): BoundSymbol | undefined {
  const row = table.find(name, (candidate) => table.value(candidate) !== 0n);
  if (row === undefined) return undefined;
  return { symbol: symbolIndex(row), value: vaddr(table.value(row)), section: sectionIndexOf(table, row, rules) };
}
