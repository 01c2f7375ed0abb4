/**
 * Why a function has no BTF FUNC record: the root causes that are told apart, as a table. Over all function symbols of a
 * kernel each has exactly one. The names are part of the JSON schema.
 */

interface CauseFacts {
  /** A few words, as the head of a table's row. */
  readonly title: string;
  /** What it means, in one clause. */
  readonly meaning: string;
}

export const causeFacts = {
  'in-btf': { title: 'has a record', meaning: 'the BTF has a FUNC record of the function' },
  'no-btf': {
    title: 'no BTF in the file',
    meaning: 'pahole writes a record of it, and the file has no BTF to hold one',
  },
  'repeated-name': {
    title: 'name occurs more than once',
    meaning: "the record of this name is another function's; a list of names keeps one record a name",
  },
  clone: {
    title: "a compiler's clone",
    meaning:
      'a copy that the compiler made (.isra, .constprop, .part, .cold): the DWARF has the function, not the copy',
  },
  'no-die': {
    title: 'no DIE of this name',
    meaning: 'the DWARF has no function of this name: assembler, or a symbol that the build renamed',
  },
  'declaration-only': {
    title: 'declared only',
    meaning: 'the DWARF declares it and nowhere defines it: the definition is in assembler, or without DWARF',
  },
  'unnamed-parameter': {
    title: 'parameter without a name',
    meaning: 'a parameter has no name, and FUNC_PROTO would have to name it',
  },
  'zero-region': {
    title: 'zero region, filled at boot',
    meaning: 'its mcount slot is zero in the file and gets its address from a relocation, which pahole does not apply',
  },
  'entries-beside': {
    title: 'entries beside functions',
    meaning: 'its mcount slot holds an address beside its st_value, which an exact match does not find',
  },
  'byte-order': {
    title: 'region in the other byte order',
    meaning: 'the words of the region are read in the byte order of the machine that runs pahole',
  },
  'no-mcount': {
    title: 'no mcount region',
    meaning: 'there is no list of traceable functions, so external ones only are kept, and it is static',
  },
  'static-empty-list': {
    title: 'static, and the list is empty',
    meaning: 'pahole took no function for traceable and kept external ones only; it is static, and has no slot either',
  },
  'not-traceable': {
    title: 'not traceable',
    meaning:
      'it has no mcount slot (notrace, a file built without -pg, assembler, or init code), so it is not in the list',
  },
  'other-encoder': {
    title: 'left out by another pahole',
    meaning: 'the version that is replayed writes it; the one that made this BTF did not',
  },
  'run-ended': {
    title: 'the run ends before it',
    meaning: 'pahole stops before it comes to the function, or before it writes anything',
  },
  'inlined-everywhere': {
    title: 'inlined everywhere',
    meaning: 'no code of its own is left: there is no symbol, only copies in its callers',
  },
  'not-linked': {
    title: 'not in this file',
    meaning: 'the DWARF knows it and there is no symbol: dropped by the linker, or inlined',
  },
  'not-a-function': { title: 'not a function', meaning: 'the symbol is not of type FUNC' },
  'no-symbol': { title: 'no such function', meaning: 'neither a symbol, nor a DIE, nor a record has this name' },
  unknown: { title: 'only DWARF tells', meaning: 'there is no DWARF, and symbols and bytes do not tell' },
} as const satisfies Record<string, CauseFacts>;

export type Cause = keyof typeof causeFacts;

/** All causes, in the order in which they are listed. */
export const causes = Object.keys(causeFacts) as readonly Cause[];

export const isCause = (text: string): text is Cause => Object.hasOwn(causeFacts, text);

/** What is known beyond the cause. The names are part of the JSON schema. */
export const detailMeanings = {
  isra: 'its parameters were changed, or removed',
  constprop: 'a parameter has become a constant',
  part: 'a part of the function, split off to inline the rest',
  cold: 'the unlikely part of the function, moved away',
  lto: 'renamed by link time optimisation',
  renamed: 'the DIE at its address has another name: the build renamed the symbol (objcopy --prefix-symbols)',
  alias: 'another symbol at its address has the name that the DWARF knows',
  assembler: 'it is written in assembler',
  init: 'it is code of .init.text or .exit.text',
  noinstr: 'it is in a part of .text that ftrace is kept out of (noinstr, entry, kprobes …)',
  'unit-untraced': 'no function of its unit has a slot: the file was built without -pg',
} as const;

export type CauseDetail = keyof typeof detailMeanings;

/** Bytes of a name in which a clone's suffix is looked for: 20,000 symbols of a damaged file may all have its whole string table. */
const longestClone = 4096;

/** ".isra.0" → isra; undefined for a name that no compiler's clone has. */
export function cloneKind(name: string): CauseDetail | undefined {
  if (name.length > longestClone) return undefined;
  const kind = /\.(isra|constprop|part|cold|llvm|lto_priv)(?=\.|$)/.exec(name)?.[1];
  if (kind === undefined) return undefined;
  return kind === 'llvm' || kind === 'lto_priv' ? 'lto' : (kind as CauseDetail);
}

/** "foo.isra.0.cold" → foo, the function that the clone is of. */
export const clonedName = (name: string): string =>
  name.replace(/\.(?:isra|constprop|part|cold|llvm|lto_priv)(?:\.|$).*$/, '');
