/** Each root cause in a kernel that has it, and what the answer says of it. */
import { describe, expect, it } from 'vitest';
import { cli, fixture } from '../cli/collect.ts';
import { fixture as paholeFixture } from '../pahole/collect.ts';
import { addressOf, ask, askAll, type FunctionPlan, factOf, type KernelPlan, writeKernel } from './kernels.ts';

const traced: FunctionPlan = { name: 'traced', bind: 'GLOBAL', slot: true };
const hex = (value: bigint) => value.toString(16);

describe('a region that is zero in the file', () => {
  const plan: KernelPlan = {
    region: 'zero',
    functions: [traced, { name: 'f', slot: true, parameters: ['file', 'count'] }],
    btf: ['traced'],
  };

  it('is the cause of a static function with a slot', async () => {
    const answer = await ask(writeKernel(plan), 'f');
    const address = hex(addressOf(plan, 'f'));
    expect(answer).toMatchObject({ code: 1, err: '', record: false, cause: 'zero-region', detail: null });
    for (const part of ['slot 1', address, '.rela.dyn', '--no-apply-dynamic-relocs', 'read 2 zeros', 'saw 0 functions'])
      expect(answer.sentence).toContain(part);
    expect(factOf(answer, 'symbol')).toMatchObject({ address: `0x${address}`, type: 'FUNC', binding: 'LOCAL' });
    expect(factOf(answer, 'slot')).toMatchObject({ slot: 1, raw: '0x0', relocated: `0x${address}`, by: 'rela-addend' });
    expect(factOf(answer, 'relocation')).toMatchObject({ section: '.rela.dyn', entry: 1, type: 'R_AARCH64_RELATIVE' });
    expect(factOf(answer, 'link')).toMatchObject({ entries: 2, zero: 2, noApplyDynamicRelocs: true });
    expect(factOf(answer, 'die')).toMatchObject({
      unit: 'a.c',
      declaration: false,
      external: false,
      parameters: ['file', 'count'],
      verdict: 'not-external',
    });
    expect(factOf(answer, 'list')).toEqual({ functions: 2, slots: 2, functions_cnt: 0 });
    expect(factOf(answer, 'decision')).toMatchObject({ verdict: 'not-external', line: 750, encoder: '1.20' });
    expect(factOf(answer, 'record')).toEqual({ ids: [] });
  });

  it('changes with the region relocated, and with pahole 1.22', async () => {
    const { encoder, changes } = await ask(writeKernel(plan), 'f');
    expect(encoder).toMatchObject({ version: '1.20', by: 'btf', records: 1 });
    const rows = changes.map(({ id, verdict, records, gained, lost }) => [id, verdict, records, gained, lost]);
    expect(rows).toEqual([
      ['relocated', 'encoded', 2, 1, 0],
      ['1.21', 'not-external', 1, 0, 0],
      ['1.22', 'encoded', 2, 1, 0],
    ]);
  });

  it('is no cause of an external function, which has its record', async () => {
    const answer = await ask(writeKernel(plan), 'traced');
    expect(answer).toMatchObject({ code: 0, record: true, cause: 'in-btf' });
    expect(factOf(answer, 'record')).toMatchObject({ ids: [3], prototype: 'int traced(void)' });
  });
});

it('no mcount region: externals only', async () => {
  const functions = [traced, { name: 'f' }];
  const answer = await ask(writeKernel({ functions, region: 'none', btf: ['traced'] }), 'f');
  expect(answer).toMatchObject({ code: 1, cause: 'no-mcount', detail: null });
  expect(factOf(answer, 'list')).toMatchObject({ slots: null, functions_cnt: 0 });
  expect(answer.changes.map(({ id }) => id)).toEqual(['1.21', '1.22']);
});

it('slots beside their functions: the exact match finds none', async () => {
  const plan: KernelPlan = { functions: [traced, { name: 'f', slot: true }], region: 'beside', btf: ['traced'] };
  const answer = await ask(writeKernel(plan), 'f');
  expect(answer).toMatchObject({ code: 1, cause: 'entries-beside' });
  expect(answer.sentence).toContain('8 bytes before the symbol');
  expect(factOf(answer, 'slot')).toMatchObject({ slot: 1, raw: `0x${hex(addressOf(plan, 'f') - 8n)}` });
});

it('a region in the other byte order', async () => {
  const functions = [traced, { name: 'f', slot: true }];
  const elf = { machine: 's390x', bigEndian: true, type: 'EXEC' } as const;
  const answer = await ask(writeKernel({ functions, elf, btf: ['traced'] }), 'f');
  expect(answer).toMatchObject({ code: 1, cause: 'byte-order' });
  expect(answer.sentence).toContain('big-endian');
});

/** What keeps a function out of the region, and the kernel that shows it. */
const untraced: readonly (readonly [string | null, Partial<KernelPlan>, Partial<FunctionPlan>])[] = [
  [null, {}, {}],
  ['init', {}, { section: '.init.text' }],
  ['noinstr', { marks: { __noinstr_text_start: 2, __noinstr_text_end: 3 } }, {}],
  ['unit-untraced', {}, { unit: 'b.c' }],
  ['assembler', { assembler: ['b.S'] }, { unit: 'b.S' }],
];

describe.each(untraced)('a function without a slot: %s', (detail, more, own) => {
  const beside: FunctionPlan[] = detail === 'unit-untraced' ? [{ name: 'other', unit: 'b.c' }] : [];
  const functions: FunctionPlan[] = [traced, { name: 'also', bind: 'GLOBAL', slot: true }, { name: 'f', ...own }];

  it('is static while the list is empty', async () => {
    const file = writeKernel({
      functions: [...functions, ...beside],
      region: 'zero',
      btf: ['traced', 'also'],
      ...more,
    });
    const answer = await ask(file, 'f');
    expect(answer).toMatchObject({ code: 1, cause: 'static-empty-list', detail });
    expect(factOf(answer, 'slot')).toEqual({ slot: null });
    expect(factOf(answer, 'decision')).toMatchObject({ verdict: 'not-external' });
  });

  it('is not in the list where there is one', async () => {
    const file = writeKernel({ functions: [...functions, ...beside], btf: ['traced', 'also'], ...more });
    const answer = await ask(file, 'f');
    expect(answer).toMatchObject({ code: 1, cause: 'not-traceable', detail });
    expect(factOf(answer, 'decision')).toMatchObject({ verdict: 'not-in-list' });
    expect((await askAll(file)).find((row) => row.function === 'f')).toMatchObject({ cause: 'not-traceable', detail });
  });
});

it('a function that is declared only', async () => {
  const functions: FunctionPlan[] = [
    traced,
    { name: 'f', bind: 'GLOBAL', slot: true, die: 'declaration' },
    { name: 'f', type: null, bind: 'GLOBAL', unit: 'b.c', die: 'declaration' },
  ];
  const answer = await ask(writeKernel({ functions, btf: ['traced'] }), 'f');
  expect(answer).toMatchObject({ code: 1, cause: 'declaration-only', detail: null });
  const dies = answer.facts.filter(({ id }) => id === 'die').map(({ data }) => [data['unit'], data['declaration']]);
  expect(dies).toEqual([
    ['a.c', true],
    ['b.c', true],
  ]);
});

describe("a compiler's clone", () => {
  it.each([
    ['isra.0', 'isra'],
    ['constprop.0', 'constprop'],
    ['part.3', 'part'],
    ['cold', 'cold'],
    ['constprop.0.isra.0', 'constprop'],
    ['isra.0.cold', 'isra'],
    ['llvm.1234567890', 'lto'],
    ['lto_priv.0', 'lto'],
  ])('%s', async (suffix, detail) => {
    const name = `f.${suffix}`;
    const functions: FunctionPlan[] = [traced, { name, slot: true, dieName: 'f' }];
    const answer = await ask(writeKernel({ functions, btf: ['traced'] }), name);
    expect(answer).toMatchObject({ code: 1, cause: 'clone', detail, inferred: false });
    expect(answer.sentence).toContain('a clone of f, ');
  });

  it('is taken for one without DWARF too', async () => {
    const functions: FunctionPlan[] = [traced, { name: 'f.isra.0', slot: true }];
    const answer = await ask(writeKernel({ functions, btf: ['traced'], noDwarf: true }), 'f.isra.0');
    expect(answer).toMatchObject({ code: 1, cause: 'clone', detail: 'isra', inferred: true });
  });

  it('is none when the DWARF has no function to clone', async () => {
    const functions: FunctionPlan[] = [traced, { name: 'f.cold', slot: true, die: null }];
    expect(await ask(writeKernel({ functions, btf: ['traced'] }), 'f.cold')).toMatchObject({ cause: 'no-die' });
  });
});

describe('a name that two functions have', () => {
  const plan: KernelPlan = {
    functions: [
      { name: 'f', slot: true },
      { name: 'f', slot: true, unit: 'b.c' },
    ],
    btf: ['f'],
  };

  it('has the record of the one that pahole meets first', async () => {
    const file = writeKernel(plan);
    const rows = (await askAll(file)).map(({ cause, verdict, cu }) => [cause, verdict, cu]);
    expect(rows).toEqual([
      ['in-btf', 'encoded', 'a.c'],
      ['repeated-name', 'already-generated', 'b.c'],
    ]);
    const second = await ask(file, `0x${hex(addressOf(plan, 'f') + 0x40n)}`);
    expect(second).toMatchObject({ code: 1, function: 'f', record: false, cause: 'repeated-name' });
    expect(second.sentence).toContain('in a.c');
  });

  it('asked for by name is the one with the record, beside the other', async () => {
    const answer = await ask(writeKernel(plan), 'f');
    expect(answer).toMatchObject({ code: 0, cause: 'in-btf' });
    expect(factOf(answer, 'names')).toMatchObject({
      others: [{ address: `0x${hex(addressOf(plan, 'f') + 0x40n)}`, cause: 'repeated-name' }],
    });
  });

  it('asked for by name is the one with the record where that comes second', async () => {
    const functions: FunctionPlan[] = [{ name: 'f' }, { name: 'f', bind: 'GLOBAL', unit: 'b.c' }];
    const two: KernelPlan = { functions, region: 'none', btf: ['f'] };
    const answer = await ask(writeKernel(two), 'f');
    expect(answer).toMatchObject({ code: 0, cause: 'in-btf' });
    expect(factOf(answer, 'symbol')).toMatchObject({ binding: 'GLOBAL' });
  });
});

it('a parameter without a name', async () => {
  const functions: FunctionPlan[] = [traced, { name: 'f', slot: true, parameters: ['a', null] }];
  const answer = await ask(writeKernel({ functions, btf: ['traced'] }), 'f');
  expect(answer).toMatchObject({ code: 1, cause: 'unnamed-parameter' });
  expect(factOf(answer, 'die')).toMatchObject({ parameters: ['a', null], verdict: 'unnamed-parameter' });
  expect(answer.changes.map(({ verdict }) => verdict)).toEqual([
    'unnamed-parameter',
    'unnamed-parameter',
    'unnamed-parameter',
  ]);
});

describe('no DIE', () => {
  it('of the name, nor at the address', async () => {
    const functions: FunctionPlan[] = [traced, { name: 'f', slot: true, die: null }];
    const answer = await ask(writeKernel({ functions, btf: ['traced'] }), 'f');
    expect(answer).toMatchObject({ code: 1, cause: 'no-die', detail: null });
    expect(factOf(answer, 'die')).toEqual({ die: null });
    expect(factOf(answer, 'decision')).toEqual({ verdict: null });
  });

  it('of the name: the one at the address has another', async () => {
    const functions: FunctionPlan[] = [traced, { name: '__prefix_f', slot: true, dieName: 'f' }];
    const answer = await ask(writeKernel({ functions, btf: ['traced'] }), '__prefix_f');
    expect(answer).toMatchObject({ code: 1, cause: 'no-die', detail: 'renamed' });
    expect(answer.sentence).toMatch(/\bf\b/);
  });

  it('of the name: it is an alias of the function that has one', async () => {
    const functions: FunctionPlan[] = [
      traced,
      { name: 'f', bind: 'GLOBAL', slot: true },
      { name: 'other', bind: 'GLOBAL', sameAs: 1, die: null },
    ];
    const answer = await ask(writeKernel({ functions, btf: ['traced', 'f'] }), 'other');
    expect(answer).toMatchObject({ code: 1, cause: 'no-die', detail: 'alias' });
    expect(answer.sentence).toMatch(/\bf$/);
  });
});

describe('DIEs in another file', () => {
  const functions: FunctionPlan[] = [
    traced,
    { name: 'f', slot: true, die: null },
    { name: 'g', bind: 'GLOBAL', slot: true, die: 'declaration' },
  ];
  const split = ['a\x9b.dwo', 'b.dwo'];
  const sentence =
    /^DIE at \.debug_info\+0x[\da-f]+: the DIEs of its unit are in 'a\\x9b\.dwo', which is not read; 1 more unit has such a file$/;

  it.each([
    ['f', 'no-die', 'no DIE that was read has its name'],
    ['g', 'declaration-only', 'every DIE of this name that was read is a declaration'],
  ])('are told of %s, which no DIE defines, in the words of the replay', async (name, cause, words) => {
    const file = writeKernel({ functions, split, btf: ['traced'] });
    const answer = await ask(file, name);
    expect(answer).toMatchObject({ code: 1, cause });
    expect(answer.sentence).toBe(`${words}; 2 units have DIEs or names in another file, which is not read`);
    expect(factOf(answer, 'elsewhere')).toEqual({ units: 2, all: 3 });
    const fact = answer.facts.find(({ id }) => id === 'elsewhere');
    expect(fact?.value).toMatch(sentence);
    expect((await cli(['replay', file])).err).toBe(`kinspect: ${file}: ${fact?.value}\n`);
    const text = (await cli(['why', file, name])).out.replaceAll(/\s+/g, ' ');
    expect(text).toContain(fact?.value);
  });

  it('are not told of a function that has one', async () => {
    const answer = await ask(writeKernel({ functions, split, btf: ['traced'] }), 'traced');
    expect(factOf(answer, 'elsewhere')).toBeUndefined();
  });

  it('and of one split unit in the singular', async () => {
    const answer = await ask(writeKernel({ functions, split: ['b.dwo'], btf: ['traced'] }), 'f');
    expect(answer.sentence).toMatch(/; 1 unit has DIEs or names in another file, which is not read$/);
    expect(answer.facts.find(({ id }) => id === 'elsewhere')?.value).toMatch(/'b\.dwo', which is not read$/);
  });
});

describe('no symbol', () => {
  const functions: FunctionPlan[] = [
    { name: 'tty_write', bind: 'GLOBAL', slot: true },
    { name: 'tty_write_room', bind: 'GLOBAL', slot: true },
    { name: 'unrelated', bind: 'GLOBAL', slot: true },
    { name: 'inlined', type: null, die: 'inlined' },
    { name: 'dropped', type: null },
    { name: 'declared', type: null, bind: 'GLOBAL', die: 'declaration' },
    { name: 'written', type: null, bind: 'GLOBAL' },
    { name: 'gone.cold', type: null, die: null },
  ];
  const file = () => writeKernel({ functions, btf: ['tty_write', 'tty_write_room', 'unrelated', 'recorded'] });

  it('of a misspelt name: the nearest ones are offered', async () => {
    const answer = await ask(file(), 'tty_wriet');
    expect(answer).toMatchObject({ code: 1, cause: 'no-symbol', record: false, changes: [] });
    expect(answer.nearest).toEqual(['tty_write']);
    expect(answer.err).toContain('no function is called tty_wriet; did you mean tty_write?');
    expect((await ask(file(), 'tty_write_rom')).nearest[0]).toBe('tty_write_room');
    expect((await ask(file(), 'zzzzzzzz')).nearest).toEqual([]);
  });

  it.each([
    ['inlined', 'inlined-everywhere', 1],
    ['dropped', 'not-linked', 1],
    ['declared', 'declaration-only', 1],
    ['recorded', 'in-btf', 0],
  ])('%s: %s', async (name, cause, code) => {
    const answer = await ask(file(), name);
    expect(answer).toMatchObject({ code, cause });
    expect(factOf(answer, 'symbol')).toEqual({ symbol: null });
  });

  it("of a clone's name that no symbol has: it is none, and of nothing there is no evidence", async () => {
    expect(await ask(file(), 'gone.cold')).toMatchObject({ code: 1, cause: 'no-symbol', facts: [] });
  });
});

it('a symbol that is no function', async () => {
  const functions: FunctionPlan[] = [traced, { name: 'data', type: 'OBJECT', die: null }];
  const answer = await ask(writeKernel({ functions, btf: ['traced'] }), 'data');
  expect(answer).toMatchObject({ code: 1, cause: 'not-a-function' });
  expect(factOf(answer, 'symbol')).toMatchObject({ type: 'OBJECT' });
});

describe('another pahole', () => {
  const functions: FunctionPlan[] = [traced, { name: 'f' }, { name: 'g' }, { name: 'left_out' }];

  it('made the BTF: the version that is nearest writes what is not there', async () => {
    const answer = await ask(writeKernel({ functions, btf: ['traced', 'f', 'g'] }), 'left_out');
    expect(answer).toMatchObject({ code: 1, cause: 'other-encoder', encoder: { version: '1.22', by: 'btf' } });
    expect(answer.encoder).toMatchObject({ onlyReplay: 1, onlyBtf: 0 });
  });

  it('can be named, and is then explained', async () => {
    const file = writeKernel({ functions, btf: ['traced', 'f', 'g'] });
    const answer = await ask(file, 'left_out', '--encoder', '1.20');
    expect(answer).toMatchObject({ cause: 'not-traceable', encoder: { version: '1.20', by: 'named' } });
    expect(answer.changes.map(({ id }) => id)).toEqual(['relocated', '1.21', '1.22']);
  });
});

it('a run that ends before the function', async () => {
  const functions: FunctionPlan[] = [traced, { name: 'f', bind: 'GLOBAL', slot: true, unit: 'b.c' }];
  const answer = await ask(writeKernel({ functions, btf: ['traced'], ending: ['b.c'] }), 'f');
  expect(answer).toMatchObject({ code: 1, cause: 'run-ended' });
  expect(factOf(answer, 'decision')).toEqual({ verdict: null });
});

describe('without DWARF', () => {
  it('a static function of a zero region is inferred', async () => {
    const functions: FunctionPlan[] = [traced, { name: 'f', slot: true }];
    const answer = await ask(writeKernel({ functions, region: 'zero', btf: ['traced'], noDwarf: true }), 'f');
    expect(answer).toMatchObject({ code: 1, cause: 'zero-region', inferred: true, encoder: null, changes: [] });
    expect(answer.sentence).toMatch(/inferred: there is no DWARF/);
    expect(answer.err).toContain('inferred from symbols and BTF');
  });

  it.each([
    ['a listed function without a record', 'f', 'filled'],
    ['an external one', 'ext', 'zero'],
  ] as const)('%s cannot be told', async (_, name, region) => {
    const functions: FunctionPlan[] = [traced, { name: 'f', slot: true }, { name: 'ext', bind: 'GLOBAL', slot: true }];
    const answer = await ask(writeKernel({ functions, region, btf: ['traced'], noDwarf: true }), name);
    expect(answer).toMatchObject({ code: 1, cause: 'unknown', inferred: true });
  });

  it('a record is a record', async () => {
    const answer = await ask(writeKernel({ functions: [traced], btf: ['traced'], noDwarf: true }), 'traced');
    expect(answer).toMatchObject({ code: 0, record: true, cause: 'in-btf' });
    expect(answer.sentence).not.toContain('inferred');
  });
});

describe('without BTF', () => {
  const functions: FunctionPlan[] = [traced, { name: 'f', slot: true }];

  it('there is no record, and what pahole 1.20 would write is told', async () => {
    const file = writeKernel({ functions, region: 'zero' });
    const written = await ask(file, 'traced');
    expect(written).toMatchObject({
      code: 1,
      record: false,
      cause: 'no-btf',
      encoder: { version: '1.20', by: 'default' },
    });
    expect(written.sentence).toContain('the file has no BTF to hold one');
    expect(await ask(file, 'f')).toMatchObject({ code: 1, record: false, cause: 'zero-region' });
  });

  it('and without DWARF nothing can be told', async () => {
    const file = writeKernel({ functions, region: 'zero', noDwarf: true });
    expect(await ask(file, 'f')).toMatchObject({ code: 1, cause: 'unknown', inferred: true });
  });
});

describe('a module', () => {
  it('has records of its own, on top of the BTF of its kernel', async () => {
    const module = fixture('x86_64-module.ko');
    const answer = await ask(module, 'snoop_open', '--btf-base', fixture('x86_64-emit-relocs'));
    expect(answer).toMatchObject({ code: 0, cause: 'in-btf', encoder: { version: '1.20', by: 'btf' } });
    expect(answer.changes.map(({ id }) => id)).toEqual(['1.21', '1.22']);
  });

  it.each(['module', 'module-aarch64', 'module-i386'])('%s: a function without a slot', async (name) => {
    const answer = await ask(paholeFixture(name), 'not_traced');
    expect(answer).toMatchObject({ code: 1, cause: 'not-traceable' });
  });

  it('without __mcount_loc keeps externals', async () => {
    const [row] = (await askAll(paholeFixture('module-without-mcount'))).filter(({ cause }) => cause !== 'in-btf');
    expect(row).toMatchObject({ cause: 'no-mcount', verdict: 'not-external' });
  });
});
