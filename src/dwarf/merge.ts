/**
 * The shares of several readers as one table, in the order of the chunks: which reader took which chunk is a matter of
 * luck, and the result does not depend on it.
 */
import { u64Column } from '../bytes/columns.ts';
import type { ParseErrorDetails } from '../errors.ts';
import { compiledColumns } from './compiled-memory.ts';
import { type FunctionEntries, unitStates } from './function-entries.ts';
import type { RowTable } from './function-rows.ts';
import { NameTable } from './name-table.ts';
import type { LoadedSections } from './sections.ts';
import type { ChunkRows, ReaderShare } from './unit-reader.ts';

const foreignBit = 0x8000_0000;
const inlineBits = 0xc000_0000;

interface Piece {
  readonly rows: ChunkRows;
  readonly table: RowTable;
  /** How much the rows of `foreign` and the positions in the pool of inline names move. */
  readonly foreignBase: number;
  readonly inlineBase: number;
}

/** @param sections those that the readers had */
export function mergeShares(shares: readonly ReaderShare[], sections: LoadedSections): FunctionEntries {
  const pieces = inOrder(shares, sections);
  const sum = (of: (rows: ChunkRows) => number) => pieces.reduce((total, piece) => total + of(piece.rows), 0);
  const count = sum((rows) => rows.entryEnd - rows.firstEntry);
  const paramCount = sum((rows) => rows.paramEnd - rows.firstParam);
  const unitCount = sum((rows) => rows.units.length);
  const units = {
    count: unitCount,
    typesUnits: sections.types === undefined ? (0 as const) : (1 as const),
    offset: new Float64Array(unitCount),
    size: new Float64Array(unitCount),
    version: new Uint8Array(unitCount),
    rootTag: new Uint16Array(unitCount),
    language: new Uint16Array(unitCount),
    name: new Uint32Array(unitCount),
    state: new Uint8Array(unitCount),
    firstEntry: new Uint32Array(unitCount + 1),
  };
  const problems = new Map<number, ParseErrorDetails>();
  const die = new Uint32Array(count);
  const flags = new Uint16Array(count);
  const name = new Uint32Array(count);
  const type = new Uint32Array(count);
  const origin = new Uint32Array(count);
  const lowPc = u64Column(count);
  const firstParam = new Uint32Array(count + 1);
  const paramName = new Uint32Array(paramCount);
  const paramType = new Uint32Array(paramCount);

  let unit = 0;
  let entry = 0;
  let param = 0;
  for (const { rows, table, foreignBase, inlineBase } of pieces) {
    const { entries, params } = table;
    const [from, to] = [rows.firstEntry, rows.entryEnd];
    die.set(entries.die.subarray(from, to), entry);
    flags.set(entries.flags.subarray(from, to), entry);
    name.set(entries.name.subarray(from, to), entry);
    type.set(entries.type.subarray(from, to), entry);
    origin.set(entries.origin.subarray(from, to), entry);
    lowPc.hi.set(entries.lowPcHi.subarray(from, to), entry);
    lowPc.lo.set(entries.lowPcLo.subarray(from, to), entry);
    firstParam.set(entries.paramEnd.subarray(from, to), entry + 1);
    addTo(firstParam.subarray(entry + 1, entry + 1 + to - from), param - rows.firstParam);
    paramName.set(params.name.subarray(rows.firstParam, rows.paramEnd), param);
    paramType.set(params.type.subarray(rows.firstParam, rows.paramEnd), param);
    const [entryEnd, paramEnd] = [entry + to - from, param + rows.paramEnd - rows.firstParam];
    shift(name.subarray(entry, entryEnd), inlineBits, inlineBase);
    shift(paramName.subarray(param, paramEnd), inlineBits, inlineBase);
    shift(type.subarray(entry, entryEnd), foreignBit, foreignBase);
    shift(origin.subarray(entry, entryEnd), foreignBit, foreignBase);
    shift(paramType.subarray(param, paramEnd), foreignBit, foreignBase);
    const firstUnit = unit;
    for (const row of rows.units) {
      units.offset[unit] = row.offset;
      units.size[unit] = row.size;
      units.version[unit] = row.version;
      units.rootTag[unit] = row.rootTag;
      units.language[unit] = row.language;
      units.name[unit] = row.name;
      units.state[unit] = unitStates.indexOf(row.state);
      units.firstEntry[unit + 1] = entry + row.entryEnd - from;
      if (row.problem !== undefined) problems.set(unit, row.problem);
      unit++;
    }
    shift(units.name.subarray(firstUnit, unit), inlineBits, inlineBase);
    entry = entryEnd;
    param = paramEnd;
  }
  return {
    units,
    problems,
    count,
    die,
    flags,
    name,
    type,
    origin,
    lowPc,
    firstParam,
    paramName,
    paramType,
    foreign: {
      kind: joined(
        shares.map((share) => share.foreign.kind),
        (length) => new Uint8Array(length),
      ),
      value: joined(
        shares.map((share) => share.foreign.value),
        (length) => new BigUint64Array(length),
      ),
    },
    declaredTags: new Set(shares.flatMap((share) => share.tags)),
    names: new NameTable({
      // The memory of the compiled reader is not kept for it.
      str: sections.compiled === undefined ? sections.str : (sections.strBeside ?? sections.str.slice()),
      lineStr: sections.lineStr,
      inline: joined(
        shares.map((share) => share.inlineNames),
        (length) => new Uint8Array(length),
      ),
    }),
  };
}

function inOrder(shares: readonly ReaderShare[], { compiled }: LoadedSections): Piece[] {
  const pieces: Piece[] = [];
  let foreignBase = 0;
  let inlineBase = 0;
  for (const share of shares) {
    const quick = compiled && share.compiled && compiledColumns(compiled, share.compiled);
    for (const rows of share.chunks) {
      pieces.push({ rows, table: (rows.compiled ? quick : undefined) ?? share.table, foreignBase, inlineBase });
    }
    foreignBase += share.foreign.kind.length;
    inlineBase += share.inlineNames.length;
  }
  return pieces.sort((a, b) => a.rows.chunk - b.rows.chunk);
}

/** Add `by` to the values of a column from `least` on: those that point into what another reader also has. */
function shift(column: Uint32Array, least: number, by: number): void {
  if (by === 0) return;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    if (value >= least) column[row] = value + by;
  }
}

function addTo(column: Uint32Array, by: number): void {
  if (by === 0) return;
  for (let row = 0; row < column.length; row++) column[row] = (column[row] as number) + by;
}

function joined<T extends Uint8Array | BigUint64Array>(parts: readonly T[], make: (length: number) => T): T {
  const all = make(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    (all as { set(from: T, at: number): void }).set(part, at);
    at += part.length;
  }
  return all;
}
