/** The hits of the search, as one types. */
import type { ReactElement } from 'react';
import type { Rect } from '../src/app/layout.ts';
import { parseQuery } from '../src/app/search/query.ts';
import { hitColumns, hitLines } from '../src/app/selectors.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
import { fitColumns } from '../src/format/cells.ts';
import { count, hex16 } from '../src/format/hex.ts';
import { visible, visibleText } from '../src/format/visible.ts';
import { Lines } from './Lines.tsx';
import { cut, pad, paint, paintFrame, paintInverse, paintRow } from './paint.ts';
import type { Theme } from './theme.ts';

export interface SearchListProps {
  readonly session: Session;
  readonly state: AppState;
  readonly body: Rect;
  readonly theme: Theme;
  readonly indexing: boolean;
}

export function SearchList({ session, state, body, theme, indexing }: SearchListProps): ReactElement {
  const inner = body.width - 2;
  const columns = fitColumns(hitColumns(session.kernel.elf.wordSize), inner - 2);
  const lines = hitLines(session, state).map((line) =>
    line.selected
      ? paintInverse(`${theme.glyphs.mark} ${pad(paintRow(theme, columns, line.cells, false), inner - 2)}`)
      : `  ${pad(paintRow(theme, columns, line.cells), 0)}`,
  );
  const { results } = state;
  const text = state.prompt?.kind === 'search' ? state.prompt.text : '';
  if (lines.length === 0)
    lines.push(
      pad(`  ${paint(theme, 'dim', cut(emptyText(session, text, results.problem), inner - 2, theme.glyphs.more))}`, 0),
    );
  const found = parseQuery(text).kind === 'empty' ? '' : `${count(results.total)}${results.complete ? '' : '+'} found`;
  const tally = indexing ? `${found} ${theme.glyphs.dot} indexing names` : found;
  const padded = lines.map((line) => padAnsi(line, inner));
  return <Lines lines={paintFrame(theme, 'Search', tally, padded, body.width, body.height)} width={body.width} />;
}

function emptyText(session: Session, text: string, problem: string | undefined): string {
  if (problem !== undefined) return problem;
  const query = parseQuery(text);
  if (query.kind === 'empty') return 'type letters of a symbol or FUNC name, /regex/, an address, or symbol+0x10';
  if (query.kind === 'address')
    return `Enter goes to ${hex16(query.value)} ${visible(session.linker.nameAddress(query.value))}`;
  if (query.kind === 'symbol-offset') return `Enter goes to ${visibleText(text)}`;
  return 'no name matches';
}

const escapes = /\x1b\[[0-9;]*m/g;
const padAnsi = (line: string, width: number): string =>
  line + ' '.repeat(Math.max(0, width - [...line.replace(escapes, '')].length));
