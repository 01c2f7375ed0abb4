/** What is on the screen, computed from the state: lines of cells for the panes, the search, the help and the facts. */

import { readyValue } from '../errors.ts';
import { type Cell, type Column, fitColumns, type Role, span } from '../format/cells.ts';
import { count } from '../format/hex.ts';
import { visible } from '../format/visible.ts';
import { diagnose } from './diagnosis.ts';
import { type PaneLayout, paneRows } from './layout.ts';
import { paneIds } from './panes/pane-table.ts';
import { hitRows } from './reducer.ts';
import type { SearchHit } from './search/types.ts';
import type { Session } from './session.ts';
import type { AppState } from './state.ts';

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

/** Cells to the left of every row: the mark of the linked one. */
export const gutter = 2;

export function paneView(session: Session, state: AppState, layout: PaneLayout): PaneView {
  const table = session.panes[layout.pane];
  const pane = state.panes[layout.pane];
  const order = session.orders.order(layout.pane, pane.sort, pane.filter);
  const active = layout.pane === state.active;
  const inner = layout.shape === 'framed' ? layout.rect.width - 2 : layout.rect.width;
  const columns = fitColumns(table.columns, inner - gutter);
  const height = paneRows(layout);
  const link = table.linkOf(state.links);
  const gap = link.state === 'missing' ? gapLine(session, state, layout, link.reason) : undefined;
  const lines: PaneLine[] = [];
  const note = (text: string, role: Role = 'note'): PaneLine => ({
    kind: 'note',
    cells: [span(text, role)],
    linked: false,
  });
  if (order.length === 0) {
    lines.push(
      note(table.problem ?? (pane.filter === '' ? 'nothing here' : `nothing matches the filter ${pane.filter}`)),
    );
  } else {
    if (table.problem !== undefined && layout.shape === 'framed') lines.push(note(table.problem, 'bad'));
    const only = layout.shape === 'folded';
    if (only && gap !== undefined) lines.push(gap);
    const first = only ? pane.cursor : pane.top;
    for (let position = first; lines.length < height && position < order.length; position++) {
      const key = order.keyAt(position);
      if (key === undefined) break;
      const linked = link.state === 'linked' && position === pane.cursor && link.key === key;
      lines.push({ kind: 'row', cells: table.cells(key), linked });
      if (gap !== undefined && position === pane.cursor && lines.length < height) lines.push(gap);
    }
  }
  return {
    layout,
    number: paneIds.indexOf(layout.pane) + 1,
    title: table.title,
    tally: tally(session, state, layout, order.length),
    active,
    columns,
    lines,
  };
}

/** The line in the place of a row that is not there: "— no FUNC record for tty_write —". */
function gapLine(session: Session, state: AppState, layout: PaneLayout, reason: string): PaneLine | undefined {
  if (session.panes[layout.pane].count === 0) return undefined;
  const name = visible(state.links.name);
  const words = { symbols: 'symbol', mcount: 'slot', relocations: 'relocation', btf: 'FUNC record' }[layout.pane];
  const text = layout.pane === 'btf' || layout.pane === 'mcount' ? `no ${words}: ${name}` : `no ${words}`;
  const tail = layout.pane === 'btf' ? '' : ` — ${reason}`;
  return { kind: 'gap', cells: [span(`${text}${tail}`, 'bad')], linked: false };
}

function tally(session: Session, state: AppState, layout: PaneLayout, shown: number): string {
  const table = session.panes[layout.pane];
  const pane = state.panes[layout.pane];
  const parts: string[] = [];
  if (pane.filter !== '') parts.push(`filter: ${visible(pane.filter)}`);
  const sort = table.sorts.findIndex((row) => row.id === pane.sort);
  if (sort > 0) parts.push(table.sorts[sort]?.label ?? '');
  parts.push(pane.filter === '' ? count(table.count) : `${count(shown)} of ${count(table.count)}`);
  return parts.join(' · ');
}

export interface FocusMark {
  readonly label: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** The focus line: a mark for each of the four tables. */
export function focusMarks(session: Session, state: AppState): readonly FocusMark[] {
  const { links } = state;
  const region = readyValue(session.kernel.mcount);
  const slot = links.slot.state === 'linked' ? region?.slot(links.slot.key) : undefined;
  const zero = slot?.raw === 0n ? ' (zero in the file)' : '';
  return [
    { label: 'symbol', ok: links.symbol.state === 'linked', detail: '' },
    { label: 'slot', ok: slot !== undefined, detail: slot === undefined ? '' : `${slot.index}${zero}` },
    { label: 'reloc', ok: links.relocation.state === 'linked', detail: '' },
    { label: 'BTF', ok: links.func.state === 'linked', detail: '' },
  ];
}

export const focusSentence = (session: Session, state: AppState) => diagnose(session, state.links);

export interface HitLine {
  readonly hit: SearchHit;
  readonly cells: readonly Cell[];
  readonly selected: boolean;
}

export const hitColumns = (wordSize: number): readonly Column[] => [
  { id: 'name', title: 'name', width: 'rest', dropOrder: 0 },
  { id: 'class', title: 't', width: 1, dropOrder: 0 },
  { id: 'address', title: 'address', width: wordSize * 2, dropOrder: 1 },
  { id: 'slot', title: 'slot', width: 4, dropOrder: 2 },
  { id: 'btf', title: 'BTF', width: 3, dropOrder: 0 },
];

/** The visible hits of the search. */
export function hitLines(session: Session, state: AppState): HitLine[] {
  const { prompt, results } = state;
  if (prompt?.kind !== 'search') return [];
  const symbols = readyValue(session.kernel.symbols);
  const mcount = readyValue(session.kernel.mcount);
  const lines: HitLine[] = [];
  for (let i = prompt.top; i < Math.min(results.hits.length, prompt.top + hitRows(state)); i++) {
    const hit = results.hits[i] as SearchHit;
    const row = hit.symbols[0];
    const cells = row === undefined ? [] : session.panes.symbols.cells(row);
    const slot = hit.symbols.some((symbol) => mcount?.slotOfFunction(symbol) !== undefined);
    const isFunction = hit.funcCount > 0 || hit.symbols.some((symbol) => symbols?.table.type(symbol) === 2);
    lines.push({
      hit,
      selected: i === prompt.selected,
      cells: [
        highlighted(hit),
        cells[1] ?? span(''),
        cells[0] ?? span('no symbol', 'dim'),
        isFunction ? span(slot ? '✓' : '✗', slot ? 'good' : 'dim') : span(''),
        isFunction ? span(hit.funcCount > 0 ? '✓' : '✗', hit.funcCount > 0 ? 'good' : 'bad') : span(''),
      ],
    });
  }
  return lines;
}

/** The name with the matched characters marked; a name that is not plain text is shown without. */
function highlighted(hit: SearchHit): Cell {
  const shown = visible(hit.name);
  const more = hit.symbolCount > 1 ? [span(`  ×${hit.symbolCount}`, 'dim')] : [];
  if (shown !== hit.name || hit.indexes.length === 0) return [span(shown, 'name'), ...more];
  const parts = [];
  let at = 0;
  for (let i = 0; i < hit.indexes.length; ) {
    const start = hit.indexes[i] as number;
    let end = start + 1;
    while (hit.indexes[++i] === end) end++;
    if (start > at) parts.push(span(shown.slice(at, start), 'name'));
    parts.push(span(shown.slice(start, end), 'match'));
    at = end;
  }
  parts.push(span(shown.slice(at), 'name'));
  return [...parts, ...more];
}

/** "23,651 of 34,264" in the active pane. */
export function position(session: Session, state: AppState): string {
  const pane = state.panes[state.active];
  const order = session.orders.order(state.active, pane.sort, pane.filter);
  return order.length === 0 ? '' : `${count(pane.cursor + 1)} of ${count(order.length)}`;
}
