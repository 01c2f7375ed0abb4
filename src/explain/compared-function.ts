/**
 * What one of two kernels says about a function: its records, its symbols, why there is no record as far as symbols
 * tell, why there are several, and what the encoder decides about it where its DWARF was read.
 */
import { readyValue } from '../errors.ts';
import type { FileOffset, TypeId } from '../units.ts';
import { typeId } from '../units.ts';
import type { FunctionVerdict, VerdictsByName } from './compare-verdicts.ts';
import type { ComparedKernel, ComparedSymbol } from './compared-kernel.ts';

/**
 * Why a kernel has no record of a name that the other kernel has. These are what symbols tell; a root cause needs the
 * DWARF of that kernel, and is the matter of `kinspect why`.
 */
export const absences = [
  'no-btf',
  'no-symtab',
  'no-symbol',
  'clone-only',
  'static-traceable',
  'static-untraceable',
  'global-traceable',
  'global-untraceable',
] as const;
export type Absence = (typeof absences)[number];

export interface ComparedRecord {
  readonly id: TypeId;
  readonly prototype: string;
  /** Of the FUNC record in the file; undefined where the BTF is not in it as such. */
  readonly fileOffset: FileOffset | undefined;
}

/** Why a name has more than one record: counts to tell from. */
export interface Several {
  readonly records: number;
  /** Prototypes that differ as C. */
  readonly prototypes: number;
  readonly symbols: number;
}

/** A symbol, and the word that its slot holds in the file: zero is what an encoder without relocations sees. */
export interface SideSymbol extends ComparedSymbol {
  readonly slotRaw: bigint | undefined;
}

export interface FunctionSide {
  readonly records: readonly ComparedRecord[];
  readonly symbols: readonly SideSymbol[];
  readonly clones: readonly string[];
  /** Undefined where there is a record. */
  readonly absence: Absence | undefined;
  /** Undefined where there are not several records. */
  readonly several: Several | undefined;
  /** Undefined where no DWARF was read, or it has no entry of the name. */
  readonly verdict: FunctionVerdict | undefined;
}

/** @param ids of the FUNC records of the name in this kernel */
export function functionSide(
  kernel: ComparedKernel,
  name: string,
  ids: readonly number[],
  verdicts: VerdictsByName | undefined,
): FunctionSide {
  const region = readyValue(kernel.kernel.mcount);
  const symbols = kernel.symbolsOf(name).map((symbol) => ({
    ...symbol,
    slotRaw: symbol.slot === undefined ? undefined : region?.slot(symbol.slot).raw,
  }));
  const records = ids.map((id) => ({
    id: typeId(id),
    prototype: kernel.prototype(id),
    fileOffset: kernel.btf?.recordOffset(id),
  }));
  const prototypes = new Set(records.map((record) => record.prototype)).size;
  return {
    records,
    symbols,
    clones: kernel.clonesOf(name),
    absence: ids.length > 0 ? undefined : absenceOf(kernel, name),
    several: ids.length < 2 ? undefined : { records: ids.length, prototypes, symbols: symbols.length },
    verdict: verdicts?.of(name),
  };
}

/** Why this kernel has no record of a name; only for a name without one. */
export function absenceOf(kernel: ComparedKernel, name: string): Absence {
  if (kernel.btf === undefined) return 'no-btf';
  if (readyValue(kernel.kernel.symbols) === undefined) return 'no-symtab';
  const symbols = kernel.symbolsOf(name);
  if (symbols.length === 0) return kernel.clonesOf(name).length > 0 ? 'clone-only' : 'no-symbol';
  const binding = symbols.every(({ isStatic }) => isStatic) ? 'static' : 'global';
  return symbols.some(({ slot }) => slot !== undefined) ? `${binding}-traceable` : `${binding}-untraceable`;
}
