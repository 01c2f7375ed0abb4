/**
 * /sys/kernel/tracing/available_filter_functions (kernel/trace/ftrace.c, t_show): what ftrace can trace.
 *
 *   tty_write
 *   rfcomm_tty_write [rfcomm]                 of a module
 *   ffffffff8187a0d4 tty_write                available_filter_functions_addrs, since 6.5: where the call is
 *   __ftrace_invalid_address___1234           an entry whose function lost (weak), which cannot be traced
 *
 * Static functions of the same name are as many lines. A line is a row, so that row 0 is line 1.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { type U64Column, u64At, u64Column } from '../bytes/columns.ts';
import { NameLookup } from '../bytes/name-lookup.ts';
import { printable } from '../bytes/printable.ts';
import { StringTable } from '../bytes/string-table.ts';
import { ParseError } from '../errors.ts';
import { LineReader, notOfThisKind } from './line-reader.ts';

const structure = 'ftrace list';
const invalid = /^__ftrace_invalid_address___/;
/** name, its module, and its address where the file has them. */
const pattern = /^(?:([\da-f]{8}|[\da-f]{16}) )?([^\0-\x20\x7f]+)(?: \[([^\0-\x20\x7f]+)\])?$/;

/** More modules than anybody has loaded: what does not fit the column is not such a list. */
const mostModules = 0xffff;

export class FtraceList {
  /** The file's path. */
  readonly from: string;
  /** Lines, invalid entries included. */
  readonly count: number;
  /** Lines that are entries without a function. */
  readonly invalid: number;
  /** Lines of modules. */
  readonly ofModules: number;
  readonly modules: readonly string[];
  /** What is wrong although all lines can be read. */
  readonly damage: ParseError | undefined;
  readonly #strings: StringTable;
  readonly #starts: Uint32Array;
  readonly #module: Uint16Array;
  readonly #moduleIds: ReadonlyMap<string, number>;
  readonly #addresses: U64Column | undefined;
  #byName: NameLookup | undefined;
  #byNameAndModule: NameLookup | undefined;
  #distinct: number | undefined;

  constructor(
    from: string,
    { strings, starts, module, moduleIds, addresses, invalid }: FtraceColumns,
    damage?: ParseError,
  ) {
    this.from = from;
    this.damage = damage;
    this.count = starts.length;
    this.modules = [...moduleIds.keys()];
    this.invalid = invalid;
    this.#strings = new StringTable(strings, from);
    this.#starts = starts;
    this.#module = module;
    this.#moduleIds = moduleIds;
    this.#addresses = addresses;
    this.ofModules = module.reduce((sum, index) => sum + (index === 0 ? 0 : 1), 0);
  }

  get #lookup(): NameLookup {
    this.#byName ??= new NameLookup(this.#strings, this.#starts);
    return this.#byName;
  }

  /** The kernel itself is group 0: a name may be in as many modules as there are lines. */
  get #lookupInModule(): NameLookup {
    this.#byNameAndModule ??= new NameLookup(this.#strings, this.#starts, { groups: this.#module });
    return this.#byNameAndModule;
  }

  /** Distinct names of the kernel itself. */
  get distinct(): number {
    this.#distinct ??= this.#countDistinct();
    return this.#distinct;
  }

  #countDistinct(): number {
    let distinct = 0;
    for (let row = 0; row < this.count; row++) {
      if (this.#module[row] !== 0) continue;
      if (this.rowOfKernel(this.#strings, this.#starts[row] as number) === row) distinct++;
    }
    return distinct - this.invalid;
  }

  name(row: number): string {
    return this.#strings.at(this.#starts[row] ?? 0);
  }

  /** The module of a line; undefined for the kernel itself. */
  moduleOf(row: number): string | undefined {
    return this.modules[(this.#module[row] ?? 0) - 1];
  }

  /** The line of the file, from 1. */
  line(row: number): number {
    return row + 1;
  }

  /** Whether every line has its address. */
  get hasAddresses(): boolean {
    return this.#addresses !== undefined;
  }

  /** Where the call is, while the kernel runs; 0 where {@link hasAddresses} does not hold. */
  address(row: number): bigint {
    return this.#addresses === undefined ? 0n : u64At(this.#addresses, row);
  }

  /** Every line with this name, of the kernel and of modules. */
  rows(name: string): number[] {
    return this.#lookup.all(name);
  }

  /** The first line of the kernel itself with the name at `at` of a string table: for passes over symbols. */
  rowOfKernel(strings: StringTable, at: number): number | undefined {
    return this.#lookupInModule.first(strings, at);
  }

  /** The one row of `other` with the name of a line; undefined where the name is not alone in both. */
  onlyIn(other: NameLookup, row: number): number | undefined {
    const at = this.#starts[row] as number;
    return this.#lookup.only(this.#strings, at) === undefined ? undefined : other.only(this.#strings, at);
  }

  /** Whether ftrace can trace a function of the kernel itself, or of a module where one is named. */
  isTraceable(name: string, module?: string): boolean {
    const group = module === undefined ? 0 : this.#moduleIds.get(module);
    if (group === undefined || invalid.test(name)) return false;
    const wanted = new StringTable(Buffer.from(`${name}\0`, 'latin1'), 'name');
    return this.#lookupInModule.first(wanted, 0, group) !== undefined;
  }
}

interface FtraceColumns {
  /** Names, each ended by a NUL. */
  readonly strings: Uint8Array;
  readonly starts: Uint32Array;
  /** Of each line the number of its module, from 1; 0 is the kernel itself. */
  readonly module: Uint16Array;
  readonly moduleIds: ReadonlyMap<string, number>;
  /** Undefined where a line has none. */
  readonly addresses: U64Column | undefined;
  readonly invalid: number;
}

/**
 * Read all of it.
 * @throws ParseError bad-value (no such list, a bad line by its number), truncated (empty), unsupported (too large)
 */
export function readFtraceList(source: ByteSource): FtraceList {
  const lines = new LineReader(source, structure);
  const draft = new Draft(source.size);
  while (lines.next()) draft.add(lines);
  if (draft.count === 0) {
    const advice = 'the kernel has no dynamic ftrace, or the copy went wrong';
    const name = printable(source.name);
    throw new ParseError({ code: 'truncated', structure: name, problem: 'the file is empty', advice });
  }
  return new FtraceList(source.name, draft.finish(), lines.damage);
}

/** Columns that grow by a line at a time. They begin as small as the kernel's lists are, whatever the file is. */
class Draft {
  count = 0;
  readonly #strings: Uint8Array;
  #end = 0;
  #starts: Uint32Array;
  #module: Uint16Array;
  #addresses: U64Column;
  #withAddress = 0;
  #invalid = 0;
  readonly #moduleIds = new Map<string, number>();

  constructor(size: number) {
    // A name and its NUL are no longer than its line, whose end the last one may lack.
    this.#strings = new Uint8Array(size + 1);
    this.#starts = new Uint32Array(firstRows);
    this.#module = new Uint16Array(firstRows);
    this.#addresses = u64Column(0);
  }

  /** @throws ParseError bad-value: it is no line of the list */
  add(lines: LineReader): void {
    const [, address, name, ofModule] = pattern.exec(lines.text) ?? [];
    if (name === undefined) throw badLine(lines);
    const row = this.count++;
    if (row === this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(row * 2));
      this.#module = grown(this.#module, new Uint16Array(row * 2));
    }
    if (address !== undefined && this.#withAddress++ === row) this.#addAddress(row, address);
    if (invalid.test(name)) this.#invalid++;
    if (ofModule !== undefined) this.#module[row] = this.#idOf(ofModule, lines);
    this.#starts[row] = this.#end;
    const at = lines.start + (address === undefined ? 0 : address.length + 1);
    this.#strings.set(lines.bytes.subarray(at, at + name.length), this.#end);
    this.#end += name.length + 1;
  }

  #addAddress(row: number, address: string): void {
    const { hi, lo } = this.#addresses;
    if (row >= hi.length) {
      const rows = Math.max(firstRows, row * 2);
      this.#addresses = { hi: grown(hi, new Uint32Array(rows)), lo: grown(lo, new Uint32Array(rows)) };
    }
    this.#addresses.hi[row] = Number.parseInt(address.slice(0, -8) || '0', 16);
    this.#addresses.lo[row] = Number.parseInt(address.slice(-8), 16);
  }

  #idOf(module: string, lines: LineReader): number {
    const known = this.#moduleIds.get(module);
    if (known !== undefined) return known;
    const id = this.#moduleIds.size + 1;
    if (id > mostModules) throw badLine(lines, `is of one more module than the ${mostModules} that there can be`);
    this.#moduleIds.set(module, id);
    return id;
  }

  finish(): FtraceColumns {
    const { count } = this;
    const { hi, lo } = this.#addresses;
    return {
      strings: this.#strings.subarray(0, this.#end),
      starts: this.#starts.subarray(0, count),
      module: this.#module.subarray(0, count),
      moduleIds: this.#moduleIds,
      addresses: this.#withAddress === count ? { hi: hi.subarray(0, count), lo: lo.subarray(0, count) } : undefined,
      invalid: this.#invalid,
    };
  }
}

/** As many as a kernel of many functions lists. */
const firstRows = 1 << 16;

function grown<T extends Uint32Array | Uint16Array>(column: T, into: T): T {
  into.set(column);
  return into;
}

const expected = 'a function, or "function [module]"';

function badLine(lines: LineReader, problem = `is not ${expected}`): ParseError {
  if (lines.line === 1) return notOfThisKind(lines, 'available_filter_functions', expected);
  return new ParseError({
    code: 'bad-value',
    structure: lines.where,
    problem: `${lines.quoted} ${problem}`,
    advice: 'the file is damaged or was cut off: copy it again',
  });
}
