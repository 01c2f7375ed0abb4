/**
 * What can be said of the encoder's decisions without DWARF: the list is known from the symbols, and the records that
 * came of it are in the file's BTF. Why a function has none is inferred from the two, and marked so.
 *
 *   has a FUNC record                             encoded
 *   with a list, its name is not in it            not-in-list
 *   without a list, the symbol is local           not-external
 *   otherwise                                     unknown: a declaration, a parameter without a name, no entry at all
 */
import { STB } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { toJson } from '../format/json.ts';
import { visibleText } from '../format/visible.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { Setup } from '../pahole/machine.ts';
import type { ReplayOptions } from './args.ts';

interface Inferred {
  readonly encoded: number;
  readonly notInList: number;
  readonly notExternal: number;
  readonly unknown: number;
}

/** By function symbol; undefined without BTF. */
function infer(kernel: Vmlinux, { collected, table }: Setup): Inferred | undefined {
  const btf = readyValue(kernel.btf)?.btf;
  const symbols = readyValue(kernel.symbols)?.table;
  if (btf === undefined || symbols === undefined || collected === undefined) return undefined;
  const records = new Set(Array.from(btf.funcs, (id) => btf.nameOf(id)));
  const listed = new Set(Array.from(table.kept, (row) => table.name(row)));
  const counts = { encoded: 0, notInList: 0, notExternal: 0, unknown: 0 };
  for (const row of collected.functions) {
    const name = symbols.name(row) ?? '';
    if (records.has(name)) counts.encoded++;
    else if (listed.size > 0 && !listed.has(name)) counts.notInList++;
    else if (listed.size === 0 && symbols.binding(row) === STB.LOCAL) counts.notExternal++;
    else counts.unknown++;
  }
  return counts;
}

const number = (value: number): string => value.toLocaleString('en-US');

export function inferredText(kernel: Vmlinux, setups: readonly Setup[]): string {
  const lines: string[] = [`${visibleText(kernel.path)}: without DWARF, inferred from symbols and BTF`];
  for (const setup of setups) {
    const { collected, table, bytes, rules } = setup;
    const what = collected === undefined ? 'no .symtab' : `${number(collected.functions.length)} function symbols`;
    lines.push(
      `  list, region ${bytes}: ${what}, functions_cnt ${number(table.functions_cnt)} (pahole ${rules.version})`,
    );
  }
  const [first] = setups;
  const inferred = first && infer(kernel, first);
  if (inferred === undefined) lines.push('  verdicts: nothing can be inferred without both .symtab and BTF');
  else {
    lines.push(
      `  ${number(inferred.encoded).padStart(9)}  encoded       inferred: the BTF has a FUNC of the symbol's name`,
      `  ${number(inferred.notInList).padStart(9)}  not-in-list   inferred: the symbol has no mcount slot`,
      `  ${number(inferred.notExternal).padStart(9)}  not-external  inferred: the list is empty and the symbol is local`,
      `  ${number(inferred.unknown).padStart(9)}  unknown       only DWARF tells`,
    );
  }
  return `${lines.join('\n')}\n`;
}

export function inferredJson(kernel: Vmlinux, setups: readonly Setup[], options: ReplayOptions): string {
  const [first] = setups;
  const inferred = first && infer(kernel, first);
  return `${toJson({
    schema: 1,
    command: 'replay',
    file: options.file,
    encoder: first?.rules.version,
    dwarf: null,
    inferred: true,
    lists: setups.map(({ bytes, collected, table }) => ({
      mcount: bytes,
      functions: collected?.functions.length ?? null,
      slots: table.addrs?.count ?? null,
      functions_cnt: table.functions_cnt,
    })),
    verdicts:
      inferred === undefined
        ? null
        : {
            encoded: inferred.encoded,
            'not-in-list': inferred.notInList,
            'not-external': inferred.notExternal,
            unknown: inferred.unknown,
          },
  })}\n`;
}
