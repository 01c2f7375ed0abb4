/** What is on the screen, computed from the state: lines of cells for the panes, and words around them. */

import { availability, readyValue } from '../errors.ts';
import { type Cell, fitColumns, type Role, span } from '../format/cells.ts';
import { count, hex16, hexWord } from '../format/hex.ts';
import { onScreen } from '../format/on-screen.ts';
import { visibleText } from '../format/visible.ts';
import { diagnose } from './diagnosis.ts';
import type { PaneLayout } from './layout.ts';
import { gutter, orderOf, paneLines } from './pane-lines.ts';
import { type PaneTable, paneIds } from './panes/pane-table.ts';
import { parseQuery } from './search/query.ts';
import type { Session } from './session.ts';
import type { AppState, PaneState, Prompt } from './state.ts';
import { causesLength, windowOf } from './why/causes.ts';

export type FittedColumn = ReturnType<typeof fitColumns>[number];

export interface PaneLine {
  /** 'row' a table row; 'gap' the place where the focus has none; 'note' a sentence in the table's place. */
  readonly kind: 'row' | 'gap' | 'note';
  readonly cells: readonly Cell[];
  /** The row that belongs to the focus. */
  readonly linked: boolean;
}

export interface PaneView {
  readonly layout: PaneLayout;
  readonly number: number;
  readonly title: string;
  /** Right end of the title: how many rows, the filter, the order. */
  readonly tally: string;
  readonly active: boolean;
  readonly columns: readonly FittedColumn[];
  readonly lines: readonly PaneLine[];
}

export function paneView(session: Session, state: AppState, layout: PaneLayout): PaneView {
  const table = session.panes[layout.pane];
  const pane = state.panes[layout.pane];
  const active = layout.pane === state.active;
  const inner = layout.shape === 'framed' ? layout.rect.width - 2 : layout.rect.width;
  const link = table.linkOf(state.links);
  return {
    layout,
    number: paneIds.indexOf(layout.pane) + 1,
    title: table.title,
    tally: tally(table, pane, orderOf(session, layout.pane, pane).length),
    active,
    columns: fitColumns(table.columns, inner - gutter),
    lines: paneLines(session, state, layout).map((line): PaneLine => {
      if (line.kind === 'row') {
        const linked = link.state === 'linked' && link.key === line.key;
        const row = availability(() => table.cells(line.key));
        if (row.state === 'ready') return { kind: 'row', cells: row.value, linked };
        // The file has changed since it was opened, or its device fails.
        return { kind: 'note', cells: [span(row.reason, 'bad')], linked };
      }
      const role = line.kind === 'gap' || line.bad ? 'bad' : 'note';
      return { kind: line.kind, cells: [span(line.text, role)], linked: false };
    }),
  };
}

/** Right end of a pane's title: the filter, the order, how many rows; and how far an order is that takes a while. */
function tally(table: PaneTable, pane: PaneState, shown: number): string {
  const parts: string[] = [];
  const { sort, filter } = pane.wanted ?? pane;
  if (filter.trim() !== '') parts.push(`filter: ${visibleText(filter)}`);
  const index = table.sorts.findIndex((row) => row.id === sort);
  if (index > 0) parts.push(table.sorts[index]?.label ?? '');
  if (pane.wanted !== undefined) parts.push(`${Math.floor(pane.wanted.share * 100)} %`);
  else parts.push(pane.filter.trim() === '' ? count(table.count) : `${count(shown)} of ${count(table.count)}`);
  return parts.join(' · ');
}

export interface FocusMark {
  readonly label: string;
  readonly ok: boolean;
  readonly detail: string;
  /** Of the detail. */
  readonly tone: Role;
}

/** The focus line: a mark for each of the four tables; in words, shorter, and as short as can be. */
export function focusMarks(session: Session, state: AppState): readonly (readonly FocusMark[])[] {
  const { links } = state;
  const region = readyValue(session.kernel.mcount);
  const slot = links.slot.state === 'linked' ? region?.slot(links.slot.key) : undefined;
  const isZero = slot?.raw === 0n;
  const mark = (label: string, ok: boolean, detail = ''): FocusMark => ({
    label,
    ok,
    detail,
    tone: isZero ? 'zero' : 'dim',
  });
  const index = slot === undefined ? '' : String(slot.index);
  const { listed, address } = runningFocus(session, state);
  const row = (symbol: string, reloc: string, detail: string, runtime = ''): FocusMark[] => [
    { ...mark(symbol, links.symbol.state === 'linked', runtime), tone: 'address' },
    mark('slot', slot !== undefined, detail),
    mark(reloc, links.relocation.state === 'linked'),
    mark('BTF', links.func.state === 'linked'),
    ...(listed === undefined ? [] : [mark('ftrace', listed)]),
  ];
  const full = `${index}${isZero ? ' (zero in the file)' : ''}`;
  return [
    ...(address === undefined
      ? []
      : [row('symbol', 'reloc', full, `at ${hexWord(address, session.kernel.elf.wordSize)}`)]),
    row('symbol', 'reloc', full),
    row('symbol', 'reloc', isZero ? `${index} (zero)` : index),
    row('symbol', 'reloc', ''),
    row('sym', 'rel', ''),
  ];
}

/** Where the focus is while the kernel runs, and whether ftrace lists it; undefined where that is not known. */
function runningFocus(
  { running }: Session,
  { links }: AppState,
): { readonly listed: boolean | undefined; readonly address: bigint | undefined } {
  if (running === undefined) return { listed: undefined, address: undefined };
  if (links.focus.kind === 'module') {
    const symbol = running.moduleSymbol(links.focus.row);
    return { listed: symbol?.ftraceListed, address: symbol?.address };
  }
  if (links.symbol.state !== 'linked') return { listed: undefined, address: undefined };
  return { listed: running.lists(links.symbol.key), address: running.runtimeAddress(links.symbol.key) };
}

export const focusSentence = (session: Session, state: AppState) => diagnose(session, state.links, state.evidence);

/** What stands in the place of the hits when there are none; undefined when there are. */
export function searchNote(session: Session, state: AppState): string | undefined {
  const { prompt, results } = state;
  if (prompt?.kind !== 'search' || results.hits.length > 0) return undefined;
  const query = parseQuery(prompt.text);
  if (query.kind === 'empty') return 'type letters of a symbol or FUNC name, /regex/, an address, or symbol+0x10';
  if (query.kind === 'address') {
    return `Enter goes to ${hex16(query.value)}, ${onScreen(session.linker.nameAddress(query.value))}`;
  }
  if (query.kind === 'symbol-offset') return `Enter goes to ${visibleText(prompt.text.trim())}`;
  if (results.problem !== undefined) return visibleText(results.problem);
  return results.text === prompt.text && results.complete ? 'no name matches' : 'searching';
}

export function searchTally({ prompt, results, search }: AppState): string {
  const parts: string[] = [];
  if (prompt?.kind === 'search' && results.hits.length > 0) {
    parts.push(`${count(results.total)}${results.complete ? '' : '+'} found`);
  }
  if (search.phase === 'starting' || search.phase === 'indexing') parts.push('reading the names');
  if (search.phase === 'failed') parts.push('plain search: the search thread was lost');
  return parts.join(' · ');
}

export const promptSign = (session: Session, prompt: Prompt): string =>
  prompt.kind === 'search'
    ? '/'
    : prompt.kind === 'goto'
      ? ':'
      : prompt.kind === 'narrow'
        ? 'filter functions: '
        : `filter ${session.panes[prompt.pane].title}: `;

/** What may be typed, while nothing is. */
export function promptHint(session: Session, prompt: Prompt): string {
  if (prompt.text !== '') return '';
  if (prompt.kind === 'filter') return session.panes[prompt.pane].filterHelp;
  if (prompt.kind === 'narrow') return 'words of the name';
  return prompt.kind === 'goto'
    ? 'an address, a symbol, symbol+0x10; or quit, help, facts, hex, why, causes, compare'
    : '';
}

/** "23,651 of 34,264" in the active pane, of the hits, or of nothing. */
export function position(session: Session, state: AppState): string {
  const { prompt, results } = state;
  if (prompt?.kind === 'search' && results.hits.length > 0) {
    return `${count(prompt.selected + 1)} of ${count(results.hits.length)}`;
  }
  if (prompt?.kind === 'narrow' || (prompt === undefined && state.screen === 'causes')) return causesPosition(state);
  if (prompt !== undefined || state.screen !== 'browse') return '';
  const pane = state.panes[state.active];
  const order = orderOf(session, state.active, pane);
  return order.length === 0 ? '' : `${count(pane.cursor + 1)} of ${count(order.length)}`;
}

function causesPosition({ causes }: AppState): string {
  const length = causesLength(causes);
  return length === 0 ? '' : `${count(windowOf(causes).cursor + 1)} of ${count(length)}`;
}
