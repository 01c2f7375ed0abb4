/** The stores side by side, the panes', the replay's and the comparison's: which of them a key or the mouse is for. */

import { pressKeys, type TerminalControl } from '../src/app/commands.ts';
import { type CompareHost, pressCompareKeys } from '../src/app/compare/commands.ts';
import type { CompareStore } from '../src/app/compare/store.ts';
import { keysForReplay, pressReplayKeys, type ReplayHost } from '../src/app/replay/commands.ts';
import { targetOf } from '../src/app/replay/focus.ts';
import type { ReplayStore } from '../src/app/replay/store.ts';
import type { Store } from '../src/app/store.ts';

export interface Screens {
  readonly store: Store;
  readonly replay: ReplayStore;
  readonly compare: CompareStore;
  readonly terminal: TerminalControl;
  /** Keys as they were typed, those of one chunk together. */
  press(keys: readonly string[]): void;
  resize(columns: number, rows: number): void;
}

export function createScreens(
  store: Store,
  replay: ReplayStore,
  compare: CompareStore,
  terminal: TerminalControl,
): Screens {
  const host: ReplayHost = {
    terminal,
    leave(focus) {
      const below = store.getState().trail.at(-1);
      if (below === 'why' || below === 'causes') {
        store.dispatch({ type: 'close' });
        return;
      }
      store.dispatch({ type: 'show', screen: 'browse' });
      if (focus !== undefined) store.dispatch({ type: 'focus', focus, pane: 'symbols' });
    },
    why: (about) => store.dispatch({ type: 'why', about }),
    help: () => store.dispatch({ type: 'show', screen: 'help' }),
  };
  const compareHost: CompareHost = {
    terminal,
    leave(name) {
      const focus = name === undefined ? undefined : store.session.linker.focusNamed(name);
      if (name !== undefined && focus === undefined) return false;
      store.dispatch({ type: 'show', screen: 'browse' });
      if (focus !== undefined) store.dispatch({ type: 'focus', focus, pane: 'symbols' });
      return true;
    },
    help: () => store.dispatch({ type: 'show', screen: 'help' }),
  };
  const isComparing = (): boolean => store.getState().screen === 'compare';
  const enterCompare = (): void => {
    const { links, comparePath: path } = store.getState();
    // Where the walk begins is nobody's choice.
    const isChosen = links.focus !== store.session.initialFocus;
    compare.dispatch({ type: 'enter', target: isChosen ? targetOf(links)?.name : undefined, path });
  };
  const isReplaying = (): boolean => store.getState().screen === 'replay';
  return {
    store,
    replay,
    compare,
    terminal,
    press(keys) {
      // Enter that was typed before the terminal was in raw mode came as a line feed.
      const all = keys.map((key) => (key === 'ctrl-j' ? 'enter' : key));
      let at = 0;
      while (at < all.length) {
        if (isReplaying()) {
          const end = at + keysForReplay(replay.getState(), all, at);
          pressReplayKeys(replay, host, all.slice(at, end));
          at = end;
          continue;
        }
        if (isComparing()) {
          at += pressCompareKeys(compare, compareHost, all.slice(at));
          continue;
        }
        const before = store.getState();
        at += pressKeys(store, terminal, all.slice(at));
        const { opening, screen } = store.getState();
        // Coming back to one of them is no arrival.
        if (opening !== undefined && opening !== before.opening) {
          replay.dispatch({ type: 'open', target: opening.target });
        }
        if (screen === 'compare' && before.screen !== 'compare' && before.under !== 'compare') enterCompare();
      }
    },
    resize(columns, rows) {
      store.dispatch({ type: 'resize', columns, rows });
      replay.dispatch({ type: 'resize', columns, rows });
      compare.dispatch({ type: 'resize', columns, rows });
    },
  };
}
