/** The campaign itself: its inputs can be made again, its judge sees what is wrong, and its pool outlives its workers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDirectory } from '../helpers/temp-file.ts';
import { loadBases } from './bases/bases.ts';
import { type CommandRow, commandRows } from './commands.ts';
import { type Damaged, Damager } from './damage.ts';
import { judge } from './judge.ts';
import { runPool } from './pool.ts';
import { isTurn, purposes, Random, shuffled } from './random.ts';
import { Bench } from './run-input.ts';
import { loadState, saveState } from './state.ts';
import { mapElf } from './structure/elf-structure.ts';
import { type Field, Structure } from './structure/structure.ts';
import { applyValue, valueCount } from './values.ts';

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
    const words = new Set<string>();
    let singles = 0;
    for (let index = 0; index < 6400; index++) {
      const made = damager.make(index);
      if (made.kind !== 'single') continue;
      singles++;
      words.add(made.words);
    }
    // Two values of a field may be the same number.
    expect(singles).toBe(4300);
    expect(words.size).toBeGreaterThan(3900);
  });

  test('are of every kind in each 64, and of the slice where there is one', () => {
    const counts = new Map<string, number>();
    for (let index = 640; index < 704; index++) {
      const { kind, base } = damager.make(index);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (kind === 'large') expect(bases.large).toContain(base);
      else if (kind === 'slice' && bases.slice !== undefined) expect(base).toBe(bases.slice);
      else expect(bases.small).toContain(base);
    }
    expect(Object.fromEntries(counts)).toEqual({
      single: 43,
      cut: 3,
      fields: 4,
      bytes: 3,
      moved: 2,
      names: 2,
      headers: 2,
      slice: 4,
      large: 1,
    });
  });

  test('are cut off at every boundary and beside it in turn, and what was gone through is told', () => {
    const cuts = new Set<string>();
    let nth = 0;
    for (let index = 0; index < 64_000; index++) {
      // Making an input is work, and of these only the cuts are looked at.
      if (!/^(?:3|30|57)$/.test(String(index % 64))) continue;
      const { kind, base, bytes } = damager.make(index);
      expect(kind).toBe('cut');
      nth++;
      cuts.add(`${base.name} ${bytes.length}`);
      expect(bytes.length).toBeLessThanOrEqual(base.bytes.length);
    }
    const [single, cut] = damager.coverage(64_000);
    expect(cut).toMatchObject({ what: 'places at which a small input is cut off', done: nth });
    expect(single?.done).toBe(43_000);
    // One place may be the byte beside another.
    expect(cuts.size).toBeGreaterThan(nth * 0.75);
    // The section header table begins where e_shoff says.
    const is64 = Buffer.from('\x7fELF\x02\x01', 'latin1');
    const atTable = bases.small.filter(({ name, bytes }) => {
      if (!is64.equals(bytes.subarray(0, 6))) return false;
      const at = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0x28, true));
      return [at - 1, at, at + 1].some((size) => cuts.has(`${name} ${size}`));
    });
    expect(atTable.length).toBeGreaterThan(3);
  });

  test('damage no more than there is, also where a section of no bytes is larger than memory', () => {
    const found = bases.small.find(({ name }) => name === 'pahole/elf/no-unit');
    const bytes = Uint8Array.from(found?.bytes ?? []);
    const view = new DataView(bytes.buffer);
    const sections = Number(view.getBigUint64(0x28, true));
    for (let at = sections; at + 64 <= bytes.length; at += 64) {
      if (view.getUint32(at + 4, true) === 8) view.setBigUint64(at + 32, 2n ** 45n, true);
    }
    const one = { name: 'huge', bytes, as: 'file' } as const;
    const alone = new Damager({ small: [one], large: [one], slice: undefined }, 3);
    for (let index = 0; index < 3000; index++) {
      expect(alone.make(index).bytes.length).toBeLessThanOrEqual(bytes.length);
    }
  });
});

describe('who gets what', () => {
  const seed = 11;
  const damager = new Damager(bases, seed);
  const isFile = ({ base }: Damaged): boolean => base.as === 'file';
  const some = commandRows.findIndex(({ oneIn }) => oneIn !== undefined);
  const consumers: readonly (readonly [
    name: string,
    oneIn: number,
    takes: (index: number, made: Damaged) => boolean,
  ])[] = [
    ['the built program', 200, (index) => isTurn(seed, index, 200, purposes.program)],
    ['the screens', 16, (index, made) => isFile(made) && isTurn(seed, index, 16, purposes.screens)],
    ['a row of one in four', 4, (index, made) => isFile(made) && isTurn(seed, index, 4, purposes.row + some)],
    ['a terminal', 2, (index) => new Random(seed, index, purposes.isTerminal).below(2) === 0],
    ['a pipe', 2, (index) => new Random(seed, index, purposes.isTerminal).below(2) === 1],
  ];

  test('each has its share of every kind of damage', () => {
    const count = 64_000;
    const seen = consumers.map(() => new Map<string, number>());
    for (let index = 0; index < count; index++) {
      const made = damager.make(index);
      consumers.forEach(([, , takes], i) => {
        if (takes(index, made)) seen[i]?.set(made.kind, (seen[i]?.get(made.kind) ?? 0) + 1);
      });
    }
    consumers.forEach(([name, oneIn], i) => {
      const all = [...(seen[i]?.values() ?? [])].reduce((sum, one) => sum + one, 0);
      const share = (all * oneIn) / count;
      // Some inputs are no files by themselves.
      expect([name, share > 0.7 && share < 1.1]).toEqual([name, true]);
      for (const kind of ['cut', 'fields', 'bytes', 'moved', 'names', 'headers', 'slice', 'large']) {
        expect([name, kind, (seen[i]?.get(kind) ?? 0) > 0]).toEqual([name, kind, true]);
      }
    });
  });

  test('one in so many is exactly that', () => {
    const turns = Array.from({ length: 20_000 }, (_, index) => isTurn(seed, index, 200, purposes.program));
    expect(turns.filter(Boolean)).toHaveLength(100);
  });
});

describe('values', () => {
  test.each([
    [1, ['0x0', '0x1', '0xff', '0x80', '0x7f']],
    [2, ['0x0', '0x1', '0xffff', '0x8000', '0x7fff']],
    [4, ['0x0', '0xffffffff', '0x7fffffff', '0x80000000', '0xfffffffe', '0xff00']],
    [
      8,
      [
        '0x0',
        '0xffffffffffffffff',
        '0x1fffffffffffff',
        '0x20000000000000',
        '0x20000000000001',
        '0x100000000',
        '0x10000000000',
        '0xfffffffffffffff8',
        '0x7fffffffffffffff',
      ],
    ],
  ])('of %d bytes go to the ends, and past 2^53 and 2^64', (size, expected) => {
    const to = new Structure(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) & 0xff));
    to.number('row 0 field', 16, size);
    to.number('row 1 field', 48, size, { before: 16, self: 32n });
    const field = to.fields[1] as Field;
    const values = Array.from({ length: valueCount(field) }, (_, nth) =>
      applyValue(Uint8Array.from(to.bytes), to, field, nth),
    );
    const hex = (value: bigint): string => `0x${BigInt.asUintN(8 * size, value).toString(16)}`;
    const old = to.read(48, size);
    // Off by one, to itself, as the record before, the size of the file.
    const others = [old + 1n, old - 1n, 32n, to.read(16, size), 4096n];
    expect(values).toEqual(expect.arrayContaining([...expected, ...others.map(hex)]));
    if (size === 8) expect(values).toContain(hex(2n ** 64n - old));
  });
});

test('every fixture is mapped down to the structures that it has', () => {
  const kinds = new Set<string>();
  for (const { bytes, as } of [...bases.small, ...bases.large]) {
    if (as !== 'file') continue;
    const to = mapElf(bytes);
    const isElf = bytes[0] === 0x7f;
    expect(to.fields.length).toBeGreaterThan(isElf ? 40 : 18);
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

test('of what is given in the place of an ELF file, every field that is read is mapped', () => {
  const fieldsOf = (name: string) => {
    const base = bases.small.find((one) => one.name === `made/${name}`);
    const to = mapElf(base?.bytes ?? Buffer.alloc(0));
    return [...new Set(to.fields.map(({ path }) => path.replaceAll(/ \d+/g, ' N')))];
  };
  const packed = (name: string, packer: string) =>
    fieldsOf(name).filter((path) => path.startsWith(`payload ${packer}`) && !/ \+/.test(path));
  const gzip = ['magic', 'method', 'flags', 'time', 'extra flags', 'system', 'crc', 'size'];
  expect(packed('bzimage-gzip', 'gzip')).toEqual(gzip.map((field) => `payload gzip ${field}`));
  expect(fieldsOf('bzimage-gzip')).toEqual(
    expect.arrayContaining(
      ['setup_sects', 'boot_flag', 'magic', 'version', 'payload_offset', 'payload_length'].map(
        (field) => `setup header ${field}`,
      ),
    ),
  );
  expect(packed('bzimage-lz4', 'lz4')).toContain('payload lz4 block N size');
  const sequence = ['token', 'length', 'distance'].map((field) => `block N sequence N ${field}`);
  expect(packed('zboot-lz4', 'lz4')).toEqual(
    ['magic', 'block N size', ...sequence].map((field) => `payload lz4 ${field}`),
  );
  expect(packed('zboot-zstd', 'zstd')).toEqual(
    ['magic', 'flags', 'content size', 'block N head'].map((field) => `payload zstd ${field}`),
  );
  for (const name of ['bzimage-lz4', 'zboot-zstd']) expect(fieldsOf(name)).toContain('payload size behind it');
  expect(fieldsOf('bzimage-unpacked')).toEqual(
    expect.arrayContaining(['setup header magic', 'ELF header e_shoff', 'section N .BTF sh_offset', '.BTF hdr_len']),
  );
  expect(fieldsOf('zboot-gzip')).toEqual(
    expect.arrayContaining(['zboot magic', 'zboot payload offset', 'zboot payload size', 'zboot packer']),
  );
  expect(fieldsOf('image-arm64')).toEqual(
    expect.arrayContaining([
      'Image image_size',
      'Image magic',
      'Image banner',
      '.BTF type_len',
      'configuration gzip crc',
    ]),
  );
  expect(fieldsOf('gzip-of-kernel')).toContain('file gzip size');
  expect(fieldsOf('btf-as-file')).toContain('.BTF str_off');
  const line = ['address', 'letter', 'name', 'module'].flatMap((part) =>
    ['', ' first', ' last', ' end'].map((place) => `line N ${part}${place}`),
  );
  expect(fieldsOf('kallsyms').toSorted()).toEqual(line.toSorted());
  expect(fieldsOf('ftrace').toSorted()).toEqual(line.filter((path) => /name|module/.test(path)).toSorted());
});

test('rare parts of a kernel are mapped: wide DWARF, units of types, a configuration, every unit of a module', () => {
  const all = (name: string) => {
    const base = [...bases.small, ...bases.large].find((one) => one.name === name);
    return mapElf(base?.bytes ?? Buffer.alloc(0)).fields;
  };
  const path = (name: string, wanted: string) => all(name).find((field) => field.path === wanted);
  expect(path('made/kernel-dwarf64', '.debug_info unit 0 length')?.size).toBe(8);
  expect(path('made/kernel-dwarf64', '.debug_info unit 1 type offset')?.size).toBe(8);
  expect(path('made/kernel-dwarf64-4', '.debug_types unit 0 signature')?.size).toBe(8);
  expect(path('made/kernel-type-units', '.debug_info unit 1 signature')?.size).toBe(8);
  expect(path('made/kernel-skeleton', '.debug_info unit 4 id')?.size).toBe(8);
  for (const field of ['.comment +0x0', 'configuration gzip size', '.note.gnu.build-id descsz', 'IKCFG_ST +0x0'])
    expect([field, path('made/kernel-notes', field)?.path]).toEqual([field, field]);
  expect(path('made/kernel-rel', '.rel.init.data row 0 r_info')?.size).toBe(8);
  expect(path('made/kernel-zstd', '.debug_str zstd block 0 head')?.size).toBe(3);
  expect(path('made/kernel-zstd', '.debug_str zstd frame 1 flags')?.size).toBe(1);
  expect(path('made/module-of-units', '.debug_info unit 3 abbreviation offset')?.size).toBe(4);
  expect(all('made/module-of-units').filter((field) => /^.debug_info DIE .* DW_AT 0x3 /.test(field.path))).toHaveLength(
    all('made/kernel-type-units').filter((field) => /^.debug_info DIE .* DW_AT 0x3 /.test(field.path)).length,
  );
});

test('the made inputs are the same each time, and nothing is to be said of them', async () => {
  const made = loadBases('fixtures');
  const bench = new Bench(tempDirectory(), bases);
  const of = ({ small, large }: typeof bases) => [...small, ...large].filter(({ name }) => name.startsWith('made/'));
  for (const [i, base] of of(bases).entries()) {
    expect(Buffer.compare(base.bytes, of(made)[i]?.bytes ?? Buffer.alloc(0))).toBe(0);
    const input = { base, bytes: base.bytes, words: '', kind: 'single' } as const;
    bench.save(input);
    // A row of one in four has its turn in each four.
    for (const index of [0, 1, 2, 3]) expect([base.name, await bench.run(input, 1, index)]).toEqual([base.name, []]);
  }
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
    const badLine = 'kinspect: FILE, line 3: "alpha\\x01" is not a function, or "function [module]"; copy it again\n';
    expect(of({ err: badLine })).toEqual([]);
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
    ['the engine in words', { err: 'kinspect: FILE: table.find is not a function\n' }, {}],
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
  const hangMs = 2500;
  const worker = `
    const hangMs = ${hangMs};
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
        if (index === 9) {
          process.send({ kind: 'memory', index, command: 'two', peak: 2, most: 1 });
          if (!alone) return;
        }
        if (index === 13) {
          const end = Date.now() + 2.4 * hangMs;
          while (Date.now() < end);
          process.send({ kind: 'slow', index, command: 'one', ms: Math.round(2.4 * hangMs) });
        }
        if (index === 15) process.send({ kind: 'slow', index, command: 'one', ms: hangMs + 1 });
        if (index === 11) process.send({ kind: 'complaint', index, words: 'w', complaint: { command: 'c', problem: 'p' } });
      }
      process.send({ kind: 'done', from, to });
    });
  `;

  test('replaces workers that die, hang or take too much memory, and goes through all inputs', {
    timeout: 600_000,
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
      hangMs,
      next() {
        if (at >= 20) return undefined;
        at += 10;
        return { from: at - 10, to: at };
      },
      onDone: ({ from }) => done.push(from),
      onFinding: ({ index, kind, command }) => found.push(`${index} ${kind} ${command}`),
      onSlow: () => undefined,
    });
    expect([...new Set(found)]).toEqual([
      '3 crash one',
      '5 crash one',
      '7 hang one',
      '9 memory two',
      '11 complaint c',
      // Slower than may be by itself too; 15 was slow among others only.
      '13 hang one',
    ]);
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
