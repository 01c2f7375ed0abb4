/**
 * What can still be said without DWARF: the list that pahole would look names up in comes from symbols and the mcount
 * region alone. What becomes of a function is then a guess, and is marked as one.
 */
import { STB } from '../../elf/constants.ts';
import { availability, readyValue } from '../../errors.ts';
import { count } from '../../format/hex.ts';
import { onScreen } from '../../format/on-screen.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { type Setup, setUp } from '../../pahole/machine.ts';
import type { Target } from './state.ts';

/** Sentences, the plain ones first. */
export function inferredLines(kernel: Vmlinux, target: Target | undefined): readonly string[] {
  const made = availability(() => (['raw', 'relocated'] as const).map((bytes) => setupOf(kernel, bytes)));
  // The region is read now, and by now the file may be another one.
  if (made.state !== 'ready') return [made.reason];
  const setups = made.value;
  const lists = setups.map(({ bytes, collected, table }) => {
    const symbols = collected === undefined ? 'no .symtab' : `${count(collected.functions.length)} function symbols`;
    return `region ${bytes}: ${symbols}, functions_cnt ${count(table.functions_cnt)}`;
  });
  const btf = readyValue(kernel.btf)?.btf;
  const records = btf === undefined ? 'no BTF to compare with' : `the .BTF has ${count(btf.funcCount)} FUNC records`;
  const [raw] = setups;
  const guess = target === undefined || raw === undefined ? [] : [guessOf(kernel, raw, target.name)];
  return [...lists, records, ...guess];
}

function setupOf(kernel: Vmlinux, bytes: 'raw' | 'relocated'): Setup {
  return setUp({ elf: kernel.elf, symbols: readyValue(kernel.symbols), region: readyValue(kernel.mcount), bytes });
}

function guessOf(kernel: Vmlinux, { table }: Setup, name: string): string {
  const btf = readyValue(kernel.btf)?.btf;
  const symbols = readyValue(kernel.symbols)?.table;
  const row = symbols?.find(name);
  const shown = onScreen(name);
  if (btf?.firstFunc(name) !== undefined) return `${shown}: encoded (inferred: the BTF has its record)`;
  if (symbols === undefined || row === undefined) return `${shown}: unknown without DWARF`;
  if (table.functions_cnt > 0 && table.find(name) < 0) return `${shown}: not-in-list (inferred: no mcount slot)`;
  if (table.functions_cnt === 0 && symbols.binding(row) === STB.LOCAL) {
    return `${shown}: not-external (inferred: the list is empty and the symbol is local)`;
  }
  return `${shown}: unknown without DWARF`;
}
