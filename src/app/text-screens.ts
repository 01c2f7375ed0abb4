/** The screens of text, the help and the facts: their lines, as parts of fixed widths. */
import type { Role } from '../format/cells.ts';
import { onScreen } from '../format/on-screen.ts';
import { visibleText } from '../format/visible.ts';
import { wrapWords } from '../format/wrap.ts';
import type { Fact } from '../kernel/facts.ts';
import { helpLines } from './help.ts';
import { layOut } from './layout.ts';
import type { AppState } from './state.ts';

export interface TextPart {
  readonly text: string;
  readonly role: Role;
  /** Cells that it takes, whatever its length. */
  readonly width: number;
}

export type TextLine = readonly TextPart[];

/** Lines of text that are seen at once. */
export const textHeight = (state: AppState): number =>
  Math.max(1, layOut(state.columns, state.rows, state.active).body.height - 2);

const textWidth = (state: AppState): number => layOut(state.columns, state.rows, state.active).body.width - 2;

export const textLineCount = (state: AppState): number => textLines(state).length;

/** All lines of the help or the facts, for the width of the screen. */
export function textLines(state: AppState): readonly TextLine[] {
  const width = textWidth(state);
  if (state.screen === 'help') return helpText(width);
  return state.screen === 'facts' ? factLines(state, width) : [];
}

/** The facts on the kernel, as far as they are read. */
export function factLines(state: AppState, width: number): readonly TextLine[] {
  return state.facts === undefined
    ? [[{ text: ' reading the facts', role: 'note', width }]]
    : factText(state.facts, width);
}

const keysWidth = 22;
/** Where both halves of the help are wide enough for its longest line. */
const twoColumns = 140;

function helpText(width: number): TextLine[] {
  const half = width >= twoColumns ? Math.floor(width / 2) : width;
  const lines = helpLines().map(({ kind, keys, text }): TextLine => {
    if (kind === 'blank') return [{ text: '', role: 'plain', width: half }];
    if (kind === 'heading') return [{ text: ` ${keys}`, role: 'title', width: half }];
    return [
      { text: `   ${keys}`, role: 'kind', width: keysWidth },
      { text: ` ${text}`, role: 'plain', width: half - keysWidth },
    ];
  });
  if (half === width) return lines;
  const middle = Math.ceil(lines.length / 2);
  const none: TextLine = [{ text: '', role: 'plain', width: width - half }];
  return lines.slice(0, middle).map((line, i) => [...line, ...(lines[middle + i] ?? none)]);
}

const labelWidth = 22;

function factText(facts: readonly Fact[], width: number): TextLine[] {
  const room = Math.max(1, width - labelWidth);
  return facts.flatMap((fact) => {
    const values = wrapWords(onScreen(fact.value), Math.max(16, room - 1));
    const where = fact.where === '' ? [] : wrapWords(onScreen(fact.where), Math.max(16, room - 1));
    const label = (i: number): TextPart => ({
      text: i === 0 ? ` ${fact.label}` : '',
      role: 'title',
      width: labelWidth,
    });
    return [
      ...values.map((text, i): TextLine => [label(i), { text, role: 'plain', width: room }]),
      ...where.map((text): TextLine => [label(1), { text: visibleText(text), role: 'dim', width: room }]),
    ];
  });
}
