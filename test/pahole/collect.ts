/** The replay subcommand without a process, and the fixtures with what the real pahole 1.20 did to each. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ReplayOptions } from '../../src/cli/args.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { runReplay } from '../../src/cli/replay.ts';

const folder = fileURLToPath(new URL('../../fixtures/pahole/', import.meta.url));
export const fixture = (name: string): string => `${folder}elf/${name}`;

export interface Golden {
  /** "exit 0", "exit 1", "SIGSEGV" or "SIGBUS". */
  readonly ended: string;
  readonly said: readonly string[];
  /** unit⇥function of each record; unit ? where the run ended inside the unit. */
  readonly encoded: readonly string[];
  /** FUNC names of the file that it wrote. */
  readonly btf: readonly string[];
}

export function golden(name: string): Golden {
  const lines = readFileSync(`${folder}golden/${name}.txt`, 'latin1').split('\n');
  const all = (key: string) =>
    lines.filter((row) => row.startsWith(`${key}: `)).map((row) => row.slice(key.length + 2));
  return { ended: all('ended')[0] ?? '', said: all('said'), encoded: all('encoded'), btf: all('btf') };
}

const usual: ReplayOptions = {
  file: '',
  btf: undefined,
  btfBase: undefined,
  debug: undefined,
  format: 'text',
  mcount: 'raw',
  encoder: undefined,
  verdict: undefined,
  function: undefined,
  cu: undefined,
  script: undefined,
  summary: false,
};

export interface ReplayAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function replayOf(
  file: string,
  options: Partial<ReplayOptions> = {},
  terminal = false,
): Promise<ReplayAnswer> {
  const out: Buffer[] = [];
  let err = '';
  const io: CliIo = {
    out: (chunk) => void out.push(Buffer.from(chunk as string)),
    err: (text) => {
      err += text;
    },
    outIsTerminal: terminal,
    inIsTerminal: terminal,
  };
  const code = await runReplay({ ...usual, file, ...options }, io);
  return { code, out: Buffer.concat(out).toString('latin1'), err };
}
