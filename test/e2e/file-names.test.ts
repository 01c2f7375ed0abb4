/** Files whose names a terminal would obey, or that hide what they are, on the screens. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileNames } from '../damage/name-cases.ts';
import { tempDirectory } from '../helpers/temp-file.ts';
import { start } from './shared.ts';

const sample = 'fixtures/sample/vmlinux-aarch64';
/** The header has room for so much of a name and the facts. */
const shortest = `${'n'.repeat(21)}...`;
const facts = ' · aarch64 · Linux 5.10.0-kinspect · mcount all zero in the file · 93 BTF FUNC';

test.each(fileNames.map((one) => [one.name, one] as const))('%s', async (_, { fileName, text }) => {
  const path = join(tempDirectory(), fileName);
  copyFileSync(sample, path);
  // As FILE, with its BTF and DWARF from it too.
  const pty = await start(120, 40, [path, '--btf', path, '--debug', path]);
  expect(pty.lines[0]?.trimEnd()).toBe(` kinspect  ${text.length > 24 ? shortest : text}${facts}`);
  pty.send('\x03');
  expect(await pty.exited).toEqual({ exitCode: 0, signal: 0 });
  // No byte of the name itself has reached the terminal.
  if (text !== fileName) expect(pty.raw).not.toContain(fileName);
});
