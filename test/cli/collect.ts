/** The program without a process, and what it said. */
import { fileURLToPath } from 'node:url';
import type { BrowseOptions } from '../../src/cli/args.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/main.ts';
import type { LiveOptions } from '../../src/kernel/live.ts';

export interface Answer {
  readonly code: number;
  /** Standard output, a character a byte. */
  readonly out: string;
  readonly err: string;
  /** What the screens were asked to open, when they were. */
  readonly opened: { readonly path: string; readonly options: BrowseOptions } | undefined;
}

export interface Setting {
  /** Standard output is a terminal. */
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** What --live looks at; a machine that has nothing. */
  readonly machine?: LiveOptions;
  /** In place of collecting. */
  readonly out?: CliIo['out'];
}

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const samplePath = `${repository}fixtures/sample/vmlinux-aarch64`;
export const fixture = (name: string): string =>
  name === 'vmlinux-aarch64' ? samplePath : `${repository}fixtures/elf/${name}`;
export const golden = (fixtureName: string, file: string): string =>
  `${repository}fixtures/golden/${fixtureName}/${file}`;

/** Run the program. */
export async function cli(argv: readonly string[], setting: Setting = {}): Promise<Answer> {
  const out: Buffer[] = [];
  let err = '';
  let opened: Answer['opened'];
  const io: CliIo = {
    // A chunk's bytes may be used again, so they are copied; that the program waits is another test's matter.
    out: setting.out ?? ((chunk) => void out.push(Buffer.from(chunk as string))),
    err: (text) => {
      err += text;
    },
    outIsTerminal: setting.terminal ?? false,
    inIsTerminal: setting.terminal ?? false,
  };
  const code = await runCli(argv, io, {
    version: '1.2.3',
    samplePath,
    env: setting.env ?? {},
    hasScreen: setting.terminal ?? false,
    machine: setting.machine ?? { release: '0', architecture: 'none', root: '/nowhere' },
    openScreens(path, options) {
      opened = { path, options };
      return Promise.resolve(0);
    },
  });
  return { code, out: Buffer.concat(out).toString('latin1'), err, opened };
}
