/**
 * The best score that fuzzysort 4.0.2 can give a name, from its length and the way it holds the query.
 *
 * fuzzysort charges for every letter of the name that the query lacks, 15 at the least for a gap, and a thousandfold
 * where the letters do not follow word beginnings:
 *
 *     held as            raw score at most
 *     substring          -l - l/(1+n²)² + min(4, half of it back)      l = (length - n) / 2
 *     word beginnings    -15 - 2l                                      a gap costs 12 + 1, and its position 2
 *     loose letters      -15,000 - 2l
 *
 * With the list full, a name whose ceiling is under the last hit's score is left out unscored, and nothing changes:
 * test/app/search-ranking.test.ts compares with fuzzysort over all names, so an upgrade that scores differently fails there.
 */

/** How a name holds a query, best first. `odd` names are for fuzzysort alone to judge. */
export const HOLDS = { odd: 0, prefix: 1, substring: 2, spread: 3, loose: 4 } as const;

/** fuzzysort's normalizeScore: raw scores are 0 and below, a score is 1 and below. */
const normalize = (raw: number): number => Math.E ** (((1 - raw) ** 0.04307 - 1) * -2);

function substringCeiling(queryLength: number, nameLength: number): number {
  const penalty = (nameLength - queryLength) / 2;
  const bonus = 1 + queryLength * queryLength;
  const raw = -penalty - penalty / (bonus * bonus);
  return raw + Math.min(4, -raw / 2);
}

/** @param parts the lengths of the query's words */
export function ceiling(holds: number, parts: readonly number[], nameLength: number): number {
  if (holds === HOLDS.odd) return 1;
  const [first = 0] = parts;
  if (holds === HOLDS.loose && parts.length === 1) return normalize(-15_000 - (nameLength - first));
  if (holds === HOLDS.spread && parts.length === 1) return normalize(-15 - (nameLength - first));
  // The score of several words is the mean of theirs; how each of them is held is not kept.
  const sum = parts.reduce((total, length) => total + substringCeiling(length, nameLength), 0);
  return normalize(Math.min(0, sum / parts.length));
}
