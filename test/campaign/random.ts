/** Numbers that depend on the seed and the index alone, so that any input can be made again by itself. */

const mix = (state: number): number => {
  let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
};

export class Random {
  #state: number;

  constructor(seed: number, index: number) {
    this.#state = mix(mix(seed >>> 0) ^ mix((index + 0x9e3779b9) >>> 0) ^ Math.floor(index / 2 ** 32));
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
 * The `nth` of `total` things in an order that the seed shuffles: each comes once before any comes again.
 * A step that shares no factor with the total goes through all of them.
 */
export function shuffled(seed: number, nth: number, total: number): number {
  let step = (mix(seed) % total) | 1;
  while (gcd(step, total) !== 1) step += 2;
  return Number((BigInt(nth) * BigInt(step) + BigInt(mix(seed + 1))) % BigInt(total));
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
