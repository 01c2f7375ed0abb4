/**
 * What is wrong with that which answers are drawn from, a sentence each. A damaged part hides no other, so the answer is
 * given, and who gives it says these beside it.
 */
import { type FunctionEntries, unitName, unitState } from '../dwarf/function-entries.ts';
import { findBadReferences } from '../dwarf/reference-problems.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { readyValue, unreadable } from '../errors.ts';
import type { RunningKernel } from '../kernel/running.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import { findElsewhere } from './elsewhere.ts';
import type { Evidence } from './evidence.ts';
import { commas, plural } from './words.ts';

/** Units with the same problem that have a sentence each. */
const shownUnits = 8;

/** Whether a function may be in a table that cannot be read. */
export const isHiding = ({ kernel, dwarf }: Evidence): boolean =>
  [kernel.symbols, kernel.btf, dwarf].some((part) => unreadable(part) !== undefined);

/** Of where the sections are in the file: the first, with the number of them. */
export function layoutDoubts({ layoutDamage }: ElfFile): string[] {
  const [first] = layoutDamage;
  if (first === undefined) return [];
  const more = layoutDamage.length === 1 ? '' : `; it is the first of ${commas(layoutDamage.length)} such sections`;
  return [`${first.error.message}${more}`];
}

/**
 * Of the places of sections, of the symbols and of the mcount region, which is between two of them.
 * @param isRelocated whether an answer depends on the relocations of the region too
 */
export function tableDoubts(kernel: Vmlinux, isRelocated = true): string[] {
  const symbols = unreadable(kernel.symbols) ?? readyValue(kernel.symbols)?.table.damage ?? kernel.imageDamage;
  const region = isRelocated
    ? (unreadable(kernel.mcount)?.message ?? readyValue(kernel.mcount)?.warning)
    : kernel.mcountBoundsDamage;
  // Names that are lost are said once, and not again as the bounds that are among them.
  const isSaid = symbols !== undefined && region?.startsWith(symbols.message) === true;
  const tables = [symbols?.message, isSaid ? undefined : region].filter((sentence) => sentence !== undefined);
  // The region may say the same of its section.
  const places = layoutDoubts(kernel.elf).filter((sentence) => tables.every((other) => !other.includes(sentence)));
  return [...places, ...tables];
}

/** Of the lists that a running kernel gave. */
export function runningDoubts(running: RunningKernel | undefined): string[] {
  if (running === undefined) return [];
  return [readyValue(running.kallsyms)?.damage, readyValue(running.ftrace)?.damage].flatMap((damage) =>
    damage === undefined ? [] : [damage.message],
  );
}

/** Of the BTF. */
export function btfDoubts(kernel: Vmlinux): readonly string[] {
  const damage = unreadable(kernel.btf);
  return damage === undefined ? kernel.btfComplaints : [damage.message];
}

/**
 * Of DWARF that can be read, with the file that it is in where that is another.
 * @param shown a name (latin1) as it may be shown
 */
export function dwarfDoubts({ kernel, dwarf }: Evidence, shown: (name: string) => string): string[] {
  if (dwarf.state !== 'ready') return [];
  const { path, worlds } = dwarf.value;
  const where = path === kernel.path ? '' : `${path}, `;
  return unitDoubts(worlds.entries, shown).map((sentence) => `${where}${sentence}`);
}

/**
 * Of the units: a sentence for each damaged one, of many that have the same problem for the first ones; one for references;
 * one that DIEs or names are in another file.
 */
export function unitDoubts(entries: FunctionEntries, shown: (name: string) => string): string[] {
  const unitWords = (unit: number): string => {
    const name = unitName(entries, unit);
    return name === undefined ? 'a unit' : `the unit ${shown(name)}`;
  };
  const sentences: string[] = [];
  const alike = new Map<string, number>();
  for (const [unit, { structure, problem, advice }] of entries.problems) {
    if (unitState(entries, unit) !== 'damaged') continue;
    const known = alike.get(problem) ?? 0;
    alike.set(problem, known + 1);
    if (known >= shownUnits) continue;
    // Where units cannot be told apart any more it is not one that is missing.
    sentences.push(
      `${unitWords(unit)} is missing: ${structure}: ${problem}${advice === undefined ? '' : `; ${advice}`}`,
    );
  }
  for (const [problem, count] of alike) {
    const more = count - shownUnits;
    if (more > 0) sentences.push(`${plural(more, 'more unit')} ${more === 1 ? 'is' : 'are'} missing: ${problem}`);
  }
  const bad = findBadReferences(entries);
  if (bad !== undefined) {
    const { structure, problem } = bad.first;
    const more = bad.count === 1 ? '' : `; it is the first of ${commas(bad.count)} in ${plural(bad.units, 'unit')}`;
    sentences.push(`${unitWords(bad.unit)} has a bad reference: ${structure}: ${problem}${more}`);
  }
  const elsewhere = findElsewhere(entries);
  if (elsewhere !== undefined) sentences.push(elsewhere.sentence);
  return sentences;
}
