/**
 * Steps over the attributes of one DIE by its instructions and takes what they ask for: src/dwarf/die-cursor.ts for
 * the forms that compilers write.
 */
import { shortKeysAt, shortNames, shortRefsAt, slotsAt, wordsAt } from './layout';
import { base, lineStrSize, strSize, strStart, unitEnd, unitStart } from './state';
import {
  formAddr,
  formData1,
  formData2,
  formLineStrp,
  formString,
  lineStrBit,
  opBlock,
  opBlock1,
  opBlock2,
  opBlock4,
  opConstant,
  opEnd,
  opLeb,
  opMask,
  opRef4,
  opShift,
  opSkip,
  opString,
  opStrp,
  opTake,
  slotLowPc,
  slotLowPcHigh,
  slotName,
} from './words';

/** The NameRef of the string at an address, which ends before `end`. */
declare function inlineName(at: u32, end: u32): u32;

/** Bytes of an address in this file. */
let addressSize: u32 = 8;
let knownNames: u32 = 0;

export function setAddressSize(size: u32): void {
  addressSize = size;
}

export function slot(number: u32): u32 {
  return load<u32>(base + number * 4, slotsAt);
}

function setSlot(number: u32, value: u32): void {
  store<u32>(base + number * 4, value, slotsAt);
}

/** Step over attributes from `at`. The address after them, 0 when that is past the unit or a value cannot be taken. */
export function step(program: u32, at: u32): u32 {
  const end = unitEnd;
  let p = at;
  for (let word = base + wordsAt + program * 4; p <= end; word += 4) {
    const instruction = load<u32>(word);
    const argument = instruction >> opShift;
    switch (instruction & opMask) {
      case opSkip:
        p += argument;
        break;
      case opStrp: {
        if (p + 4 > end) return 0;
        const offset = load<u32>(p);
        if (offset >= strSize) return 0;
        setSlot(argument, load<u8>(strStart + offset) === 0 ? 0 : offset + 1);
        break;
      }
      case opRef4: {
        if (p + 4 > end) return 0;
        const offset = load<u32>(p);
        if (offset - 1 >= end - unitStart - 1) return 0;
        setSlot(argument, offset);
        break;
      }
      case opEnd:
        return p;
      case opTake:
        if (!take(argument & opMask, argument >> 4, p)) return 0;
        break;
      case opConstant:
        setSlot(argument & opMask, argument >> 4);
        break;
      case opLeb:
        p = afterLeb(p);
        if (p === 0) return 0;
        break;
      case opString:
        while (p < end && load<u8>(p) !== 0) p++;
        p++;
        break;
      case opBlock1:
        if (p >= end) return 0;
        p += 1 + <u32>load<u8>(p);
        break;
      case opBlock2:
        if (p + 2 > end) return 0;
        p += 2 + <u32>load<u16>(p);
        break;
      case opBlock4: {
        if (p + 4 > end) return 0;
        const length = load<u32>(p);
        if (length > end - p) return 0;
        p += 4 + length;
        break;
      }
      case opBlock: {
        if (p >= end) return 0;
        const first: u32 = load<u8>(p);
        if (first < 0x80) {
          p += 1 + first;
          break;
        }
        if (p + 2 > end) return 0;
        const second: u32 = load<u8>(p + 1);
        // 16 KiB and more in one attribute: not from a compiler.
        if (second > 0x7f) return 0;
        p += 2 + ((first & 0x7f) | (second << 7));
        break;
      }
      default:
        return 0;
    }
  }
  return 0;
}

/** The address after a LEB128 value, 0 when it has more than ten bytes or is cut off. */
function afterLeb(at: u32): u32 {
  const end = min(unitEnd, at + 10);
  for (let p = at; p < end; p++) if (load<u8>(p) < 0x80) return p + 1;
  return 0;
}

function take(number: u32, form: u32, at: u32): bool {
  const left = unitEnd - at;
  switch (form) {
    case formAddr:
      if (left < addressSize) return false;
      setSlot(slotLowPc, load<u32>(at));
      setSlot(slotLowPcHigh, addressSize === 8 ? load<u32>(at + 4) : 0);
      return true;
    case formString:
      setSlot(slotName, nameAt(at));
      return true;
    case formLineStrp: {
      if (left < 4) return false;
      const offset = load<u32>(at);
      // Whether it is an empty string cannot be seen from here; the file name of a unit is the only one, and never is.
      if (offset >= lineStrSize) return false;
      setSlot(slotName, lineStrBit + offset);
      return true;
    }
    case formData1:
      if (left < 1) return false;
      setSlot(number, load<u8>(at));
      return true;
    case formData2:
      if (left < 2) return false;
      setSlot(number, load<u16>(at));
      return true;
    default:
      return false;
  }
}

/** A string that stands in the DIE. Half of all parameters are called by one to three letters: those are known here. */
function nameAt(at: u32): u32 {
  const end = unitEnd;
  let p = at;
  let packed: u32 = 0;
  while (p < end && p - at < 4 && load<u8>(p) !== 0) packed = (packed << 8) | load<u8>(p++);
  if (p === at) return 0;
  if (p - at > 3 || p >= end) return inlineName(at, end);
  let place = (packed * 0x9e3779b1) >> 18;
  for (;;) {
    const key = load<u32>(base + place * 4, shortKeysAt);
    if (key === packed) return load<u32>(base + place * 4, shortRefsAt);
    if (key === 0) break;
    place = (place + 1) & (shortNames - 1);
  }
  const ref = inlineName(at, end);
  if (knownNames * 2 < shortNames) {
    knownNames++;
    store<u32>(base + place * 4, packed, shortKeysAt);
    store<u32>(base + place * 4, ref, shortRefsAt);
  }
  return ref;
}
