/** The help, made of the key table: a group a heading, a binding a line. */
import { type Binding, bindings, writeKey } from './keymap.ts';

export interface HelpLine {
  readonly kind: 'heading' | 'binding' | 'blank';
  readonly keys: string;
  readonly text: string;
}

const groups: readonly Binding['group'][] = ['Move', 'Panes', 'Find', 'Look', 'Hex view', 'Prompt', 'Program'];

export function helpLines(): HelpLine[] {
  const lines: HelpLine[] = [];
  for (const group of groups) {
    if (lines.length > 0) lines.push({ kind: 'blank', keys: '', text: '' });
    lines.push({ kind: 'heading', keys: group, text: '' });
    for (const binding of bindings) {
      if (binding.group !== group) continue;
      lines.push({ kind: 'binding', keys: binding.keys.map(writeKey).join(' '), text: binding.label });
    }
  }
  return lines;
}

/** The keys as a Markdown table, for the README; test/app/keymap.test.ts holds the two together. */
export function helpMarkdown(): string {
  const rows = ['| Keys | What they do |', '| --- | --- |'];
  for (const group of groups) {
    rows.push(`| **${group}** | |`);
    for (const binding of bindings) {
      if (binding.group !== group) continue;
      const keys = binding.keys.map((key) => `\`${writeKey(key)}\``).join(' ');
      rows.push(`| ${keys} | ${binding.label} |`);
    }
  }
  return `${rows.join('\n')}\n`;
}
