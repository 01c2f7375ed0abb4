/** Every command, once: matching, help and completion read this one list. */
import { breakpointCommands } from './breakpoints.ts';
import type { Command } from './command.ts';
import { dataCommands } from './data.ts';
import { replayCommands } from './replay.ts';
import { runningCommands } from './running.ts';
import { sourceCommands } from './source.ts';
import { stackCommands } from './stack.ts';
import { supportCommands } from './support.ts';

export const commands: readonly Command[] = [
  ...runningCommands,
  ...breakpointCommands,
  ...dataCommands,
  ...stackCommands,
  ...sourceCommands,
  ...replayCommands,
  ...supportCommands(() => commands),
];
