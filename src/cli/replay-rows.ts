/**
 * The entries of a replay as lines: tab-separated, JSON a line, or aligned with the reason beside each.
 */
import { cutName } from '../bytes/cut-name.ts';
import { entryName, type FunctionEntries, unitName, unitOfEntry } from '../dwarf/function-entries.ts';
import { nameRef } from '../dwarf/refs.ts';
import { nameText, toJson } from '../format/json.ts';
import type { Listing } from '../format/listing.ts';
import { visible } from '../format/visible.ts';
import type { Replay } from '../pahole/machine.ts';
import { undecided, type Verdict, verdictByte, verdictFacts, verdictOfByte } from '../pahole/verdict.ts';

/** Which entries are wanted. */
export interface ReplayFilter {
  readonly verdict: Verdict | undefined;
  readonly function: string | undefined;
  readonly cu: string | undefined;
}

/** Characters that make a chunk worth a write(2). */
const chunkLength = 1 << 16;

/** The decided entries that a filter leaves, in the order of the encoder. */
export function matchingEntries(replay: Replay, filter: ReplayFilter | undefined): Uint32Array {
  const { entries, verdicts } = replay;
  const { units } = entries;
  const wanted = filter?.verdict === undefined ? undefined : verdictByte[filter.verdict];
  const name = filter?.function === undefined ? undefined : Buffer.from(filter.function, 'utf8');
  const cu = filter?.cu === undefined ? undefined : Buffer.from(filter.cu, 'utf8').toString('latin1');
  const rows = new Uint32Array(entries.count);
  let count = 0;
  for (let unit = 0; unit < units.count; unit++) {
    if (cu !== undefined && (unitName(entries, unit) ?? '') !== cu) continue;
    const end = units.firstEntry[unit + 1] as number;
    for (let entry = units.firstEntry[unit] as number; entry < end; entry++) {
      const verdict = verdicts[entry] as number;
      if (verdict === undecided || (wanted !== undefined && verdict !== wanted)) continue;
      if (name !== undefined && !entries.names.equals(nameRefOf(entries.name, entry), name)) continue;
      rows[count++] = entry;
    }
  }
  return rows.slice(0, count);
}

const nameRefOf = (column: Uint32Array, entry: number) => nameRef(column[entry] ?? 0);

/** "unit⇥function⇥verdict", in the bytes of the file unless a terminal would show them. */
export function* tsvLines(replay: Replay, rows: Uint32Array, toTerminal: boolean): Generator<Uint8Array> {
  const shown = (whole: string) => {
    const text = cutName(whole);
    return toTerminal || /[\t\n\r]/.test(text) ? visible(text) : text;
  };
  // A name made visible is text, the names of the file are bytes.
  const encoding = toTerminal ? 'utf8' : 'latin1';
  const names = new RowNames(replay, rows, shown);
  const { verdicts } = replay;
  const tails = Array.from({ length: 8 }, (_, byte) => `\t${verdictOfByte(byte) ?? ''}\n`);
  const line = (entry: number) =>
    `${names.unit(entry)}\t${names.function(entry) ?? ''}${tails[verdicts[entry] as number]}`;
  for (const text of textChunks(rows, line)) yield Buffer.from(text, encoding);
}

/** {"cu","function","verdict","line"} */
export function* ndjsonLines(replay: Replay, rows: Uint32Array): Generator<string> {
  const names = new RowNames(replay, rows, (name) => toJson(nameText(cutName(name))));
  yield* textChunks(rows, (entry) => {
    const head = `{"cu":${names.unit(entry)},"function":${names.function(entry) ?? 'null'}`;
    return `${head},"verdict":"${replay.verdict(entry) ?? ''}","line":${replay.line(entry) ?? 0}}\n`;
  });
}

function* textChunks(rows: Uint32Array, line: (entry: number) => string): Generator<string> {
  let text = '';
  for (const entry of rows) {
    text += line(entry);
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** With so many rows most names come more than once, and remembering them pays. */
const manyRows = 1 << 16;

/** Names of rows that are asked for in ascending order, as they are to be shown. */
class RowNames {
  readonly #entries: FunctionEntries;
  readonly #shown: (name: string) => string;
  readonly #known: Map<number, string> | undefined;
  #unitEnd = 0;
  #unit = '';

  constructor({ entries }: Replay, rows: Uint32Array, shown: (name: string) => string) {
    this.#entries = entries;
    this.#shown = shown;
    this.#known = rows.length < manyRows ? undefined : new Map();
  }

  unit(entry: number): string {
    if (entry >= this.#unitEnd) {
      const unit = unitOfEntry(this.#entries, entry);
      this.#unitEnd = this.#entries.units.firstEntry[unit + 1] as number;
      this.#unit = this.#shown(unitName(this.#entries, unit) ?? '');
    }
    return this.#unit;
  }

  /** Undefined when there is none. */
  function(entry: number): string | undefined {
    const ref = nameRef(this.#entries.name[entry] as number);
    let name = this.#known?.get(ref);
    if (name !== undefined) return name;
    name = this.#entries.names.text(ref);
    if (name === undefined) return undefined;
    name = this.#shown(name);
    this.#known?.set(ref, name);
    return name;
  }
}

export type ReplayRow = {
  readonly cu: string;
  readonly function: string | null;
  readonly verdict: Verdict | '';
  readonly line: number;
};

/** An entry as plain data. */
export function replayRow(replay: Replay, entry: number): ReplayRow {
  const { entries } = replay;
  return {
    cu: unitName(entries, unitOfEntry(entries, entry)) ?? '',
    function: entryName(entries, entry) ?? null,
    verdict: replay.verdict(entry) ?? '',
    line: replay.line(entry) ?? 0,
  };
}

/** The entries with their reasons, for a reader. */
export function replayListing(replay: Replay, rows: Uint32Array): Listing<ReplayRow> {
  const shown = Array.from(rows.subarray(0, 4096), (entry) => replayRow(replay, entry));
  const width = (cell: (row: ReplayRow) => string, most: number) =>
    Math.min(most, Math.max(8, ...shown.map((row) => visible(cell(row)).length)));
  return {
    what: 'replay',
    count: rows.length,
    columns: [
      { title: 'unit', width: width(({ cu }) => cu, 48), cell: ({ cu }) => cu },
      { title: 'function', width: width((row) => row.function ?? '', 40), cell: (row) => row.function ?? '(no name)' },
      { title: 'verdict', width: 17, cell: ({ verdict }) => verdict },
      { title: 'line', width: 4, align: 'right', cell: ({ line }) => `${line}` },
      {
        title: 'because',
        cell: ({ verdict }) => (verdict === '' ? undefined : verdictFacts[verdict].reason),
      },
    ],
    row: (index) => replayRow(replay, rows[index] ?? 0),
  };
}
