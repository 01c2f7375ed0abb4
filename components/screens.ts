/** The two stores side by side, the panes' and the replay's: which of them a key, a paste or the mouse is for. */
import { pressKeys, type TerminalControl } from '../src/app/commands.ts';
import { commandFor, scopesOf } from '../src/app/keymap.ts';
import { pressReplayKeys, type ReplayHost } from '../src/app/replay/commands.ts';
import { targetOf } from '../src/app/replay/focus.ts';
import type { ReplayStore } from '../src/app/replay/store.ts';
import type { Store } from '../src/app/store.ts';

export interface Screens {
  readonly store: Store;
  readonly replay: ReplayStore;
  readonly terminal: TerminalControl;
  /** Keys as they were typed, those of one chunk together. */
  press(keys: readonly string[]): void;
  resize(columns: number, rows: number): void;
}

export function createScreens(store: Store, replay: ReplayStore, terminal: TerminalControl): Screens {
  const host: ReplayHost = {
    terminal,
    leave(focus) {
      store.dispatch({ type: 'show', screen: 'browse' });
      if (focus !== undefined) store.dispatch({ type: 'focus', focus, pane: 'symbols' });
    },
    help: () => store.dispatch({ type: 'show', screen: 'help' }),
  };
  const isReplaying = (): boolean => store.getState().screen === 'replay';
  const enterReplay = (): void => replay.dispatch({ type: 'open', target: targetOf(store.getState().links) });

  /** How many of the keys go to the panes: all, or those up to the one that opens the replay. */
  const forPanes = (keys: readonly string[]): number => {
    const { screen, prompt } = store.getState();
    if (prompt !== undefined) return keys.length;
    const scopes = scopesOf(screen, undefined);
    const opens = keys.findIndex((key) => commandFor(key, scopes) === 'replay');
    return opens < 0 ? keys.length : opens + 1;
  };

  return {
    store,
    replay,
    terminal,
    press(keys) {
      // Enter that was typed before the terminal was in raw mode came as a line feed.
      let rest = keys.map((key) => (key === 'ctrl-j' ? 'enter' : key));
      while (rest.length > 0) {
        if (isReplaying()) {
          const [key, ...others] = rest;
          pressReplayKeys(replay, host, [key as string]);
          rest = others;
          continue;
        }
        const count = forPanes(rest);
        const before = store.getState();
        pressKeys(store, terminal, rest.slice(0, count));
        rest = rest.slice(count);
        // Coming back from the help is no arrival.
        if (isReplaying() && before.under !== 'replay') enterReplay();
      }
    },
    resize(columns, rows) {
      store.dispatch({ type: 'resize', columns, rows });
      replay.dispatch({ type: 'resize', columns, rows });
    },
  };
}
