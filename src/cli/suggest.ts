/** "Did you mean": the nearest of the known words. */

/**
 * Edits between two words: a letter more, less or another, or two neighbours swapped (optimal string alignment).
 *
 *   row by row over a table of prefixes; only the last three rows are kept
 */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (older[j - 2] ?? 0) + 1);
      row.push(best);
    }
    older = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The known word that was probably meant: at most a third of it is wrong, or it begins as typed. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  // A word of a command line is short; a long one would only cost time.
  if (word.length > 64) return undefined;
  for (const candidate of known) {
    const distance = word.length >= 2 && candidate.startsWith(word) ? 0.5 : editDistance(word, candidate);
    if (distance < bestDistance && distance <= Math.max(1, candidate.length / 3)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
