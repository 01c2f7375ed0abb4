/**
 * Where things are in the memory that all threads of a reading share.
 *
 *   0            .debug_abbrev, .debug_str: read once, by the thread that begins
 *   one region per thread, at `base`:
 *     tables     of fixed size, as below
 *     columns    8 words an entry, then 3 words a parameter, each column by itself; as long as the file could need.
 *                A page of memory that nobody touches costs nothing, so that is no waste.
 *
 * What does not fit makes a unit one for the TypeScript reader; nothing here is ever written past its end.
 */

/** Abbreviation codes that are looked up here. */
export const maxCodes: u32 = 1 << 14;
export const maxShapes: u32 = 1 << 13;
export const shapeSlots: u32 = 1 << 15;
export const maxWords: u32 = 1 << 17;
export const shortNames: u32 = 1 << 14;
export const maxOpen: u32 = 1 << 12;
export const maxPending: u32 = 1 << 16;
export const maxDies: u32 = 1 << 18;
export const maxBlockParams: u32 = 1 << 16;

/** Bytes of a row of the shapes: plan, program, sibling, has, rare, tag, start, length. */
export const shapeBytes: u32 = 32;
/** Bytes of an open subprogram: die, flags, name, type, origin, specification, lowPcHigh, lowPc, first, number. */
export const openBytes: u32 = 48;
/** Bytes of a parameter on the stack: name, type, origin, number. */
export const pendingBytes: u32 = 16;

// Offsets in a region. The values of the DIE at hand, by slot:
export const slotsAt: u32 = 0;
/** The same of the unit's root. */
export const rootSlotsAt: u32 = 64;
/** Per code: the plan of its shape, where its sibling is, its shape. */
export const planAt: u32 = 128;
export const siblingAt: u32 = planAt + maxCodes * 4;
export const shapeOfAt: u32 = siblingAt + maxCodes * 4;
export const shapesAt: u32 = shapeOfAt + maxCodes * 4;
/** 1 + a shape, by the hash of its bytes. */
export const shapeSlotsAt: u32 = shapesAt + maxShapes * shapeBytes;
export const wordsAt: u32 = shapeSlotsAt + shapeSlots * 4;
/** Names of up to three bytes that stood in a DIE: those bytes, and the NameRef. */
export const shortKeysAt: u32 = wordsAt + maxWords * 4;
export const shortRefsAt: u32 = shortKeysAt + shortNames * 4;
/** Per open DIE: what the one around it was, and where its sibling is. */
export const insideAt: u32 = shortRefsAt + shortNames * 4;
export const resumeAt: u32 = insideAt + maxOpen * 4;
export const openAt: u32 = resumeAt + maxOpen * 4;
export const pendingAt: u32 = openAt + maxOpen * openBytes;
/** The DIEs of the unit at hand by position: die, row; of a parameter in a block die, name, type. */
export const entryDiesAt: u32 = pendingAt + maxPending * pendingBytes;
export const paramDiesAt: u32 = entryDiesAt + maxDies * 8;
export const blockParamsAt: u32 = paramDiesAt + maxDies * 8;
/** The bytes of a run of units. */
export const runAt: u32 = (blockParamsAt + maxBlockParams * 12 + 0xffff) & ~0xffff;
