/** The numbers of DWARF 5 section 7.5 that an encoder's questions touch, by the names of the specification. */

/** DW_TAG_* (table 7.3). */
export const TAG = {
  class_type: 0x02,
  formal_parameter: 0x05,
  lexical_block: 0x0b,
  compile_unit: 0x11,
  structure_type: 0x13,
  subroutine_type: 0x15,
  union_type: 0x17,
  unspecified_parameters: 0x18,
  inlined_subroutine: 0x1d,
  subprogram: 0x2e,
  interface_type: 0x38,
  namespace: 0x39,
  partial_unit: 0x3c,
  imported_unit: 0x3d,
  type_unit: 0x41,
  skeleton_unit: 0x4a,
} as const;

/** DW_AT_* (table 7.5; 0x2000 and up are vendors'). */
export const AT = {
  sibling: 0x01,
  name: 0x03,
  low_pc: 0x11,
  language: 0x13,
  inline: 0x20,
  abstract_origin: 0x31,
  declaration: 0x3c,
  external: 0x3f,
  specification: 0x47,
  type: 0x49,
  str_offsets_base: 0x72,
  addr_base: 0x73,
  GNU_addr_base: 0x2133,
} as const;

/** DW_FORM_* (table 7.6; 0x1f00 and up are GNU's). */
export const FORM = {
  addr: 0x01,
  block2: 0x03,
  block4: 0x04,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  block1: 0x0a,
  data1: 0x0b,
  flag: 0x0c,
  sdata: 0x0d,
  strp: 0x0e,
  udata: 0x0f,
  ref_addr: 0x10,
  ref1: 0x11,
  ref2: 0x12,
  ref4: 0x13,
  ref8: 0x14,
  ref_udata: 0x15,
  indirect: 0x16,
  sec_offset: 0x17,
  exprloc: 0x18,
  flag_present: 0x19,
  strx: 0x1a,
  addrx: 0x1b,
  ref_sup4: 0x1c,
  strp_sup: 0x1d,
  data16: 0x1e,
  line_strp: 0x1f,
  ref_sig8: 0x20,
  implicit_const: 0x21,
  loclistx: 0x22,
  rnglistx: 0x23,
  ref_sup8: 0x24,
  strx1: 0x25,
  strx2: 0x26,
  strx3: 0x27,
  strx4: 0x28,
  addrx1: 0x29,
  addrx2: 0x2a,
  addrx3: 0x2b,
  addrx4: 0x2c,
  GNU_addr_index: 0x1f01,
  GNU_str_index: 0x1f02,
  GNU_ref_alt: 0x1f20,
  GNU_strp_alt: 0x1f21,
} as const;

/** DW_UT_* (table 7.2), the unit types of a version 5 header. */
export const UT = {
  compile: 0x01,
  type: 0x02,
  partial: 0x03,
  skeleton: 0x04,
  split_compile: 0x05,
  split_type: 0x06,
} as const;

/** DW_LANG_Mips_Assembler, which GNU as gives its units (DWARF 5 table 7.17 leaves the range to vendors). */
export const assemblerLanguage = 0x8001;
