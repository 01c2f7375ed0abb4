/**
 * The abbreviation table of a unit: its shapes are found by their bytes, as in src/dwarf/abbrev-shapes.ts, and what a
 * shape means is asked of that file, once a shape.
 */
import { maxCodes, planAt, shapeBytes, shapeOfAt, shapeSlots, shapeSlotsAt, shapesAt, siblingAt } from './layout';
import { abbrevEnd, abbrevStart, base } from './state';
import { stepMissing } from './words';

/** Compile the shape at a position of .debug_abbrev and write its row. Its number, -1 when it cannot be used here. */
declare function compileShape(position: u32): i32;

const formImplicitConst: u32 = 0x21;

/** Offsets in a row of the shapes. */
export const rowProgram: u32 = 4;
export const rowSibling: u32 = 8;
export const rowHas: u32 = 12;
export const rowRare: u32 = 16;
export const rowTag: u32 = 20;
const rowStart: u32 = 24;
const rowLength: u32 = 28;

const none: u32 = 0xffff_ffff;

let loaded: u32 = none;
/** The offset of the table that was last found to be of no use here: units may share it. */
let refused: u32 = none;
/** Bytes of the table that is loaded. */
export let tableSize: u32 = 0;
let rows: u32 = maxCodes;
let knownShapes: u32 = 0;
/** Where the shape that was last measured ends, 0 when that is past the section. */
let shapeEnd: u32 = 0;

/** Take the table at an offset. False when it cannot be used here. */
export function loadTable(offset: u32): bool {
  if (offset === loaded) return true;
  if (offset === refused) return false;
  loaded = none;
  refused = offset;
  for (let row: u32 = 0; row < rows; row++) store<u32>(base + row * 4, stepMissing, planAt);
  rows = 0;
  if (offset >= abbrevEnd - abbrevStart) return false;
  let p = abbrevStart + offset;
  while (p < abbrevEnd) {
    let code: u32 = load<u8>(p++);
    if (code > 0x7f) {
      if (p >= abbrevEnd) return false;
      const second: u32 = load<u8>(p++);
      if (second > 0x7f) return false;
      code = (code & 0x7f) | (second << 7);
    }
    if (code === 0) {
      loaded = offset;
      refused = none;
      tableSize = p - abbrevStart - offset;
      return true;
    }
    const shape = shapeAt(p);
    if (shape < 0) return false;
    p = shapeEnd;
    declareCode(code, shape);
  }
  return false;
}

function declareCode(code: u32, shape: u32): void {
  const at = base + code * 4;
  if (code >= rows) rows = code + 1;
  // A code declared twice keeps its first declaration.
  else if (load<u32>(at, planAt) !== stepMissing) return;
  const row = base + shapesAt + shape * shapeBytes;
  store<u32>(at, load<u32>(row), planAt);
  store<u32>(at, load<u32>(row + rowSibling), siblingAt);
  store<u32>(at, row, shapeOfAt);
}

/** The number of the shape at an address, -1 when it cannot be used. */
function shapeAt(p: u32): i32 {
  const hash = measure(p);
  if (shapeEnd === 0) return -1;
  const length = shapeEnd - p;
  const slots = base + shapeSlotsAt;
  let slot = hash & (shapeSlots - 1);
  for (;;) {
    const found = load<u32>(slots + slot * 4);
    if (found === 0) break;
    const row = base + shapesAt + (found - 1) * shapeBytes;
    if (load<u32>(row + rowLength) === length && same(abbrevStart + load<u32>(row + rowStart), p, length)) {
      return found - 1;
    }
    slot = (slot + 1) & (shapeSlots - 1);
  }
  if (knownShapes * 2 >= shapeSlots) return -1;
  const shape = compileShape(p - abbrevStart);
  if (shape < 0) return -1;
  knownShapes++;
  store<u32>(slots + slot * 4, shape + 1);
  return shape;
}

function same(a: u32, b: u32, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (load<u8>(a + i) !== load<u8>(b + i)) return false;
  return true;
}

/** Find where the shape at an address ends: tag, DW_CHILDREN, then attribute and form until both are 0. Its hash. */
function measure(at: u32): u32 {
  const limit = abbrevEnd;
  let hash: u32 = 0x811c9dc5;
  let p = at;
  shapeEnd = 0;
  for (;;) {
    if (p >= limit) return 0;
    const byte: u32 = load<u8>(p++);
    hash = (hash ^ byte) * 0x01000193;
    if (byte < 0x80) break;
  }
  if (p >= limit) return 0;
  hash = (hash ^ load<u8>(p++)) * 0x01000193;
  for (;;) {
    let sum: u32 = 0;
    let form: u32 = 0;
    for (let part = 0; part < 2; part++) {
      form = 0;
      for (let shift: u32 = 0; ; shift += 7) {
        if (p >= limit) return 0;
        const byte: u32 = load<u8>(p++);
        hash = (hash ^ byte) * 0x01000193;
        if (shift < 28) form |= (byte & 0x7f) << shift;
        sum |= byte & 0x7f;
        if (byte < 0x80) break;
      }
    }
    if (form === formImplicitConst) {
      for (;;) {
        if (p >= limit) return 0;
        const byte: u32 = load<u8>(p++);
        hash = (hash ^ byte) * 0x01000193;
        if (byte < 0x80) break;
      }
    }
    if (sum === 0) break;
  }
  shapeEnd = p;
  return (hash ^ (hash >> 15)) >> 1;
}
