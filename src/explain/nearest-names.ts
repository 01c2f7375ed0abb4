/**
 * The functions that a misspelt name may mean: those a few edits away, nearest first, then those that have the name in
 * them. Functions are the FUNC symbols and the FUNC records.
 */
import { STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import { editDistance } from './edit-distance.ts';

/** A longer word is no misspelt name. */
const longestWord = 128;

/** @param word latin1, as `names` are @param most how many @returns the nearest first */
export function nearestNames(word: string, names: Iterable<string>, most = 5): readonly string[] {
  if (word.length < 2 || word.length > longestWord) return [];
  const limit = Math.max(1, Math.floor(word.length / 3));
  const found = new Map<string, number>();
  for (const name of names) {
    if (found.has(name) || name === word) continue;
    const distance = editDistance(word, name, limit);
    // A name that holds the word is worse than any that is a slip away, and better the less there is around it.
    if (distance <= limit) found.set(name, distance);
    else if (name.includes(word)) found.set(name, limit + name.length - word.length);
  }
  const ranked = [...found].sort(([a, x], [b, y]) => x - y || a.length - b.length || (a < b ? -1 : 1));
  return ranked.slice(0, most).map(([name]) => name);
}

/** The names of all functions of a kernel; some come twice. */
export function* functionNames(kernel: Vmlinux): Generator<string> {
  const table = readyValue(kernel.symbols)?.table;
  if (table !== undefined) {
    for (let row = 1; row < table.count; row++) {
      if (((table.infos[row] as number) & 15) === STT.FUNC) yield table.name(row) ?? '';
    }
  }
  const btf = readyValue(kernel.btf)?.btf;
  if (btf !== undefined) for (const id of btf.funcs) yield btf.nameOf(id);
}
