/** What is found and in which order; and that nothing is lost by not scoring every name. */
import fc from 'fast-check';
import * as fuzzysort from 'fuzzysort';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../src/app/search/name-index.ts';
import { asksForBookkeeping, compareRanked, isBookkeeping as isBookkeepingAt } from '../../src/app/search/rank.ts';
import { createNameSearch, type Findings } from '../../src/app/search/search-names.ts';
import { createRegexSearch } from '../../src/app/search/search-regex.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { finish, NOTYPE, OBJECT, searchInput } from './search-input.ts';

const isBookkeeping = (name: string): boolean => isBookkeepingAt(Buffer.from(name, 'latin1'), 0);

type Names = Parameters<typeof searchInput>[0];

function found(names: Names, text: string, limit = 20): string[] {
  return finish(createNameSearch(finish(buildIndex(searchInput(names)))).run(text, limit)).ranked.map(
    ({ name }) => name,
  );
}

const KERNEL = [
  ...[
    'skb_clone',
    '__skb_clone',
    'skb_clone_sk',
    'skb_copy',
    'sock_bind_clone',
    '__pfx_skb_clone',
    '__ksymtab_skb_clone',
  ],
  ...['vfs_read', 'vfs_readv', 'vfs_iter_read', 'kernfs_vfs_user_xattr_add', 'do_vfs_read_dir', 'vfs_write'],
  ...[
    '__rcu_read_lock',
    'rcu_read_unlock_strict',
    'rcu_barrier_handler',
    '__srcu_read_lock',
    'rcu_note_context_switch',
  ],
  ...['tty_write', 'redirected_tty_write', 'tty_write_room', 'tty_write_lock', 'n_tty_write', '__pfx_tty_write'],
  ...['__ksymtab_tty_write', '__kstrtab_tty_write', 'tty_io.c', 'tty_release', 'do_tty_write'],
];

describe('what one types finds what one means', () => {
  test.each([
    ['skbclone', 'skb_clone'],
    ['vfsread', 'vfs_read'],
    ['rcurdlck', '__rcu_read_lock'],
    ['tty_write', 'tty_write'],
    ['ttywr', 'tty_write'],
    ['TTY_WRITE', 'tty_write'],
    ['redir', 'redirected_tty_write'],
    ['write redir', 'redirected_tty_write'],
  ])('%s → %s', (text, first) => {
    expect(found(KERNEL, text)[0]).toBe(first);
  });

  test('the exact name is first, then those that begin so, then the rest, then bookkeeping', () => {
    const order = found(KERNEL, 'tty_write');
    expect(order.slice(0, 3)).toEqual(['tty_write', 'tty_write_lock', 'tty_write_room']);
    expect(order.slice(-3).every(isBookkeeping)).toBe(true);
    expect(order.slice(3, -3).some(isBookkeeping)).toBe(false);
  });

  test('bookkeeping names come in the ordinary order to who spells their prefix', () => {
    expect(found(KERNEL, '__ksymtab_tty')[0]).toBe('__ksymtab_tty_write');
    expect(found(KERNEL, '__pfx_tty_write')[0]).toBe('__pfx_tty_write');
    expect(found(['kmalloc_symbol_table_entry', '__ksymtab_kmalloc'], 'ksymtab_kmalloc')).toEqual([
      '__ksymtab_kmalloc',
    ]);
  });

  test('all words are asked for, in any order', () => {
    expect(found(KERNEL, 'write tty room')).toEqual(['tty_write_room']);
    expect(found(KERNEL, 'tty nowhere')).toEqual([]);
  });

  test('functions come before data and data before the rest where nothing else tells them apart', () => {
    const names: Names = [['jif_c', NOTYPE], ['jif_b', OBJECT], 'jif_a', ['jif_0', NOTYPE], ['jif_1', OBJECT], 'jif_2'];
    expect(found(names, 'jif')).toEqual(['jif_2', 'jif_a', 'jif_1', 'jif_b', 'jif_0', 'jif_c']);
  });

  test('says which letters matched, and how many names match in all', () => {
    const search = createNameSearch(finish(buildIndex(searchInput(KERNEL))));
    const { ranked, total } = finish(search.run('skbclone', 2));
    expect(ranked[0]).toMatchObject({ name: 'skb_clone', indexes: [0, 1, 2, 4, 5, 6, 7, 8] });
    expect(ranked).toHaveLength(2);
    expect(total).toBe(6);
  });

  test('names with accents and quotes are found as fuzzysort finds them', () => {
    expect(found(['caf\xe9_open', 'cafe_close', 'say "hi"'], 'cafeopen')).toEqual(['caf\xe9_open']);
    expect(found(['caf\xe9_open', 'cafe_close'], 'caf\xe9').toSorted()).toEqual(['cafe_close', 'caf\xe9_open']);
    expect(found(['say "hi"', 'x'], "'hi")).toEqual(['say "hi"']);
    expect(found(['tty_write'], '\u4e2d')).toEqual([]);
  });
});

/** All names scored by fuzzysort, none left out: what the search must equal. */
function exhaustive(names: readonly string[], text: string, limit: number): { names: string[]; total: number } {
  const typed = text.toLowerCase().trim().split(/\s+/).join(' ');
  const demote = !asksForBookkeeping(typed);
  const results = fuzzysort.go(typed, names, { limit: 0, threshold: 0 });
  const ranked = results.map(({ target, score, indexes }) => {
    const lower = target.toLowerCase();
    const tier = lower === typed ? 0 : lower.startsWith(typed) && !typed.includes(' ') ? 1 : 2;
    return { row: 0, tier, late: demote && isBookkeeping(target), score, kind: 0, name: target, indexes };
  });
  return {
    names: ranked
      .sort(compareRanked)
      .slice(0, limit)
      .map(({ name }) => name),
    total: results.length,
  };
}

const WORDS =
  'tty write read lock rcu skb clone vfs x e do sys get set __ io a B usbHost IRQ 64 v4 .0 .isra $ _ c'.split(' ');
const name = fc
  .tuple(
    fc.constantFrom('', '', '', '__', '__ksymtab_', '__pfx_', '_'),
    fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 7 }),
  )
  .map(([prefix, words]) => prefix + words.join('_'));
const typed = fc.oneof(
  fc.stringMatching(/^[_etxarcvb]{1,4}$/),
  fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join('_')),
  fc
    .array(fc.constantFrom('tt', 'wr', 'e', 'a', 'r_', 'rcu', '_', 'lk', 'x'), { minLength: 1, maxLength: 4 })
    .map((words) => words.join(' ')),
  fc
    .array(fc.constantFrom('t', 'r', 'w', 'e', 'l', 'c', 's', 'k', '_', 'o'), { minLength: 1, maxLength: 8 })
    .map((letters) => letters.join('')),
);

/** Scores a name or two at a time, so that a bar is there from the first hits on. */
const WARY = { first: 2, later: 3, batch: 1 };

describe('nothing is lost by scoring only what can enter the list', () => {
  test('hits and total equal those of fuzzysort over all names', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 600 }),
        fc.array(typed, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 30 }),
        (names, texts, limit) => {
          const search = createNameSearch(finish(buildIndex(searchInput(names))), WARY);
          for (const text of texts) {
            const { ranked, total } = finish(search.run(text, limit));
            expect({ names: ranked.map((it) => it.name), total }).toEqual(exhaustive(names, text, limit));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('letters typed and taken back one by one find the same as asked at once', () => {
    const search = createNameSearch(finish(buildIndex(searchInput(KERNEL))));
    for (const word of ['tty_wr', 'skb clone', '__rcu']) {
      const prefixes = Array.from(word, (_, i) => word.slice(0, i + 1));
      for (const text of [...prefixes, ...prefixes.toReversed()]) {
        if (text.trim() === '') continue;
        const names = finish(search.run(text, 9)).ranked.map((it) => it.name);
        expect(names).toEqual(exhaustive(KERNEL, text, 9).names);
      }
    }
  });

  test('no query throws', () => {
    const search = createNameSearch(finish(buildIndex(searchInput([...KERNEL, 'caf\xe9 "x"', '\x01']))), WARY);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        if (text.trim() !== '') expect(finish(search.run(text, 5)).ranked.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  test('hits called settled do not change any more', () => {
    const many = Array.from({ length: 30_000 }, (_, i) => `t${i.toString(36)}_${(i * 7919).toString(36)}_x`);
    const search = createNameSearch(finish(buildIndex(searchInput(many))));
    for (const text of ['t', 't1', 'tx', '_x', 'x']) {
      let settled: Findings | undefined;
      const steps = search.run(text, 50);
      let step = steps.next();
      for (; !step.done; step = steps.next()) if (step.value.settled) settled ??= step.value;
      if (settled !== undefined) expect(step.value.ranked).toEqual(settled.ranked);
    }
  });
});

describe('expressions', () => {
  const search = createRegexSearch(finish(buildIndex(searchInput(KERNEL))));

  test('ignore case and rank the whole name, its beginning, then the share that matches', () => {
    const { ranked, total } = finish(search.run('TTY_write', 4));
    expect(ranked.map((it) => it.name)).toEqual(['tty_write', 'tty_write_lock', 'tty_write_room', 'n_tty_write']);
    expect(ranked[3]?.indexes).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(total).toBe(9);
  });

  test('anchors see one name at a time', () => {
    expect(finish(search.run('^vfs_.*d$', 9)).ranked.map((it) => it.name)).toEqual(['vfs_read', 'vfs_iter_read']);
  });

  test('one that never ends is stopped, and says so', () => {
    const evil = createRegexSearch(finish(buildIndex(searchInput(['tty_write', `${'a'.repeat(60)}b`]))));
    const took = cpuTime(() => expect(finish(evil.run('^(a+)+$', 9)).problem).toMatch(/takes too long/));
    expect(took).toBeLessThan(2000);
    expect(finish(evil.run('^tty', 9)).ranked.map((it) => it.name)).toEqual(['tty_write']);
  });
});
