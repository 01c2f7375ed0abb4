/**
 * The order of hits: the very name, then plain names before bookkeeping ones, then names that begin with the query,
 * then by score, and among equal scores functions, data, the rest, shorter, alphabetical.
 *
 * Bookkeeping names say that something was done to another name: 10,000 exports of a kernel come as four symbols each,
 * and would bury what they are about. A query that spells such a prefix gets them in the ordinary order.
 */
import type { MatchKind } from './types.ts';

const BOOKKEEPING = ['pfx', 'cfi', 'ksymtab', 'kstrtab', 'kstrtabns', 'kcrctab', 'crc', 'UNIQUE_ID'].map((kind) =>
  Uint8Array.from(`__${kind}_`, (letter) => letter.charCodeAt(0)),
);
const SPELT = /ksym|kstr|kcrc|pfx|crc_|cfi_|uniq/i;

/** Whether the name at this place of a string table is a bookkeeping one. */
export function isBookkeeping(strings: Uint8Array, at: number): boolean {
  if (strings[at] !== 0x5f || strings[at + 1] !== 0x5f) return false;
  for (const prefix of BOOKKEEPING) {
    let i = 2;
    while (i < prefix.length && strings[at + i] === prefix[i]) i++;
    if (i === prefix.length) return true;
  }
  return false;
}

/** Whether the query asks for bookkeeping names in so many letters. */
export const asksForBookkeeping = (query: string): boolean => SPELT.test(query);

export const TIERS = ['exact', 'prefix', 'fuzzy'] as const satisfies readonly MatchKind[];
export const EXACT = 0;
export const PREFIX = 1;
export const FUZZY = 2;

/** A name in the list, by its row in the index. */
export interface Ranked {
  readonly row: number;
  /** Index in {@link TIERS}. */
  readonly tier: number;
  readonly late: boolean;
  readonly score: number;
  readonly kind: number;
  readonly name: string;
  readonly indexes: readonly number[];
}

export function compareRanked(a: Ranked, b: Ranked): number {
  if (a.tier === EXACT || b.tier === EXACT) {
    if (a.tier !== b.tier) return a.tier - b.tier;
  }
  if (a.late !== b.late) return a.late ? 1 : -1;
  if (a.tier !== b.tier) return a.tier - b.tier;
  if (a.score !== b.score) return b.score - a.score;
  if (a.kind !== b.kind) return a.kind - b.kind;
  if (a.name.length !== b.name.length) return a.name.length - b.name.length;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The best `limit` names seen so far. */
export class TopList {
  readonly limit: number;
  #ranked: Ranked[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  add(more: readonly Ranked[]): void {
    if (more.length === 0) return;
    this.#ranked = this.#ranked.concat(more).sort(compareRanked).slice(0, this.limit);
  }

  get ranked(): readonly Ranked[] {
    return this.#ranked;
  }

  /** The last of a full list: what cannot beat it need not be looked at. */
  get worst(): Ranked | undefined {
    return this.#ranked.length < this.limit ? undefined : this.#ranked.at(-1);
  }
}
