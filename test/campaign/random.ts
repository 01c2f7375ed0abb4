/** Numbers that depend on the seed and the index alone, so that any input can be made again by itself. */

const mix = (state: number): number => {
  let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
};

export class Random {
  #state: number;

  /** @param purpose what it is drawn for: another one has nothing to do with it */
  constructor(seed: number, index: number, purpose = 0) {
    const high = Math.floor(index / 2 ** 32) ^ mix(purpose);
    this.#state = mix(mix(seed >>> 0) ^ mix((index + 0x9e3779b9) >>> 0) ^ high);
  }

  /** 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return mix(this.#state);
  }

  /** From 0 up to, and without, `end`. */
  below(end: number): number {
    return Math.floor((this.next() / 2 ** 32) * end);
  }

  /** Up to 64 bits. */
  bits(count: number): bigint {
    return BigInt.asUintN(count, (BigInt(this.next()) << 32n) | BigInt(this.next()));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

/**
 * Whether it is the turn of an index: of each `oneIn` in a row exactly one, at a place that the seed and the purpose choose,
 * so that who takes one in eight does not get the same kind of damage every time.
 */
export function isTurn(seed: number, index: number, oneIn: number, purpose: number): boolean {
  return index % oneIn === new Random(seed, Math.floor(index / oneIn), purpose).below(oneIn);
}

/** What inputs are chosen for. */
export const purposes = { screens: 1, program: 2, terminal: 3, isTerminal: 4, row: 100 } as const;

/**
 * The `nth` of `total` things in an order that the seed shuffles: each comes once before any comes again.
 * A step that shares no factor with the total goes through all of them.
 */
export function shuffled(seed: number, nth: number, total: number): number {
  let step = (mix(seed) % total) | 1;
  while (gcd(step, total) !== 1) step += 2;
  return Number((BigInt(nth) * BigInt(step) + BigInt(mix(seed + 1))) % BigInt(total));
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
