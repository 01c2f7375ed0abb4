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

/** What a row of `dump relocs` says of its entry. */
interface DumpedRelocation {
  readonly section: string;
  readonly place: string;
  readonly typeNumber: number;
  readonly symbol: number | null;
  readonly addend: string | null;
}

const lines = <Row>(text: string): Row[] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

test('REL: the addends are at the places', async () => {
  const base = 0x1000;
  const entry = fc.record({ slot: fc.nat(7), type: fc.constantFrom(0, 1, 8, 99), symbol: fc.nat(2) });
  const write = (rows: readonly { place: bigint; type: number; symbol: number }[], words: readonly number[]) => {
    const elf = new ElfWriter({ class: 32, machine: 'i386' });
    elf.section('.data', { flags: 'WA', addr: base, bytes: elf.words(words) });
    elf.symbol('one', { section: 'ABS', value: 1 });
    elf.symbol('two', { section: 'ABS', value: 2 });
    elf.rel('.rel.dyn', rows, { flags: 'A', link: '.symtab' });
    return elf.build().bytes;
  };
  const words = fc.array(fc.nat(0x7fff_ffff), { minLength: 8, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 12 }), words, async (entries, held) => {
      const rows = entries.map(({ slot, ...rest }) => ({ ...rest, place: BigInt(base + 4 * slot) }));
      const first = await dump(write(rows, held), 'relocs', 'ndjson');
      const dumped = lines<DumpedRelocation>(first);
      expect(dumped.map(({ addend }) => addend)).toEqual(rows.map(() => null));
      const again = dumped.map((one) => ({
        place: BigInt(one.place),
        type: one.typeNumber,
        symbol: one.symbol ?? 0,
      }));
      expect(await dump(write(again, held), 'relocs', 'ndjson')).toBe(first);
    }),
    { numRuns: 40 },
  );
});

test('RELR: places, packed anew', async () => {
  const base = 0x1000n;
  const write = (places: readonly bigint[]): Uint8Array => {
    const elf = new ElfWriter();
    elf.section('.data', { flags: 'WA', addr: base, bytes: elf.words(Array.from({ length: 256 }, (_, n) => n)) });
    elf.relr('.relr.dyn', packed(places));
    return elf.build().bytes;
  };
  const slots = fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(slots, async (chosen) => {
      const places = chosen.sort((a, b) => a - b).map((slot) => base + 8n * BigInt(slot));
      const first = await dump(write(places), 'relocs', 'ndjson');
      const again = lines<DumpedRelocation>(first).map(({ place }) => BigInt(place));
      expect(again).toEqual(places);
      expect(await dump(write(again), 'relocs', 'ndjson')).toBe(first);
    }),
    { numRuns: 40 },
  );
});

/** The words of SHT_RELR (gABI) for places that ascend: a place, then bitmaps of the 63 words behind it as long as one is. */
function packed(places: readonly bigint[]): bigint[] {
  const words: bigint[] = [];
  for (let i = 0; i < places.length; ) {
    const first = places[i] ?? 0n;
    words.push(first);
    i++;
    for (let next = first + 8n; ; next += 63n * 8n) {
      let bits = 0n;
      for (; i < places.length && (places[i] ?? 0n) < next + 63n * 8n; i++)
        bits |= 2n << (((places[i] ?? 0n) - next) / 8n);
      if (bits === 0n) break;
      words.push(bits | 1n);
    }
  }
  return words;
}

test('the mcount region: words and what fills them', async () => {
  const text = 0x1000n;
  const region = 0x2000n;
  const slot = fc.record({ raw: fc.constantFrom(0n, text, text + 0x40n, 7n, 2n ** 64n - 1n), addend: fc.option(word) });
  interface DumpedSlot {
    readonly slot: number;
    readonly place: string;
    readonly raw: string;
    readonly relocated: string;
    readonly by: string;
  }
  const write = (slots: readonly { raw: bigint; addend: bigint | null }[]): Uint8Array => {
    const elf = new ElfWriter();
    elf.section('.text', { flags: 'AX', addr: text, bytes: new Uint8Array(0x80) });
    elf.section('.data', { flags: 'WA', addr: region, bytes: elf.words(slots.map(({ raw }) => raw)) });
    const entries = slots.flatMap(({ addend }, n) =>
      addend === null ? [] : [{ place: region + 8n * BigInt(n), type: 1027, addend }],
    );
    elf.rela('.rela.dyn', entries, { flags: 'A' });
    elf.symbol('f', { type: 'FUNC', section: '.text', value: text, size: 0x40 });
    elf.symbol('g', { type: 'FUNC', section: '.text', value: text + 0x40n, size: 0x40 });
    elf.symbol('__start_mcount_loc', { section: '.data', value: region });
    elf.symbol('__stop_mcount_loc', { section: '.data', value: region + 8n * BigInt(slots.length) });
    return elf.build().bytes;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(slot, { minLength: 1, maxLength: 12 }), async (slots) => {
      const first = await dump(write(slots), 'mcount', 'ndjson');
      const again = lines<DumpedSlot>(first).map(({ raw, relocated, by }) => ({
        raw: BigInt(raw),
        addend: by === 'rela-addend' ? BigInt(relocated) : null,
      }));
      expect(again.length).toBe(slots.length);
      expect(await dump(write(again), 'mcount', 'ndjson')).toBe(first);
    }),
    { numRuns: 40 },
  );
});

test('sections', async () => {
  const row = fc.record({
    name,
    type: fc.constantFrom('PROGBITS', 'NOTE', 'NOBITS'),
    flags: fc.constantFrom('', 'A', 'WA', 'AX', 'WAT'),
    addr: word,
    size: fc.nat(64),
    entsize: fc.nat(99),
    link: fc.nat(3),
    info: fc.nat(9999),
    align: fc.constantFrom(1, 4, 8, 64),
  });
  interface DumpedSection {
    readonly name: string;
    readonly type: string;
    readonly address: string;
    readonly size: number;
    readonly entsize: number;
    readonly flags: string;
    readonly link: number;
    readonly info: number;
    readonly align: number;
  }
  type Written = Omit<DumpedSection, 'address' | 'type'> & { readonly addr: bigint; readonly type: string };
  const write = (rows: readonly Written[]): Uint8Array => {
    const elf = new ElfWriter();
    for (const { name: title, size, type, ...rest } of rows) {
      const bytes = type === 'NOBITS' ? {} : { bytes: new Uint8Array(size) };
      elf.section(title, { ...rest, ...bytes, size, type: type as 'PROGBITS' });
    }
    return elf.build().bytes;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
      const first = await dump(write(rows), 'sections', 'ndjson');
      // The first is no section, and the last is the table of names, which the writer adds.
      const again = lines<DumpedSection>(first)
        .slice(1, -1)
        .map(({ address, ...rest }) => ({ ...rest, addr: BigInt(address) }));
      expect(again.length).toBe(rows.length);
      expect(await dump(write(again), 'sections', 'ndjson')).toBe(first);
    }),
    { numRuns: 40 },
  );
});

test("BTF in bpftool's lines", async () => {
  const anyId = fc.nat(12);
  const word32 = fc.nat(0xffff);
  const members = fc.array(fc.tuple(fc.constantFrom('m', 'n'), anyId, word32), { maxLength: 3 });
  const size = fc.constantFrom(1, 2, 4, 8);
  const title = fc.constantFrom('a', 'b');
  /** How a type is added. */
  type Add = (btf: BtfWriter) => void;
  const type: fc.Arbitrary<Add> = fc.oneof(
    fc.tuple(title, size, fc.constantFrom(0, 1, 2, 4)).map((of) => (btf: BtfWriter) => void btf.int(...of)),
    fc.tuple(fc.constantFrom('PTR', 'CONST', 'VOLATILE', 'RESTRICT'), anyId).map(
      ([kind, id]) =>
        (btf: BtfWriter) =>
          modifier(btf, kind, id),
    ),
    fc.tuple(title, anyId).map((of) => (btf: BtfWriter) => void btf.typedef(...of)),
    fc.tuple(anyId, anyId, word32).map((of) => (btf: BtfWriter) => void btf.array(...of)),
    fc.tuple(title, anyId, fc.nat(2)).map((of) => (btf: BtfWriter) => void btf.func(...of)),
    fc.tuple(title, word32, members).map((of) => (btf: BtfWriter) => void btf.struct(...of)),
    fc.tuple(title, word32, members).map((of) => (btf: BtfWriter) => void btf.union(...of)),
    fc
      .tuple(anyId, fc.array(fc.tuple(fc.constantFrom('p', 'q'), anyId), { maxLength: 3 }))
      .map((of) => (btf: BtfWriter) => void btf.proto(...of)),
    fc
      .tuple(
        title,
        size,
        fc.array(fc.tuple(title, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), { maxLength: 3 }),
      )
      .chain(([of, bytes, values]) =>
        fc.boolean().map((signed) => (btf: BtfWriter) => void btf.enum(of, bytes, values, signed)),
      ),
    fc
      .tuple(
        title,
        size,
        fc.array(fc.tuple(title, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), { maxLength: 3 }),
      )
      .chain(([of, bytes, values]) =>
        fc.boolean().map((signed) => (btf: BtfWriter) => void btf.enum64(of, bytes, values, signed)),
      ),
    fc.tuple(title, fc.boolean()).map((of) => (btf: BtfWriter) => void btf.forward(...of)),
    fc.tuple(title, anyId, fc.nat(2)).map((of) => (btf: BtfWriter) => void btf.variable(...of)),
    fc
      .tuple(title, word32, fc.array(fc.tuple(anyId, word32, word32), { maxLength: 3 }))
      .map((of) => (btf: BtfWriter) => void btf.datasec(...of)),
    fc.tuple(title, size).map((of) => (btf: BtfWriter) => void btf.float(...of)),
    fc.tuple(title, anyId, fc.integer({ min: -1, max: 9 })).map((of) => (btf: BtfWriter) => void btf.declTag(...of)),
    fc.tuple(title, anyId).map((of) => (btf: BtfWriter) => void btf.typeTag(...of)),
  );
  const kernel = (btf: BtfWriter): Uint8Array => {
    const elf = new ElfWriter();
    elf.section('.BTF', { bytes: btf.build() });
    return elf.build().bytes;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(type, { minLength: 12, maxLength: 12 }), async (types) => {
      const btf = new BtfWriter();
      for (const add of types) add(btf);
      const first = await dumpAnyhow(kernel(btf), 'btf', 'bpftool');
      expect(await dumpAnyhow(kernel(parseLines(first.out)), 'btf', 'bpftool')).toEqual(first);
      // Any type may refer to any and hold any value: a sentence on what leads nowhere, on a loop, and on a record.
      expect(first.complaints.length).toBeLessThanOrEqual(3);
      for (const complaint of first.complaints) {
        expect(complaint).toMatch(/^kinspect: FILE: BTF type \d+ \([A-Z_\d]+\) at file offset 0x[0-9a-f]+: /);
      }
    }),
    { numRuns: 120 },
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
  for (const block of text.trimEnd().split(/\n(?=\[)/)) {
    const [head = '', ...rest] = block.split('\n');
    const kind = /^\[\d+\] (\w+)/.exec(head)?.[1] ?? '';
    const word = (key: string, line = head): string => new RegExp(`\\b${key}=([\\w()-]+)`).exec(line)?.[1] ?? '';
    const number = (key: string, line = head): number => Number.parseInt(word(key, line), 10);
    const named = (line: string): string => /'([^']*)'/.exec(line)?.[1] ?? '';
    const linkage = (): number => ['static', 'global', 'extern'].indexOf(word('linkage'));
    const title = named(head);
    const members = () =>
      rest.map((line) => [named(line), number('type_id', line), number('bits_offset', line)] as const);
    const isSigned = word('encoding') === 'SIGNED';
    const kinds: Readonly<Record<string, () => void>> = {
      INT: () => btf.int(title, number('size'), { SIGNED: 1, CHAR: 2, BOOL: 4 }[word('encoding')] ?? 0),
      STRUCT: () => btf.struct(title, number('size'), members()),
      UNION: () => btf.union(title, number('size'), members()),
      ARRAY: () => btf.array(number('type_id'), number('index_type_id'), number('nr_elems')),
      FUNC: () => btf.func(title, number('type_id'), linkage()),
      FUNC_PROTO: () =>
        btf.proto(
          number('ret_type_id'),
          rest.map((line) => [named(line), number('type_id', line)] as const),
        ),
      TYPEDEF: () => btf.typedef(title, number('type_id')),
      ENUM: () => {
        const values = rest.map((line) => [named(line), number('val', line)] as const);
        btf.enum(title, number('size'), values, isSigned);
      },
      ENUM64: () => {
        const values = rest.map((line) => [named(line), BigInt(word('val', line).replace(/U?LL$/, ''))] as const);
        btf.enum64(title, number('size'), values, isSigned);
      },
      FWD: () => btf.forward(title, word('fwd_kind') === 'union'),
      VAR: () => btf.variable(title, number('type_id'), linkage()),
      DATASEC: () => {
        const places = rest.map(
          (line) => [number('type_id', line), number('offset', line), number('size', line)] as const,
        );
        btf.datasec(title, number('size'), places);
      },
      FLOAT: () => btf.float(title, number('size')),
      DECL_TAG: () => btf.declTag(title, number('type_id'), number('component_idx')),
      TYPE_TAG: () => btf.typeTag(title, number('type_id')),
    };
    const add = kinds[kind];
    if (add === undefined) modifier(btf, kind, number('type_id'));
    else add();
  }
  return btf;
}
