/**
 * How far a running kernel is from where it was linked: the one distance that its symbols keep from those of the file.
 *
 *   offset = address in kallsyms - st_value, modulo 2^64        KASLR moves the whole image, arm64 and x86 alike
 *
 * Counted over the text symbols that have one address in each of the two. In a kernel of another build functions moved
 * against each other, so that no distance is kept by nearly all of them.
 */
import { NameLookup } from '../bytes/name-lookup.ts';
import { SHN, STT } from '../elf/constants.ts';
import { ParseError } from '../errors.ts';
import { isTextLetter, type Kallsyms } from './kallsyms.ts';
import type { SymbolIndexByAddress } from './symbol-index.ts';

export interface KaslrOffset {
  readonly offset: bigint;
  /** Text symbols that have one address in the file and one in kallsyms. */
  readonly common: number;
  /** Those of them that are at this distance. */
  readonly agree: number;
  /** A symbol of the image's start that is at this distance: _text or _stext. */
  readonly anchor: string | undefined;
}

/** Of the common symbols; the rest are those that the running kernel patched in or renamed. */
const leastShare = 0.99;

/** @throws ParseError bad-reference: kallsyms of another machine, or of another build, with the figures */
export function findKaslrOffset(symbols: SymbolIndexByAddress, kallsyms: Kallsyms, is64: boolean): KaslrOffset {
  const structure = kallsyms.from;
  const advice = 'take kallsyms from the machine that runs this kernel, or open the vmlinux of the kernel that it runs';
  const wide = kallsyms.columns.digits === 16;
  if (wide !== is64) {
    const problem = `its addresses have ${kallsyms.columns.digits} digits, and the kernel is of ${is64 ? 64 : 32} bits`;
    throw new ParseError({ code: 'bad-reference', structure, problem, advice });
  }
  const { distance, agree, common } = countDistances(symbols, kallsyms);
  if (common === 0) {
    const problem = 'none of its text symbols is in this file: it is of another kernel';
    throw new ParseError({ code: 'bad-reference', structure, problem, advice });
  }
  if (agree < common * leastShare) {
    const share = `${((agree / common) * 100).toFixed(1)} %`;
    const problem = `it is of another build: of ${common} text symbols in both, ${agree} (${share}) are at one distance, and at least ${leastShare * 100} % have to be`;
    throw new ParseError({ code: 'bad-reference', structure, problem, advice });
  }
  const anchor = ['_text', '_stext'].find((name) => {
    const row = symbols.table.find(name);
    const [line] = kallsyms.byName.all(name);
    if (row === undefined || line === undefined) return false;
    return kallsyms.address(line) === BigInt.asUintN(64, symbols.address(row) + distance);
  });
  return { offset: signed(distance, is64), common, agree, anchor };
}

/** A kernel may be moved down: arm64 with its random base below the default one. */
const signed = (offset: bigint, is64: boolean): bigint => BigInt.asIntN(is64 ? 64 : 32, offset);

interface Distances {
  /** The most frequent one, and how many keep it. */
  readonly distance: bigint;
  readonly agree: number;
  readonly common: number;
}

/** Bits of a distance that make its key: 52, which a double holds. */
const keyHigh = 0xfffff;

function countDistances(symbols: SymbolIndexByAddress, kallsyms: Kallsyms): Distances {
  const { table, addresses } = symbols;
  const rows = textRows(symbols);
  const { strings } = table;
  const own = new NameLookup(strings, table.nameOffsets, { rows });
  const { letters, modules, addresses: running } = kallsyms.columns;
  const counts = new Map<number, number>();
  let distance = 0n;
  let agree = 0;
  let best = -1;
  let common = 0;
  for (const row of rows) {
    const at = table.nameOffset(row);
    if (own.only(strings, at) !== row) continue;
    let only: number | undefined;
    let found = 0;
    for (let line = kallsyms.byName.first(strings, at); line !== undefined; line = kallsyms.byName.after(line)) {
      if (modules[line] !== 0) continue;
      found++;
      only = line;
    }
    if (found !== 1 || only === undefined || !isTextLetter(letters[only] ?? 0)) continue;
    common++;
    const borrow = (running.lo[only] as number) < (addresses.lo[row] as number) ? 1 : 0;
    const lo = ((running.lo[only] as number) - (addresses.lo[row] as number)) >>> 0;
    const hi = ((running.hi[only] as number) - (addresses.hi[row] as number) - borrow) >>> 0;
    const key = (hi & keyHigh) * 0x1_0000_0000 + lo;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count <= agree) continue;
    agree = count;
    if (key === best) continue;
    best = key;
    distance = (BigInt(hi) << 32n) | BigInt(lo);
  }
  return { distance, agree, common };
}

const dollar = 0x24;

/** Functions, and labels of the assembler's in a section. */
function textRows({ table }: SymbolIndexByAddress): Uint32Array {
  const { bytes } = table.strings;
  const rows = new Uint32Array(table.count);
  let kept = 0;
  for (let row = 1; row < table.count; row++) {
    const section = table.sectionIndexes[row] as number;
    const type = (table.infos[row] as number) & 15;
    if (section === SHN.UNDEF || section >= SHN.LORESERVE) continue;
    // A third of arm64's symbols are called $x or $d, and kallsyms leaves them out.
    if (bytes[table.nameOffsets[row] as number] === dollar) continue;
    if (type === STT.FUNC || type === STT.NOTYPE) rows[kept++] = row;
  }
  return rows.subarray(0, kept);
}
