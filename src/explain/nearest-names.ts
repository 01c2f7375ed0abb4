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
    const score = scoreOf(word, name, limit);
    if (score !== undefined) found.set(name, score);
  }
  const ranked = [...found].sort(([a, x], [b, y]) => x - y || a.length - b.length || (a < b ? -1 : 1));
  return ranked.slice(0, most).map(([name]) => name);
}

/** Fewer is nearer; a name that holds the word stands behind one with a letter wrong. */
function scoreOf(word: string, name: string, limit: number): number | undefined {
  const distance = editDistance(word, name, limit);
  if (word.length >= 4 && name.includes(word)) return Math.min(distance, name.startsWith(word) ? 1.5 : 1.75);
  return distance <= limit ? distance : undefined;
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
