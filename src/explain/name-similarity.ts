/**
 * How much two function names have in common, from 0 to 1: the share of words that both have, as names of a kernel are
 * made of words. A heuristic, and only used to put one function before another.
 *
 *   tty_write, redirected_tty_write   2 of 2 and 2 of 3 words: 0.8
 *   tty_write, tty_read               1 of 2 and 1 of 2 words: 0.5
 *   vfs_read, vfs_readv               vfs, and half a word for read, which readv begins with: 0.75
 */

/** Words of fewer letters begin too many others. */
const shortestStem = 3;

/** Dice's coefficient over the words of two names. */
export function nameSimilarity(a: string, b: string): number {
  const left = wordsOf(a);
  const rest = wordsOf(b);
  const total = left.length + rest.length;
  if (total === 0) return 0;
  const take = (accept: (word: string) => boolean): boolean => {
    const at = rest.findIndex(accept);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  };
  const unmatched = left.filter((word) => !take((other) => other === word));
  const whole = left.length - unmatched.length;
  const stems = unmatched.filter((word) => take((other) => isStem(word, other) || isStem(other, word))).length;
  return (2 * whole + stems) / total;
}

/** No name that somebody wrote has more words. */
const mostWords = 32;
const wordsOf = (name: string): string[] => name.split(/[_.]+/).filter(Boolean).slice(0, mostWords);
const isStem = (stem: string, word: string): boolean => stem.length >= shortestStem && word.startsWith(stem);
