/**
 * The whole program. What a subcommand needs is loaded when it is asked for; where the first argument says which one it
 * is, the launcher takes commands.ts instead, which is without the screens and so starts earlier.
 */
import { basename } from 'node:path';
import type { BrowseOptions } from '../src/cli/args.ts';
import { openKernel, type RunningTarget } from '../src/cli/open-kernel.ts';
import { runProgram, version } from './run.ts';

/** Run the program on the process's arguments; the exit code is set, and the process ends when all is written. */
export const run = (): Promise<void> => runProgram(openScreens);

async function openScreens(path: string, options: BrowseOptions & RunningTarget): Promise<number> {
  const { kernel, running } = openKernel(path, options);
  try {
    const [{ startTui }, { colourMode }] = await Promise.all([
      import('../components/start-tui.tsx'),
      import('../components/terminal/colour-mode.ts'),
    ]);
    return await startTui({
      kernel,
      running,
      file: basename(path),
      colour: colourMode(options.color, process.env),
      mouse: options.mouse,
      alternateScreen: options.alternateScreen,
      debug: options.debug,
      version,
    });
  } finally {
    kernel.close();
  }
}
