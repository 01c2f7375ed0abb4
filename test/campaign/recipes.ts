/**
 * The inputs that recorded campaigns complained of: which sound input, and the bytes that were written over it. An index
 * makes another input once a fixture is added; this stays.
 */

export interface Recipe {
  /** What was wrong. */
  readonly was: string;
  readonly words: string;
  readonly base: string;
  /** File offset, and bytes in hexadecimal. */
  readonly edits: readonly (readonly [at: number, bytes: string])[];
}

const baseType = "the replay called a base type whose name is no string '4/undefined'";
const narrow = 'a report in a terminal of one column was wrapped without end';
const cooked = 'Ctrl-C while the screen was painted again ended the shell around the program';

export const recipes: readonly Recipe[] = [
  {
    was: baseType,
    words: '.debug_abbrev 2 form = 04',
    base: 'made/kernel-64-extended',
    edits: [[1277, '04']],
  },
  {
    was: narrow,
    words: '.BTF type 10 size or type = 0x11',
    base: 'made/kernel-32-big',
    edits: [[763, '11']],
  },
  {
    was: baseType,
    words: 'linux_banner +0x9 = 0x72; .debug_info DIE 0x53 DW_AT 0x3 (form 0xe) = 0x9af; .debug_abbrev 2 form = 04',
    base: 'made/kernel-32-big',
    edits: [
      [441, '72'],
      [902, '09af'],
      [1101, '04'],
    ],
  },
  {
    was: baseType,
    words: '.debug_abbrev 2 form = 04',
    base: 'made/kernel-64',
    edits: [[1277, '04']],
  },
  {
    was: baseType,
    words: '.debug_abbrev 2 form = 04',
    base: 'made/kernel-64-big',
    edits: [[1277, '04']],
  },
  {
    was: cooked,
    words: 'section 5 .symtab sh_name = 0xfffffffe',
    base: 'pahole/elf/assembler-unit',
    edits: [[1064, 'feffffff']],
  },
  {
    was: baseType,
    words: '.debug_abbrev 2 form = 04',
    base: 'made/kernel-32-big',
    edits: [[1101, '04']],
  },
];
