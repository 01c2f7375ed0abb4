/** The columns of function entries and parameters while they grow: src/dwarf/function-rows.ts, in fixed memory. */
import { slot } from './attributes';
import {
  blockParamsAt,
  entryDiesAt,
  maxBlockParams,
  maxDies,
  maxOpen,
  maxPending,
  openAt,
  openBytes,
  paramDiesAt,
  pendingAt,
  pendingBytes,
} from './layout';
import { base } from './state';
import {
  flagAllParamsNamed,
  flagDeclaration,
  flagExternal,
  flagInline,
  flagLowPc,
  flagOrigin,
  flagOwnName,
  flagSpecification,
  flagVararg,
  inlineShift,
  slotDeclaration,
  slotExternal,
  slotInline,
  slotLowPc,
  slotLowPcHigh,
  slotName,
  slotOrigin,
  slotSpecification,
  slotType,
} from './words';

/** Rows that are filled, and how many there is room for. */
export let entryCount: u32 = 0;
export let paramCount: u32 = 0;
let entryRoom: u32 = 0;
let paramRoom: u32 = 0;

// The columns of entries.
export let entryFlags: u32 = 0;
export let entryName: u32 = 0;
export let entryOrigin: u32 = 0;
export let entrySpecification: u32 = 0;
export let entryParamEnd: u32 = 0;
let entryDie: u32 = 0;
let entryType: u32 = 0;
let entryLowPcHigh: u32 = 0;
let entryLowPc: u32 = 0;
// The columns of parameters.
export let paramName: u32 = 0;
export let paramType: u32 = 0;
export let paramOrigin: u32 = 0;

/** The DIEs of the unit at hand. */
export let entryDies: u32 = 0;
export let paramDies: u32 = 0;
export let blockParams: u32 = 0;
/** Whether a name or parameter of the unit at hand is to be taken from elsewhere. */
export let needsRecode: bool = false;
let openCount: u32 = 0;
let pendingCount: u32 = 0;

/** @param columns where they start @returns where they end */
export function setColumns(columns: u32, entries: u32, params: u32): u32 {
  entryRoom = entries;
  paramRoom = params;
  const size = entries * 4;
  entryDie = columns;
  entryFlags = entryDie + size;
  entryName = entryFlags + size;
  entryType = entryName + size;
  entryOrigin = entryType + size;
  entrySpecification = entryOrigin + size;
  entryLowPcHigh = entrySpecification + size;
  entryLowPc = entryLowPcHigh + size;
  entryParamEnd = entryLowPc + size;
  paramName = entryParamEnd + size;
  paramType = paramName + params * 4;
  paramOrigin = paramType + params * 4;
  return paramOrigin + params * 4;
}

export function startUnit(): void {
  entryDies = 0;
  paramDies = 0;
  blockParams = 0;
  needsRecode = false;
  openCount = 0;
  pendingCount = 0;
}

/** Go back to so many rows. */
export function truncate(entries: u32, params: u32): void {
  entryCount = entries;
  paramCount = params;
}

function valueIf(has: u32, number: u32): u32 {
  return (has & (1 << number)) !== 0 ? slot(number) : 0;
}

/** A subprogram starts. False when there is no room for it. */
export function open(die: u32, has: u32): bool {
  if (openCount === maxOpen || entryDies === maxDies) return false;
  const at = base + openAt + openCount++ * openBytes;
  const hasOrigin = (has & (1 << slotOrigin)) !== 0;
  const name = valueIf(has, slotName);
  const specification = valueIf(has, slotSpecification);
  if (name === 0 && (has & ((1 << slotOrigin) | (1 << slotSpecification))) !== 0) needsRecode = true;
  store<u32>(at, die);
  store<u32>(at + 4, flagsOf(has, name));
  store<u32>(at + 8, name);
  store<u32>(at + 12, valueIf(has, slotType));
  store<u32>(at + 16, hasOrigin ? slot(slotOrigin) : specification);
  store<u32>(at + 20, hasOrigin ? specification : 0);
  store<u32>(at + 24, (has & (1 << slotLowPc)) !== 0 ? slot(slotLowPcHigh) : 0);
  store<u32>(at + 28, valueIf(has, slotLowPc));
  store<u32>(at + 32, pendingCount);
  store<u32>(at + 36, entryDies);
  store<u32>(base + entryDiesAt + entryDies++ * 8, die);
  return true;
}

function flagsOf(has: u32, name: u32): u32 {
  let flags: u32 = name !== 0 ? flagOwnName : 0;
  if ((has & (1 << slotDeclaration)) !== 0) flags |= flagDeclaration;
  if ((has & (1 << slotExternal)) !== 0) flags |= flagExternal;
  if ((has & (1 << slotOrigin)) !== 0) flags |= flagOrigin;
  if ((has & (1 << slotSpecification)) !== 0) flags |= flagSpecification;
  if ((has & (1 << slotLowPc)) !== 0) flags |= flagLowPc;
  if ((has & (1 << slotInline)) !== 0) flags |= flagInline | (min<u32>(slot(slotInline), 3) << inlineShift);
  return flags;
}

/** The innermost open subprogram has a `...`. */
export function vararg(): void {
  const at = base + openAt + (openCount - 1) * openBytes + 4;
  store<u32>(at, load<u32>(at) | flagVararg);
}

/** A parameter of the innermost open subprogram. */
export function param(die: u32, has: u32): bool {
  if (pendingCount === maxPending || paramDies === maxDies) return false;
  const at = base + pendingAt + pendingCount++ * pendingBytes;
  store<u32>(at, valueIf(has, slotName));
  store<u32>(at + 4, valueIf(has, slotType));
  store<u32>(at + 8, valueIf(has, slotOrigin));
  store<u32>(at + 12, paramDies);
  store<u32>(base + paramDiesAt + paramDies++ * 8, die);
  return true;
}

/** A parameter in a lexical block. */
export function blockParam(die: u32, has: u32): bool {
  if (blockParams === maxBlockParams) return false;
  const at = base + blockParamsAt + blockParams++ * 12;
  store<u32>(at, die);
  store<u32>(at + 4, valueIf(has, slotName));
  store<u32>(at + 8, valueIf(has, slotType));
  return true;
}

/** The innermost open subprogram ends: append it, after those nested in it. */
export function close(): bool {
  if (entryCount === entryRoom) return false;
  const from = base + openAt + --openCount * openBytes;
  const row = entryCount++;
  const allNamed = takeParams(load<u32>(from + 32));
  if (allNamed < 0) return false;
  const at = row * 4;
  store<u32>(entryDie + at, load<u32>(from));
  store<u32>(entryFlags + at, load<u32>(from + 4) | allNamed);
  store<u32>(entryName + at, load<u32>(from + 8));
  store<u32>(entryType + at, load<u32>(from + 12));
  store<u32>(entryOrigin + at, load<u32>(from + 16));
  store<u32>(entrySpecification + at, load<u32>(from + 20));
  store<u32>(entryLowPcHigh + at, load<u32>(from + 24));
  store<u32>(entryLowPc + at, load<u32>(from + 28));
  store<u32>(entryParamEnd + at, paramCount);
  store<u32>(base + entryDiesAt + load<u32>(from + 36) * 8 + 4, row);
  return true;
}

/** Move the parameters from `first` of the stack on to the columns. The flag that all are named, -1 without room. */
function takeParams(first: u32): i32 {
  if (pendingCount - first > paramRoom - paramCount) return -1;
  let allNamed: i32 = flagAllParamsNamed;
  for (let from = first; from < pendingCount; from++) {
    const at = base + pendingAt + from * pendingBytes;
    const to = paramCount++;
    const name = load<u32>(at);
    const type = load<u32>(at + 4);
    const origin = load<u32>(at + 8);
    if (name === 0) allNamed = 0;
    if (type === 0 && origin !== 0) needsRecode = true;
    store<u32>(paramName + to * 4, name);
    store<u32>(paramType + to * 4, type);
    store<u32>(paramOrigin + to * 4, origin);
    store<u32>(base + paramDiesAt + load<u32>(at + 12) * 8 + 4, to);
  }
  pendingCount = first;
  return allNamed;
}
