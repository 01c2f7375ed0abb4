/**
 * One unit, from its root DIE to its last: src/dwarf/scan.ts and walk.ts for what compilers write. Whatever is not that
 * (damage, a form that is not decoded here, a table that is full) ends in `false`, with no row added, and the unit is
 * read again by those files: they know what to say about it.
 */
import { loadTable, rowHas, rowProgram, rowRare, rowTag } from './abbrev';
import { slot, step } from './attributes';
import { insideAt, planAt, resumeAt, rootSlotsAt, shapeOfAt, siblingAt, slotsAt } from './layout';
import { recode } from './recode';
import { blockParam, close, entryCount, open, param, paramCount, startUnit, truncate, vararg } from './rows';
import { base, enterUnit, unitEnd, unitStart } from './state';
import {
  hasChildren,
  inBody,
  inInlined,
  inLexicalBlock,
  inScope,
  inSkipped,
  maxDepth,
  rareParam,
  rareVararg,
  sizeShift,
  slotSibling,
  stepLeaf,
  stepLeafProgram,
  stepLeafString,
  stepMask,
  stepMissing,
  stepParam,
  stepRare,
  stepSkipped,
  stepSubprogram,
} from './words';

export { tableSize } from './abbrev';
export { setAddressSize } from './attributes';
export { maxShapes, maxWords, rootSlotsAt, runAt, shapeBytes, shapesAt, wordsAt } from './layout';
export { entryCount, paramCount, setColumns } from './rows';
export { setUp } from './state';

const tagCompileUnit: u32 = 0x11;
const hasBases: u32 = (1 << 8) | (1 << 9);

/** What the root DIE has a value for, by slot; its values are in the slots. */
export let rootHas: u32 = 0;

/**
 * Read a unit of .debug_info.
 * @param root where its root DIE is
 * @param abbrevs its table's offset
 */
export function readUnit(start: u32, end: u32, root: u32, abbrevs: u32): bool {
  const entries = entryCount;
  const params = paramCount;
  enterUnit(start, end);
  startUnit();
  if (loadTable(abbrevs) && readRoot(root) && (childrenAt === 0 || walk(childrenAt))) {
    recode(entries, params);
    return true;
  }
  truncate(entries, params);
  return false;
}

/** Where the children of the root are, 0 when it has none. */
let childrenAt: u32 = 0;

function readRoot(at: u32): bool {
  if (at >= unitEnd) return false;
  let p = at;
  let code: u32 = load<u8>(p++);
  if (code > 0x7f) {
    const second: u32 = p < unitEnd ? load<u8>(p++) : 0x80;
    if (second > 0x7f) return false;
    code = (code & 0x7f) | (second << 7);
  }
  if (code === 0) return false;
  const plan = load<u32>(base + code * 4, planAt);
  if ((plan & stepMask) === stepMissing) return false;
  const shape = load<u32>(base + code * 4, shapeOfAt);
  rootHas = load<u32>(shape, rowHas);
  if (load<u32>(shape, rowTag) !== tagCompileUnit || (rootHas & hasBases) !== 0) return false;
  const next = step(load<u32>(shape, rowProgram), p);
  if (next === 0) return false;
  memory.copy(base + rootSlotsAt, base + slotsAt, 64);
  childrenAt = (plan & hasChildren) !== 0 ? next : 0;
  return true;
}

/** What a container is to its children. @param to its step, 0 to 3 */
function below(to: u32, inside: u32): u32 {
  if (to === stepSkipped) return inSkipped;
  if (to === 1) return inside === inSkipped ? inSkipped : inScope;
  if (inside < inInlined) return inSkipped;
  return to === 2 ? inLexicalBlock : inInlined;
}

/** Walk the DIEs below the root, and append the functions. */
function walk(from: u32): bool {
  const end = unitEnd;
  const start = unitStart;
  const plans = base + planAt;
  let p = from;
  let at = p;
  let inside: u32 = inScope;
  let depth: u32 = 0;
  while (p < end) {
    at = p;
    let code: u32 = load<u8>(p++);
    if (code > 0x7f) {
      if (p >= end) return false;
      const second: u32 = load<u8>(p++);
      if (second > 0x7f) return false;
      code = (code & 0x7f) | (second << 7);
    }
    if (code === 0) {
      if (depth === 0) return true;
      if (inside === inBody && !close()) return false;
      depth--;
      inside = load<u32>(base + depth * 4, insideAt);
      const next = load<u32>(base + depth * 4, resumeAt);
      if (next !== 0) {
        if (next < p) return false;
        p = next;
      }
      continue;
    }
    const plan = load<u32>(plans + code * 4);
    const size = plan >> sizeShift;
    const kind = plan & stepMask;
    if (kind === stepLeaf || (kind === stepParam && inside < inBody)) {
      p += size;
      // The next one is often of the same code: a guess that needs no look at the plan.
      const whole = p - at;
      if (whole === size + 1) while (p < end && load<u8>(p) === code) p += whole;
      continue;
    }
    if (kind < stepLeaf) {
      p += size;
      if (p > end) return false;
      const to = below(kind, inside);
      const sibling = load<i32>(base + code * 4, siblingAt);
      let next: u32 = 0;
      if (sibling >= 0) {
        const offset = load<u32>(p - size + sibling);
        if (offset > end - start) return false;
        next = start + offset;
        if (next < p) return false;
        if (to === inSkipped) {
          p = next;
          continue;
        }
      }
      if (depth === maxDepth) return false;
      store<u32>(base + depth * 4, inside, insideAt);
      store<u32>(base + depth * 4, next, resumeAt);
      depth++;
      inside = to;
      continue;
    }
    if (kind === stepLeafString) {
      while (p < end && load<u8>(p) !== 0) p++;
      p += size + 1;
      continue;
    }
    if (kind > stepRare) return false;
    const shape = load<u32>(base + code * 4, shapeOfAt);
    p = step(load<u32>(shape, rowProgram), p);
    if (p === 0) return false;
    if (kind === stepLeafProgram) continue;
    const has = load<u32>(shape, rowHas);
    const die = at - start;
    let to: u32 = inSkipped;
    if (kind === stepSubprogram) {
      if (inside !== inSkipped) {
        if (!open(die, has)) return false;
        if ((plan & hasChildren) !== 0) to = inBody;
        else if (!close()) return false;
      }
    } else {
      const rare: u32 = kind === stepParam ? rareParam : load<u32>(shape, rowRare);
      if (rare === rareParam) {
        if (inside === inBody) {
          if (!param(die, has)) return false;
        } else if (inside === inLexicalBlock) {
          if (!blockParam(die, has)) return false;
        }
      } else if (rare === rareVararg) {
        if (inside === inBody) vararg();
      } else to = below(rare, inside);
    }
    if ((plan & hasChildren) === 0) continue;
    let next: u32 = 0;
    if ((has & (1 << slotSibling)) !== 0) {
      next = start + slot(slotSibling);
      if (next < p || next > end) return false;
      if (to === inSkipped) {
        p = next;
        continue;
      }
    }
    if (depth === maxDepth) return false;
    store<u32>(base + depth * 4, inside, insideAt);
    store<u32>(base + depth * 4, next, resumeAt);
    depth++;
    inside = to;
  }
  if (p > end) return false;
  // The unit may end without the null entries that close what is open.
  while (depth > 0) {
    if (inside === inBody && !close()) return false;
    inside = load<u32>(base + --depth * 4, insideAt);
  }
  return true;
}
