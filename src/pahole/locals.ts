/**
 * What the variables hold at a step: those worth watching, by the names that pahole's sources give them.
 */
import { entryHas, entryName, entryParams, unitName } from '../dwarf/function-entries.ts';
import { nameRef } from '../dwarf/refs.ts';
import type { Replay } from './machine.ts';
import type { McountAddrs } from './mcount-addrs.ts';
import type { Local, LocalValue, Step } from './step.ts';
import type { ReplayTimeline } from './timeline.ts';

const local = (name: string, value: LocalValue): Local => ({ name, value });

export function localsAt(timeline: ReplayTimeline, step: Step): readonly Local[] {
  const { replay } = timeline;
  const functions_cnt = local('functions_cnt', timeline.functionsCnt(step.mark));
  switch (step.function) {
    case undefined:
      return [];
    case 'cu__encode_btf':
    case 'has_arg_names':
    case 'find_function':
      return [...unitLocals(replay, step), ...entryLocals(replay, step), functions_cnt, ...listLocals(replay, step)];
    case 'get_vmlinux_addrs':
    case 'get_kmod_addrs':
      return addrsLocals(replay.table.addrs, step);
    default:
      return [functions_cnt, ...symbolLocals(replay, step), ...filterLocals(replay, step)];
  }
}

function unitLocals({ entries }: Replay, { unit }: Step): Local[] {
  return unit === undefined ? [] : [local('cu->name', unitName(entries, unit) ?? '')];
}

function entryLocals({ entries }: Replay, { entry }: Step): Local[] {
  if (entry === undefined) return [];
  return [
    local('fn->name', entryName(entries, entry)),
    local('fn->declaration', entryHas(entries, entry, 'declaration')),
    local('fn->external', entryHas(entries, entry, 'external')),
    local(
      'parameters',
      entryParams(entries, entry).map(({ name }) => name),
    ),
  ];
}

/** The element of functions[] that the look-up found, once it has run. */
function listLocals(replay: Replay, { entry, line }: Step): Local[] {
  if (entry === undefined || line < 742 || line > 748) return line === 309 ? lookup(replay, entry) : [];
  const { entries } = replay;
  const name = local('name', entryName(entries, entry));
  if (line < 746) return [name];
  const found = find(replay, entry);
  if (found === undefined) return [name, local('func', undefined)];
  return [
    name,
    local('func', found.position),
    local('func->name', found.name),
    local('func->addr', found.address),
    local('func->generated', found.generatedBy !== undefined && found.generatedBy < entry),
  ];
}

function lookup(replay: Replay, entry: number | undefined): Local[] {
  return entry === undefined ? [] : [local('name', entryName(replay.entries, entry))];
}

/** An element of functions[] after the filter. */
export interface ListElement {
  /** Its position by name. */
  readonly position: number;
  readonly name: string;
  readonly address: bigint;
  /** The row of .symtab. */
  readonly symbol: number;
  /** The entry that was encoded under it, if one was: `generated` is set from that entry on. */
  readonly generatedBy: number | undefined;
}

/** What find_function returns for an entry's name. */
export function find(replay: Replay, entry: number): ListElement | undefined {
  const { entries, table } = replay;
  const ref = nameRef(entries.name[entry] ?? 0);
  const name = entries.names.text(ref);
  if (name === undefined) return undefined;
  const position = table.find(name);
  if (position < 0) return undefined;
  const symbol = table.keptSorted[position] as number;
  const by = replay.generatedBy[replay.names.ofRef(ref)] ?? 0;
  const address = table.symbols?.value(symbol) ?? 0n;
  return { position, name, address, symbol, generatedBy: by > 0 ? by - 1 : undefined };
}

function addrsLocals(addrs: McountAddrs | undefined, { function: name, line }: Step): Local[] {
  if (addrs === undefined || addrs.function !== name || line === 117 || line === 177) return [];
  return [
    local('offset', addrs.offset),
    local('addr_size', addrs.addr_size),
    local('count', addrs.count),
    local('sec', addrs.section.name),
  ];
}

function symbolLocals({ table }: Replay, { symbol, line }: Step): Local[] {
  if (symbol === undefined || line === 289) return [];
  return [
    local('symbol', symbol),
    local('symbol name', table.name(symbol)),
    local('symbol value', table.symbols?.value(symbol)),
  ];
}

function filterLocals({ table }: Replay, { symbol, line }: Step): Local[] {
  if (symbol === undefined || line !== 289) return [];
  const i = table.sorted.indexOf(symbol);
  return [
    local('i', i),
    local('func->name', table.name(symbol)),
    local('func->addr', table.symbols?.value(symbol)),
    local('functions_valid', table.keptBefore(i)),
  ];
}
