/**
 * The loop over the function entries of each unit: one pass that leaves a verdict per entry.
 *
 *   for each unit, in the order of FunctionEntries
 *     for each entry                                              btf_encoder.c 1.20
 *       a declaration?                              → declaration           733
 *       a parameter without a name?                 → unnamed-parameter     735
 *       with a list    no name?                     → unnamed-function      742
 *                      not in the list?             → not-in-list           746
 *                      encoded before?              → already-generated     746
 *       without        not external?                → not-external          750
 *       otherwise                                   → encoded               756
 *
 * The address of an entry is compared with nothing: a name stands for whatever the list has under it.
 */
import { entryFlag, type FunctionEntries, unitState } from '../dwarf/function-entries.ts';
import type { EncoderRules } from './encoders.ts';
import { completed, type Fate, type SourcePlace } from './fate.ts';
import type { NameIds } from './name-ids.ts';
import type { FunctionTable } from './setup-functions.ts';
import { verdictByte, verdicts } from './verdict.ts';

export interface EncodeInput {
  readonly entries: FunctionEntries;
  readonly names: NameIds;
  readonly rules: EncoderRules;
  readonly table: FunctionTable;
  /** How the setting up ended, where it ended the run: on the first unit. */
  readonly setupFate: Fate | undefined;
  /** Unit row → why its types cannot be encoded. They come before its functions and end the run. */
  readonly typeProblems: ReadonlyMap<number, string>;
}

export interface EncodedFunctions {
  /** A byte per entry: see verdict.ts. */
  readonly verdicts: Uint8Array;
  /** Entries by verdict byte. */
  readonly counts: Uint32Array;
  /** cu__encode_btf was entered for the units before this row (damaged ones apart), and for none after. */
  readonly unitsEntered: number;
  /** By name id: -1 in the list, 0 not; 1 + the entry that was encoded under it. Ids past its end are not in the list. */
  readonly generatedBy: Int32Array;
  readonly fate: Fate;
}

const encode: SourcePlace = { file: 'btf_encoder.c', function: 'cu__encode_btf', line: 756 };
/** Every unit is damaged. */
const nothingEncoded: Fate = {
  kind: 'would-crash',
  at: { file: 'btf_encoder.c', function: 'btf_encoder__encode', line: 491 },
  why: 'no unit could be taken, so there is no encoder to finish with',
};
const { declaration, external, allParamsNamed } = entryFlag;

export function encodeFunctions(input: EncodeInput): EncodedFunctions {
  const { entries, names, rules, table } = input;
  const { units } = entries;
  const out = new Uint8Array(entries.count);
  const counts = new Uint32Array(verdicts.length + 1);
  const generatedBy = listIds(table, names);
  const withList = table.functions_cnt > 0;
  let fate: Fate = completed;
  let first = true;
  let unit = 0;
  for (; unit < units.count && fate === completed; unit++) {
    const stop = loadingStops(entries, unit, first);
    if (stop !== undefined) {
      fate = stop;
      break;
    }
    if (unitState(entries, unit) === 'damaged') continue;
    fate = unitStops(input, unit, first) ?? encodeUnit(unit);
    first = false;
  }
  if (fate === completed && first && units.count > 0) fate = nothingEncoded;
  return { verdicts: out, counts, unitsEntered: unit, generatedBy, fate };

  function encodeUnit(unit: number): Fate {
    const end = units.firstEntry[unit + 1] as number;
    for (let entry = units.firstEntry[unit] as number; entry < end; entry++) {
      const verdict = withList ? withListVerdict(entry) : withoutListVerdict(entry);
      out[entry] = verdict;
      counts[verdict] = (counts[verdict] as number) + 1;
      if (verdict !== verdictByte['unnamed-function']) continue;
      // Where names are in a file that is not read, it may well have one.
      const ends = entries.problems.has(unit) ? undefined : unnamedEnds(rules, withList);
      if (ends !== undefined) return { ...ends, unit, entry };
    }
    return completed;
  }

  function withListVerdict(entry: number): number {
    const flags = entries.flags[entry] as number;
    if ((flags & declaration) !== 0) return verdictByte.declaration;
    if ((flags & allParamsNamed) === 0) return verdictByte['unnamed-parameter'];
    const ref = entries.name[entry] as number;
    if (ref === 0) return verdictByte['unnamed-function'];
    const id = names.ofRef(ref);
    // Past the end of the column for a name that no list element has.
    const state = generatedBy[id] ?? 0;
    if (state === 0) return verdictByte['not-in-list'];
    if (state > 0) return verdictByte['already-generated'];
    generatedBy[id] = entry + 1;
    return verdictByte.encoded;
  }

  function withoutListVerdict(entry: number): number {
    const flags = entries.flags[entry] as number;
    if ((flags & declaration) !== 0) return verdictByte.declaration;
    if ((flags & allParamsNamed) === 0) return verdictByte['unnamed-parameter'];
    if ((flags & external) === 0) return verdictByte['not-external'];
    return entries.name[entry] === 0 ? verdictByte['unnamed-function'] : verdictByte.encoded;
  }
}

function listIds(table: FunctionTable, names: NameIds): Int32Array {
  const { kept, symbols } = table;
  const ids = new Uint32Array(kept.length);
  for (let i = 0; i < kept.length; i++) {
    const row = kept[i] as number;
    const id = symbols && names.ofString(symbols.strings, symbols.nameOffsets[row] as number);
    ids[i] = id ?? names.ofText(table.name(row));
  }
  const states = new Int32Array(names.count);
  for (const id of ids) states[id] = -1;
  return states;
}

/** What a function without a name does to the run, where it is more than skipped. */
function unnamedEnds(rules: EncoderRules, withList: boolean): Fate | undefined {
  if (!withList) {
    return { kind: 'would-exit', at: encode, why: 'libbpf refuses a FUNC without a name, and that ends the run' };
  }
  if (rules.missingName === 'skipped') return undefined;
  const at = { file: 'btf_encoder.c', function: 'find_function', line: 309 } as const;
  return { kind: 'would-crash', at, why: `${rules.version} looks up a name that is NULL` };
}

/** Where the loader stops on a unit before it is encoded. What was encoded before is written all the same. */
function loadingStops(entries: FunctionEntries, unit: number, first: boolean): Fate | undefined {
  const state = unitState(entries, unit);
  let why: string;
  let at: SourcePlace;
  if (state === 'unsupported-root') {
    why = `the root of the unit is DW_TAG 0x${(entries.units.rootTag[unit] ?? 0).toString(16)}, at which loading stops`;
    at = { file: 'dwarf_loader.c', function: 'die__process', line: 2221 };
  } else if (state === 'imports-unit') {
    why = 'the unit has a DW_TAG_imported_unit, at which loading stops';
    at = { file: 'dwarf_loader.c', function: '__die__process_tag', line: 1719 };
  } else return undefined;
  if (!first) return { kind: 'units-lost', at, unit, why };
  return { kind: 'would-crash', at, unit, why: `${why}; as it is the first, there is no encoder to finish with` };
}

/** Where encoding a unit ends the run before its functions are looked at. */
function unitStops(input: EncodeInput, unit: number, first: boolean): Fate | undefined {
  if (first && input.setupFate !== undefined) return { ...input.setupFate, unit };
  const problem = input.typeProblems.get(unit);
  if (problem === undefined) return undefined;
  const at = { file: 'btf_encoder.c', function: 'tag__encode_btf', line: 480 } as const;
  return { kind: 'would-exit', at, unit, why: problem };
}
