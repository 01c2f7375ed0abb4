/** The campaign itself: its inputs can be made again, its judge sees what is wrong, and its pool outlives its workers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDirectory } from '../helpers/temp-file.ts';
import { loadBases } from './bases/bases.ts';
import { type CommandRow, commandRows } from './commands.ts';
import { Damager } from './damage.ts';
import { judge } from './judge.ts';
import { runPool } from './pool.ts';
import { shuffled } from './random.ts';
import { loadState, saveState } from './state.ts';
import { mapElf } from './structure/elf-structure.ts';

const bases = loadBases('fixtures');

describe('inputs', () => {
  const damager = new Damager(bases, 7);

  test('are the same for a seed and an index, and others for another seed', () => {
    const again = new Damager(bases, 7);
    const other = new Damager(bases, 8);
    let same = 0;
    for (let index = 0; index < 400; index++) {
      const [one, two, three] = [damager, again, other].map((from) => from.make(index));
      expect([two?.words, two?.base.name]).toEqual([one?.words, one?.base.name]);
      expect(Buffer.compare(two?.bytes ?? Buffer.alloc(0), one?.bytes ?? Buffer.alloc(0))).toBe(0);
      if (three?.words === one?.words) same++;
    }
    expect(same).toBeLessThan(20);
  });

  test('are damaged: nearly all differ from what they were made of', () => {
    let whole = 0;
    for (let index = 0; index < 400; index++) {
      const { base, bytes } = damager.make(index);
      if (Buffer.compare(bytes, base.bytes) === 0) whole++;
    }
    // A field may hold the value that it is given.
    expect(whole).toBeLessThan(80);
  });

  test('come from every sound input', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 6000; index++) seen.add(damager.make(index).base.name);
    for (const { name } of [...bases.small, ...bases.large]) expect([...seen]).toContain(name);
  });

  test('every single-field case comes once before any comes again', () => {
    const seen = new Set(Array.from({ length: 1000 }, (_, nth) => shuffled(7, nth, 1000)));
    expect(seen.size).toBe(1000);
  });
});

test('every fixture is mapped down to the structures that it has', () => {
  const kinds = new Set<string>();
  for (const { bytes, as } of [...bases.small, ...bases.large]) {
    if (as !== 'file') continue;
    const to = mapElf(bytes);
    expect(to.fields.length).toBeGreaterThan(40);
    for (const { path } of to.fields) kinds.add(path.replaceAll(/0x[\da-f]+|\d+/g, 'N').split(' (')[0] ?? '');
  }
  const expected = [
    /^ELF header e_shoff/,
    /^segment N p_offset/,
    /^section N \.text sh_offset/,
    /^\.symtab row N st_name/,
    /row N r_offset/,
    /^\.relr\.dyn row N word/,
    /^\.notes? namesz|^\.note\S* namesz/,
    /ch_size/,
    /ch_type/,
    /^\.debug_info data/,
    /^\.BTF hdr_len/,
    /^\.BTF type N vlen/,
    /^\.debug_info unit N abbreviation offset/,
    /^\.debug_info unit N address size/,
    /^\.debug_info DIE N DW_AT/,
    /^\.debug_abbrev N form/,
    /^\.debug_abbrev N tag/,
    /^\.debug_str_offsets/,
    /^\.debug_addr/,
    /^\.debug_types unit N signature/,
    /^mcount slot row N word/,
    /^\.symtab_shndx row N index/,
    /^linux_banner/,
  ];
  for (const one of expected) expect([one, [...kinds].some((kind) => one.test(kind))]).toEqual([one, true]);
});

describe('the judge', () => {
  const text: CommandRow = { argv: ['FILE'], output: 'text', of: ['file'] };
  const answer = { code: 0, out: Buffer.from('fine\n'), err: '', isTerminal: false };
  const of = (change: object, row: Partial<CommandRow> = {}) => judge({ ...text, ...row }, { ...answer, ...change });

  test('has nothing to say of an answer that is as it must be', () => {
    expect(of({})).toEqual([]);
    expect(of({ out: Buffer.from('caf\u00e9 \u2713\n') })).toEqual([]);
    expect(of({ code: 3, out: Buffer.alloc(0), err: 'kinspect: FILE: it is a directory\n' })).toEqual([]);
    expect(of({ out: Buffer.from('\x1b[2J') }, { output: 'tool' })).toEqual([]);
    expect(of({ code: 2, err: 'kinspect: the command why is not part of this version\n' })).toEqual([]);
  });

  test.each([
    ['an exit code outside the contract', { code: 70, err: 'kinspect: FILE: x\n' }, {}],
    ['wrong usage, where the command line is right', { code: 2, err: 'kinspect: FILE: x\n' }, {}],
    ['failure without a word', { code: 3 }, {}],
    ['an escape sequence', { out: Buffer.from('a\x1b[2J') }, {}],
    ['a C1 control as UTF-8', { out: Buffer.from('a\u009b2J') }, {}],
    ['a C1 control as a byte', { out: Buffer.from([0x9b, 0x32]) }, {}],
    ['a bidirectional override', { out: Buffer.from('a\u202eb') }, {}],
    ['a zero-width space', { out: Buffer.from('a\u200bb') }, {}],
    ['raw bytes of a tool on a terminal', { out: Buffer.from('\x1b'), isTerminal: true }, { output: 'tool' }],
    ['JSON that is not ASCII', { out: Buffer.from('"\u00e9"') }, { output: 'json' }],
    ['JSON that does not parse', { out: Buffer.from('{"a":') }, { output: 'json' }],
    ['a line of JSON that does not parse', { out: Buffer.from('{}\n{\n') }, { output: 'ndjson' }],
    ['a control character in words', { err: 'kinspect: \x07\n' }, {}],
    ['undefined in words', { err: 'kinspect: FILE: undefined bytes\n' }, {}],
    ['a stack in words', { err: 'kinspect: FILE: x\n    at f (main.js:1:1)\n' }, {}],
  ] as const)('sees %s', (_, change, row) => {
    expect(of(change, row)).toHaveLength(1);
  });
});

test('every dump in every format, the replay of both regions and the overview are in the table', () => {
  const lines = commandRows.map(({ argv }) => argv.join(' '));
  for (const format of ['text', 'json', 'ndjson']) {
    expect(lines).toContain(`FILE --format ${format}`);
    for (const what of ['symbols', 'relocs', 'mcount', 'btf', 'sections'])
      expect(lines).toContain(`dump FILE ${what} --format ${format}`);
    for (const bytes of ['raw', 'relocated'])
      expect(lines).toContain(`replay FILE --mcount ${bytes} --format ${format}`);
  }
  expect(lines).toContain('why FILE --all --format ndjson');
});

describe('the pool', () => {
  /** A worker that dies, hangs or grows at some indexes, in the place of the real one. */
  const worker = `
    import { mkdirSync, openSync, writeSync } from 'node:fs';
    const { folder } = JSON.parse(process.argv[3]);
    mkdirSync(folder, { recursive: true });
    const fd = openSync(folder + '/index', 'w');
    process.on('message', ({ from, to, alone }) => {
      for (let index = from; index < to; index++) {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(index);
        writeSync(fd, bytes, 0, 8, 0);
        if (alone) process.send({ kind: 'command', command: 'one' });
        if (index === 3) process.exit(9);
        if (index === 5 && !alone) process.exit(9);
        if (index === 7) for (;;);
        if (index === 9) { process.send({ kind: 'memory', index, peak: 2, most: 1 }); if (!alone) return; }
        if (index === 11) process.send({ kind: 'complaint', index, words: 'w', complaint: { command: 'c', problem: 'p' } });
      }
      process.send({ kind: 'done', from, to, single: 1 });
    });
  `;

  test('replaces workers that die, hang or take too much memory, and goes through all inputs', {
    timeout: 120_000,
  }, async () => {
    const folder = tempDirectory();
    const script = join(folder, 'worker.mjs');
    writeFileSync(script, worker);
    const found: string[] = [];
    const done: number[] = [];
    let at = 0;
    await runPool(1, {
      script,
      folder: join(folder, 'pool'),
      task: { seed: 1, fixtures: '', program: '' },
      hangMs: 2500,
      next() {
        if (at >= 20) return undefined;
        at += 10;
        return { from: at - 10, to: at };
      },
      onDone: ({ from }) => done.push(from),
      onFinding: ({ index, kind }) => found.push(`${index} ${kind}`),
      onSlow: () => undefined,
    });
    expect([...new Set(found)]).toEqual(['3 crash', '5 crash', '7 hang', '9 memory', '11 complaint']);
    expect(done).toEqual([0, 10]);
  });
});

describe('what is remembered', () => {
  test('goes on where it was, for the same seed and the same build only', () => {
    const path = join(tempDirectory(), 'state', 'seed.json');
    const state = { seed: 1, build: 'a', next: 500, seconds: 3, findings: [] };
    saveState(path, state);
    expect(loadState(path, 1, 'a')).toEqual(state);
    expect(loadState(path, 1, 'b').next).toBe(0);
    expect(loadState(path, 2, 'a').next).toBe(0);
    mkdirSync(`${path}.d`, { recursive: true });
    expect(loadState(`${path}.d/none`, 1, 'a').next).toBe(0);
  });
});
