/** Names in full, by an alias, or by an unambiguous beginning. */

interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** The row that a word means; several when it is the beginning of more than one. */
export function startingWith<T extends Named>(rows: readonly T[], word: string): readonly T[] {
  const exact = rows.find(({ name, aliases }) => name === word || aliases.includes(word));
  return exact === undefined ? rows.filter(({ name }) => name.startsWith(word)) : [exact];
}

/** gdb's buffer for the list of names; what does not fit becomes three dots. */
const room = 100;

/** 'Ambiguous command "re": reverse-continue, reverse-finish...' as gdb writes it. */
export function ambiguity(what: string, word: string, rows: readonly Named[]): string {
  let list = '';
  for (const name of rows.map((row) => row.name).sort()) {
    if (list.length + name.length + 6 >= room) {
      list += '..';
      break;
    }
    list += list === '' ? name : `, ${name}`;
  }
  return `Ambiguous ${what} "${word}": ${list}.`;
}
