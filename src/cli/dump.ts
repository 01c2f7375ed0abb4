/**
 * `kinspect dump FILE WHAT`: one table of a kernel, as text, as JSON, or as the tool prints it that people would have
 * used. Every way is a sequence of chunks, each handed over before the next is made.
 */

import type { Btf } from '../btf/btf.ts';
import { printRaw, rawLines } from '../btf/print-raw.ts';
import { SHT } from '../elf/constants.ts';
import { need, ParseError, readyValue, unreadable } from '../errors.ts';
import { layoutDoubts, runningDoubts } from '../explain/doubts.ts';
import { gdbDataNames, printGdbWords } from '../format/gdb-words.ts';
import type { JsonObject } from '../format/json.ts';
import { type Listing, printJson, printNdjson, printText } from '../format/listing.ts';
import { btfListing } from '../format/listings/btf.ts';
import { mcountListing } from '../format/listings/mcount.ts';
import { relocationListing } from '../format/listings/relocations.ts';
import { sectionListing } from '../format/listings/sections.ts';
import { symbolListing } from '../format/listings/symbols.ts';
import { MemoryView } from '../format/memory-view.ts';
import { type NameStyle, printNm } from '../format/nm.ts';
import { printR2Hex } from '../format/r2-hex.ts';
import { printReadelfRelocations } from '../format/readelf-relocations.ts';
import { visible, visibleText } from '../format/visible.ts';
import type { McountRegion } from '../kernel/mcount.ts';
import type { RunningKernel } from '../kernel/running.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { DumpOptions } from './args.ts';
import { type CliIo, exitCode } from './io.ts';
import { openKernel } from './open-kernel.ts';

type Chunks<Result = void> = Generator<string | Uint8Array, Result, undefined>;

/** Run it. @returns the exit code @throws ParseError when what is asked for cannot be read; OutputClosed, OutputFailed */
export async function runDump(options: DumpOptions, io: CliIo): Promise<number> {
  const { kernel, running } = openKernel(options.file, { ...options, machine: undefined });
  try {
    return await dumps[options.what]({
      kernel,
      running,
      options,
      io,
      names: io.outIsTerminal ? 'visible' : 'raw',
      warn: (sentence) => io.err(`kinspect: ${visibleText(options.file)}: ${visibleText(sentence)}\n`),
    });
  } finally {
    kernel.close();
  }
}

interface Job {
  readonly kernel: Vmlinux;
  readonly running: RunningKernel | undefined;
  readonly options: DumpOptions;
  readonly io: CliIo;
  /** Nothing of the file reaches a terminal raw; into a pipe a tool's format is the tool's bytes. */
  readonly names: NameStyle;
  readonly warn: (sentence: string) => void;
}

const dumps: Readonly<Record<DumpOptions['what'], (job: Job) => Promise<number>>> = {
  symbols: dumpSymbols,
  relocs: dumpRelocations,
  mcount: dumpMcount,
  btf: dumpBtf,
  sections: dumpSections,
};

async function pour<Result>(io: CliIo, chunks: Chunks<Result>): Promise<Result> {
  for (;;) {
    const next = chunks.next();
    if (next.done === true) return next.value;
    // Without a promise nothing has to be waited for; a turn of the event loop for each chunk would cost more.
    const wait = io.out(next.value);
    if (wait !== undefined) await wait;
  }
}

async function pourListing<Row extends JsonObject>({ options, io }: Job, listing: Listing<Row>): Promise<number> {
  const head: JsonObject = { schema: 1, command: 'dump', what: listing.what, file: options.file };
  const { format } = options;
  await pour(
    io,
    format === 'json' ? printJson(listing, head) : format === 'ndjson' ? printNdjson(listing) : printText(listing),
  );
  return exitCode.ok;
}

/** A table that may be among the sections is not said to be absent where they cannot be read. @throws ParseError */
function needSections({ elf }: Vmlinux): void {
  const error = unreadable(elf.sectionTable);
  if (error !== undefined) throw error;
}

async function dumpSymbols(job: Job): Promise<number> {
  const { kernel, options, io, warn } = job;
  needSections(kernel);
  if (kernel.symbols.state === 'absent') {
    // nm's answer to a stripped file is a sentence, and no failure.
    warn(`no symbols: ${kernel.symbols.reason}`);
    return exitCode.ok;
  }
  const symbols = need(kernel.symbols, 'symbol table');
  const { elf } = kernel;
  const own = elf.sections.find(({ sh_type }) => sh_type === SHT.SYMTAB);
  const damage =
    symbols.table.damage ?? kernel.imageDamage ?? elf.layoutDamageOf(own, own && elf.sections[own.sh_link]);
  if (damage !== undefined) warn(damage.message);
  if (options.format !== 'nm') {
    warnOfRunning(job);
    return pourListing(job, symbolListing(kernel, symbols, job.running));
  }
  await pour(io, printNm(kernel.elf, symbols.table, job.names));
  return exitCode.ok;
}

/** What of a running kernel was given and cannot be used: its columns stay empty. */
function warnOfRunning({ running, options, warn }: Job): void {
  if (running === undefined) return;
  const parts = [
    options.kallsyms === undefined ? undefined : running.offset,
    options.ftrace === undefined ? undefined : running.ftrace,
  ];
  for (const part of parts) if (part !== undefined && part.state !== 'ready') warn(part.reason);
  for (const sentence of runningDoubts(running)) warn(sentence);
}

async function dumpRelocations(job: Job): Promise<number> {
  const { kernel, options, io, warn } = job;
  const { relocations, elf } = kernel;
  const { section } = options;
  needSections(kernel);
  const tables = relocations.tables.filter((table) => section === undefined || table.section.name === section);
  const broken = relocations.broken.filter((row) => section === undefined || row.section.name === section);
  if (section !== undefined && tables.length + broken.length === 0) {
    // Of sections without names it may be one.
    const unnamed = readyValue(elf.sectionTable)?.namesProblem;
    if (unnamed !== undefined) throw unnamed;
    const known = [...new Set(relocations.tables.map((table) => table.section.name))];
    const advice = known.length === 0 ? 'the file has none' : `there are ${known.slice(0, 8).join(', ')}`;
    throw new ParseError({
      code: 'absent',
      structure: `relocation section ${section}`,
      problem: 'no such section',
      advice,
    });
  }
  if (options.format === 'readelf') {
    for (const table of tables) {
      const problem = table.damage === undefined ? elf.layoutDamageOf(table.section) : undefined;
      if (problem !== undefined) warn(problem.message);
    }
    await pour(io, printReadelfRelocations(elf, relocations, { names: job.names, section, warn }));
    return exitCode.ok;
  }
  for (const { reason } of broken) warn(reason);
  for (const table of tables) {
    for (const problem of [table.damage ?? elf.layoutDamageOf(table.section), relocations.namesProblem(table)]) {
      if (problem !== undefined) warn(problem.message);
    }
  }
  return pourListing(job, relocationListing(kernel, tables));
}

async function dumpMcount(job: Job): Promise<number> {
  const { kernel, options, warn } = job;
  const region = need(kernel.mcount, 'mcount region');
  if (region.warning !== undefined) warn(region.warning);
  if (options.format === 'gdb' || options.format === 'r2') return dumpMemory(job, region, options.format);
  return pourListing(job, mcountListing(kernel, region, options.count));
}

/** What gdb's x/32gx and r2's px show when no count is given. */
const defaultCount = { gdb: 32, r2: 256 } as const;

async function dumpMemory(job: Job, region: McountRegion, format: 'gdb' | 'r2'): Promise<number> {
  const { kernel, options, io, names } = job;
  const { start } = region.bounds;
  const relocated = options.mcount === 'relocated';
  const overlay = relocated ? { start, bytes: region.relocatedBytes() } : undefined;
  const memory = new MemoryView(kernel.elf, overlay);
  const count = options.count ?? defaultCount[format];
  const nameOf = gdbDataNames(kernel.elf, readyValue(kernel.symbols));
  const end =
    format === 'gdb'
      ? await pour(io, printGdbWords({ memory, start, count, nameOf, names }))
      : await pour(io, printR2Hex(memory, start, count));
  if (end === undefined) return exitCode.ok;
  if (relocated) {
    if (format === 'gdb') await io.out('\n');
    io.err('kinspect: the region ends here: only it is relocated\n');
    return options.count === undefined ? exitCode.ok : exitCode.no;
  }
  io.err(`Cannot access memory at address 0x${end.address.toString(16)}\n`);
  return exitCode.no;
}

async function dumpBtf(job: Job): Promise<number> {
  const { kernel, options, io, names, warn } = job;
  const { btf } = need(kernel.btf, 'BTF');
  for (const complaint of kernel.btfComplaints) warn(complaint);
  const place = kernel.isBtfGiven ? undefined : kernel.elf.layoutDamageOf(kernel.elf.section('.BTF'));
  if (place !== undefined) warn(place.message);
  if (options.format !== 'bpftool') return pourListing(job, btfListing(btf));
  await pour(io, names === 'raw' ? printRaw(btf) : printVisibleRaw(btf));
  return exitCode.ok;
}

/** Characters that make a chunk worth a write(2). */
const chunkSize = 1 << 15;

/** bpftool's lines for a terminal: a name cannot end its line, or write over it. */
function* printVisibleRaw(btf: Btf): Chunks {
  let text = '';
  for (let id: number = btf.firstId; id < btf.endId; id++) {
    for (const line of rawLines(btf, id)) {
      text += line.startsWith('\t') ? `\t${visible(line.slice(1))}\n` : `${visible(line)}\n`;
      if (text.length < chunkSize) continue;
      yield text;
      text = '';
    }
  }
  yield text;
}

async function dumpSections(job: Job): Promise<number> {
  const { elf } = job.kernel;
  const { namesProblem } = need(elf.sectionTable, 'section header table');
  if (namesProblem !== undefined) job.warn(namesProblem.message);
  const segments = unreadable(elf.segmentTable);
  if (segments !== undefined) job.warn(segments.message);
  for (const sentence of layoutDoubts(elf)) job.warn(sentence);
  return pourListing(job, sectionListing(elf));
}
