/** The whole kernel: a root cause for each function symbol, and how many have each. */
import { entryName, unitName, unitOfEntry } from '../dwarf/function-entries.ts';
import { readyValue } from '../errors.ts';
import type { Verdict } from '../pahole/verdict.ts';
import { type SymbolIndex, symbolIndex } from '../units.ts';
import { type Cause, type CauseDetail, causes } from './causes.ts';
import type { Classifier } from './classify.ts';

export interface CauseCount {
  readonly cause: Cause;
  readonly detail: CauseDetail | undefined;
  /** Function symbols. */
  readonly symbols: number;
  /** Distinct names; a name that has a record counts there, whatever other symbols of the name have. */
  readonly names: number;
}

/** Every function symbol, in the order of .symtab, with its cause. */
export class Census {
  readonly classifier: Classifier;
  /** Rows of .symtab. */
  readonly rows: Uint32Array;
  readonly #causes: Uint8Array;
  readonly #details: (CauseDetail | undefined)[];
  readonly #entries: Int32Array;

  constructor(classifier: Classifier) {
    this.classifier = classifier;
    classifier.indexAll();
    this.rows = classifier.functionRows();
    this.#causes = new Uint8Array(this.rows.length);
    this.#entries = new Int32Array(this.rows.length);
    this.#details = [];
    for (let i = 0; i < this.rows.length; i++) {
      const { cause, detail, entry } = classifier.ofSymbol(symbolIndex(this.rows[i] as number));
      this.#causes[i] = causes.indexOf(cause);
      this.#details.push(detail);
      this.#entries[i] = entry ?? -1;
    }
  }

  get count(): number {
    return this.rows.length;
  }

  cause(index: number): Cause {
    return causes[this.#causes[index] ?? 0] ?? 'unknown';
  }

  detail(index: number): CauseDetail | undefined {
    return this.#details[index];
  }

  row(index: number): SymbolIndex {
    return symbolIndex(this.rows[index] ?? 0);
  }

  /** latin1 */
  name(index: number): string {
    return readyValue(this.classifier.evidence.kernel.symbols)?.table.name(this.row(index)) ?? '';
  }

  /** The entry whose verdict decided, with its unit and, where it is another, its name; undefined without one. */
  decision(
    index: number,
  ):
    | { readonly verdict: Verdict | undefined; readonly unit: string | undefined; readonly die: string | undefined }
    | undefined {
    const entry = this.#entries[index] ?? -1;
    const run = this.classifier.encoder?.replay;
    if (entry < 0 || run === undefined) return undefined;
    return {
      verdict: run.verdict(entry),
      unit: unitName(run.entries, unitOfEntry(run.entries, entry)),
      die: entryName(run.entries, entry),
    };
  }

  /** Positions of the functions with a cause, in the order of .symtab. */
  of(cause: Cause): readonly number[] {
    const wanted = causes.indexOf(cause);
    const found: number[] = [];
    for (let i = 0; i < this.#causes.length; i++) if (this.#causes[i] === wanted) found.push(i);
    return found;
  }

  /** How many have each cause, in the order of the table of causes; the most frequent detail first. */
  counts(): readonly CauseCount[] {
    const counts = new Map<string, { cause: Cause; detail: CauseDetail | undefined; symbols: number; names: number }>();
    const countOf = (index: number) => {
      const key = `${this.#causes[index]} ${this.#details[index] ?? ''}`;
      let row = counts.get(key);
      if (row === undefined) {
        row = { cause: this.cause(index), detail: this.#details[index], symbols: 0, names: 0 };
        counts.set(key, row);
      }
      return row;
    };
    for (let i = 0; i < this.count; i++) countOf(i).symbols++;
    for (const index of this.#nameOwners()) countOf(index).names++;
    return [...counts.values()].sort(
      (a, b) => causes.indexOf(a.cause) - causes.indexOf(b.cause) || b.symbols - a.symbols,
    );
  }

  /** For each name the symbol under whose cause it counts: one with a record if there is one, else the first. */
  #nameOwners(): Iterable<number> {
    const owners = new Map<string, number>();
    for (let i = 0; i < this.count; i++) {
      const name = this.name(i);
      const before = owners.get(name);
      const hasRecord = this.#causes[i] === causes.indexOf('in-btf');
      if (before === undefined || (hasRecord && this.#causes[before] !== causes.indexOf('in-btf'))) owners.set(name, i);
    }
    return owners.values();
  }
}
