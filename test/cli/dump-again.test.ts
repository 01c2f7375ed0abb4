/** Dump, parse, write, dump: what a dump says is enough to make the table again, and the second dump is the first. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { cli } from './collect.ts';

async function dump(bytes: Uint8Array, what: string, format: string): Promise<string> {
  const { out, complaints } = await dumpAnyhow(bytes, what, format);
  expect(complaints).toEqual([]);
  return out;
}

/** A dump of what may be damaged, and what is said of it. */
async function dumpAnyhow(bytes: Uint8Array, what: string, format: string) {
  const file = tempFile(bytes);
  const { out, code, err } = await cli(['dump', file, what, '--format', format]);
  expect(code).toBe(0);
  return { out, complaints: err.replaceAll(file, 'FILE').split('\n').slice(0, -1) };
}

const name = fc.string({ unit: fc.constantFrom('a', 'b', '_', '.', '\x1b', '"', '\\'), maxLength: 6 });
const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test('symbols', async () => {
  const row = fc.record({
    name,
    value: word,
    size: word,
    type: fc.constantFrom('NOTYPE', 'OBJECT', 'FUNC', 'TLS'),
    bind: fc.constantFrom('LOCAL', 'GLOBAL', 'WEAK'),
    section: fc.constantFrom('.text', 'ABS', 'UNDEF'),
  });
  interface Dumped {
    readonly name: string;
    readonly address: string;
    readonly size: number | string;
    readonly type: string;
    readonly binding: string;
    readonly section: string;
  }
  const write = (rows: readonly { [key: string]: unknown }[]): Uint8Array => {
    const elf = new ElfWriter();
    elf.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(16) });
    for (const { name: text, ...options } of rows) elf.symbol(text as string, options);
    return elf.build().bytes;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const first = await dump(write(rows), 'symbols', 'ndjson');
      const parsed = first
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Dumped);
      expect(parsed.length).toBe(rows.length);
      const again = parsed.map((one) => ({
        name: one.name,
        value: BigInt(one.address),
        size: BigInt(one.size),
        type: one.type,
        bind: one.binding,
        section: { UND: 'UNDEF' }[one.section] ?? one.section,
      }));
      expect(await dump(write(again), 'symbols', 'ndjson')).toBe(first);
    }),
    { numRuns: 40 },
  );
});

test('relocations', async () => {
  const entry = fc.record({ place: word, type: fc.constantFrom(0, 257, 1027, 9999), symbol: fc.nat(2), addend: word });
  interface Dumped {
    readonly place: string;
    readonly typeNumber: number;
    readonly symbol: number | null;
    readonly addend: string;
  }
  const write = (rows: readonly { place: bigint; type: number; symbol: number; addend: bigint }[]): Uint8Array => {
    const elf = new ElfWriter();
    elf.symbol('one', { section: 'ABS', value: 1 });
    elf.symbol('two', { section: 'ABS', value: 2 });
    elf.rela('.rela.dyn', rows, { flags: 'A', link: '.symtab' });
    return elf.build().bytes;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 12 }), async (rows) => {
      const first = await dump(write(rows), 'relocs', 'ndjson');
      const signed = (text: string): bigint => (text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text));
      const again = first
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Dumped)
        .map(({ place, typeNumber, symbol, addend }) => ({
          place: BigInt(place),
          type: typeNumber,
          symbol: symbol ?? 0,
          addend: signed(addend),
        }));
      expect(again.length).toBe(rows.length);
      expect(await dump(write(again), 'relocs', 'ndjson')).toBe(first);
    }),
    { numRuns: 40 },
  );
});

test("BTF in bpftool's lines", async () => {
  const anyId = fc.nat(12);
  const word32 = fc.nat(0xffff);
  const type = fc.oneof(
    fc.record({ kind: fc.constant('INT'), name: fc.constantFrom('int', 'long'), size: fc.constantFrom(1, 2, 4, 8) }),
    fc.record({ kind: fc.constantFrom('PTR', 'CONST', 'VOLATILE', 'RESTRICT'), type: anyId }),
    fc.record({ kind: fc.constant('TYPEDEF'), name: fc.constantFrom('a_t', 'b_t'), type: anyId }),
    fc.record({ kind: fc.constant('ARRAY'), type: anyId, index: anyId, count: word32 }),
    fc.record({ kind: fc.constant('FUNC'), name: fc.constantFrom('f', 'g'), type: anyId, linkage: fc.nat(2) }),
    fc.record({
      kind: fc.constant('STRUCT'),
      name: fc.constantFrom('s', 't'),
      size: word32,
      members: fc.array(fc.tuple(fc.constantFrom('m', 'n'), anyId, word32), { maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('FUNC_PROTO'),
      type: anyId,
      parameters: fc.array(fc.tuple(fc.constantFrom('p', 'q'), anyId), { maxLength: 3 }),
    }),
  );
  const kernel = (btf: BtfWriter): Uint8Array => {
    const elf = new ElfWriter();
    elf.section('.BTF', { bytes: btf.build() });
    return elf.build().bytes;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(type, { minLength: 12, maxLength: 12 }), async (types) => {
      const btf = new BtfWriter();
      for (const one of types) {
        if ('members' in one) btf.struct(one.name, one.size, one.members);
        else if ('parameters' in one) btf.proto(one.type, one.parameters);
        else if ('count' in one) btf.array(one.type, one.index, one.count);
        else if ('linkage' in one) btf.func(one.name, one.type, one.linkage);
        else if ('size' in one) btf.int(one.name, one.size, 1);
        else if ('name' in one) btf.typedef(one.name, one.type);
        else modifier(btf, one.kind, one.type);
      }
      const first = await dumpAnyhow(kernel(btf), 'btf', 'bpftool');
      expect(await dumpAnyhow(kernel(parseLines(first.out)), 'btf', 'bpftool')).toEqual(first);
      // Any type may refer to any: one sentence on what leads nowhere, and one on a loop.
      expect(first.complaints.length).toBeLessThanOrEqual(2);
      for (const complaint of first.complaints) {
        expect(complaint).toMatch(/^kinspect: FILE: BTF type \d+ \([A-Z_]+\) at file offset 0x[0-9a-f]+: /);
      }
    }),
    { numRuns: 60 },
  );
});

function modifier(btf: BtfWriter, kind: string, type: number): void {
  if (kind === 'PTR') btf.pointer(type);
  else if (kind === 'CONST') btf.const(type);
  else if (kind === 'VOLATILE') btf.volatile(type);
  else btf.restrict(type);
}

/** `[4] STRUCT 's' size=16 vlen=2`, and a tab before each member. */
function parseLines(text: string): BtfWriter {
  const btf = new BtfWriter();
  const blocks = text.trimEnd().split(/\n(?=\[)/);
  for (const block of blocks) {
    const [head = '', ...rest] = block.split('\n');
    const kind = /^\[\d+\] (\w+)/.exec(head)?.[1] ?? '';
    const title = /'([^']*)'/.exec(head)?.[1] ?? '';
    const number = (key: string, line = head): number => Number(new RegExp(`\\b${key}=(\\d+)`).exec(line)?.[1] ?? 0);
    const named = (line: string): string => /'([^']*)'/.exec(line)?.[1] ?? '';
    if (kind === 'STRUCT') {
      const members = rest.map((line) => [named(line), number('type_id', line), number('bits_offset', line)] as const);
      btf.struct(title, number('size'), members);
    } else if (kind === 'FUNC_PROTO') {
      btf.proto(
        number('ret_type_id'),
        rest.map((line) => [named(line), number('type_id', line)] as const),
      );
    } else if (kind === 'ARRAY') btf.array(number('type_id'), number('index_type_id'), number('nr_elems'));
    else if (kind === 'FUNC') {
      btf.func(title, number('type_id'), ['static', 'global', 'extern'].indexOf(/linkage=(\w+)/.exec(head)?.[1] ?? ''));
    } else if (kind === 'INT') btf.int(title, number('size'), head.includes('encoding=SIGNED') ? 1 : 0);
    else if (kind === 'TYPEDEF') btf.typedef(title, number('type_id'));
    else modifier(btf, kind, number('type_id'));
  }
  return btf;
}
