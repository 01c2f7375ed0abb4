/** Which names can be found, once each, and who bears them. */
import { describe, expect, test } from 'vitest';
import { toHits } from '../../src/app/search/hits.ts';
import { buildIndex, type NameIndex } from '../../src/app/search/name-index.ts';
import { quickScan } from '../../src/app/search/quick-scan.ts';
import type { SearchHit } from '../../src/app/search/types.ts';
import { finish, NOTYPE, OBJECT, searchInput } from './search-input.ts';

const namesOf = (index: NameIndex): string[] => Array.from({ length: index.count }, (_, row) => index.nameOf(row));

function hit(index: NameIndex, name: string): SearchHit | undefined {
  const row = namesOf(index).indexOf(name);
  const ranked = { row, tier: 0, late: false, score: 1, kind: index.kinds[row] ?? 2, name, indexes: [] };
  return row < 0 ? undefined : toHits(index, [ranked])[0];
}

describe('the index', () => {
  test('holds each name once, with the rows of all symbols and FUNC records that bear it', () => {
    const input = searchInput(['', 'tty_write', 'vfs_read', 'tty_write'], ['vfs_read', 'only_btf', 'vfs_read']);
    const index = finish(buildIndex(input));
    expect(namesOf(index).toSorted()).toEqual(['only_btf', 'tty_write', 'vfs_read']);
    expect(hit(index, 'tty_write')).toMatchObject({ symbols: [1, 3], symbolCount: 2, funcs: [], funcCount: 0 });
    expect(hit(index, 'vfs_read')).toMatchObject({ symbols: [2], funcs: [0, 2], funcCount: 2 });
    expect(hit(index, 'only_btf')).toMatchObject({ symbols: [], symbolCount: 0, funcs: [1] });
  });

  test('brings the first eight bearers of a name, and their number', () => {
    const index = finish(buildIndex(searchInput(Array.from({ length: 300 }, () => '__func__.0'))));
    expect(hit(index, '__func__.0')).toMatchObject({ symbols: [0, 1, 2, 3, 4, 5, 6, 7], symbolCount: 300 });
  });

  test('leaves out mapping symbols and nothing that looks like them', () => {
    const mapping = ['$x', '$d', '$a', '$t', '$x.123', '$d.0', '$xrv64i2p1_m2p0'];
    const names = ['$xyz', '$', '$dx', 'x', 'd.0', '$foo'];
    const index = finish(buildIndex(searchInput([...mapping, ...names])));
    expect(namesOf(index).toSorted()).toEqual(names.toSorted());
  });

  test('leaves out names that are not in the string table', () => {
    const input = searchInput(['one', 'two']);
    const offsets = Uint32Array.from([1, 5, 9, 4_000_000_000]);
    const strings = Buffer.from('\0one\0two\0end');
    const index = finish(buildIndex({ ...input, symbols: { strings, names: offsets, types: new Uint8Array(4) } }));
    expect(namesOf(index).toSorted()).toEqual(['one', 'two']);
  });

  test('tells thousands of names apart, whichever table they are in, and keeps their capitals', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `Name_${i}`);
    const index = finish(buildIndex(searchInput([...names, ...names.toReversed()], names)));
    expect(namesOf(index).toSorted()).toEqual(names.toSorted());
    expect(hit(index, 'Name_17')).toMatchObject({ symbols: [17, 9982], funcs: [17] });
    const row = namesOf(index).indexOf('Name_17');
    expect(Array.from('Name_17', (_, at) => String.fromCharCode(index.byteOf(row, at))).join('')).toBe('Name_17');
  });

  test('leaves out names longer than 4096 bytes, and no other', () => {
    const names = ['a'.repeat(4096), 'b'.repeat(4097), 'c'.repeat(1_000_000), 'd'];
    expect(namesOf(finish(buildIndex(searchInput(names)))).map((name) => name[0])).toEqual(['d', 'a']);
  });

  test('takes the best of what the bearers of a name are', () => {
    const input = searchInput(
      [
        ['a', NOTYPE],
        ['a', OBJECT],
        ['b', NOTYPE],
        ['c', 10],
        ['d', NOTYPE],
      ],
      ['d'],
    );
    const index = finish(buildIndex(input));
    expect(['a', 'b', 'c', 'd'].map((name) => index.kinds[namesOf(index).indexOf(name)])).toEqual([1, 2, 0, 0]);
  });

  test('lays plain names before bookkeeping ones, each short ones first', () => {
    const index = finish(
      buildIndex(searchInput(['__ksymtab_a', 'tty_write', '__pfx_x', 'ab', '__crc_q', '__x64_sys'])),
    );
    expect(namesOf(index)).toEqual(['ab', '__x64_sys', 'tty_write', '__crc_q', '__pfx_x', '__ksymtab_a']);
    expect(index.plainCount).toBe(3);
  });
});

describe('the scan before there is an index', () => {
  const input = searchInput(
    ['tty_write', 'redirected_tty_write', 'tty_write', '$d', 'tty_write_room', 'vfs_read'],
    ['tty_write', 'only_btf_tty_write'],
  );

  test('finds the names that contain the text: exact, from the beginning, then the rest', () => {
    const { hits, total } = finish(quickScan(input, 'tty_write', 10));
    expect(hits.map(({ name, match }) => [name, match])).toEqual([
      ['tty_write', 'exact'],
      ['tty_write_room', 'prefix'],
      ['only_btf_tty_write', 'fuzzy'],
      ['redirected_tty_write', 'fuzzy'],
    ]);
    expect(hits[0]).toMatchObject({
      symbols: [0, 2],
      symbolCount: 2,
      funcs: [0],
      indexes: [0, 1, 2, 3, 4, 5, 6, 7, 8],
    });
    expect(total).toBe(4);
    expect(finish(quickScan(input, 'tty_write', 2)).hits).toHaveLength(2);
  });

  test('asks for all words, and finds a name that begins inside another one in the table', () => {
    expect(finish(quickScan(input, 'write redir', 10)).hits.map(({ name }) => name)).toEqual(['redirected_tty_write']);
    const strings = Buffer.from('\0do_sys_open\0');
    const shared = { strings, names: Uint32Array.from([4]), types: Uint8Array.from([2]) };
    expect(finish(quickScan({ symbols: shared, funcs: input.funcs }, 'open', 10)).hits).toEqual([]);
    expect(finish(quickScan(input, 'nowhere', 10))).toEqual({ hits: [], total: 0 });
  });
});
