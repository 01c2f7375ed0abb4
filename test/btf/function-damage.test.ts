/** What is said of the types of one function, without a pass over the others. */
import { expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';

const parse = (writer: BtfWriter, base?: Btf): Btf =>
  Btf.parse(
    memorySource(writer.build(), 'vmlinux', (at) => 0x1000 + at),
    base,
  );

/** 1 int, 2 a pointer to it, then what is added; the last FUNC is asked about. */
function btfOf(add: (b: BtfWriter) => void): Btf {
  const b = new BtfWriter();
  b.int('int', 4, 1);
  b.pointer(1);
  add(b);
  return parse(b);
}

const ask = (btf: Btf): string | undefined => btf.damageOf(btf.funcs.at(-1) ?? 0)?.message;

/** A function of one parameter. */
const takes = (b: BtfWriter, type: number): number => b.func('f', b.proto(1, [['a', type]]));

const bad: readonly [what: string, problem: RegExp, add: (b: BtfWriter) => void][] = [
  ['no prototype', /^BTF type 3 \(FUNC\) .*: its type is 1 \(INT\), expected a FUNC_PROTO$/, (b) => b.func('f', 1)],
  [
    'a parameter',
    /^BTF type 3 \(FUNC_PROTO\) .*: the type of entry 0 is 99, and the last id is 4$/,
    (b) => takes(b, 99),
  ],
  [
    'what it returns, behind modifiers',
    /^BTF type 4 \(CONST\) .*: its type is 6 \(FUNC\), expected a type$/,
    (b) => {
      b.pointer(4);
      b.const(6);
      b.func('f', b.proto(3, []));
    },
  ],
  [
    'a member of a structure',
    /^BTF type 3 \(STRUCT\) .*: the type of entry 0 is 77, and the last id is 5$/,
    (b) => takes(b, b.struct('s', 8, [['m', 77, 0]])),
  ],
  [
    'a parameter of a callback',
    /^BTF type 3 \(FUNC_PROTO\) .*: the type of entry 0 is 77, and the last id is 6$/,
    (b) => takes(b, b.pointer(b.proto(0, [['a', 77]]))),
  ],
  ['a type of itself', /^BTF type 3 \(TYPEDEF\) .*: it contains itself$/, (b) => takes(b, b.typedef('t', 3))],
  [
    'a structure of itself, told from its first type',
    /^BTF type 3 \(TYPEDEF\) .*: it contains itself by way of types 5, 4$/,
    (b) => {
      b.typedef('t', 5);
      b.const(3);
      takes(
        b,
        b.struct('s', 8, [
          ['i', 1, 0],
          ['m', 4, 32],
        ]),
      );
    },
  ],
  [
    'pointers that come back',
    /^BTF type 3 \(PTR\) .*: it points to itself by way of type 4$/,
    (b) => {
      b.pointer(4);
      b.const(3);
      takes(b, b.pointer(3));
    },
  ],
];

test.each(bad)('%s is told, in the words that all of the BTF has for it', (_, problem, add) => {
  const btf = btfOf(add);
  expect(ask(btf)).toMatch(problem);
  expect(btf.referenceDamage.map(({ message }) => message)).toEqual([ask(btf)]);
});

test('of a function whose types are sound nothing is told, whatever is wrong elsewhere', () => {
  const btf = btfOf((b) => {
    b.typedef('other', 99);
    const node = b.endId;
    // struct node { struct node *next; node_t (*f)(node_t *); };
    b.struct('node', 16, [
      ['next', node + 1, 0],
      ['f', node + 3, 64],
    ]);
    b.pointer(node);
    b.typedef('node_t', node);
    b.pointer(b.endId + 1);
    b.proto(node + 2, [['n', b.endId + 1]]);
    b.pointer(node + 2);
    // What a structure behind a pointer has is not in the prototype.
    b.struct('bad', 8, [['m', 99, 0]]);
    b.pointer(b.endId - 1);
    b.func(
      'f',
      b.proto(node + 2, [
        ['a', node],
        ['b', node + 1],
        ['c', node + 3],
        ['d', b.endId - 1],
        ['e', 1],
        ['f', 1],
      ]),
    );
  });
  expect(btf.referenceDamage).toHaveLength(1);
  expect(ask(btf)).toBeUndefined();
  expect(btf.damageOf(0)).toBeUndefined();
  expect(btf.damageOf(1000)).toBeUndefined();
});

test('chains and structures without end take no time', () => {
  const b = new BtfWriter();
  b.int('int', 4, 1);
  for (let i = 0; i < 200_000; i++) b.const(b.endId + 1);
  b.struct(
    's',
    8,
    Array.from({ length: 200_000 }, (_, i) => ['m', 2 + i, 0] as const),
  );
  takes(b, 2);
  const btf = parse(b);
  const started = performance.now();
  for (let i = 0; i < 10; i++) expect(ask(btf)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(2000);
});

test('what is in the base of a module is told of the base', () => {
  const kernel = new BtfWriter();
  kernel.int('int', 4, 1);
  kernel.typedef('bad', 99);
  const module = new BtfWriter({ base: kernel });
  const proto = module.proto(1, [['a', 2]]);
  module.func('f', proto);
  module.func('g', 1);
  const btf = parse(module, parse(kernel));
  expect(btf.damageOf(proto + 1)).toBeUndefined();
  expect(ask(btf)).toMatch(/: its type is 1 \(INT\), expected a FUNC_PROTO$/);
});
