/** The help, made of the key tables: a group a heading, a binding a line. */
import { compareBindings } from './compare/keymap.ts';
import { type Binding, bindings, writeKey } from './keymap.ts';
import { replayBindings } from './replay/keymap.ts';

export interface HelpLine {
  readonly kind: 'heading' | 'binding' | 'blank';
  readonly keys: string;
  readonly text: string;
}

interface HelpGroup {
  readonly name: string;
  readonly rows: readonly { readonly keys: readonly string[]; readonly label: string }[];
}

const names: readonly Binding['group'][] = [
  'Move',
  'Panes',
  'Find',
  'Look',
  'Hex view',
  'Why',
  'Causes',
  'Prompt',
  'Program',
];

const groups = (): readonly HelpGroup[] => [
  ...names.map((name) => ({ name, rows: bindings.filter((binding) => binding.group === name) })),
  { name: 'Replay', rows: replayBindings.filter((binding) => binding.scope === 'replay') },
  { name: 'Console of the replay', rows: replayBindings.filter((binding) => binding.scope === 'console') },
  { name: 'Comparison', rows: compareBindings.filter((binding) => binding.scope === 'compare') },
  { name: 'Prompts of the comparison', rows: compareBindings.filter((binding) => binding.scope === 'typing') },
];

export function helpLines(): HelpLine[] {
  const lines: HelpLine[] = [];
  for (const { name, rows } of groups()) {
    if (lines.length > 0) lines.push({ kind: 'blank', keys: '', text: '' });
    lines.push({ kind: 'heading', keys: name, text: '' });
    for (const { keys, label } of rows)
      lines.push({ kind: 'binding', keys: keys.map(writeKey).join(' '), text: label });
  }
  return lines;
}

/** The keys as a Markdown table, for the README; test/app/keymap.test.ts holds the two together. */
export function helpMarkdown(): string {
  const lines = ['| Keys | What they do |', '| --- | --- |'];
  for (const { name, rows } of groups()) {
    lines.push(`| **${name}** | |`);
    for (const { keys, label } of rows)
      lines.push(`| ${keys.map((key) => `\`${writeKey(key)}\``).join(' ')} | ${label} |`);
  }
  return `${lines.join('\n')}\n`;
}
