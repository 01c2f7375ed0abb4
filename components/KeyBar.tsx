/** The last line: the keys that matter here, from the key table; or the message of the last command. */
import type { ReactElement } from 'react';
import { bindings, scopesOf, writeKey } from '../src/app/keymap.ts';
import type { AppState } from '../src/app/state.ts';
import { visibleText } from '../src/format/visible.ts';
import { Lines } from './Lines.tsx';
import { cellWidth, cut, drawable, paint } from './paint.ts';
import type { Theme } from './theme.ts';

export interface KeyBarProps {
  readonly state: AppState;
  readonly columns: number;
  readonly theme: Theme;
  readonly position: string;
}

const roomy = 100;

export function KeyBar({ state, columns, theme, position }: KeyBarProps): ReactElement {
  if (state.message !== undefined) {
    const text = cut(theme, ` ${visibleText(state.message.text)}`, columns);
    return <Lines lines={[paint(theme, state.message.tone === 'bad' ? 'bad' : 'note', text)]} width={columns} />;
  }
  const scopes = scopesOf(state.screen, state.prompt?.kind);
  const texts = bindings
    .filter((binding) => binding.bar !== undefined && scopes.includes(binding.scope))
    .sort((a, b) => (a.bar ?? 0) - (b.bar ?? 0))
    .map((binding) => {
      const key = drawable(theme, writeKey(binding.keys[0] ?? ''));
      const label = binding.barLabel ?? binding.label;
      const line = ` ${paint(theme, 'title', key)} ${paint(theme, 'dim', label)} `;
      return { line, width: cellWidth(key) + label.length + 3 };
    });
  // Help and the way out come last and stay longest: the others are in the help.
  const last = texts.slice(-2);
  const first = texts.slice(0, -2);
  const widthOf = (rows: typeof texts): number => rows.reduce((sum, row) => sum + row.width, 0);
  // On a wide screen where one is counts more than the last of the keys.
  const room = columns - widthOf(last) - (columns >= roomy && position !== '' ? cellWidth(position) + 1 : 0);
  while (first.length > 0 && widthOf(first) > room) first.pop();
  const left = columns - widthOf(last) - widthOf(first);
  while (widthOf(last) > columns) last.shift();
  const line = [...first, ...last].map((row) => row.line).join('');
  const place = left > cellWidth(position) ? paint(theme, 'dim', position.padStart(left - 1)) : '';
  return <Lines lines={[line + place]} width={columns} />;
}
