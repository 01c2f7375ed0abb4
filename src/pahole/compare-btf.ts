/**
 * The predicted FUNC records beside those of a .BTF: equal, or which differ.
 *
 * A record is compared by its name and the names of its parameters, in the order of the file. Types have ids of their
 * own on either side and are not compared.
 */
import type { Btf } from '../btf/btf.ts';
import { KIND } from '../btf/kinds.ts';
import { entryFlag, entryHas, entryName, entryParams } from '../dwarf/function-entries.ts';
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
  const counts = { predicted: merged.length, inBtf: btf.funcs.length };
  // Nearly always the two are the same, which ids of names tell without a string being made.
  if (sameInOrder(replay, merged, btf)) {
    return { ...counts, equal: true, missing: [], unexpected: [], firstMoved: -1 };
  }
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
  return { ...counts, equal: same && firstMoved < 0, missing, unexpected, firstMoved };
}

function sameInOrder({ entries, names }: Replay, merged: Uint32Array, btf: Btf): boolean {
  if (merged.length !== btf.funcs.length) return false;
  const known = new Map<number, number>();
  const idOf = (name_off: number): number => {
    let id = known.get(name_off);
    if (id === undefined) {
      id = names.ofBtf(btf.strings, name_off);
      known.set(name_off, id);
    }
    return id;
  };
  return merged.every((entry, row) => {
    const func = btf.raw(btf.funcs[row] as number);
    if (idOf(func.name_off) !== names.ofRef(entries.name[entry] as number) || !btf.has(func.size_or_type)) return false;
    const proto = btf.raw(func.size_or_type);
    const from = entries.firstParam[entry] as number;
    const params = (entries.firstParam[entry + 1] as number) - from;
    const dots = ((entries.flags[entry] as number) & entryFlag.vararg) !== 0;
    if (proto.kind !== KIND.FUNC_PROTO || proto.vlen !== params + (dots ? 1 : 0)) return false;
    if (dots && (proto.entry(params, 0) !== 0 || proto.entry(params, 1) !== 0)) return false;
    for (let i = 0; i < params; i++) {
      if (idOf(proto.entry(i, 0)) !== names.ofRef(entries.paramName[from + i] as number)) return false;
    }
    return true;
  });
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
