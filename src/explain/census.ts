/** The whole kernel: a root cause for each function symbol, and how many have each. */
import { entryName, unitName, unitOfEntry } from '../dwarf/function-entries.ts';
import { readyValue } from '../errors.ts';
import type { Verdict } from '../pahole/verdict.ts';
import { type SymbolIndex, symbolIndex } from '../units.ts';
import { type Cause, type CauseDetail, causes } from './causes.ts';
import type { Classified, Classifier } from './classify.ts';
import { drain, type Pieces, part } from './pieces.ts';

export interface CauseCount {
  readonly cause: Cause;
  readonly detail: CauseDetail | undefined;
  /** Function symbols. */
  readonly symbols: number;
  /** Distinct names; a name that has a record counts there, whatever other symbols of the name have. */
  readonly names: number;
}

/** What a census has counted: an item for each function symbol. */
interface Taken {
  readonly rows: Uint32Array;
  readonly found: readonly Classified[];
  readonly names: readonly string[];
  readonly counts: readonly CauseCount[];
}

/** Symbols that are classified between two yields. */
const symbolsAStep = 16;

/** Take the census in pieces, for who has keys to answer meanwhile. */
export function* takingCensus(classifier: Classifier): Pieces<Census> {
  return new Census(classifier, yield* taking(classifier));
}

function* taking(classifier: Classifier): Pieces<Taken> {
  yield* part(classifier.indexing(), 0, 0.2);
  const table = readyValue(classifier.evidence.kernel.symbols)?.table;
  const rows = classifier.functionRows();
  const found: Classified[] = [];
  const names: string[] = [];
  for (const row of rows) {
    found.push(classifier.ofSymbol(symbolIndex(row)));
    names.push(table?.name(row) ?? '');
    if (found.length % symbolsAStep === 0) yield 0.2 + (found.length / rows.length) * 0.7;
  }
  return { rows, found, names, counts: yield* part(counting(names, found), 0.9, 1) };
}

/** How many have each cause, in the order of the table of causes; the most frequent detail first. */
function* counting(names: readonly string[], found: readonly Classified[]): Pieces<readonly CauseCount[]> {
  const counts = new Map<string, { cause: Cause; detail: CauseDetail | undefined; symbols: number; names: number }>();
  const countOf = ({ cause, detail }: Classified) => {
    const key = `${cause} ${detail ?? ''}`;
    let row = counts.get(key);
    if (row === undefined) {
      row = { cause, detail, symbols: 0, names: 0 };
      counts.set(key, row);
    }
    return row;
  };
  // A name counts under the cause of one symbol: of one with a record if there is one, else of the first.
  const owners = new Map<string, Classified>();
  for (const [i, item] of found.entries()) {
    countOf(item).symbols++;
    const name = names[i] as string;
    const before = owners.get(name);
    if (before === undefined || (item.cause === 'in-btf' && before.cause !== 'in-btf')) owners.set(name, item);
    if (i % (64 * symbolsAStep) === 0) yield i / found.length;
  }
  for (const item of owners.values()) countOf(item).names++;
  const order = (cause: Cause): number => causes.indexOf(cause);
  return [...counts.values()].sort((a, b) => order(a.cause) - order(b.cause) || b.symbols - a.symbols);
}

/** Every function symbol, in the order of .symtab, with its cause. */
export class Census {
  readonly classifier: Classifier;
  /** Rows of .symtab. */
  readonly rows: Uint32Array;
  readonly #taken: Taken;

  /** @param taken what was counted, if it was already */
  constructor(classifier: Classifier, taken: Taken = drain(taking(classifier))) {
    this.classifier = classifier;
    this.rows = taken.rows;
    this.#taken = taken;
  }

  get count(): number {
    return this.rows.length;
  }

  cause(index: number): Cause {
    return this.#taken.found[index]?.cause ?? 'unknown';
  }

  detail(index: number): CauseDetail | undefined {
    return this.#taken.found[index]?.detail;
  }

  row(index: number): SymbolIndex {
    return symbolIndex(this.rows[index] ?? 0);
  }

  /** latin1 */
  name(index: number): string {
    return this.#taken.names[index] ?? '';
  }

  /** The entry whose verdict decided, with its unit and, where it is another, its name; undefined without one. */
  decision(
    index: number,
  ):
    | { readonly verdict: Verdict | undefined; readonly unit: string | undefined; readonly die: string | undefined }
    | undefined {
    const entry = this.#taken.found[index]?.entry;
    const run = this.classifier.encoder?.replay;
    if (entry === undefined || run === undefined) return undefined;
    return {
      verdict: run.verdict(entry),
      unit: unitName(run.entries, unitOfEntry(run.entries, entry)),
      die: entryName(run.entries, entry),
    };
  }

  /** Positions of the functions with a cause, and with a detail where one is given, in the order of .symtab. */
  of(cause: Cause, detail?: CauseDetail): readonly number[] {
    const positions: number[] = [];
    for (const [i, item] of this.#taken.found.entries()) {
      if (item.cause === cause && (detail === undefined || item.detail === detail)) positions.push(i);
    }
    return positions;
  }

  /** How many have each cause, in the order of the table of causes; the most frequent detail first. */
  counts(): readonly CauseCount[] {
    return this.#taken.counts;
  }
}
