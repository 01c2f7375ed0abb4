/**
 * The numbers that the TypeScript side puts into memory and this side takes apart. They are those of
 * src/dwarf/abbrev-shapes.ts, instructions.ts, function-entries.ts and scan.ts, where they are explained; a test compares.
 */

// STEP: bits 0-3 of a plan.
export const stepSkipped: u32 = 0;
export const stepLeaf: u32 = 4;
export const stepLeafString: u32 = 5;
export const stepParam: u32 = 6;
export const stepSubprogram: u32 = 7;
export const stepLeafProgram: u32 = 8;
export const stepRare: u32 = 9;
export const stepMissing: u32 = 15;
export const stepMask: u32 = 15;
export const hasChildren: u32 = 16;
export const sizeShift: u32 = 5;

// OP: bits 0-3 of an instruction.
export const opEnd: u32 = 0;
export const opSkip: u32 = 1;
export const opStrp: u32 = 2;
export const opRef4: u32 = 3;
export const opTake: u32 = 4;
export const opConstant: u32 = 5;
export const opLeb: u32 = 6;
export const opString: u32 = 7;
export const opBlock1: u32 = 8;
export const opBlock2: u32 = 9;
export const opBlock4: u32 = 10;
export const opBlock: u32 = 11;
export const opMask: u32 = 15;
export const opShift: u32 = 4;

// SLOT
export const slotName: u32 = 0;
export const slotType: u32 = 1;
export const slotOrigin: u32 = 2;
export const slotSpecification: u32 = 3;
export const slotSibling: u32 = 4;
export const slotLowPc: u32 = 5;
export const slotInline: u32 = 6;
export const slotLanguage: u32 = 7;
export const slotDeclaration: u32 = 10;
export const slotExternal: u32 = 11;
export const slotLowPcHigh: u32 = 12;

// The forms of an opTake that are decoded here.
export const formAddr: u32 = 0x01;
export const formData2: u32 = 0x05;
export const formString: u32 = 0x08;
export const formData1: u32 = 0x0b;
export const formLineStrp: u32 = 0x1f;

// entryFlag
export const flagDeclaration: u32 = 1;
export const flagExternal: u32 = 2;
export const flagOrigin: u32 = 4;
export const flagSpecification: u32 = 8;
export const flagOwnName: u32 = 16;
export const flagAllParamsNamed: u32 = 32;
export const flagVararg: u32 = 64;
export const flagLowPc: u32 = 128;
export const flagInline: u32 = 256;
export const inlineShift: u32 = 9;

// in…: what the innermost open DIE is to its children.
export const inSkipped: u32 = 0;
export const inScope: u32 = 1;
export const inInlined: u32 = 2;
export const inBody: u32 = 3;
export const inLexicalBlock: u32 = 4;

export const maxDepth: u32 = 4096;

// What a DIE of STEP.rare is: a container as the STEPs 0 to 3, or one of these.
export const rareParam: u32 = 4;
export const rareVararg: u32 = 5;

/** A NameRef of .debug_line_str. */
export const lineStrBit: u32 = 0x8000_0000;
