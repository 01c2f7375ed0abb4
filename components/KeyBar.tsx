/** The last line: the keys that matter here, from the key table; or the message of the last command. */
import type { ReactElement } from 'react';
import { bindings, scopesOf, writeKey } from '../src/app/keymap.ts';
import type { AppState } from '../src/app/state.ts';
import { visibleText } from '../src/format/visible.ts';
import { Lines } from './Lines.tsx';
import { cellWidth, cut, pad, paint, sgr } from './paint.ts';
import type { Theme } from './theme.ts';

export interface KeyBarProps {
  readonly state: AppState;
  readonly columns: number;
  readonly theme: Theme;
  readonly position: string;
}

export function KeyBar({ state, columns, theme, position }: KeyBarProps): ReactElement {
  if (state.message !== undefined) {
    const text = cut(` ${visibleText(state.message.text)}`, columns, theme.glyphs.more);
    return <Lines lines={[paint(theme, state.message.tone === 'bad' ? 'bad' : 'note', text)]} width={columns} />;
  }
  const scopes = scopesOf(state.screen, state.prompt !== undefined);
  const shown = bindings
    .filter((binding) => binding.bar !== undefined && scopes.includes(binding.scope))
    .sort((a, b) => (a.bar ?? 0) - (b.bar ?? 0));
  const texts = shown.map((binding) => {
    const key = writeKey(binding.keys[0] ?? '');
    const label = binding.barLabel ?? binding.label;
    return { line: ` ${sgr('1', key)} ${sgr(theme.roles.dim, label)} `, width: cellWidth(key) + label.length + 3 };
  });
  // Help and the way out come last and stay longest: the others are in the help.
  const last = texts.slice(-2);
  const first = texts.slice(0, -2);
  const widthOf = (rows: typeof texts): number => rows.reduce((sum, row) => sum + row.width, 0);
  const room = columns - widthOf(last);
  while (first.length > 0 && widthOf(first) > room) first.pop();
  const used = widthOf(first) + widthOf(last);
  const line = [...first, ...last].map((row) => row.line).join('');
  const left = columns - used;
  const place =
    left > cellWidth(position) ? pad('', left - cellWidth(position) - 1) + sgr(theme.roles.dim, position) : '';
  return <Lines lines={[line + place]} width={columns} />;
}
