import { expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { declaration, prototype } from '../../src/btf/print-c.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';

const parse = (b: BtfWriter): Btf => Btf.parse(memorySource(b.build()));

test('a FUNC prints as the prototype that its source has', () => {
  const b = new BtfWriter();
  const ssize = b.typedef('ssize_t', b.int('long int', 8, 1));
  const kiocb = b.pointer(b.forward('kiocb'));
  const from = b.pointer(b.struct('iov_iter', 0, []));
  const func = b.func(
    'tty_write',
    b.proto(ssize, [
      ['iocb', kiocb],
      ['from', from],
    ]),
  );
  const btf = parse(b);
  expect(prototype(btf, func)).toBe('static ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)');
  expect(prototype(btf, func, { parameterNames: false })).toBe(
    'static ssize_t tty_write(struct kiocb *, struct iov_iter *)',
  );
  expect(prototype(btf, func, { parameterNames: false, linkage: false, returnType: false })).toBe(
    'tty_write(struct kiocb *, struct iov_iter *)',
  );
});

test('linkage, no parameters, more parameters and a returned pointer are spelled as in C', () => {
  const b = new BtfWriter();
  const text = b.pointer(b.const(b.int('char', 1)));
  const btf = (() => {
    b.func('nothing', b.proto(0, []), 1);
    b.func(
      'printk',
      b.proto(text, [
        ['fmt', text],
        ['', 0],
      ]),
      2,
    );
    b.func('odd', b.proto(0, [['', text]]), 9);
    return parse(b);
  })();
  expect([...btf.funcs].map((id) => prototype(btf, id))).toEqual([
    'void nothing(void)',
    'extern const char *printk(const char *fmt, ...)',
    'void odd(const char *)',
  ]);
});

test('a declaration is read from the name outwards', () => {
  const b = new BtfWriter();
  const int = b.int('int', 4, 1);
  const char = b.int('char', 1);
  const constChar = b.const(char);
  const text = b.pointer(constChar);
  const callback = b.pointer(b.proto(int, [['', b.pointer(0)]]));
  const cases: readonly (readonly [number, string, string])[] = [
    [text, 'const char *x', 'const char *'],
    [b.const(text), 'const char *const x', 'const char *const'],
    [b.pointer(b.const(text)), 'const char *const *x', 'const char *const *'],
    [b.pointer(b.volatile(b.const(int))), 'const volatile int *x', 'const volatile int *'],
    [b.restrict(b.pointer(int)), 'int *restrict x', 'int *restrict'],
    [b.array(b.array(char, int, 3), int, 2), 'char x[2][3]', 'char[2][3]'],
    [b.array(text, int, 4), 'const char *x[4]', 'const char *[4]'],
    [b.pointer(b.array(int, int, 4)), 'int (*x)[4]', 'int (*)[4]'],
    [b.pointer(b.const(b.array(int, int, 4))), 'const int (*x)[4]', 'const int (*)[4]'],
    [b.const(b.array(b.pointer(int), int, 2)), 'int *const x[2]', 'int *const [2]'],
    [b.const(b.array(constChar, int, 5)), 'const char x[5]', 'const char[5]'],
    [callback, 'int (*x)(void *)', 'int (*)(void *)'],
    [b.array(callback, int, 8), 'int (*x[8])(void *)', 'int (*[8])(void *)'],
    [b.pointer(b.proto(callback, [['sig', int]])), 'int (*(*x)(int sig))(void *)', 'int (*(*)(int sig))(void *)'],
    [b.pointer(b.typeTag('user', constChar)), 'const char __user *x', 'const char __user *'],
    [
      b.pointer(b.typeTag('ctx', int)),
      'int __attribute__((btf_type_tag("ctx"))) *x',
      'int __attribute__((btf_type_tag("ctx"))) *',
    ],
    [
      b.pointer(b.typeTag('address_space(1)', int, true)),
      'int __attribute__((address_space(1))) *x',
      'int __attribute__((address_space(1))) *',
    ],
    [b.pointer(b.typeTag('rcu', b.array(int, int, 2))), 'int (__rcu *x)[2]', 'int (__rcu *)[2]'],
    [b.pointer(b.struct('', 0, [])), 'struct {...} *x', 'struct {...} *'],
    [b.union('u', 0, []), 'union u x', 'union u'],
    [b.enum('', 4, []), 'enum {...} x', 'enum {...}'],
    [b.enum64('e', 8, []), 'enum e x', 'enum e'],
    [b.forward('f', true), 'union f x', 'union f'],
    [b.float('double', 8), 'double x', 'double'],
    [b.const(0), 'const void x', 'const void'],
  ];
  const btf = parse(b);
  expect(cases.map(([id]) => declaration(btf, id, 'x'))).toEqual(cases.map(([, named]) => named));
  expect(cases.map(([id]) => declaration(btf, id))).toEqual(cases.map(([, , abstract]) => abstract));
});

test('what is no type of its own prints as what it is', () => {
  const b = new BtfWriter();
  const int = b.int('int', 4);
  const variable = b.variable('jiffies', b.volatile(int), 0);
  const section = b.datasec('.data..percpu', 4, [[variable, 0, 4]]);
  const tag = b.declTag('bpf_kfunc', int, -1);
  const btf = parse(b);
  expect(declaration(btf, variable)).toBe('static volatile int jiffies');
  expect(declaration(btf, section)).toBe('section .data..percpu');
  expect(declaration(btf, tag)).toBe('__attribute__((btf_decl_tag("bpf_kfunc")))');
});

test('a bad id stands in the place of the type', () => {
  const b = new BtfWriter();
  const int = b.int('int', 4);
  const gone = b.func('gone', 123);
  const notProto = b.func('not_proto', int);
  const half = b.func(
    'half',
    b.proto(900, [
      ['p', b.pointer(901)],
      ['f', gone],
    ]),
  );
  const btf = parse(b);
  expect(prototype(btf, gone)).toBe('static <bad type id 123> gone');
  expect(prototype(btf, notProto)).toBe('static <bad type id 1> not_proto');
  expect(prototype(btf, half)).toBe('static <bad type id 900> half(<bad type id 901> *p, <bad type id 2> f)');
  expect(prototype(btf, 77)).toBe('<bad type id 77>');
  expect(declaration(btf, -1, 'x')).toBe('<bad type id -1> x');
});

test('types that contain themselves are cut where they come round', () => {
  const b = new BtfWriter();
  const self = b.pointer(b.endId);
  const first = b.const(b.endId + 1);
  b.volatile(first);
  const func = b.func('f', b.endId + 1);
  const proto = b.proto(b.endId, [['again', b.endId + 1]]);
  const pointer = b.pointer(proto);
  const btf = parse(b);
  expect(declaration(btf, self, 'x')).toBe('<type cycle at id 1> *x');
  expect(declaration(btf, first, 'x')).toBe('const volatile <type cycle at id 2> x');
  expect(prototype(btf, func)).toContain(`<type cycle at id ${proto}>`);
  expect(declaration(btf, pointer)).toContain(`<type cycle at id ${pointer}>`);
});

test('a struct that points to itself is no cycle: it has a name', () => {
  const b = new BtfWriter();
  const list = b.struct('list_head', 16, [['next', b.endId + 1, 0]]);
  const pointer = b.pointer(list);
  expect(declaration(parse(b), pointer, 'next')).toBe('struct list_head *next');
});

test('a chain of 20,000 types and a prototype that doubles 64 times are cut short', () => {
  const b = new BtfWriter();
  let chain = b.int('int', 4);
  for (let i = 0; i < 20_000; i++) chain = b.pointer(chain);
  let doubling = b.proto(0, []);
  for (let i = 0; i < 64; i++)
    doubling = b.proto(0, [
      ['a', doubling],
      ['b', doubling],
    ]);
  const btf = parse(b);
  expect(declaration(btf, chain, 'x')).toMatch(/^<type too large> \*+x$/);
  const text = declaration(btf, doubling);
  expect(text).toContain('<type too large>');
  expect(text.length).toBeLessThan(100_000);
});

test('a name as long as the string section is cut, however often it is repeated', () => {
  const b = new BtfWriter();
  const long = b.string('n'.repeat(300_000));
  const int = b.int('int', 4);
  for (const type of [int, 0x7777_7777]) {
    const parameters = Array.from({ length: 20_000 }, () => [long, type]).flat();
    const proto = b.record([0, 0x0d000000 + 20_000, 0, ...parameters]);
    const text = declaration(parse(b), proto);
    expect(text.length).toBeLessThan(2_000_000);
    expect(text).toContain('nnn...');
  }
});

test('who shows the start alone gets no more than that: what names have more characters for is too large', () => {
  const b = new BtfWriter();
  const int = b.int('int', 4, 1);
  const parameters = Array.from({ length: 1000 }, (_, i) => [`p${i}`, int] as const);
  const func = b.func('f', b.proto(int, parameters));
  const btf = parse(b);
  const whole = prototype(btf, func, { linkage: false });
  expect(prototype(btf, func, { linkage: false, most: 100_000 })).toBe(whole);
  const start = prototype(btf, func, { linkage: false, most: 30 });
  expect(start).toBe('int f(int p0, int p1, int p2, int p3, int p4, int p5, <type too large> p6, <type too large>)');
});
