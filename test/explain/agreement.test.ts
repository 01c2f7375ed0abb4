/**
 * `why` beside the other commands, over every fixture: each function symbol has one cause, the verdicts are those of
 * `replay`, what would change it is what `replay` says with that changed, and records are those of the BTF.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cli, repository } from '../cli/collect.ts';
import { golden } from '../pahole/collect.ts';
import { ask, askAll, type CensusRow } from './kernels.ts';

const files = ['sample', 'elf', 'pahole/elf'].flatMap((folder) =>
  readdirSync(`${repository}fixtures/${folder}`).map((name) => `${repository}fixtures/${folder}/${name}`),
);
/** A module has to be given its kernel's BTF. */
const more = (file: string): readonly string[] =>
  basename(file) === 'x86_64-module.ko' ? ['--btf-base', `${repository}fixtures/elf/x86_64-emit-relocs`] : [];

interface Entry {
  readonly cu: string | null;
  readonly function: string | null;
  readonly verdict: string;
  readonly line: number;
}

const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const replayed = new Map<string, Promise<readonly Entry[]>>();

/** Every entry of a replay: made once for each file and variant. */
function replay(file: string, ...options: readonly string[]): Promise<readonly Entry[]> {
  const key = [file, ...options].join(' ');
  let entries = replayed.get(key);
  if (entries === undefined) {
    entries = cli(['replay', file, ...more(file), ...options, '--format', 'ndjson']).then(({ out }) => lines(out));
    replayed.set(key, entries);
  }
  return entries;
}

const replaySummary = async (file: string, ...options: readonly string[]) =>
  JSON.parse((await cli(['replay', file, ...more(file), ...options, '--summary', '--format', 'json'])).out);

const summaryOf = async (file: string) =>
  JSON.parse((await cli(['why', file, '--summary', '--format', 'json', ...more(file)])).out);

const dumped = async (file: string, what: string) =>
  lines((await cli(['dump', file, what, '--format', 'ndjson', ...more(file)])).out);

/** What may be the cause where these are the verdicts on the entries of a name, and it has no record. */
const causesOf: Readonly<Record<string, readonly string[]>> = {
  encoded: ['other-encoder', 'no-btf'],
  'unnamed-parameter': ['unnamed-parameter'],
  'not-external': ['zero-region', 'entries-beside', 'byte-order', 'no-mcount', 'static-empty-list'],
  'not-in-list': ['zero-region', 'entries-beside', 'byte-order', 'not-traceable'],
  declaration: ['declaration-only'],
};
const order = Object.keys(causesOf);

describe.each(files.map((file) => [basename(file), file]))('%s', (_, file) => {
  it('has one row of --all for each function symbol, and --summary adds up to them', async () => {
    const rows = await askAll(file, ...more(file));
    const functions = (await dumped(file, 'symbols')).filter(({ type }) => type === 'FUNC');
    expect(rows.map(({ symbol, function: name }) => [symbol, name])).toEqual(
      functions.map(({ index, name }) => [index, name]),
    );
    const { symbols, names, causes } = await summaryOf(file);
    const counted = new Map<string, number>();
    for (const { cause, detail } of rows) {
      const key = `${cause} ${detail}`;
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    type Row = { cause: string; detail: string | null; symbols: number; names: number };
    expect(new Map(causes.map((row: Row) => [`${row.cause} ${row.detail}`, row.symbols]))).toEqual(counted);
    expect(symbols).toBe(rows.length);
    expect(names).toBe(new Set(rows.map((row) => row.function)).size);
    expect(causes.reduce((sum: number, row: Row) => sum + row.names, 0)).toBe(names);
    for (const cause of new Set(rows.map((row) => row.cause))) {
      expect(await askAll(file, '--cause', cause, ...more(file))).toEqual(rows.filter((row) => row.cause === cause));
    }
  });

  it('has the verdicts of the replay, and causes that follow from them', async () => {
    const { encoder } = await summaryOf(file);
    const entries = encoder === null ? [] : await replay(file, '--encoder', encoder);
    const { fate } = encoder === null ? { fate: undefined } : await replaySummary(file, '--encoder', encoder);
    for (const row of await askAll(file, ...more(file))) {
      // Past the unit that ends the run, the rules decide alone, and there is no run to compare with.
      const isPast = !entries.some((entry) => entry.function === row.function && entry.cu === row.cu);
      if (fate?.kind !== 'would-exit' || !isPast) expectCauseOf(row, entries);
    }
  });

  it('has in-btf for each function with a record, and for no other', async () => {
    const rows = await askAll(file, ...more(file));
    const records = new Set(
      existsSync(`${repository}fixtures/pahole/golden/${basename(file)}.txt`)
        ? golden(basename(file)).btf
        : (await dumped(file, 'btf')).filter(({ kind }) => kind === 'FUNC').map(({ name }) => name),
    );
    const present = (await dumped(file, 'btf').catch(() => [])).length > 0 ? 'in-btf' : 'no-btf';
    const found = rows.filter(({ cause }) => cause === present).map((row) => row.function);
    expect(new Set(found)).toEqual(new Set(rows.map((row) => row.function).filter((name) => records.has(name))));
  });
});

function expectCauseOf(row: CensusRow, entries: readonly Entry[]): void {
  const { cause, verdict, cu } = row;
  const own = entries.filter((entry) => entry.function === row.function);
  if (verdict !== null) {
    const from = cause === 'no-die' ? entries : own;
    expect(from, `${row.function}: the entry`).toContainEqual(expect.objectContaining({ cu, verdict }));
  }
  if (cause === 'in-btf' || cause === 'repeated-name' || cause === 'unknown') return;
  if (own.length === 0) {
    expect(['clone', 'no-die', 'run-ended'], row.function).toContain(cause);
    return;
  }
  if (cause === 'run-ended') return;
  // The entries of one of several functions of the name may be told from the others'.
  const possible = order.filter((key) => own.some((entry) => entry.verdict === key));
  const units = new Set(own.map((entry) => entry.cu));
  const allowed = units.size === 1 ? possible.slice(0, 1) : possible;
  expect(
    allowed.flatMap((key) => causesOf[key]),
    `${row.function} ${row.verdict}`,
  ).toContain(cause);
}

/** A fixture and one of its functions; its names are asked for when they are needed. */
const anyFunction = fc.tuple(fc.constantFrom(...files), fc.nat());

it('what would change it is what the replay says with that changed', async () => {
  await fc.assert(
    fc.asyncProperty(anyFunction, async ([file, number]) => {
      const rows = await askAll(file, ...more(file));
      const name = rows[number % rows.length]?.function;
      if (name === undefined) return;
      const { encoder, changes, facts, cause, detail } = await ask(file, name, ...more(file));
      const symbol = facts.find(({ id }) => id === 'symbol')?.data['symbol'];
      expect(rows.find((row) => row.symbol === symbol)).toMatchObject({ function: name, cause, detail });
      if (encoder === null) {
        expect(changes).toEqual([]);
        return;
      }
      const base = await replay(file, '--encoder', encoder.version);
      const decision = facts.find(({ id }) => id === 'decision')?.data['verdict'] ?? null;
      const seen = base.filter((entry) => entry.function === name).map(({ verdict }) => verdict);
      if (decision !== null && encoder.rulesOnly === null) expect(seen).toContain(decision);
      const { afterDedup } = await replaySummary(file, '--encoder', encoder.version);
      if (encoder.rulesOnly === null) expect(encoder.records).toBe(afterDedup ?? 0);
      for (const change of changes) {
        const variant = ['--encoder', change.encoder, '--mcount', change.mcount];
        const entries = await replay(file, ...variant);
        const own = entries.filter((entry) => entry.function === name);
        const { fate } = await replaySummary(file, ...variant);
        expect(change.stops).toBe(fate.kind === 'completed' ? null : fate.why);
        // By its rules alone it goes on where the program stops.
        if (fate.kind === 'would-exit' || encoder.rulesOnly !== null) continue;
        // A run that does not come to the definition may have passed declarations.
        if (change.verdict === null) expect(own.filter(({ verdict }) => verdict !== 'declaration')).toEqual([]);
        else expect(own).toContainEqual(expect.objectContaining({ verdict: change.verdict, line: change.line }));
        const isAlone = rows.filter((row) => row.function === name).length === 1;
        const most = order.find((key) => own.some(({ verdict }) => verdict === key));
        if (isAlone && change.stops === null) expect(change.verdict ?? undefined).toBe(most);
        const summary = await replaySummary(file, ...variant);
        expect(change.records).toBe(summary.afterDedup ?? 0);
        const names = (of: readonly Entry[]) =>
          new Set(of.filter(({ verdict }) => verdict === 'encoded').map((entry) => entry.function));
        const [before, after] = [names(base), names(entries)];
        expect(change.gained).toBe([...after].filter((each) => !before.has(each)).length);
        expect(change.lost).toBe([...before].filter((each) => !after.has(each)).length);
      }
    }),
    { numRuns: 150 },
  );
});
