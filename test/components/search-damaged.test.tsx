/** Prototypes beside the hits of the search, of records that are damaged or written to do harm. */
import { describe, expect, test, vi } from 'vitest';
import { cellWidth } from '../../components/paint.ts';
import { hitRows } from '../../src/app/prompts.ts';
import { readyValue } from '../../src/errors.ts';
import { Desk, sessionOf } from '../app/kernels.ts';
import { searched } from '../app/search-desk.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { asciiTheme, colourTheme, draw, drawRaw } from './draw.tsx';

const [columns, rows] = [200, 60];
const search = (b: BtfWriter, text: string): Promise<Desk> =>
  searched(new Desk(sessionOf(tempFile(b.build())), columns, rows), text);

/** What is drawn behind the marks of each hit. */
function drawnNotes(at: Desk): Map<string, string> {
  const lines = draw(at).split('\n').slice(4, -4);
  const hits = lines.map((line) => /^│[ ▸] (\S+) +no symbol +✗ +✓ +(.*?) *│$/.exec(line) ?? []);
  return new Map(hits.flatMap(([, name, note]) => (name === undefined ? [] : [[name, note ?? '']])));
}

test('a reference that leads nowhere, to no prototype, or round to itself is in the place of the type', async () => {
  const b = new BtfWriter();
  const int = b.int('int', 4, 1);
  const loop = b.pointer(b.endId);
  const round = b.const(b.endId + 1);
  b.volatile(round);
  b.func('f_gone', 99_999);
  b.func('f_int', int);
  b.func('f_self', b.endId);
  b.func('f_parameter', b.proto(int, [['x', 77_777]]));
  b.func('f_loop', b.proto(loop, [['x', loop]]));
  b.func('f_round', b.proto(round, []));
  const own = b.proto(b.endId, [['self', b.endId]]);
  b.func('f_own', own);
  const notes = drawnNotes(await search(b, 'f_'));
  expect(Object.fromEntries(notes)).toEqual({
    f_gone: '<bad type id 99999> f_gone',
    f_int: `<bad type id ${int}> f_int`,
    f_self: expect.stringMatching(/^<bad type id \d+> f_self$/),
    f_parameter: 'int f_parameter(<bad type id 77777> x)',
    f_loop: `<type cycle at id ${loop}> *f_loop(<type cycle at id ${loop}> *x)`,
    f_round: `const volatile <type cycle at id ${round}> f_round(void)`,
    f_own: `<type cycle at id ${own}> f_own(<type cycle at id ${own}> self)`,
  });
});

describe('names of a megabyte, in each place that a name can have', () => {
  const megabyte = 2 ** 20;
  const most = 65_535;

  /** Sixty records of a prototype whose names are all this one. */
  function records(make: (b: BtfWriter, name: number, int: number) => number): BtfWriter {
    const b = new BtfWriter();
    const int = b.int('int', 4, 1);
    const proto = make(b, b.string('é'.repeat(megabyte)), int);
    for (let i = 0; i < rows; i++) b.func(`f_${i}`, proto);
    return b;
  }
  const proto = (b: BtfWriter, returns: number, name: number, type: number, count: number): number =>
    b.record([0, 0x0d000000 + count, returns, ...Array.from({ length: count }, () => [name, type]).flat()]);
  const tags = (b: BtfWriter, name: number, type: number): number => {
    let id = type;
    for (let i = 0; i < 200; i++) id = b.record([name, 0x12000000, id]);
    return id;
  };
  const cases: readonly (readonly [string, (b: BtfWriter, name: number, int: number) => number])[] = [
    ['parameters', (b, name, int) => proto(b, int, name, int, most)],
    ['their types', (b, name, int) => proto(b, int, 0, b.record([name, 0x04000000, 8]), most)],
    ['tags', (b, name, int) => proto(b, tags(b, name, int), 0, 0, 0)],
    ['tags of parameters', (b, name, int) => proto(b, int, 0, tags(b, name, int), most)],
    [
      'functions in functions',
      (b, name, int) => {
        let type = int;
        for (let i = 0; i < 200; i++) type = b.pointer(proto(b, type, name, type, 20));
        return proto(b, type, name, type, 2);
      },
    ],
  ];

  test.each(cases)('%s', async (_, make) => {
    const at = await search(records(make), 'f_');
    const { prototypes, kernel } = at.session;
    const btf = readyValue(kernel.btf)!.btf;
    // Whole, each of these texts reads a hundred to a thousand names, up to a megabyte of them, in 20 to 200 ms.
    const read = vi.spyOn(btf.strings, 'at');
    const notes = drawnNotes(at);
    expect(notes.size).toBe(hitRows(at.state));
    for (const note of notes.values()) expect(note).toMatch(/^\S.*…$/);
    expect(read.mock.calls.length).toBeLessThan(notes.size * 8);
    for (const id of btf.funcs) expect(prototypes.textOf(id).length).toBeLessThan(8192);
  });
});

test('what is hostile in names of parameters and types is shown and breaks no frame', async () => {
  const b = new BtfWriter();
  const hostile = ['\x1b[2J\x1b]0;t\x07', 'a\u202elif\u200bc', '漢字ティー', 'e\u0301e\u20de👩', '\r\n\t', '\u2028'];
  for (const [i, text] of hostile.entries()) {
    const name = Buffer.from(text, 'utf8').toString('latin1');
    const type = b.struct(name, 4, []);
    b.func(`f_${i}`, b.proto(type, Array(i * 9 + 1).fill([name, b.pointer(type)])));
  }
  // No UTF-8.
  b.func('f_bytes', b.proto(0, [['\x9b31m\x85\xff', b.typedef('\xc3', 0)]]));
  const at = await search(b, 'f_');
  for (const theme of [colourTheme, asciiTheme]) {
    const lines = drawRaw(at, theme)
      .replace(/\x1b\[[\d;]*m/g, '')
      .split('\n');
    expect(lines).toHaveLength(rows);
    for (const line of lines) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      if (/^[│|]/.test(line)) expect([cellWidth(line), line]).toEqual([columns, line]);
    }
  }
  expect(drawnNotes(at).get('f_0')).toBe(
    'struct \\x1b[2J\\x1b]0;t\\x07 f_0(struct \\x1b[2J\\x1b]0;t\\x07 *\\x1b[2J\\x1b]0;t\\x07)',
  );
  expect(drawnNotes(at).get('f_bytes')).toBe('void f_bytes(\\xc3 \\x9b31m\\x85\\xff)');
});
