/** A screen as text: the app drawn for the state of a desk. */
import { renderToString } from 'ink';
import { App } from '../../components/App.tsx';
import { createTheme, type Theme } from '../../components/theme.ts';
import { headerFacts } from '../../src/app/header-facts.ts';
import type { Desk } from '../app/kernels.ts';

export const colourTheme = createTheme('color', true);
export const monoTheme = createTheme('mono', true);
export const asciiTheme = createTheme('color', false);

/** What is written, with its colours. */
export function drawRaw(at: Desk, theme: Theme = colourTheme, file = 'vmlinux'): string {
  const app = (
    <App store={at.store} terminal={at.terminal} theme={theme} file={file} facts={headerFacts(at.session.kernel)} />
  );
  return renderToString(app, { columns: at.state.columns });
}

const sgr = /\x1b\[[\d;]*m/g;

/** The screen without colours, and without the blanks at the ends of its lines. */
export function draw(at: Desk, theme?: Theme, file?: string): string {
  const lines = drawRaw(at, theme, file).replace(sgr, '').split('\n');
  return `\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
