/** "Did you mean": the nearest of the known words. */
import { editDistance } from '../explain/edit-distance.ts';

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
