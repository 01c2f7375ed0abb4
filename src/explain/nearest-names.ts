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

/** @param name latin1 @param most how many @returns latin1 */
export function nearestNames(kernel: Vmlinux, name: string, most = 5): readonly string[] {
  if (name.length < 2 || name.length > longestWord) return [];
  const limit = Math.max(1, Math.floor(name.length / 3));
  const found = new Map<string, number>();
  for (const candidate of functionNames(kernel)) {
    if (found.has(candidate) || candidate === name) continue;
    const distance = editDistance(name, candidate, limit);
    // A name that holds the word is worse than any that is a slip away, and better the less there is around it.
    if (distance <= limit) found.set(candidate, distance);
    else if (candidate.includes(name)) found.set(candidate, limit + candidate.length - name.length);
  }
  const ranked = [...found].sort(([a, x], [b, y]) => x - y || a.length - b.length || (a < b ? -1 : 1));
  return ranked.slice(0, most).map(([candidate]) => candidate);
}

function* functionNames(kernel: Vmlinux): Generator<string> {
  const table = readyValue(kernel.symbols)?.table;
  if (table !== undefined) {
    for (let row = 1; row < table.count; row++) {
      if (((table.infos[row] as number) & 15) === STT.FUNC) yield table.name(row) ?? '';
    }
  }
  const btf = readyValue(kernel.btf)?.btf;
  if (btf !== undefined) for (const id of btf.funcs) yield btf.nameOf(id);
}
