/** A screen as text: the app drawn for the state of a desk. */
import { renderToString } from 'ink';
import { render } from 'ink-testing-library';
import { App } from '../../components/App.tsx';
import { polyfillWithResolvers } from '../../components/terminal/with-resolvers.ts';
import { createTheme, type Theme } from '../../components/theme.ts';
import { headerFacts } from '../../src/app/header-facts.ts';
import type { Desk } from '../app/kernels.ts';
import { screensOf } from './desk-screens.ts';

polyfillWithResolvers();

/** The terminal of ink-testing-library has so many columns, and no others. */
const testingColumns = 100;

export const colourTheme = createTheme('color', true);
export const monoTheme = createTheme('mono', true);
export const asciiTheme = createTheme('color', false);

/** What is written, with its colours. */
export function drawRaw(at: Desk, theme: Theme = colourTheme, file = 'vmlinux'): string {
  const { columns } = at.state;
  const facts = headerFacts(at.session.kernel);
  const app = <App screens={screensOf(at)} theme={theme} file={file} facts={facts} />;
  if (columns > testingColumns) return renderToString(app, { columns });
  const { lastFrame, unmount } = render(app);
  const frame = lastFrame() ?? '';
  unmount();
  return frame;
}

const sgr = /\x1b\[[\d;]*m/g;

/** The screen without colours, and without the blanks at the ends of its lines. */
export function draw(at: Desk, theme?: Theme, file?: string): string {
  const lines = drawRaw(at, theme, file).replace(sgr, '').split('\n');
  return `\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
