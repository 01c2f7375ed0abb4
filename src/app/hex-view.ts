/**
 * The hex view: the bytes of the file at any address, as words with the symbols that they point at, or as bytes.
 *
 *   words   ffff80001114b830  0000000000000000  → ffff800010747510  tty_write      (what the relocation will put there)
 *   bytes   ffff80001114b830  0000 0000 0000 0000  0000 0000 0000 0000  ................
 */

import { ParseError, readyValue } from '../errors.ts';
import type { Cell } from '../format/cells.ts';
import { span } from '../format/cells.ts';
import { hexWord } from '../format/hex.ts';
import { visible } from '../format/visible.ts';
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

export const bytesPerLine = (session: Session, hex: HexState): bigint =>
  hex.mode === 'bytes' ? 16n : BigInt(session.kernel.elf.wordSize);

const top64 = 1n << 64n;

/** Move the cursor by lines and keep it in view; addresses stop at both ends of the address space. */
export function moveHex(session: Session, state: AppState, lines: number): HexState {
  const step = bytesPerLine(session, state.hex);
  const clamp = (address: bigint): bigint => (address < 0n ? 0n : address > top64 - step ? top64 - step : address);
  const cursor = clamp(state.hex.cursor + BigInt(lines) * step);
  const height = BigInt(hexLines(state));
  let { address } = state.hex;
  if (cursor < address) address = cursor;
  if (cursor >= address + height * step) address = cursor - (height - 1n) * step;
  return { ...state.hex, cursor, address: clamp(address) };
}

/** The visible lines. An address where the file holds nothing says so. */
export function hexView(session: Session, state: AppState): HexLine[] {
  const { hex } = state;
  const { elf } = session.kernel;
  const step = bytesPerLine(session, hex);
  const lines: HexLine[] = [];
  const fills = hex.mode === 'words' ? pendingIn(session, hex.address, step * BigInt(hexLines(state))) : new Map();
  for (let i = 0; i < hexLines(state); i++) {
    const address = hex.address + BigInt(i) * step;
    if (address >= top64) break;
    const place = span(hexWord(address, elf.wordSize), 'address');
    const label = symbolAt(session, address);
    const bytes = safeBytes(session, address, Number(step));
    if (bytes === undefined) lines.push({ address, cells: [place, span('nothing in the file here', 'dim'), span('')] });
    else if (hex.mode === 'bytes')
      lines.push({ address, cells: [place, span(byteGroups(bytes)), span(asciiOf(bytes), 'dim'), label] });
    else lines.push({ address, cells: [place, ...wordCells(session, address, bytes, fills), label] });
  }
  return lines;
}

function safeBytes(session: Session, address: bigint, length: number): Uint8Array | undefined {
  try {
    const bytes = session.kernel.elf.bytesAt(address, length);
    return bytes === undefined || bytes.length === 0 ? undefined : bytes;
  } catch {
    return undefined;
  }
}

/** The symbol that starts at a line, so that one sees whose bytes these are. */
function symbolAt(session: Session, address: bigint): Cell {
  const symbols = readyValue(session.kernel.symbols);
  const row = symbols?.symbolAt(address);
  return row === undefined ? span('') : span(`${visible(symbols?.table.name(row) ?? '')}:`, 'title');
}

function wordCells(session: Session, address: bigint, bytes: Uint8Array, fills: ReadonlyMap<bigint, number>): Cell[] {
  const { kernel, linker } = session;
  const { wordSize } = kernel.elf;
  const raw = linker.wordAt(address);
  if (raw === undefined) return [span(Buffer.from(bytes).toString('hex')), span('')];
  const word = span(hexWord(raw, wordSize), raw === 0n ? 'zero' : 'plain');
  const row = fills.get(address);
  const value = (row === undefined ? undefined : linker.relocationTarget(row)) ?? raw;
  const points = value !== 0n && readyValue(kernel.symbols)?.containing(value) !== undefined;
  const name = points ? visible(linker.nameAddress(value)) : '';
  if (value === raw) return [word, span(name, 'name')];
  return [word, [span('→ ', 'dim'), span(hexWord(value, wordSize), 'good'), span(`  ${name}`, 'name')]];
}

/**
 * The relocations that the boot code applies in a range, by place: one pass for the whole view. Sections that the linker
 * has applied already (x86's --emit-relocs, millions of entries) are not looked at.
 */
function pendingIn(session: Session, start: bigint, length: bigint): Map<bigint, number> {
  const { relocations, elf } = session.kernel;
  const rows = new Map<bigint, number>();
  const stop = start + length < top64 ? start + length : top64 - 1n;
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
  const hex = Buffer.from(bytes).toString('hex').padEnd(32, ' ');
  const groups = hex.match(/.{4}/g) ?? [];
  return `${groups.slice(0, 4).join(' ')}  ${groups.slice(4).join(' ')}`;
}

const asciiOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
