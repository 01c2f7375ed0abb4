/**
 * Every fault that has a name, one after the other, with the words that kinspect has for it. docs/damage.md is this table;
 * `npx vitest run test/damage -u` writes it anew.
 */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, samplePath } from '../cli/collect.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { bootCases } from './boot-cases.ts';
import { btfCases } from './btf-cases.ts';
import type { DamageCase } from './case.ts';
import { dwarfCases } from './dwarf-cases.ts';
import { elfCases, mcountCases, relocationCases } from './elf-cases.ts';
import { fileNameCases, lostNames, nameCases } from './name-cases.ts';

const groups: Readonly<Record<string, readonly DamageCase[]>> = {
  ELF: elfCases,
  'Boot images': bootCases,
  mcount: mcountCases,
  Relocations: relocationCases,
  BTF: btfCases,
  DWARF: dwarfCases,
  Names: nameCases,
  'Names of files': [...fileNameCases, ...lostNames],
};

describe.each(Object.entries(groups))('%s', (group, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { bytes, fileName, argv, says, shows, code } = one;
    const file = tempFile(bytes(), fileName);
    const names: Readonly<Record<string, string>> = { FILE: file, HOST: samplePath };
    const answer = await cli(argv.split(' ').map((word) => names[word] ?? word));
    const isNamed = fileName !== undefined;
    const [path, shown] = isNamed ? [`${dirname(file)}/`, 'DIR/'] : [file, 'FILE'];
    const plain = (text: string): string => text.replaceAll(path, shown).replaceAll(samplePath, 'HOST');
    const out = Buffer.from(plain(answer.out), 'latin1').toString('utf8');
    expect(answer.code).toBe(code);
    if (says.startsWith('kinspect: ')) expect(plain(answer.err)).toBe(`${says}\n`);
    else {
      expect(answer.err).toBe('');
      const found = isNamed
        ? [out.includes(says) ? says : out]
        : group === 'Names'
          ? out.split(/\s+/)
          : out.split('\n');
      // No diff of a megabyte.
      expect(found.includes(says) || found.map((line) => line.slice(0, 300))).toBe(true);
    }
    if (shows !== undefined) expect(out.split('\n')).toContain(shows);
    // The replacement character is seen for what it is, and the ellipsis is ours.
    expect(/[^\x20-\x7e\n\t\ufffd…]/.exec(answer.err + (answer.out === '' ? '' : out))?.[0]).toBe(undefined);
  });
});

test('docs/damage.md is the list of them', async () => {
  const cell = (text: string): string => (text.length > 300 ? `${text.slice(0, 20)}…` : text).replaceAll('|', '\\|');
  const rows = (cases: readonly DamageCase[]): string[] =>
    cases.map(({ name, argv, says, shows, code }) => {
      const words = (text: string): string => `\`${cell(text.replaceAll(/ {2,}|\t/g, ' ').trim())}\``;
      const complaint = words(says.replace(/^kinspect: (?:HOST: )?FILE[:,]? /, ''));
      const beside = shows === undefined ? '' : `; the row is ${words(shows)}`;
      return `| ${cell(name)} | \`${argv}\` | ${code} | ${complaint}${beside} |`;
    });
  const parts = Object.entries(groups).flatMap(([group, cases]) => [
    `## ${group}\n`,
    '| Fault | Command | Exit | What it says |',
    '| --- | --- | --- | --- |',
    ...rows(cases),
    '',
  ]);
  const head = `# Damage, and what kinspect says of it

Each row is a test (test/damage): a file with this one fault, the command, its exit code, and its words. A damaged part never
hides the others, so a command that needs only sound parts of the file ends with 0; what it shows in place of the bad one is in
the last column. Written by \`npx vitest run test/damage -u\`.

What no list can hold is in the campaign (\`npm run campaign\`): see test/README.md.
`;
  await expect(`${[head, ...parts].join('\n')}`).toMatchFileSnapshot('../../docs/damage.md');
});
