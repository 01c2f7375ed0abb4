/**
 * Whether to use colours. NO_COLOR and --no-color mean a monochrome theme (inverse, bold, underline, dim) and not the
 * absence of all style, or the selected row could not be seen. Ink's chalk decides by itself, when it is imported, from
 * the environment and the arguments, and without asking NO_COLOR: so its import is wrapped.
 */

export type ColourMode = 'color' | 'mono';

/** --color=always, --color=never (and --no-color), or neither. */
export type ColourFlag = 'always' | 'never' | 'auto';

type Environment = Readonly<Record<string, string | undefined>>;

/** The flag decides; without one NO_COLOR, then FORCE_COLOR=0, then a terminal that has no colours. */
export function colourMode(flag: ColourFlag, env: Environment): ColourMode {
  if (flag !== 'auto') return flag === 'always' ? 'color' : 'mono';
  if (env.NO_COLOR) return 'mono';
  if (env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false') return 'mono';
  return /^(?:vt\d+|.*-m)$/.test(env.TERM ?? '') ? 'mono' : 'color';
}

/** chalk's colour level for a mode: 1 is 16 colours (and all that mono needs), 2 is 256, 3 is true colour. */
export function colourLevel(mode: ColourMode, env: Environment): 1 | 2 | 3 {
  if (mode === 'mono') return 1;
  const forced = /^[123]$/.exec(env.FORCE_COLOR ?? '');
  if (forced) return Number(forced[0]) as 1 | 2 | 3;
  if (/^(?:truecolor|24bit)$/.test(env.COLORTERM ?? '')) return 3;
  return /-(?:256color|direct)$|^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm)$/.test(env.TERM ?? '') ? 2 : 1;
}

/** Runs an import while environment and arguments tell chalk the level, and puts both back: children inherit them. */
export async function withColourLevel<T>(level: 1 | 2 | 3, load: () => Promise<T>): Promise<T> {
  const { argv, env } = process;
  const before = env.FORCE_COLOR;
  env.FORCE_COLOR = String(level);
  process.argv = argv.filter((argument) => !/^--(?:no-)?colou?rs?(?:=|$)/.test(argument));
  try {
    return await load();
  } finally {
    process.argv = argv;
    if (before === undefined) delete env.FORCE_COLOR;
    else env.FORCE_COLOR = before;
  }
}
