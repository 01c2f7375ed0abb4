/** The bytes at an address. */
import type { ReactElement } from 'react';
import { bytesPerLine, hexTitle, hexView } from '../src/app/hex-view.ts';
import type { Rect } from '../src/app/layout.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
import { type Column, fitColumns } from '../src/format/cells.ts';
import { Lines } from './Lines.tsx';
import { paintFrame, paintTableLine } from './paint.ts';
import type { Theme } from './theme.ts';

export interface HexViewProps {
  readonly session: Session;
  readonly state: AppState;
  readonly body: Rect;
  readonly theme: Theme;
}

/** Cells of a line's bytes in groups of two: "4c69 6e75 7820 7665  7273 696f 6e20 352e". */
const bytesWidth = (bytes: number): number => (bytes === 16 ? 40 : 19);

function columnsOf(mode: 'words' | 'bytes', word: number, bytes: number): readonly Column[] {
  const address: Column = { id: 'address', title: '', width: word, dropOrder: 0 };
  if (mode === 'words') {
    return [
      address,
      { id: 'word', title: '', width: word, dropOrder: 0 },
      { id: 'points', title: '', width: 'rest', least: 8, dropOrder: 0 },
    ];
  }
  return [
    address,
    { id: 'bytes', title: '', width: bytesWidth(bytes), dropOrder: 0 },
    { id: 'text', title: '', width: bytes, dropOrder: 1 },
    { id: 'label', title: '', width: 'rest', least: 12, dropOrder: 2 },
  ];
}

export function HexView({ session, state, body, theme }: HexViewProps): ReactElement {
  const { hex } = state;
  const inner = body.width - 2;
  const bytes = Number(bytesPerLine(session, state));
  const columns = fitColumns(columnsOf(hex.mode, session.kernel.elf.wordSize * 2, bytes), inner - 2);
  const lines = hexView(session, state).map(({ address, cells }) =>
    paintTableLine(theme, columns, cells, inner, address === hex.cursor ? 'selected' : 'plain'),
  );
  const { title, tally } = hexTitle(session, hex);
  return <Lines lines={paintFrame(theme, title, tally, lines, body.width, body.height)} width={body.width} />;
}
