/**
 * The root causes of whole kernels beside what other tools count: function symbols by llvm-readelf, records by bpftool,
 * slots by the relocations that llvm-readelf prints, and the names that DWARF can know by the strings that it has.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { fetchMissing, grep, kernelPath, kinspect, need, output, tool, wanted } from './real-tools.ts';

beforeAll(() => fetchMissing(wanted(['arm64-5.10', 'amd64-5.10'])));

interface Row {
  readonly symbol: number;
  readonly function: string;
  readonly cause: string;
  readonly detail: string | null;
  readonly verdict: string | null;
}

interface Count {
  readonly cause: string;
  readonly detail: string | null;
  readonly symbols: number;
  readonly names: number;
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const namesOf = (rows: readonly Row[], ...causes: readonly string[]): Set<string> =>
  new Set(rows.filter(({ cause }) => causes.includes(cause)).map((row) => row.function));

const both = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> =>
  new Set([...a].filter((name) => b.has(name)));

/** Names that only one of two sets has: nothing, rather than two sets of 30,000 names that differ. */
const apart = (a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] =>
  [...a].filter((name) => !b.has(name)).concat([...b].filter((name) => !a.has(name)));

const cloneName = /\.(isra|constprop|part|cold)(\.|$)/;

describe.each(['arm64-5.10', 'amd64-5.10', 'arm64-6.1', 'arm64-6.12'])('%s', (kernel) => {
  const file = kernelPath(kernel);
  const known = new Map<string, unknown>();
  function once<T>(key: string, make: () => T): T {
    if (!known.has(key)) known.set(key, make());
    return known.get(key) as T;
  }

  const all = () =>
    once('all', (): readonly Row[] => {
      const { status, stdout, stderr } = kinspect('why', file, '--all', '--format', 'ndjson');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return lines(stdout);
    });
  /** Row and name of each symbol of type FUNC. */
  const functions = (context: TestContext) =>
    once('functions', () => {
      const readelf = tool(context, 'llvm-readelf-14', 'llvm-readelf');
      return grep(output(readelf, ['-s', file]).stdout, /^ *\d+: \S+ +\S+ FUNC /).map((line) => {
        const [, row, value, name] = /^ *(\d+): (\S+) .* (\S+)$/.exec(line) ?? [];
        return { row: Number(row), value: value as string, name: name as string };
      });
    });
  const records = (context: TestContext) =>
    once('records', () => {
      const listing = output(tool(context, 'bpftool'), ['btf', 'dump', 'file', file, 'format', 'raw']).stdout;
      return new Set(grep(listing, /^\[\d+\] FUNC /).map((line) => /FUNC '(.*)' type_id/.exec(line)?.[1] as string));
    });

  it('every function symbol has one cause', (context) => {
    need(context, file);
    const theirs = functions(context);
    const at = theirs.findIndex(({ row, name }, i) => all()[i]?.symbol !== row || all()[i]?.function !== name);
    expect({ at, count: all().length }).toEqual({ at: -1, count: theirs.length });
  });

  it('the names with a record are those that bpftool shows', (context) => {
    need(context, file);
    const recorded = both(new Set(functions(context).map(({ name }) => name)), records(context));
    expect(apart(namesOf(all(), 'in-btf', 'repeated-name'), recorded)).toEqual([]);
    expect(recorded.size).toBeGreaterThan(10_000);
  });

  it('the summary adds up', (context) => {
    need(context, file);
    const { symbols, names, causes } = JSON.parse(kinspect('why', file, '--summary', '--format', 'json').stdout);
    const of = (key: 'symbols' | 'names') => causes.reduce((sum: number, row: Count) => sum + row[key], 0);
    expect([of('symbols'), of('names')]).toEqual([symbols, names]);
    expect(symbols).toBe(functions(context).length);
    expect(names).toBe(new Set(functions(context).map(({ name }) => name)).size);
    for (const { cause, detail, symbols: count } of causes as Count[])
      expect(all().filter((row) => row.cause === cause && row.detail === detail)).toHaveLength(count);
  });

  it('clones have the names of clones, and no other function without a DIE has one that the DWARF could know', (context) => {
    need(context, file);
    for (const name of namesOf(all(), 'clone')) expect(name).toMatch(cloneName);
    const rest = all().filter((row) => cloneName.test(row.function) && row.cause !== 'clone');
    expect(new Set(rest.map(({ cause }) => cause))).toEqual(rest.length === 0 ? new Set() : new Set(['no-die']));
  });

  it('the DWARF has the name of each function that is said to have a DIE', (context) => {
    need(context, file);
    const strings = stringsOf(file);
    if (strings === undefined) return context.skip('.debug_str is compressed');
    const withDie = all().filter(({ cause, detail }) => cause !== 'clone' && cause !== 'no-die' && detail !== 'alias');
    expect(withDie.filter((row) => !strings.has(row.function)).map((row) => row.function)).toEqual([]);
    // The other way a string may be the name of something else, or the end of one; few are.
    const without = [...namesOf(all(), 'no-die')];
    expect(without.filter((name) => !strings.has(name)).length).toBeGreaterThan(without.length / 2);
  });
});

describe('arm64-5.10', () => {
  const file = kernelPath('arm64-5.10');

  it('has the figures that were counted independently', (context) => {
    need(context, file);
    const { symbols, names, causes } = JSON.parse(kinspect('why', file, '--summary', '--format', 'json').stdout);
    const count = (...wanted: readonly string[]) =>
      causes
        .filter(({ cause }: Count) => wanted.includes(cause))
        .reduce((sum: number, row: Count) => sum + row.names, 0);
    expect({ symbols, names }).toEqual({ symbols: 40_189, names: 39_220 });
    expect({
      inBtf: count('in-btf'),
      staticOnly: count('zero-region', 'static-empty-list'),
      clones: count('clone'),
      withoutDie: count('no-die'),
      declaredOnly: count('declaration-only'),
    }).toEqual({ inBtf: 19_137, staticOnly: 18_608, clones: 1_106, withoutDie: 313, declaredOnly: 56 });
  });

  it('tells the zero slots from no slot as the relocations of the region do', (context) => {
    need(context, file);
    const readelf = tool(context, 'llvm-readelf-14', 'llvm-readelf');
    const symbols = output(readelf, ['-s', file]).stdout;
    const mark = (name: string) => BigInt(`0x${/: (\S+)/.exec(grep(symbols, new RegExp(` ${name}$`))[0] ?? '')?.[1]}`);
    const [start, stop] = [mark('__start_mcount_loc'), mark('__stop_mcount_loc')];
    const slots = new Set<string>();
    for (const line of grep(output(readelf, ['-r', file]).stdout, /R_AARCH64_RELATIVE/)) {
      const [place = '', , , value = ''] = line.split(/ +/);
      const at = BigInt(`0x${place}`);
      if (at >= start && at < stop) slots.add(value);
    }
    expect(slots.size).toBe(Number((stop - start) / 8n));
    const address = new Map(
      grep(symbols, / FUNC /).map((line) => {
        const [, row, value] = /^ *(\d+): (\S+)/.exec(line) ?? [];
        return [Number(row), value as string];
      }),
    );
    const rows: readonly Row[] = lines(kinspect('why', file, '--all', '--format', 'ndjson').stdout);
    const has = (row: Row) => slots.has(address.get(row.symbol) as string);
    expect(rows.filter((row) => row.cause === 'zero-region' && !has(row))).toEqual([]);
    expect(rows.filter((row) => row.cause === 'static-empty-list' && has(row))).toEqual([]);
    expect(rows.filter(has).length).toBeGreaterThan(30_000);
  });
});

interface DebugStrings {
  /** Whether a name of a DIE may be this one. */
  has(name: string): boolean;
}

/** The strings of .debug_str; undefined where they are compressed. A linker stores a string that another ends with there. */
function stringsOf(file: string): DebugStrings | undefined {
  const rows = lines(kinspect('dump', file, 'sections', '--format', 'ndjson').stdout);
  const { offset, size, flags } = rows.find(({ name }) => name === '.debug_str');
  if (flags.includes('C')) return undefined;
  const bytes = Buffer.alloc(Number(size));
  const opened = openSync(file, 'r');
  readSync(opened, bytes, 0, bytes.length, Number(offset));
  closeSync(opened);
  const reverse = (text: string) => [...text].reverse().join('');
  const backwards = bytes.toString('latin1').split('\0').map(reverse).sort();
  return {
    has(name) {
      // GCC writes a string of up to three characters into the DIE.
      if (name.length < 4) return true;
      const wanted = reverse(name);
      let [low, high] = [0, backwards.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((backwards[middle] as string) < wanted) low = middle + 1;
        else high = middle;
      }
      return backwards[low]?.startsWith(wanted) ?? false;
    },
  };
}
