/**
 * The hex view: the bytes of the file at any address, as words with the symbols that they point at, or as bytes.
 *
 *   words   ffff80001114b830  0000000000000000  → ffff800010747510  tty_write      (what the relocation will put there)
 *   bytes   ffff80001114b830  0000 0000 0000 0000  0000 0000 0000 0000  ................
 *
 * A symbol that starts on a line is named behind it: "jiffies:".
 */

import { ParseError, readyValue } from '../errors.ts';
import { type Cell, type Span, span } from '../format/cells.ts';
import { hexWord } from '../format/hex.ts';
import { onScreen } from '../format/on-screen.ts';
import { layOut } from './layout.ts';
import type { Session } from './session.ts';
import type { AppState, HexState } from './state.ts';

export interface HexLine {
  readonly address: bigint;
  readonly cells: readonly Cell[];
}

/** Table rows of the view. */
export const hexLines = (state: AppState): number =>
  Math.max(1, layOut(state.columns, state.rows, state.active).body.height - 2);

/** Cells of the frame and of the mark, beside what a line shows. */
const beside = 4;

/** Bytes of a line: a word; or 16, and 8 where these do not fit. */
export function bytesPerLine(session: Session, { hex, columns }: AppState): bigint {
  const { wordSize } = session.kernel.elf;
  if (hex.mode === 'words') return BigInt(wordSize);
  return columns >= beside + wordSize * 2 + 1 + 40 ? 16n : 8n;
}

/** Whether the value that a relocation puts somewhere has room beside its name. */
const hasRoomForValues = (session: Session, columns: number): boolean =>
  columns - beside - session.kernel.elf.wordSize * 4 >= 42;

/** One past the last address. */
const endOfSpace = (session: Session): bigint => 1n << BigInt(session.kernel.elf.wordSize * 8);

/** The view with an address at its top: exactly there, as gdb's x does, since functions begin between two words too. */
export function hexAt(session: Session, hex: HexState, address: bigint): HexState {
  const cursor = clampAddress(session, address, BigInt(session.kernel.elf.wordSize));
  return { ...hex, address: cursor, cursor };
}

const clampAddress = (session: Session, address: bigint, step: bigint): bigint => {
  const last = endOfSpace(session) - step;
  return address < 0n ? 0n : address > last ? last : address;
};

/** Move the cursor by lines and keep it in view; addresses stop at both ends of the address space. */
export function moveHex(session: Session, state: AppState, lines: number): HexState {
  const step = bytesPerLine(session, state);
  return showAddress(session, state, clampAddress(session, state.hex.cursor + BigInt(lines) * step, step));
}

/** The first or the last line of the section that the cursor is in; undefined where it is in none. */
export function moveHexToEnd(session: Session, state: AppState, end: 'first' | 'last'): HexState | undefined {
  const { hex } = state;
  const span = session.kernel.elf.addressSpace.locate(hex.cursor)?.span;
  if (span === undefined) return undefined;
  if (end === 'first') return { ...hex, address: span.start, cursor: span.start };
  const step = bytesPerLine(session, state);
  const cursor = span.start + ((span.end - 1n - span.start) / step) * step;
  const top = cursor - BigInt(hexLines(state) - 1) * step;
  return { ...hex, address: top < span.start ? span.start : top, cursor };
}

/** The cursor at an address, and its line on the screen; all lines keep their distance from it in steps of a line. */
function showAddress(session: Session, state: AppState, cursor: bigint): HexState {
  const step = bytesPerLine(session, state);
  const height = BigInt(hexLines(state));
  const { address } = state.hex;
  const line = cursor < address ? 0n : (cursor - address) / step;
  const top = cursor - (line < height ? line : height - 1n) * step;
  return { ...state.hex, cursor, address: top < 0n ? cursor % step : top };
}

/** Words as bytes, or bytes as words. */
export function switchHexMode(session: Session, state: AppState): HexState {
  const hex = { ...state.hex, mode: state.hex.mode === 'words' ? 'bytes' : 'words' } as const;
  return moveHex(session, { ...state, hex }, 0);
}

/** The visible lines. An address where the file holds nothing says so. */
export function hexView(session: Session, state: AppState): HexLine[] {
  const { hex } = state;
  const { elf } = session.kernel;
  const step = bytesPerLine(session, state);
  const height = hexLines(state);
  const lines: HexLine[] = [];
  const isWide = hasRoomForValues(session, state.columns);
  const fills = hex.mode === 'words' ? pendingIn(session, hex.address, step * BigInt(height)) : new Map();
  for (let i = 0; i < height; i++) {
    const address = hex.address + BigInt(i) * step;
    if (address >= endOfSpace(session)) break;
    const place = span(hexWord(address, elf.wordSize), 'address');
    const label = symbolOn(session, address, step);
    const bytes = bytesOf(session, address, Number(step));
    // In the widest column, so that all of it can be read.
    const why = typeof bytes === 'string' ? [span(bytes, 'dim'), ...label] : [];
    if (typeof bytes === 'string')
      lines.push({ address, cells: hex.mode === 'words' ? [place, span(''), why] : [place, why] });
    else if (hex.mode === 'bytes') {
      const text = span(asciiOf(bytes), 'dim');
      lines.push({ address, cells: [place, span(byteGroups(bytes)), text, label] });
    } else lines.push({ address, cells: [place, ...wordCells(session, address, bytes, fills, label, isWide)] });
  }
  return lines;
}

/** The bytes of a line, or why there are none. */
function bytesOf(session: Session, address: bigint, length: number): Uint8Array | string {
  const { elf } = session.kernel;
  const found = elf.addressSpace.locate(address);
  if (found === undefined) return 'nothing in the file here';
  if (found.offset === undefined) return 'not in the file: zero at run time';
  try {
    return elf.bytesAt(address, length) ?? '';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.problem;
  }
}

/** The symbol that starts on a line, so that one sees whose bytes these are. */
function symbolOn(session: Session, address: bigint, step: bigint): Span[] {
  const symbols = readyValue(session.kernel.symbols);
  if (symbols === undefined) return [];
  const last = address + step - 1n;
  const here = symbols.symbolAt(address);
  if (here !== undefined) return [span(`  ${onScreen(symbols.table.name(here) ?? '')}:`, 'title')];
  const found = session.linker.containing(last);
  if (found === undefined || found.offset >= step) return [];
  return [span(`  ${onScreen(found.name)}: at +${step - 1n - found.offset}`, 'title')];
}

function wordCells(
  session: Session,
  address: bigint,
  bytes: Uint8Array,
  fills: ReadonlyMap<bigint, number>,
  label: readonly Span[],
  isWide: boolean,
): Cell[] {
  const { kernel, linker } = session;
  const { wordSize } = kernel.elf;
  const raw = linker.wordAt(address);
  if (raw === undefined) return [span(Buffer.from(bytes).toString('hex')), label];
  const word = span(hexWord(raw, wordSize), raw === 0n ? 'zero' : 'plain');
  const row = fills.get(address);
  const value = (row === undefined ? undefined : linker.relocationTarget(row)) ?? raw;
  const points = value !== 0n && linker.containing(value) !== undefined;
  const name = onScreen(linker.nameSlot(address) ?? (points ? linker.nameAddress(value) : ''));
  if (value === raw) return [word, [span(name, 'name'), ...label]];
  const digits = isWide || name === '' ? span(`${hexWord(value, wordSize)}  `, 'good') : span('');
  return [word, [span('→ ', 'dim'), digits, span(name, 'name'), ...label]];
}

/** Where the word under the cursor points: as it is relocated, where it is; undefined where it points nowhere. */
export function wordTarget(session: Session, state: AppState): bigint | undefined {
  const { linker, kernel } = session;
  const { cursor } = state.hex;
  const [row] = pendingIn(session, cursor, BigInt(kernel.elf.wordSize)).values();
  const target = (row === undefined ? undefined : linker.relocationTarget(row)) ?? linker.wordAt(cursor);
  if (target === undefined || target === 0n) return undefined;
  return kernel.elf.addressSpace.locate(target) === undefined ? undefined : target;
}

/** What the frame says of the cursor: its place by name on the left, the section and file offset on the right. */
export function hexTitle(session: Session, { cursor }: HexState): { readonly title: string; readonly tally: string } {
  const { kernel, linker } = session;
  const slot = readyValue(kernel.mcount)?.slotAt(cursor);
  const title = `Bytes at ${slot === undefined ? onScreen(linker.nameAddress(cursor)) : `mcount slot ${slot}`}`;
  const found = kernel.elf.addressSpace.locate(cursor);
  if (found === undefined) return { title, tally: 'in no section' };
  const section = onScreen(found.span.section?.name ?? 'segment');
  if (found.offset === undefined) return { title, tally: `${section}, not in the file` };
  return { title, tally: `${section}, file offset 0x${found.offset.toString(16)}` };
}

/**
 * The relocations that the boot code applies in a range, by place: one pass for the whole view. Sections that the linker
 * has applied already (x86's --emit-relocs, millions of entries) are not looked at.
 */
function pendingIn(session: Session, start: bigint, length: bigint): Map<bigint, number> {
  const { relocations, elf } = session.kernel;
  const rows = new Map<bigint, number>();
  const stop = start + length < endOfSpace(session) ? start + length : endOfSpace(session);
  for (const table of relocations.tables) {
    const target = table.section.sh_info;
    if (!table.pending || (elf.isRelocatable && !elf.addressSpace.hasAddress(target))) continue;
    const bias = elf.isRelocatable ? elf.addressSpace.sectionAddress(target, 0n) : 0n;
    if (stop <= bias) continue;
    const firstRow = relocations.firstRowOf(table);
    try {
      table.forEachIn(start > bias ? start - bias : 0n, stop - bias, ({ index, placeHi, placeLo }) => {
        rows.set(((BigInt(placeHi) << 32n) | BigInt(placeLo)) + bias, firstRow + index);
      });
    } catch (error) {
      // What cannot be read is said in the relocations pane; the bytes are here all the same.
      if (!(error instanceof ParseError)) throw error;
    }
  }
  return rows;
}

function byteGroups(bytes: Uint8Array): string {
  const groups =
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,4}/g) ?? [];
  return `${groups.slice(0, 4).join(' ')}  ${groups.slice(4).join(' ')}`.trimEnd();
}

const asciiOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
