/**
 * BTF bytes by hand, in either byte order. Shares nothing with src/btf: kind numbers and bit positions are written out
 * here again from include/uapi/linux/btf.h, so that a mistake in the reader does not cancel out.
 *
 * Every type method returns the id of the type it added; references may be any number, valid or not.
 */

export interface BtfWriterOptions {
  readonly bigEndian?: boolean;
  /** Continue this BTF's ids and string offsets: split BTF. */
  readonly base?: BtfWriter;
}

/** Header fields to write instead of the right ones. */
export interface HeaderOverrides {
  readonly magic?: number;
  readonly version?: number;
  readonly hdr_len?: number;
  readonly type_off?: number;
  readonly type_len?: number;
  readonly str_off?: number;
  readonly str_len?: number;
}

type Named = readonly [name: string, type: number];

export class BtfWriter {
  readonly #bigEndian: boolean;
  readonly #firstId: number;
  readonly #firstString: number;
  readonly #words: number[] = [];
  readonly #recordStarts: number[] = [];
  readonly #strings: number[];

  constructor(options: BtfWriterOptions = {}) {
    this.#bigEndian = options.bigEndian ?? false;
    this.#firstId = options.base?.endId ?? 1;
    this.#firstString = options.base?.stringsEnd ?? 0;
    this.#strings = options.base === undefined ? [0] : [];
  }

  get endId(): number {
    return this.#firstId + this.#recordStarts.length;
  }

  get stringsEnd(): number {
    return this.#firstString + this.#strings.length;
  }

  /** Byte position of the last record in the type section. */
  get lastRecord(): number {
    return (this.#recordStarts.at(-1) ?? 0) * 4;
  }

  /** Add a string of latin1 characters; '' is offset 0. */
  string(text: string): number {
    if (text === '') return 0;
    const at = this.stringsEnd;
    for (const byte of Buffer.from(text, 'latin1')) this.#strings.push(byte);
    this.#strings.push(0);
    return at;
  }

  /** A record from its words: name_off, info, size or type, and whatever follows. */
  record(words: readonly number[]): number {
    const id = this.endId;
    this.#recordStarts.push(this.#words.length);
    for (const word of words) this.#words.push(word);
    return id;
  }

  int(name: string, size: number, encoding = 0, bits = size * 8, offset = 0): number {
    return this.#type(name, 1, 0, size, false, [encoding * 0x1000000 + offset * 0x10000 + bits]);
  }

  pointer(type: number): number {
    return this.#type('', 2, 0, type);
  }

  array(type: number, indexType: number, nelems: number): number {
    return this.#type('', 3, 0, 0, false, [type, indexType, nelems]);
  }

  struct(
    name: string,
    size: number,
    members: readonly (readonly [string, number, number])[],
    kindFlag = false,
  ): number {
    return this.#composite(4, name, size, members, kindFlag);
  }

  union(name: string, size: number, members: readonly (readonly [string, number, number])[], kindFlag = false): number {
    return this.#composite(5, name, size, members, kindFlag);
  }

  enum(name: string, size: number, values: readonly Named[], signed = false): number {
    const entries = values.flatMap(([text, value]) => [this.string(text), value]);
    return this.#type(name, 6, values.length, size, signed, entries);
  }

  forward(name: string, union = false): number {
    return this.#type(name, 7, 0, 0, union);
  }

  typedef(name: string, type: number): number {
    return this.#type(name, 8, 0, type);
  }

  volatile(type: number): number {
    return this.#type('', 9, 0, type);
  }

  const(type: number): number {
    return this.#type('', 10, 0, type);
  }

  restrict(type: number): number {
    return this.#type('', 11, 0, type);
  }

  func(name: string, proto: number, linkage = 0): number {
    return this.#type(name, 12, linkage, proto);
  }

  proto(returns: number, parameters: readonly Named[]): number {
    const entries = parameters.flatMap(([text, type]) => [this.string(text), type]);
    return this.#type('', 13, parameters.length, returns, false, entries);
  }

  variable(name: string, type: number, linkage: number): number {
    return this.#type(name, 14, 0, type, false, [linkage]);
  }

  datasec(name: string, size: number, variables: readonly (readonly [number, number, number])[]): number {
    return this.#type(name, 15, variables.length, size, false, variables.flat());
  }

  float(name: string, size: number): number {
    return this.#type(name, 16, 0, size);
  }

  declTag(tag: string, type: number, component: number): number {
    return this.#type(tag, 17, 0, type, false, [component]);
  }

  typeTag(tag: string, type: number, attribute = false): number {
    return this.#type(tag, 18, 0, type, attribute);
  }

  enum64(name: string, size: number, values: readonly (readonly [string, bigint])[], signed = false): number {
    const entries = values.flatMap(([text, value]) => {
      const bits = BigInt.asUintN(64, value);
      return [this.string(text), Number(bits & 0xffffffffn), Number(bits >> 32n)];
    });
    return this.#type(name, 19, values.length, size, signed, entries);
  }

  build(overrides: HeaderOverrides = {}): Uint8Array {
    const typeLength = this.#words.length * 4;
    const bytes = new Uint8Array(24 + typeLength + this.#strings.length);
    const view = new DataView(bytes.buffer);
    const little = !this.#bigEndian;
    view.setUint16(0, overrides.magic ?? 0xeb9f, little);
    view.setUint8(2, overrides.version ?? 1);
    view.setUint32(4, overrides.hdr_len ?? 24, little);
    view.setUint32(8, overrides.type_off ?? 0, little);
    view.setUint32(12, overrides.type_len ?? typeLength, little);
    view.setUint32(16, overrides.str_off ?? typeLength, little);
    view.setUint32(20, overrides.str_len ?? this.#strings.length, little);
    this.#words.forEach((word, index) => {
      view.setUint32(24 + index * 4, word >>> 0, little);
    });
    bytes.set(this.#strings, 24 + typeLength);
    return bytes;
  }

  #composite(
    kind: number,
    name: string,
    size: number,
    members: readonly (readonly [string, number, number])[],
    kindFlag: boolean,
  ): number {
    const entries = members.flatMap(([text, type, offset]) => [this.string(text), type, offset]);
    return this.#type(name, kind, members.length, size, kindFlag, entries);
  }

  #type(
    name: string,
    kind: number,
    vlen: number,
    sizeOrType: number,
    kindFlag = false,
    rest: readonly number[] = [],
  ): number {
    const info = (kindFlag ? 0x80000000 : 0) + kind * 0x1000000 + vlen;
    return this.record([this.string(name), info, sizeOrType, ...rest]);
  }
}

/** One type at least of every kind, with the unusual values that printers trip over. */
export function everyKind(options: BtfWriterOptions = {}): BtfWriter {
  const b = new BtfWriter(options);
  const int = b.int('int', 4, 1);
  const char = b.int('char', 1, 2);
  b.int('_Bool', 1, 4);
  b.int('odd encoding', 4, 3, 7, 5);
  const ulong = b.int('unsigned long', 8);
  const pointer = b.pointer(char);
  b.array(int, ulong, 0xffffffff);
  const list = b.struct('list', 16, [
    ['next', b.endId + 1, 0],
    ['', int, 64],
  ]);
  b.pointer(list);
  b.struct(
    '',
    8,
    [
      ['plain', int, 0],
      ['bits', int, 3 * 0x1000000 + 37],
      ['top', int, 0xff000000 + 0xffffff],
    ],
    true,
  );
  b.union('both', 4, [['low', int, 0xffffffff]]);
  b.union('', 0, []);
  b.enum('colour', 4, [
    ['RED', 0],
    ['MAX', 0xffffffff],
  ]);
  b.enum('level', 4, [['LOW', -1]], true);
  b.enum('', 1, []);
  b.forward('opaque');
  b.forward('choice', true);
  b.typedef('ssize_t', ulong);
  b.volatile(int);
  b.const(0);
  b.restrict(pointer);
  const proto = b.proto(int, [
    ['file', pointer],
    ['', 0],
  ]);
  b.proto(0, []);
  b.func('f_static', proto, 0);
  b.func('f_global', proto, 1);
  b.func('f_extern', proto, 2);
  b.func('f_odd', proto, 3);
  const first = b.variable('v_static', int, 0);
  const second = b.variable('v_global', int, 1);
  b.variable('v_extern', int, 2);
  b.variable('v_odd', int, 7);
  b.datasec('.data..percpu', 64, [
    [first, 0, 4],
    [second, 8, 4],
    [0, 1, 2],
  ]);
  b.float('double', 8);
  b.declTag('bpf_kfunc', proto, -1);
  b.declTag('arg', proto, 1);
  b.typeTag('user', char);
  b.typeTag('address_space(1)', char, true);
  b.enum64('big', 8, [
    ['ALL', 0xffff_ffff_ffff_ffffn],
    ['SMALL', 1n],
  ]);
  b.enum64('negative', 8, [['MIN', -0x8000_0000_0000_0000n]], true);
  b.typedef('caf\u00e9\u0001\u001b[31m', int);
  b.typedef('', int);
  return b;
}

/** Records whose names or references are wrong, each of which can still be told from the next. */
export function damagedNames(): BtfWriter {
  const b = new BtfWriter();
  b.int('int', 4, 1);
  b.record([9999, 0x01000000, 4, 0x20]);
  b.struct('s', 4, [['a', 1, 0]]);
  b.datasec('.x', 4, [
    [77, 0, 0],
    [0, 5, 5],
    [3, 1, 1],
  ]);
  b.func('x', 99);
  b.typedef('t', 1);
  b.record([1 + b.string('zz'), 0x08000000, 1]);
  b.record([b.stringsEnd - 1, 0x08000000, 1]);
  b.record([0, 0x0d000001, 1, 7777, 1]);
  b.record([b.string('fwd'), 0x87000000, 7]);
  b.record([b.string('ptr'), 0x02000000, 7]);
  return b;
}
