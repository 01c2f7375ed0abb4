/** From an open kernel to a running screen: the session, the search, the terminal; ends with the program's exit code. */
import type { TerminalControl } from '../src/app/commands.ts';
import { createCompareSession } from '../src/app/compare/opening.ts';
import { createCompareStore } from '../src/app/compare/store.ts';
import { startEvidence } from '../src/app/evidence-session.ts';
import { startFacts } from '../src/app/facts-session.ts';
import { headerFacts } from '../src/app/header-facts.ts';
import { type Changing, idleOf } from '../src/app/idle.ts';
import { startOrders } from '../src/app/order-session.ts';
import { createReplaySession } from '../src/app/replay/reading.ts';
import { createReplayStore } from '../src/app/replay/store.ts';
import { startSearch } from '../src/app/search-session.ts';
import { createSession, prepareLinks } from '../src/app/session.ts';
import { createStore } from '../src/app/store.ts';
import { visibleText } from '../src/format/visible.ts';
import type { RunningKernel } from '../src/kernel/running.ts';
import type { Vmlinux } from '../src/kernel/vmlinux.ts';
import { attachMouse } from './mouse.ts';
import { createScreens } from './screens.ts';
import {
  type ColourMode,
  runTerminalApp,
  type Session as TerminalSession,
  terminalSource,
} from './terminal/lifecycle.ts';
import { cleanPaste } from './terminal/terminal-input.ts';
import './terminal/yoga.ts';
import { createTheme, localeIsUtf8 } from './theme.ts';

export interface TuiOptions {
  readonly kernel: Vmlinux;
  /** What is known of it while it runs. */
  readonly running?: RunningKernel | undefined;
  /** Shown in the header: the file's name. */
  readonly file: string;
  /** A separate debug file, for the replay. */
  readonly debug?: string | undefined;
  /** A symbol to begin at. */
  readonly start?: string | undefined;
  readonly colour: ColourMode;
  readonly mouse: boolean;
  readonly alternateScreen: boolean;
  readonly version: string;
}

/** Run the screens until the user leaves; @returns the exit code */
export async function startTui(options: TuiOptions): Promise<number> {
  const source = terminalSource();
  if (source === undefined) return 2;
  const session = createSession(options.kernel, { start: options.start, running: options.running });
  const stdout = process.stdout;
  const store = createStore(session, stdout.columns || 80, stdout.rows || 24);
  const theme = createTheme(options.colour, localeIsUtf8(process.env));
  const search = startSearch(store);
  const stopOrders = startOrders(store);
  const stopFacts = startFacts(store);
  const watched: Changing[] = [store];
  const { kernel, file, debug } = options;
  const reading = createReplaySession(kernel, { file, debug, idle: idleOf(watched) });
  const context = { kernel: options.kernel, linker: session.linker };
  const replay = createReplayStore(context, reading, stdout.columns || 80, stdout.rows || 24);
  const comparing = createCompareSession(options.kernel, { file: options.file, debug: options.debug });
  const compare = createCompareStore(comparing, stdout.columns || 80, stdout.rows || 24);
  watched.push(replay, compare);
  const stopEvidence = startEvidence(store, reading);
  let mouseOn = options.mouse;
  // The first frame is on its way to the terminal when this is called; reading the names must not hold it up.
  const soon: NodeJS.Timeout[] = [];
  const startSearchSoon = (): void => {
    if (soon.length > 0) return;
    soon.push(setTimeout(() => search.start(), 0).unref());
    soon.push(setTimeout(() => prepareLinks(session), 15).unref());
    reading.startWhenIdle();
  };

  const code = await runTerminalApp(
    {
      source,
      colour: options.colour,
      mouse: options.mouse,
      alternateScreen: options.alternateScreen,
      program: `kinspect ${options.version}`,
      reportTo: 'the issue tracker named in the README',
    },
    async (terminal: TerminalSession) => {
      // Not above: Ink must not be imported before runTerminalApp has prepared what it looks at.
      const { App } = await import('./App.tsx');
      const control: TerminalControl = {
        copy: (text) => terminal.copy(text),
        exit: (exitCode) => terminal.exit(exitCode),
        suspend: () => void terminal.suspend(),
        redraw: () => void terminal.redraw(),
        toggleMouse() {
          mouseOn = !mouseOn;
          terminal.setMouse(mouseOn);
          return mouseOn;
        },
      };
      const screens = createScreens(store, replay, compare, control);
      terminal.input.subscribe((event) => {
        const typing =
          store.getState().prompt !== undefined ||
          replay.getState().mode === 'console' ||
          compare.getState().prompt !== undefined;
        if (event.type === 'paste' && typing) terminal.input.type(cleanPaste(event.text));
      });
      attachMouse(screens, terminal.input);
      stdout.on('resize', () => screens.resize(stdout.columns || 80, stdout.rows || 24));
      return (
        <App
          screens={screens}
          theme={theme}
          file={visibleText(options.file)}
          facts={headerFacts(options.kernel)}
          onFrame={startSearchSoon}
        />
      );
    },
  );
  // Who leaves within the first frame leaves this undone: the file is closed next.
  soon.forEach(clearTimeout);
  stopOrders();
  stopFacts();
  stopEvidence();
  replay.dispose();
  compare.dispose();
  search.dispose();
  return code;
}
