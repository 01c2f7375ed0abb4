/**
 * The encoder as a pure machine: symbols, mcount region and function entries in, every decision out.
 *
 *   collect_symbols → setup_functions (get_vmlinux_addrs, get_kmod_addrs) → the loop of cu__encode_btf
 *
 * Each stage is a function in its own file; here they run one after the other, and what each left is kept.
 */

import type { FunctionEntries } from '../dwarf/function-entries.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { McountRegion } from '../kernel/mcount.ts';
import type { SymbolIndexByAddress } from '../kernel/symbol-index.ts';
import { type CollectedSymbols, collectSymbols } from './collect-symbols.ts';
import { type EncodedFunctions, encodeFunctions } from './encode-functions.ts';
import { type EncoderRules, type EncoderVersion, encoders } from './encoders.ts';
import type { Fate } from './fate.ts';
import type { RegionBytes } from './mcount-addrs.ts';
import { NameIds } from './name-ids.ts';
import { type FunctionTable, noFunctions, setupFunctions } from './setup-functions.ts';
import { ReplayTimeline } from './timeline.ts';
import { type Verdict, verdictByte, verdictFacts, verdictOfByte } from './verdict.ts';

export interface SetupInput {
  readonly elf: ElfFile;
  /** .symtab; undefined when the file has none. */
  readonly symbols: SymbolIndexByAddress | undefined;
  /** The mcount region, for its relocated bytes; undefined when there is none. */
  readonly region: McountRegion | undefined;
  /** By default 1.20. */
  readonly version?: EncoderVersion | undefined;
  /** By default raw. */
  readonly bytes?: RegionBytes | undefined;
}

/** What stands before the first function is looked at. */
export interface Setup {
  readonly rules: EncoderRules;
  readonly bytes: RegionBytes;
  /** Undefined without .symtab. */
  readonly collected: CollectedSymbols | undefined;
  readonly table: FunctionTable;
  /** How the setting up ends the run, where it does. */
  readonly setupFate: Fate | undefined;
}

export interface ReplayInput extends SetupInput {
  readonly entries: FunctionEntries;
  /** Ids that an earlier replay of the same entries gave out: a second one then decodes no name again. */
  readonly names?: NameIds | undefined;
  /** Unit row → why its types cannot be encoded; see type-problems.ts. */
  readonly typeProblems?: ReadonlyMap<number, string> | undefined;
}

/** collect_symbols and setup_functions: needs no DWARF, so it can be shown while that is being read. */
export function setUp(input: SetupInput): Setup {
  const { elf, symbols, region } = input;
  const rules = encoders[input.version ?? '1.20'];
  const bytes = input.bytes ?? 'raw';
  const none = { rules, bytes, collected: undefined, table: noFunctions(undefined) };
  if (symbols === undefined) {
    if (rules.missingSymtab === 'empty-list') return { ...none, setupFate: undefined };
    const at = { file: 'btf_encoder.c', function: 'collect_symbols', line: 601 } as const;
    const why = 'the file has no .symtab, and the table of symbols, a NULL, is followed';
    return { ...none, setupFate: { kind: 'would-crash', at, why } };
  }
  const collected = collectSymbols(elf, symbols.table, rules);
  const setup = setupFunctions({ elf, rules, bytes, region }, symbols, collected);
  return setup.state === 'ready'
    ? { rules, bytes, collected, table: setup.table, setupFate: undefined }
    : { rules, bytes, collected, table: noFunctions(symbols.table), setupFate: setup.fate };
}

/** Run the encoder over all entries. @param setup what {@link setUp} made of the same input, if it was asked before */
export function replay(input: ReplayInput, setup: Setup = setUp(input)): Replay {
  return new Replay(input, setup);
}

/** A finished run: every decision, and the way there. */
export class Replay implements Setup {
  readonly rules: EncoderRules;
  readonly bytes: RegionBytes;
  readonly collected: CollectedSymbols | undefined;
  readonly table: FunctionTable;
  readonly setupFate: Fate | undefined;
  readonly entries: FunctionEntries;
  readonly names: NameIds;
  readonly fate: Fate;
  /** A byte per entry: see verdict.ts. */
  readonly verdicts: Uint8Array;
  /** cu__encode_btf was entered for the units before this row, and for none after. */
  readonly unitsEntered: number;
  /** See {@link EncodedFunctions.generatedBy}. */
  readonly generatedBy: Int32Array;
  readonly #counts: Uint32Array;
  #encoded: Uint32Array | undefined;
  #timeline: ReplayTimeline | undefined;

  constructor(input: ReplayInput, setup: Setup) {
    this.rules = setup.rules;
    this.bytes = setup.bytes;
    this.collected = setup.collected;
    this.table = setup.table;
    this.setupFate = setup.setupFate;
    this.entries = input.entries;
    this.names = input.names ?? new NameIds(input.entries.names);
    const result: EncodedFunctions = encodeFunctions({
      entries: input.entries,
      names: this.names,
      rules: setup.rules,
      table: setup.table,
      setupFate: setup.setupFate,
      typeProblems: input.typeProblems ?? new Map(),
    });
    this.fate = result.fate;
    this.verdicts = result.verdicts;
    this.unitsEntered = result.unitsEntered;
    this.generatedBy = result.generatedBy;
    this.#counts = result.counts;
  }

  /** How many entries end in a verdict. */
  count(verdict: Verdict): number {
    return this.#counts[verdictByte[verdict]] ?? 0;
  }

  /** FUNC records written, before dedup. */
  get records(): number {
    return this.count('encoded');
  }

  /** Undefined for an entry that the run never came to. */
  verdict(entry: number): Verdict | undefined {
    return verdictOfByte(this.verdicts[entry] ?? 0);
  }

  /** The line of btf_encoder.c (1.20) that decided it; that of the fate for the entry which ended the run. */
  line(entry: number): number | undefined {
    if (entry === this.fate.entry) return this.fate.at?.line;
    const verdict = this.verdict(entry);
    return verdict && verdictFacts[verdict].line;
  }

  /** The entries with a FUNC record, in the order of the records. */
  get encodedEntries(): Uint32Array {
    if (this.#encoded === undefined) {
      const rows = new Uint32Array(this.records);
      let count = 0;
      for (let entry = 0; entry < this.verdicts.length; entry++) {
        if (this.verdicts[entry] === verdictByte.encoded) rows[count++] = entry;
      }
      this.#encoded = rows;
    }
    return this.#encoded;
  }

  get timeline(): ReplayTimeline {
    this.#timeline ??= new ReplayTimeline(this);
    return this.#timeline;
  }
}
