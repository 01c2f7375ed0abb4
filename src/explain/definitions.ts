/**
 * The entries of DWARF that are functions with code, by name. Besides them a name has declarations, and an abstract entry
 * for what is inlined: a header's `static inline` has one in each unit that includes it.
 */
import { assemblerLanguage } from '../dwarf/constants.ts';
import { entryFlag, type FunctionEntries, unitOfEntry } from '../dwarf/function-entries.ts';

/** Entries of a name, those with code of their own apart. */
export interface NamedEntries {
  readonly definitions: readonly number[];
  /** Abstract entries and declarations, the former first. */
  readonly others: readonly number[];
}

const notCode = entryFlag.declaration | entryFlag.inline;

/** Whether an entry is neither a declaration nor the abstract one of an inlined function. */
export const isDefinition = (entries: FunctionEntries, entry: number): boolean =>
  ((entries.flags[entry] as number) & notCode) === 0;

/** The entries of a name (latin1). Those of assembler units are left out: binutils gives them no types. */
export function entriesNamed(entries: FunctionEntries, name: string): NamedEntries {
  const rows = entries.names
    .rowsNamed(entries.name, name)
    .filter((entry) => entries.units.language[unitOfEntry(entries, entry)] !== assemblerLanguage);
  const isDeclaration = (entry: number) => ((entries.flags[entry] as number) & entryFlag.declaration) !== 0;
  const rest = rows.filter((entry) => !isDefinition(entries, entry));
  return {
    definitions: rows.filter((entry) => isDefinition(entries, entry)),
    others: [...rest.filter((entry) => !isDeclaration(entry)), ...rest.filter(isDeclaration)],
  };
}
