/**
 * The predicted FUNC records beside those of a .BTF: equal, or which differ.
 *
 * A record is compared by its name and the names of its parameters, in the order of the file. Types have ids of their
 * own on either side and are not compared.
 */
import type { Btf } from '../btf/btf.ts';
import { entryHas, entryName, entryParams } from '../dwarf/function-entries.ts';
import type { Replay } from './machine.ts';

export interface BtfComparison {
  readonly predicted: number;
  readonly inBtf: number;
  /** The same records in the same order. */
  readonly equal: boolean;
  /** Predicted and not in the .BTF: their entries. */
  readonly missing: readonly number[];
  /** In the .BTF and not predicted: their type ids. */
  readonly unexpected: readonly number[];
  /** Position of the first record that stands elsewhere, where the records are the same; -1 otherwise. */
  readonly firstMoved: number;
}

/** @param merged the entries whose records stay after dedup */
export function compareWithBtf(replay: Replay, merged: Uint32Array, btf: Btf): BtfComparison {
  const predicted = Array.from(merged, (entry) => entrySignature(replay, entry));
  const inBtf = Array.from(btf.funcs, (id) => funcSignature(btf, id));
  const left = new Map<string, number>();
  for (const text of inBtf) left.set(text, (left.get(text) ?? 0) + 1);
  const missing: number[] = [];
  predicted.forEach((text, row) => {
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    else missing.push(merged[row] as number);
  });
  const unexpected: number[] = [];
  // Of equal records the last ones are the surplus.
  for (let row = inBtf.length - 1; row >= 0; row--) {
    const text = inBtf[row] as string;
    const count = left.get(text) ?? 0;
    if (count === 0) continue;
    left.set(text, count - 1);
    unexpected.push(btf.funcs[row] as number);
  }
  unexpected.reverse();
  const same = missing.length + unexpected.length === 0;
  const firstMoved = same ? predicted.findIndex((text, row) => text !== inBtf[row]) : -1;
  return {
    predicted: predicted.length,
    inBtf: inBtf.length,
    equal: same && firstMoved < 0,
    missing,
    unexpected,
    firstMoved,
  };
}

/** "kmemdup(src, len, gfp)" */
export function entrySignature({ entries }: Replay, entry: number): string {
  const names = entryParams(entries, entry).map(({ name }) => name ?? '');
  return signature(entryName(entries, entry) ?? '', names, entryHas(entries, entry, 'vararg'));
}

/** The same of a FUNC of a .BTF. */
export function funcSignature(btf: Btf, id: number): string {
  const func = btf.type(id);
  if (func.kind !== 'FUNC' || !btf.has(func.proto)) return func.name;
  const proto = btf.type(func.proto);
  if (proto.kind !== 'FUNC_PROTO') return func.name;
  const names = proto.parameters.map(({ name }) => name);
  return signature(func.name, names, proto.variadic);
}

const signature = (name: string, parameters: readonly string[], variadic: boolean): string =>
  `${name}(${[...parameters, ...(variadic ? ['...'] : [])].join(', ')})`;
