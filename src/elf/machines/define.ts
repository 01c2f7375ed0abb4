/**
 * One table per machine: the names of its relocation types, and which of them kinspect can compute.
 *
 *   relative   B + A      the load bias plus the addend; with the bias of the link (0) it is the addend
 *   absolute   S + A      the symbol's value plus the addend, stored in the given number of bytes
 *   none       nothing    padding; R_AARCH64_NONE fills the end of arm64's .rela.dyn
 */

export type RelocationClass = 'relative' | 'absolute' | 'none' | 'other';

export interface RelocationMachine {
  /** The specification's name of a type; "Unknown" where there is none, as llvm-readelf prints. */
  name(type: number): string;
  classOf(type: number): RelocationClass;
  /** Bytes stored by an absolute type; undefined for the others. */
  absoluteSize(type: number): number | undefined;
  /** The type that RELR entries stand for. */
  readonly relativeType: number | undefined;
}

interface Definition {
  readonly prefix: string;
  /** Lines of "FIRST NAME NAME…", types counting up from FIRST; an indented line continues the one above. */
  readonly names: string;
  readonly relative: readonly number[];
  readonly absolute: Readonly<Record<number, number>>;
  readonly none: readonly number[];
}

export function defineMachine(definition: Definition): RelocationMachine {
  let names: Map<number, string> | undefined;
  const parse = (): Map<number, string> => {
    const map = new Map<number, string>();
    let type = 0;
    for (const line of definition.names.split('\n')) {
      const words = line.trim().split(' ');
      if (words[0] === '') continue;
      // Names such as R_390_8 are digits only, so a run's first number is told by its place, not by its look.
      if (!line.startsWith(' ')) type = Number(words.shift());
      for (const word of words) map.set(type++, definition.prefix + word);
    }
    return map;
  };
  const relative = new Set(definition.relative);
  const none = new Set(definition.none);
  return {
    name(type) {
      names ??= parse();
      return names.get(type) ?? 'Unknown';
    },
    classOf(type) {
      if (relative.has(type)) return 'relative';
      if (none.has(type)) return 'none';
      return definition.absolute[type] === undefined ? 'other' : 'absolute';
    },
    absoluteSize: (type) => definition.absolute[type],
    relativeType: definition.relative[0],
  };
}
