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
 * What an entry's type says to do with the word at its place; or why it cannot be done.
 *
 *   keep               nothing: the bytes as they are
 *   addend             the entry's addend
 *   in-place           the word itself, a relative addend
 *   symbol+addend      the symbol's value and the entry's addend
 *   symbol+in-place    the symbol's value and the word
 *   symbol-applied     the word itself, to which the linker has added the symbol's value
 */
export type RelocationRule =
  | { readonly rule: 'keep'; readonly problem?: string }
  | { readonly rule: 'addend' | 'in-place' | 'symbol+addend' | 'symbol+in-place' | 'symbol-applied' };

const keep: RelocationRule = { rule: 'keep' };

/**
 * The rule of a relocation type in a table.
 * @param wordSize bytes of the word at the place: 4 or 8
 */
export function relocationRule(table: RelocationTable, type: number, wordSize: 4 | 8): RelocationRule {
  const { machine, kind, pending } = table;
  if (kind === 'RELR') return { rule: 'in-place' };
  const name = () => `${machine.name(type)} (type ${type})`;
  switch (machine.classOf(type)) {
    case 'none':
      return keep;
    case 'relative':
      return { rule: kind === 'RELA' ? 'addend' : 'in-place' };
    case 'absolute': {
      const size = machine.absoluteSize(type);
      if (size !== wordSize) {
        return { rule: 'keep', problem: `${name()} stores ${size} bytes, the slot has ${wordSize}: not computed` };
      }
      if (kind === 'RELA') return { rule: 'symbol+addend' };
      return { rule: pending ? 'symbol+in-place' : 'symbol-applied' };
    }
    case 'other':
      return { rule: 'keep', problem: `${name()} is neither relative nor absolute: not computed` };
  }
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
  const rule = relocationRule(table, entry.type, wordSize);
  const addend = entry.addend ?? 0n;
  switch (rule.rule) {
    case 'keep':
      return { value: raw, by: 'bytes', problem: rule.problem };
    case 'in-place':
      return { value: raw, by: 'in-place-addend' };
    case 'symbol-applied':
      return { value: raw, by: 'symbol-addend' };
    case 'addend':
      return agreed(table, raw, addend, 'rela-addend', wordSize);
    default: {
      if (symbolAddress === undefined) {
        return { value: raw, by: 'bytes', problem: `its symbol ${entry.symbol} is in no symbol table: not computed` };
      }
      const added = rule.rule === 'symbol+addend' ? addend : raw;
      return agreed(table, raw, symbolAddress + added, 'symbol-addend', wordSize);
    }
  }
}

/** A value that the boot code will store, or that the linker has stored: then the bytes must say the same. */
function agreed(table: RelocationTable, raw: bigint, sum: bigint, by: RelocatedBy, wordSize: 4 | 8): Relocated {
  const value = BigInt.asUintN(wordSize * 8, sum);
  if (table.pending || value === raw) return { value, by };
  const problem = `the entry gives 0x${value.toString(16)}; the linker has applied it and the bytes hold something else`;
  return { value: raw, by: 'bytes', problem };
}
