/**
 * Relocation as a wrapper over bytes: the same region once more, as it is after the boot code has relocated it at its
 * link address (load bias 0).
 *
 *   B + A   relative: the addend (RELA), or the word in place (REL, RELR)
 *   S + A   absolute: the symbol's value plus the addend
 *
 * Sections without SHF_ALLOC in a linked image are the linker's own record (--emit-relocs): their result stands in the
 * bytes already, and they are never applied a second time.
 */
import type { RelocationEntry, RelocationTable } from './relocation-table.ts';

/** How a relocated value came about. */
export type RelocatedBy =
  /** B + A with the addend in the entry. */
  | 'rela-addend'
  /** S + A. */
  | 'symbol-addend'
  /** B + A with the addend in the bytes: RELR, or a relative REL. */
  | 'in-place-addend'
  /** No relocation, or one that changes nothing: the bytes as they are. */
  | 'bytes';

export interface Relocated {
  readonly value: bigint;
  readonly by: RelocatedBy;
  /** Why the entry could not be computed, or does not agree with the bytes. */
  readonly problem?: string | undefined;
}

/**
 * The word at an entry's place after relocation.
 * @param raw the word as it is in the file
 * @param symbolAddress S of the entry's symbol; undefined where the symbol cannot be read
 * @param wordSize bytes of the word at the place: 4 or 8
 */
export function relocate(
  table: RelocationTable,
  entry: RelocationEntry,
  raw: bigint,
  symbolAddress: bigint | undefined,
  wordSize: 4 | 8,
): Relocated {
  const wrap = (value: bigint) => BigInt.asUintN(wordSize * 8, value);
  const { machine, kind } = table;
  const relocationClass = machine.classOf(entry.type);
  if (relocationClass === 'none') return { value: raw, by: 'bytes' };
  if (kind === 'RELR') return { value: raw, by: 'in-place-addend' };
  if (relocationClass === 'relative') {
    if (entry.addend === undefined) return { value: raw, by: 'in-place-addend' };
    const value = wrap(entry.addend);
    if (table.pending) return { value, by: 'rela-addend' };
    return value === raw ? { value, by: 'rela-addend' } : disagree(raw, value);
  }
  if (relocationClass === 'other') {
    const problem = `${machine.name(entry.type)} (type ${entry.type}) is neither relative nor absolute: not computed`;
    return { value: raw, by: 'bytes', problem };
  }
  const size = machine.absoluteSize(entry.type);
  if (size !== wordSize) {
    return {
      value: raw,
      by: 'bytes',
      problem: `${machine.name(entry.type)} stores ${size} bytes, the slot has ${wordSize}`,
    };
  }
  if (symbolAddress === undefined) {
    return { value: raw, by: 'bytes', problem: `its symbol ${entry.symbol} is in no symbol table: not computed` };
  }
  if (entry.addend === undefined) {
    // REL: what stands at the place is the addend before the linker applied the entry, and the result after.
    return table.pending
      ? { value: wrap(symbolAddress + raw), by: 'symbol-addend' }
      : { value: raw, by: 'symbol-addend' };
  }
  const value = wrap(symbolAddress + entry.addend);
  if (table.pending || value === raw) return { value, by: 'symbol-addend' };
  return disagree(raw, value);
}

function disagree(raw: bigint, value: bigint): Relocated {
  const problem = `the entry gives 0x${value.toString(16)}, the bytes hold something else and stay: the linker applied them`;
  return { value: raw, by: 'bytes', problem };
}
