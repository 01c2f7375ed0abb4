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
import { NameLookup } from '../bytes/name-lookup.ts';
import { printable } from '../bytes/printable.ts';
import { StringTable } from '../bytes/string-table.ts';
import { ParseError } from '../errors.ts';
import { LineReader, notOfThisKind } from './line-reader.ts';

const structure = 'ftrace list';
const invalid = /^__ftrace_invalid_address___/;
/** name, its module, and its address where the file has them. */
const pattern = /^(?:([\da-f]{8}|[\da-f]{16}) )?([^\0-\x20\x7f]+)(?: \[([^\0-\x20\x7f]+)\])?$/;

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
  /** Of each line; only in the form with addresses. */
  readonly addresses: readonly bigint[] | undefined;
  readonly #strings: StringTable;
  readonly #starts: Uint32Array;
  readonly #module: Uint16Array;
  readonly #lookup: NameLookup;
  #distinct: number | undefined;

  constructor(from: string, { strings, starts, module, modules, addresses, invalid }: FtraceColumns) {
    this.from = from;
    this.count = starts.length;
    this.modules = modules;
    this.addresses = addresses.length === starts.length ? addresses : undefined;
    this.#strings = new StringTable(strings, from);
    this.#starts = starts;
    this.#module = module;
    this.#lookup = new NameLookup(this.#strings, starts);
    this.invalid = invalid;
    this.ofModules = module.reduce((sum, index) => sum + (index === 0 ? 0 : 1), 0);
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

  /** Every line with this name, of the kernel and of modules. */
  rows(name: string): number[] {
    return this.#lookup.all(name);
  }

  /** The first line of the kernel itself with the name at `at` of a string table: for passes over symbols. */
  rowOfKernel(strings: StringTable, at: number): number | undefined {
    let row = this.#lookup.first(strings, at);
    while (row !== undefined && this.#module[row] !== 0) row = this.#lookup.after(row);
    return row;
  }

  /** Whether ftrace can trace a function of the kernel itself, or of a module where one is named. */
  isTraceable(name: string, module?: string): boolean {
    return !invalid.test(name) && this.rows(name).some((row) => this.moduleOf(row) === module);
  }
}

interface FtraceColumns {
  /** Names, each ended by a NUL. */
  readonly strings: Buffer;
  readonly starts: Uint32Array;
  /** 1 + the index in `modules`; 0 is the kernel itself. */
  readonly module: Uint16Array;
  readonly modules: readonly string[];
  readonly addresses: readonly bigint[];
  readonly invalid: number;
}

/** Read all of it. @throws ParseError bad-value (no such list, a bad line by its number), truncated (empty), unsupported */
export function readFtraceList(source: ByteSource): FtraceList {
  const lines = new LineReader(source, structure);
  const starts: number[] = [];
  const module: number[] = [];
  const names: string[] = [];
  const addresses: bigint[] = [];
  const ids = new Map<string, number>();
  let invalidLines = 0;
  for (let end = 0; lines.next(); ) {
    const [, address, name, ofModule] = pattern.exec(lines.text) ?? [];
    if (name === undefined) throw badLine(lines);
    if (address !== undefined) addresses.push(BigInt(`0x${address}`));
    if (invalid.test(name)) invalidLines++;
    if (ofModule !== undefined && !ids.has(ofModule)) ids.set(ofModule, ids.size + 1);
    module.push(ofModule === undefined ? 0 : (ids.get(ofModule) as number));
    starts.push(end);
    names.push(name);
    end += name.length + 1;
  }
  if (names.length === 0) {
    const advice = 'the kernel has no dynamic ftrace, or the copy went wrong';
    const name = printable(source.name);
    throw new ParseError({ code: 'truncated', structure: name, problem: 'the file is empty', advice });
  }
  return new FtraceList(source.name, {
    strings: Buffer.from(`${names.join('\0')}\0`, 'latin1'),
    starts: Uint32Array.from(starts),
    module: Uint16Array.from(module),
    modules: [...ids.keys()],
    addresses,
    invalid: invalidLines,
  });
}

function badLine(lines: LineReader): ParseError {
  const expected = 'a function, or "function [module]"';
  if (lines.line === 1) return notOfThisKind(lines, 'available_filter_functions', expected);
  return new ParseError({
    code: 'bad-value',
    structure: lines.where,
    problem: `${lines.quoted} is not ${expected}`,
    advice: 'the file is damaged or was cut off: copy it again',
  });
}
