/**
 * The table of the search's hits. What is said of a name stands beside it; where the terminal is so wide that room is left,
 * the prototype of its FUNC record is in it.
 *
 *   name                           t address          slot BTF prototype
 *   usualName, or the longest      1 a word           4    3   what is left, from leastPrototype on
 */
import { STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { type Cell, type Column, cellText, fitColumns, span } from '../format/cells.ts';
import { hexWord } from '../format/hex.ts';
import { onScreen } from '../format/on-screen.ts';
import type { ModuleSymbol } from '../kernel/running.ts';
import { moduleHit } from './module-names.ts';
import { hitRows } from './prompts.ts';
import type { SearchHit } from './search/types.ts';
import type { FittedColumn } from './selectors.ts';
import type { Session } from './session.ts';
import type { AppState } from './state.ts';

export interface HitLine {
  readonly hit: SearchHit;
  readonly cells: readonly Cell[];
  readonly selected: boolean;
}

export interface HitTable {
  readonly columns: readonly FittedColumn[];
  readonly lines: readonly HitLine[];
}

/** The room that names have in a wide terminal, so that what is said of them is not far from them. */
const usualName = 48;

/** Of the prototypes of real kernels near half are no longer; in less, most would be cut off behind the name. */
const leastPrototype = 60;

/** The visible hits in `width` cells. */
export function hitTable(session: Session, state: AppState, width: number): HitTable {
  const lines = hitLines(session, state);
  const columns = hitColumns(session.kernel.elf.wordSize, lines);
  const fitted = fitColumns(columns, width);
  const left = width - fitted.reduce((sum, column) => sum + column.width + 1, 0);
  if (left < leastPrototype) return { columns: fitted, lines };
  const prototype = { id: 'prototype', title: 'prototype', width: left, dropOrder: 0 };
  return {
    columns: [...fitted, { column: prototype, index: columns.length, width: left }],
    lines: lines.map((line) => ({ ...line, cells: [...line.cells, noteOn(session, line.hit)] })),
  };
}

/** @param lines the hits that are shown: a column as wide as their longest name, where there is room */
const hitColumns = (wordSize: number, lines: readonly HitLine[]): readonly Column[] => [
  {
    id: 'name',
    title: 'name',
    width: 'rest',
    most: Math.max(usualName, ...lines.map(({ cells: [name] }) => (name === undefined ? 0 : cellText(name).length))),
    dropOrder: 0,
  },
  { id: 'class', title: 't', width: 1, dropOrder: 0 },
  { id: 'address', title: 'address', width: wordSize * 2, dropOrder: 1 },
  { id: 'slot', title: 'slot', width: 4, dropOrder: 2 },
  { id: 'btf', title: 'BTF', width: 3, dropOrder: 0 },
];

/** The visible hits, without their prototypes. */
export function hitLines(session: Session, state: AppState): HitLine[] {
  const { prompt, results } = state;
  if (prompt?.kind !== 'search') return [];
  const mcount = readyValue(session.kernel.mcount);
  const lines: HitLine[] = [];
  for (let i = prompt.top; i < Math.min(results.hits.length, prompt.top + hitRows(state)); i++) {
    const hit = results.hits[i] as SearchHit;
    const row = hit.symbols[0];
    const module = moduleHit(session, hit);
    if (module !== undefined) {
      lines.push({ hit, selected: i === prompt.selected, cells: moduleCells(session, hit, module) });
      continue;
    }
    const cells = row === undefined ? [] : session.panes.symbols.cells(row);
    const slot = hit.symbols.some((symbol) => mcount?.slotOfFunction(symbol) !== undefined);
    const isFunction = namesFunction(session, hit);
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

function namesFunction({ kernel }: Session, hit: SearchHit): boolean {
  const symbols = readyValue(kernel.symbols);
  return hit.funcCount > 0 || hit.symbols.some((symbol) => symbols?.table.type(symbol) === STT.FUNC);
}

const moduleCells = (session: Session, hit: SearchHit, { address, isFunction }: ModuleSymbol): readonly Cell[] => [
  highlighted(hit),
  span(isFunction ? 't' : 'd', 'kind'),
  span(address === undefined ? '' : hexWord(address, session.kernel.elf.wordSize), 'address'),
  span(''),
  span(''),
];

/** The name with the matched characters marked; a name that is not plain text is shown without. */
function highlighted(hit: SearchHit): Cell {
  const shown = onScreen(hit.name);
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

/** The prototype of the first FUNC record, or in a word or two what there is in its place. */
function noteOn(session: Session, hit: SearchHit): Cell {
  const { kernel, panes, prototypes } = session;
  const id = hit.funcs[0] === undefined ? undefined : readyValue(kernel.btf)?.btf.funcs[hit.funcs[0]];
  if (id !== undefined) {
    const more = hit.funcCount > 1 ? `×${hit.funcCount}  ` : '';
    return span(more + prototypes.textOf(id), 'dim');
  }
  if (moduleHit(session, hit) !== undefined) return span('not in this file', 'dim');
  if (namesFunction(session, hit)) {
    const { state } = kernel.btf;
    return span(state === 'ready' ? 'no FUNC record' : state === 'absent' ? 'no BTF' : 'BTF cannot be read', 'dim');
  }
  const row = hit.symbols[0];
  if (row === undefined) return span('');
  const [, , , size, type, section] = panes.symbols.cells(row).map(cellText);
  return span(`${type}${size === '' ? '' : `, ${size} bytes`}${section === '' ? '' : ` in ${section}`}`, 'dim');
}
