/** The bytes at an address. */
import type { ReactElement } from 'react';
import { hexView } from '../src/app/hex-view.ts';
import type { Rect } from '../src/app/layout.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
import { type Column, fitColumns } from '../src/format/cells.ts';
import { visible } from '../src/format/visible.ts';
import { Lines } from './Lines.tsx';
import { pad, paintFrame, paintInverse, paintRow } from './paint.ts';
import type { Theme } from './theme.ts';

export interface HexViewProps {
  readonly session: Session;
  readonly state: AppState;
  readonly body: Rect;
  readonly theme: Theme;
}

export function HexView({ session, state, body, theme }: HexViewProps): ReactElement {
  const { hex } = state;
  const { wordSize } = session.kernel.elf;
  const word = wordSize * 2;
  const columns: readonly Column[] =
    hex.mode === 'words'
      ? [
          { id: 'address', title: '', width: word, dropOrder: 0 },
          { id: 'word', title: '', width: word, dropOrder: 0 },
          { id: 'points', title: '', width: 'rest', dropOrder: 0 },
          { id: 'label', title: '', width: 'rest', dropOrder: 1 },
        ]
      : [
          { id: 'address', title: '', width: word, dropOrder: 0 },
          { id: 'bytes', title: '', width: 40, dropOrder: 0 },
          { id: 'text', title: '', width: 16, dropOrder: 1 },
          { id: 'label', title: '', width: 'rest', dropOrder: 2 },
        ];
  const inner = body.width - 2;
  const fitted = fitColumns(columns, inner - 2);
  const width = fitted.reduce((sum, column) => sum + column.width + 1, -1);
  const lines = hexView(session, state).map((line) => {
    const selected = line.address === hex.cursor;
    const row = paintRow(theme, fitted, line.cells, !selected) + ' '.repeat(Math.max(0, inner - 2 - width));
    return selected ? paintInverse(`${theme.glyphs.mark} ${row}`) : `  ${row}`;
  });
  const title = `Bytes at ${visible(session.linker.nameAddress(hex.cursor))}`;
  const section = session.kernel.elf.addressSpace.locate(hex.cursor);
  const offset = section?.offset === undefined ? '' : `, file offset 0x${section.offset.toString(16)}`;
  const tally =
    section === undefined ? 'in no section' : pad(`${visible(section.span.section?.name ?? 'segment')}${offset}`, 0);
  return <Lines lines={paintFrame(theme, title, tally, lines, body.width, body.height)} width={body.width} />;
}
