/** A sound input that damage is done to. */

export interface Base {
  /** "pahole/elf/nested", "made/kernel-32-big". */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** How it is given to the program: as the file, or as what an option names beside a sound file. */
  readonly as: 'file' | 'btf' | 'split-btf' | 'debug' | 'kallsyms' | 'ftrace';
}
