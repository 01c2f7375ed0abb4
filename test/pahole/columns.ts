/** Function entries and kernels from a few words, for tests that are about one rule. */

import { memorySource } from '../../src/bytes/byte-source.ts';
import { u64Column } from '../../src/bytes/columns.ts';
import { entryFlag, type FunctionEntries, type UnitState, unitStates } from '../../src/dwarf/function-entries.ts';
import { NameTable } from '../../src/dwarf/name-table.ts';
import { ElfFile } from '../../src/elf/elf-file.ts';
import { readyValue } from '../../src/errors.ts';
import { McountRegion } from '../../src/kernel/mcount.ts';
import { RelocationList } from '../../src/kernel/relocation-list.ts';
import { SymbolIndexByAddress } from '../../src/kernel/symbol-index.ts';
import type { SetupInput } from '../../src/pahole/machine.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';

export interface FunctionSpec {
  readonly name?: string;
  readonly external?: boolean;
  readonly declaration?: boolean;
  /** Names of parameters; undefined for one without a name. */
  readonly params?: readonly (string | undefined)[];
  readonly vararg?: boolean;
}

export interface UnitSpec {
  readonly name: string;
  readonly state?: UnitState;
  readonly functions?: readonly FunctionSpec[];
}

/** Columns as the DWARF reader makes them. */
export function entriesOf(units: readonly UnitSpec[]): FunctionEntries {
  const strings = ['\0'];
  const refs = new Map<string, number>();
  const ref = (name: string | undefined): number => {
    if (name === undefined || name === '') return 0;
    let known = refs.get(name);
    if (known === undefined) {
      known = strings.join('').length + 1;
      refs.set(name, known);
      strings.push(`${name}\0`);
    }
    return known;
  };
  const rows = units.flatMap((unit) => unit.functions ?? []);
  const firstEntry = [0];
  for (const unit of units) firstEntry.push((firstEntry.at(-1) as number) + (unit.functions?.length ?? 0));
  const firstParam = [0];
  for (const row of rows) firstParam.push((firstParam.at(-1) as number) + (row.params?.length ?? 0));
  const params = rows.flatMap((row) => row.params ?? []);
  const flags = rows.map(
    (row) =>
      (row.declaration ? entryFlag.declaration : 0) |
      (row.external ? entryFlag.external : 0) |
      (row.vararg ? entryFlag.vararg : 0) |
      ((row.params ?? []).every((name) => name !== undefined) ? entryFlag.allParamsNamed : 0),
  );
  const name = Uint32Array.from(rows, (row) => ref(row.name));
  const unitNames = Uint32Array.from(units, (unit) => ref(unit.name));
  const paramName = Uint32Array.from(params, ref);
  const empty = new Uint8Array(0);
  return {
    units: {
      count: units.length,
      typesUnits: 0,
      offset: Float64Array.from(units, (_, row) => row * 0x100),
      size: new Float64Array(units.length).fill(0x100),
      version: new Uint8Array(units.length).fill(4),
      rootTag: new Uint16Array(units.length).fill(0x11),
      language: new Uint16Array(units.length),
      name: unitNames,
      state: Uint8Array.from(units, (unit) => unitStates.indexOf(unit.state ?? 'ok')),
      firstEntry: Uint32Array.from(firstEntry),
    },
    problems: new Map(),
    count: rows.length,
    die: Uint32Array.from(rows, (_, row) => row + 1),
    flags: Uint16Array.from(flags),
    name,
    type: new Uint32Array(rows.length),
    origin: new Uint32Array(rows.length),
    lowPc: u64Column(rows.length),
    firstParam: Uint32Array.from(firstParam),
    paramName,
    paramType: new Uint32Array(params.length),
    foreign: { kind: new Uint8Array(0), value: new BigUint64Array(0) },
    names: new NameTable({ str: Buffer.from(strings.join(''), 'latin1'), lineStr: empty, inline: empty }),
  };
}

export interface SymbolSpec {
  readonly name: string;
  readonly value: number;
  readonly size?: number;
  readonly type?: 'FUNC' | 'NOTYPE' | 'OBJECT' | 'IFUNC';
  readonly section?: string | 'ABS' | 'UNDEF';
}

export interface KernelSpec {
  readonly class?: 32 | 64;
  readonly bigEndian?: boolean;
  /** Function symbols, and others. */
  readonly symbols: readonly SymbolSpec[];
  /** Words of the mcount region, which stands at 0x4000; none for no region. */
  readonly slots?: readonly number[];
  /** R_AARCH64_RELATIVE over the slots, in their order. */
  readonly relocated?: readonly number[];
  /** Leave out __stop_mcount_loc. */
  readonly withoutStop?: boolean;
  readonly withoutSymtab?: boolean;
}

/** What the list is made from, of a kernel that has a .text at 0x1000 and the region at 0x4000. */
export function kernelOf(spec: KernelSpec): SetupInput {
  const is64 = (spec.class ?? 64) === 64;
  const bigEndian = spec.bigEndian ?? false;
  const elf = new ElfWriter({ class: spec.class ?? 64, bigEndian, type: 'DYN', machine: is64 ? 'aarch64' : 'arm' });
  elf.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(0x1000) });
  const slots = spec.slots ?? [];
  elf.section('.init.data', { flags: 'WA', addr: 0x4000, bytes: wordsOf(slots, is64, bigEndian) });
  if (spec.withoutSymtab !== true) {
    // The writer leaves a table without symbols out.
    elf.symbol('_text', { value: 0x1000, section: '.text' });
    for (const { name, value, size = 0x10, type = 'FUNC', section = '.text' } of spec.symbols) {
      elf.symbol(name, { type, value, size, section });
    }
    if (spec.slots !== undefined) {
      const end = 0x4000 + slots.length * (is64 ? 8 : 4);
      elf.symbol('__start_mcount_loc', { value: 0x4000, section: '.init.data' });
      if (spec.withoutStop !== true) {
        elf.symbol('__stop_mcount_loc', { value: end, section: '.init.data' });
      }
    }
  }
  if (spec.relocated !== undefined) {
    const entries = spec.relocated.map((addend, slot) => ({ place: 0x4000 + slot * 8, type: 1027, addend }));
    elf.rela('.rela.dyn', entries, { flags: 'A' });
  }
  const file = new ElfFile(memorySource(elf.build().bytes));
  const table = readyValue(file.readSymbols());
  const symbols = table && new SymbolIndexByAddress(file, table);
  const region =
    spec.slots === undefined || spec.withoutStop === true || symbols === undefined
      ? undefined
      : new McountRegion(file, symbols, new RelocationList(file, new Map()));
  return { elf: file, symbols, region };
}

function wordsOf(words: readonly number[], is64: boolean, bigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(words.length * (is64 ? 8 : 4));
  const view = new DataView(bytes.buffer);
  words.forEach((word, slot) => {
    if (is64) view.setBigUint64(slot * 8, BigInt(word), !bigEndian);
    else view.setUint32(slot * 4, word, !bigEndian);
  });
  return bytes;
}
