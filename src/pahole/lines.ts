/**
 * The lines of pahole 1.20's btf_encoder.c at which a replay can stand, each with what it does in our own words, and the
 * way through them that each verdict takes.
 *
 * With another version the same decisions stand on other lines; the ones shown are those of 1.20 all the same.
 */
import type { EncoderRules } from './encoders.ts';
import { type Verdict, verdictByte } from './verdict.ts';

/** A function of btf_encoder.c, the line where it starts, and who calls it. */
export interface PaholeFunction {
  readonly line: number;
  readonly caller: { readonly function: PaholeFunctionName; readonly line: number } | undefined;
}

export const paholeFunctions = {
  cu__encode_btf: { line: 649, caller: undefined },
  collect_symbols: { line: 601, caller: { function: 'cu__encode_btf', line: 677 } },
  collect_function: { line: 66, caller: { function: 'collect_symbols', line: 615 } },
  collect_symbol: { line: 587, caller: { function: 'collect_symbols', line: 617 } },
  setup_functions: { line: 239, caller: { function: 'collect_symbols', line: 628 } },
  get_vmlinux_addrs: { line: 117, caller: { function: 'setup_functions', line: 249 } },
  get_kmod_addrs: { line: 177, caller: { function: 'setup_functions', line: 257 } },
  has_arg_names: { line: 636, caller: { function: 'cu__encode_btf', line: 735 } },
  find_function: { line: 309, caller: { function: 'cu__encode_btf', line: 745 } },
} as const satisfies Record<string, { line: number; caller: { function: string; line: number } | undefined }>;

export type PaholeFunctionName = keyof typeof paholeFunctions;

export interface PaholeLine {
  readonly line: number;
  readonly function: PaholeFunctionName;
  /** What is done there, as one short statement. */
  readonly statement: string;
}

const line = (number: number, name: PaholeFunctionName, statement: string): PaholeLine => ({
  line: number,
  function: name,
  statement,
});

/** By function in the order in which they run, then by line. */
export const paholeLines: readonly PaholeLine[] = [
  line(649, 'cu__encode_btf', 'take the next unit, cu'),
  line(677, 'cu__encode_btf', 'first unit: collect the symbols'),
  line(601, 'collect_symbols', 'go through .symtab'),
  line(615, 'collect_symbols', 'is the symbol a function?'),
  line(66, 'collect_function', 'STT_FUNC: append it to functions[]'),
  line(617, 'collect_symbols', 'does the symbol bound the mcount region?'),
  line(587, 'collect_symbol', 'note __start_mcount_loc and __stop_mcount_loc'),
  line(628, 'collect_symbols', 'functions were collected: set them up'),
  line(239, 'setup_functions', 'filter functions[] by the mcount region'),
  line(249, 'setup_functions', 'ask for the slots of a vmlinux'),
  line(117, 'get_vmlinux_addrs', 'are both bounds known?'),
  line(165, 'get_vmlinux_addrs', 'copy the bytes of the region, unrelocated, to addrs'),
  line(171, 'get_vmlinux_addrs', 'hand addrs and count over'),
  line(257, 'setup_functions', 'no slots: ask for those of a module'),
  line(177, 'get_kmod_addrs', 'is there a section __mcount_loc?'),
  line(234, 'get_kmod_addrs', 'hand addrs and count over'),
  line(265, 'setup_functions', 'no slots at all: drop functions[]'),
  line(269, 'setup_functions', 'sort addrs'),
  line(270, 'setup_functions', 'sort functions[] by name'),
  line(289, 'setup_functions', 'keep func if its address is in addrs'),
  line(301, 'setup_functions', 'functions_cnt = the number kept'),
  line(703, 'cu__encode_btf', "encode the unit's types"),
  line(722, 'cu__encode_btf', 'take the next function entry, fn'),
  line(733, 'cu__encode_btf', 'a declaration? next entry'),
  line(735, 'cu__encode_btf', 'a parameter without a name? next entry'),
  line(636, 'has_arg_names', 'does every parameter have a name?'),
  line(737, 'cu__encode_btf', 'is there a list: functions_cnt not 0?'),
  line(741, 'cu__encode_btf', 'with a list: take the name of fn'),
  line(742, 'cu__encode_btf', 'no name? next entry'),
  line(745, 'cu__encode_btf', 'look the name up in functions[]'),
  line(309, 'find_function', 'binary search by name'),
  line(746, 'cu__encode_btf', 'not in the list, or encoded before? next entry'),
  line(748, 'cu__encode_btf', 'mark it as generated'),
  line(750, 'cu__encode_btf', 'without a list: not external? next entry'),
  line(754, 'cu__encode_btf', 'write FUNC_PROTO'),
  line(756, 'cu__encode_btf', 'write FUNC'),
];

const byLine: ReadonlyMap<number, PaholeLine> = new Map(paholeLines.map((row) => [row.line, row]));

/** The line's row, undefined where the replay never stands. */
export const paholeLine = (number: number): PaholeLine | undefined => byLine.get(number);

/** How many calls below cu__encode_btf a line is. */
export function depthOf(number: number): number {
  let depth = 0;
  let caller: PaholeFunction['caller'] = callerOf(paholeLine(number)?.function ?? 'cu__encode_btf');
  for (; caller !== undefined; caller = callerOf(caller.function)) depth++;
  return depth;
}

export const callerOf = (name: PaholeFunctionName): PaholeFunction['caller'] => paholeFunctions[name].caller;

/** The ways through the loop, by verdict byte; row 0, an entry that was not decided, has none. */
export function entryPaths(rules: EncoderRules, withList: boolean): readonly (readonly number[])[] {
  const start = [722, 733];
  const named = [...start, 735, 636, 737];
  const missing = rules.missingName === 'crash' ? [] : [741, 742];
  const found = [...named, ...missing, 745, 309, 746];
  const emitted = withList ? [...found, 748, 754, 756] : [...named, 750, 754, 756];
  const path: Record<Verdict, readonly number[]> = {
    encoded: emitted,
    declaration: start,
    'unnamed-parameter': [...start, 735, 636],
    // Without a list it gets as far as writing the record; before 1.20 the look-up crashes.
    'unnamed-function': withList ? (missing.length > 0 ? [...named, ...missing] : [...named, 745, 309]) : emitted,
    'not-in-list': found,
    'already-generated': found,
    'not-external': [...named, 750],
  };
  const paths: (readonly number[])[] = [[]];
  for (const [verdict, lines] of Object.entries(path)) paths[verdictByte[verdict as Verdict]] = lines;
  return paths;
}
