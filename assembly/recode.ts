/** pahole's recode pass over the unit at hand: src/dwarf/recode.ts, where the rules are. */
import { blockParamsAt, entryDiesAt, paramDiesAt } from './layout';
import {
  blockParams,
  entryCount,
  entryDies,
  entryFlags,
  entryName,
  entryOrigin,
  entryParamEnd,
  entrySpecification,
  needsRecode,
  paramDies,
  paramName,
  paramOrigin,
  paramType,
} from './rows';
import { base } from './state';
import { flagAllParamsNamed } from './words';

export function recode(firstEntry: u32, firstParam: u32): void {
  if (!needsRecode) return;
  let param = firstParam;
  for (let entry = firstEntry; entry < entryCount; entry++) {
    const end = load<u32>(entryParamEnd + entry * 4);
    let allNamed = true;
    for (; param < end; param++) {
      recodeParam(param * 4);
      if (load<u32>(paramName + param * 4) === 0) allNamed = false;
    }
    const flags = load<u32>(entryFlags + entry * 4);
    store<u32>(entryFlags + entry * 4, allNamed ? flags | flagAllParamsNamed : flags & ~flagAllParamsNamed);
    if (load<u32>(entryName + entry * 4) === 0) recodeName(entry * 4);
  }
}

function recodeParam(at: u32): void {
  const origin = load<u32>(paramOrigin + at);
  if (origin === 0 || load<u32>(paramType + at) !== 0) return;
  const found = find(base + paramDiesAt, 8, paramDies, origin);
  if (found !== 0) {
    const row = load<u32>(found + 4) * 4;
    store<u32>(paramName + at, load<u32>(paramName + row));
    store<u32>(paramType + at, load<u32>(paramType + row));
    return;
  }
  const block = find(base + blockParamsAt, 12, blockParams, origin);
  if (block === 0) return;
  store<u32>(paramName + at, load<u32>(block + 4));
  store<u32>(paramType + at, load<u32>(block + 8));
}

function recodeName(at: u32): void {
  const origin = load<u32>(entryOrigin + at);
  let found = origin === 0 ? 0 : find(base + entryDiesAt, 8, entryDies, origin);
  if (found === 0) {
    const specification = load<u32>(entrySpecification + at);
    found = specification === 0 ? 0 : find(base + entryDiesAt, 8, entryDies, specification);
  }
  if (found !== 0) store<u32>(entryName + at, load<u32>(entryName + load<u32>(found + 4) * 4));
}

/** The address of the record of a DIE, 0 when it is not in the list. */
function find(list: u32, bytes: u32, count: u32, die: u32): u32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(list + middle * bytes) < die) low = middle + 1;
    else high = middle;
  }
  const at = list + low * bytes;
  return low < count && load<u32>(at) === die ? at : 0;
}
