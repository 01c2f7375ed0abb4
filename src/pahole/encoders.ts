/**
 * What differs between the versions of pahole, as data: the machine reads its rules from a row of this table.
 *
 * The list is pahole's `functions[]`: the names that an entry's name is looked up in. An empty list is not a list that
 * nothing is in: the encoder then falls back on DW_AT_external.
 *
 * Not here, because the replay stops short of it: clang LTO, where 1.21 and later join all units into one.
 */

/** The versions that are replayed; older ones have no list, newer ones save functions up and compare them. */
export const encoderVersions = ['1.19', '1.20', '1.21', '1.22'] as const;
export type EncoderVersion = (typeof encoderVersions)[number];

export interface EncoderRules {
  readonly version: EncoderVersion;
  /** mcount: the functions that have an mcount slot. symbols: every function symbol, since commit 58a98f7. */
  readonly list: 'mcount' | 'symbols';
  /**
   * Which slot belongs to a function.
   * - exact: one that equals its st_value
   * - range: the smallest that is not below its st_value, if it is below st_value + st_size (commit 8e1f8c9)
   */
  readonly match: 'exact' | 'range';
  /** Whether function symbols of value 0 are taken into the list. */
  readonly zeroValued: 'kept' | 'dropped';
  /** Whether a function symbol of a section that is not there (absolute, common) is dropped. */
  readonly sections: 'checked' | 'ignored';
  /** Whether SHN_XINDEX is looked up (commit 1bb4989); without, such a symbol is of section 0xffff. */
  readonly extendedIndexes: boolean;
  /** Whether modules are filtered by their section __mcount_loc (commit 17df51c). */
  readonly modules: boolean;
  /** Bytes of a slot: by ELF class since commit 06ca639, 8 before. */
  readonly slotSize: 'class' | 8;
  /** An entry without a name, looked up in the list: skipped since commit e32b980, a strcmp of NULL before. */
  readonly missingName: 'skipped' | 'crash';
  /** A file without .symtab: a NULL that is followed, or an empty list. */
  readonly missingSymtab: 'crash' | 'empty-list';
  /** Whether a function without DW_AT_type returns what its abstract origin returns (commit 9adb014); void before. */
  readonly returnTypeOfOrigin: boolean;
  /** A base type whose size is no power of two: libbpf refuses it, and that ends the run; commit 7d8e829 rounds it. */
  readonly oddIntegers: 'refused' | 'rounded';
}

const v1_20: EncoderRules = {
  version: '1.20',
  list: 'mcount',
  match: 'exact',
  zeroValued: 'kept',
  sections: 'checked',
  extendedIndexes: true,
  modules: true,
  slotSize: 'class',
  missingName: 'skipped',
  missingSymtab: 'crash',
  returnTypeOfOrigin: false,
  oddIntegers: 'refused',
};

/** The rules of each version. */
export const encoders: Readonly<Record<EncoderVersion, EncoderRules>> = {
  '1.19': {
    ...v1_20,
    version: '1.19',
    zeroValued: 'dropped',
    sections: 'ignored',
    extendedIndexes: false,
    modules: false,
    slotSize: 8,
    missingName: 'crash',
  },
  '1.20': v1_20,
  '1.21': { ...v1_20, version: '1.21', match: 'range', returnTypeOfOrigin: true, oddIntegers: 'rounded' },
  '1.22': {
    ...v1_20,
    version: '1.22',
    list: 'symbols',
    sections: 'ignored',
    modules: false,
    missingSymtab: 'empty-list',
    returnTypeOfOrigin: true,
    oddIntegers: 'rounded',
  },
};

/** The version meant by what a user wrote ("1.20", "v1.20"), undefined when there is no such row. */
export function encoderVersion(text: string): EncoderVersion | undefined {
  const bare = text.startsWith('v') ? text.slice(1) : text;
  return encoderVersions.find((version) => version === bare);
}
