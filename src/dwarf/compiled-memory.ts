/**
 * The memory in which several threads run the compiled reader (assembly/), each with a region of its own.
 *
 *   0  64 KiB  .debug_abbrev  .debug_str  | region of thread 0: tables, run, columns | region of thread 1 …
 *
 * It is as large as the file could need, a hundred times more than is ever used: pages that nobody touches stay unreal.
 */
import type { RowTable } from './function-rows.ts';

/** Given to the reader of each thread, and sent to those that are not the calling one. */
export interface CompiledReader {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly abbrevAt: number;
  readonly strAt: number;
  /** Where region 0 starts. */
  readonly regionsAt: number;
  readonly regionBytes: number;
  readonly threads: number;
  /** Rows that a region has room for. */
  readonly entryRoom: number;
  readonly paramRoom: number;
}

/** How many columns there are of each: assembly/rows.ts. */
const entryColumnCount = 9;
const paramColumnCount = 3;

/** Offsets in a region: its tables, for which this is room enough, then the bytes of a run, then the columns. */
export const runOffset = 1 << 23;
/** The largest unit that is read here; others go the slow way. */
export const runRoom = 1 << 24;
export const columnsOffset = runOffset + runRoom;
const page = 1 << 16;
const mostPages = 1 << 16;
/** A kernel has an entry in 600 bytes and a parameter in 250; what has more is read the slow way from there on. */
const bytesPerEntry = 128;
const bytesPerParam = 64;
const fewestRows = 1 << 12;

const rounded = (bytes: number): number => Math.ceil(bytes / page) * page;

/** How much memory is wanted. */
export interface MemorySizes {
  readonly info: number;
  readonly abbrev: number;
  readonly str: number;
  readonly threads: number;
}

/** The memory, empty; undefined where it cannot be had. */
export function compiledReader(module: WebAssembly.Module, sizes: MemorySizes): CompiledReader | undefined {
  const entryRoom = Math.max(fewestRows, Math.ceil(sizes.info / bytesPerEntry));
  const paramRoom = Math.max(fewestRows, Math.ceil(sizes.info / bytesPerParam));
  const regionBytes = rounded(columnsOffset + 4 * (entryRoom * entryColumnCount + paramRoom * paramColumnCount));
  const abbrevAt = page;
  const strAt = abbrevAt + sizes.abbrev;
  const regionsAt = rounded(strAt + sizes.str);
  const pages = (regionsAt + sizes.threads * regionBytes) / page;
  if (pages > mostPages) return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: mostPages, shared: true });
    return { module, memory, abbrevAt, strAt, regionsAt, regionBytes, threads: sizes.threads, entryRoom, paramRoom };
  } catch {
    // The address space is limited.
    return undefined;
  }
}

/** Where the region of a thread starts. */
export const regionAt = (reader: CompiledReader, thread: number): number =>
  reader.regionsAt + thread * reader.regionBytes;

/** The rows that a thread has filled. */
export interface CompiledRows {
  readonly thread: number;
  readonly entries: number;
  readonly params: number;
}

/** The columns of a thread's rows, as those of FunctionRows. */
export function compiledColumns(reader: CompiledReader, rows: CompiledRows): RowTable {
  let at = regionAt(reader, rows.thread) + columnsOffset;
  const column = (room: number, count: number): Uint32Array => {
    const values = new Uint32Array(reader.memory.buffer, at, count);
    at += room * 4;
    return values;
  };
  const entry = () => column(reader.entryRoom, rows.entries);
  const param = () => column(reader.paramRoom, rows.params);
  const [die, flags, name, type, origin] = [entry(), entry(), entry(), entry(), entry()];
  // DW_AT_specification: asked for only while a unit is read.
  entry();
  const [lowPcHi, lowPcLo, paramEnd] = [entry(), entry(), entry()];
  const entries = { die, flags, name, type, origin, lowPcHi, lowPcLo, paramEnd };
  return { entries, params: { name: param(), type: param() } };
}
