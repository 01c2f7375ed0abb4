/**
 * The functions and data of a running kernel's modules in the search, as "rfcomm_tty_write [rfcomm]": rows behind those
 * of .symtab.
 *
 *   row   0 … symbols           .symtab
 *         symbols … + modules   the module rows of kallsyms, in their order
 */
import { readyValue } from '../errors.ts';
import { type Focus, focusModule } from '../kernel/links.ts';
import type { ModuleSymbol } from '../kernel/running.ts';
import type { SearchHit, SearchInput } from './search/types.ts';
import type { Session } from './session.ts';

const STT_OBJECT = 1;
const STT_FUNC = 2;

const symbolCount = ({ kernel }: Session): number => readyValue(kernel.symbols)?.table.count ?? 0;

/** The names of .symtab, with those of modules behind them. */
export function withModules(session: Session, symbols: SearchInput['symbols']): SearchInput['symbols'] {
  const { running } = session;
  const kallsyms = running?.modules;
  if (kallsyms === undefined || kallsyms.moduleRows.length === 0) return symbols;
  const rows = kallsyms.moduleRows;
  const before = symbols.names.length;
  const names = new Uint32Array(before + rows.length);
  const types = new Uint8Array(before + rows.length);
  names.set(symbols.names);
  types.set(symbols.types);
  const parts: string[] = [];
  let end = symbols.strings.length;
  rows.forEach((row, i) => {
    const name = `${kallsyms.name(row)} [${kallsyms.moduleOf(row)}]`;
    names[before + i] = end;
    types[before + i] = /[tw]/i.test(kallsyms.letter(row)) ? STT_FUNC : STT_OBJECT;
    parts.push(name);
    end += name.length + 1;
  });
  const strings = Buffer.concat([symbols.strings, Buffer.from(`${parts.join('\0')}\0`, 'latin1')]);
  return { strings, names, types };
}

/** The row of kallsyms that a row of the search stands for, if it is one of a module. */
function kallsymsRow(session: Session, row: number | undefined): number | undefined {
  return row === undefined ? undefined : session.running?.modules?.moduleRows[row - symbolCount(session)];
}

/** The symbol of a module that was found. */
export function moduleHit(session: Session, hit: SearchHit): ModuleSymbol | undefined {
  const row = kallsymsRow(session, hit.symbols[0]);
  return row === undefined ? undefined : session.running?.moduleSymbol(row);
}

export function focusOfModuleHit(session: Session, hit: SearchHit): Focus | undefined {
  const row = kallsymsRow(session, hit.symbols[0]);
  return row === undefined ? undefined : focusModule(row);
}

/** "rfcomm_tty_write [rfcomm]", or the name alone where no symbol of the file has it. */
export function focusOfModuleName(session: Session, text: string): Focus | undefined {
  const [, name = text, module] = /^(\S+) \[(\S+)\]$/.exec(text) ?? [];
  const found = session.running?.modulesWith(name).find((symbol) => module === undefined || symbol.module === module);
  return found?.row === undefined ? undefined : focusModule(found.row);
}
