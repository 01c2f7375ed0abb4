/** The screens on a damaged input, without a terminal: keys at random, and every line that would be drawn. */

import { compareLines } from '../../components/compare/compare-lines.ts';
import { replayLines } from '../../components/replay/replay-lines.ts';
import { createScreens } from '../../components/screens.ts';
import { createTheme } from '../../components/theme.ts';
import { createCompareSession } from '../../src/app/compare/opening.ts';
import { createCompareStore } from '../../src/app/compare/store.ts';
import { startEvidence } from '../../src/app/evidence-session.ts';
import { headerFacts } from '../../src/app/header-facts.ts';
import { hexView } from '../../src/app/hex-view.ts';
import { hitTable } from '../../src/app/hit-table.ts';
import { bindings } from '../../src/app/keymap.ts';
import { layOut } from '../../src/app/layout.ts';
import { replayBindings } from '../../src/app/replay/keymap.ts';
import { createReplaySession } from '../../src/app/replay/reading.ts';
import { createReplayStore } from '../../src/app/replay/store.ts';
import type { SearchHit } from '../../src/app/search/types.ts';
import { focusMarks, focusSentence, paneView, position } from '../../src/app/selectors.ts';
import { createSession, type Session } from '../../src/app/session.ts';
import type { AppState } from '../../src/app/state.ts';
import { createStore } from '../../src/app/store.ts';
import { textLines } from '../../src/app/text-screens.ts';
import { causesScreen, reportScreen } from '../../src/app/why/selectors.ts';
import { ParseError, readyValue } from '../../src/errors.ts';
import { cellText } from '../../src/format/cells.ts';
import { kernelFacts } from '../../src/kernel/facts.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { setFault } from './memory-files.ts';
import type { Random } from './random.ts';

const theme = createTheme('mono', true);
const terminal = { copy: () => true, exit() {}, suspend() {}, redraw() {}, toggleMouse: () => true };
const browseKeys = [...new Set(bindings.flatMap(({ keys }) => keys))];
const replayKeys = [...new Set(replayBindings.flatMap(({ keys }) => keys))];
const texts = [
  'alpha',
  '0x10',
  'slot:no',
  '/a.*/',
  'main+4',
  'raw:zero',
  'info locals',
  'p *addrs',
  'x/8gx addrs',
  'bt',
];
const sizes = [
  [80, 24],
  [120, 40],
  [40, 10],
  [200, 60],
  // Less than the screens need, down to less than a frame.
  [20, 5],
  [2, 30],
  [1, 1],
] as const;
const controls = /[\x00-\x1a\x1c-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|\x1b(?!\[[\d;]*m)/;

/** Open, press, look; of two walks one has its file fail in the middle. @returns what is wrong, one sentence each @throws what the program would die of */
export async function walkScreens(path: string, random: Random): Promise<string[]> {
  let kernel: Vmlinux;
  try {
    kernel = Vmlinux.open(path);
  } catch (error) {
    if (error instanceof ParseError) return [];
    throw error;
  }
  const reading = createReplaySession(kernel, { file: 'vmlinux' });
  let stopEvidence = (): void => undefined;
  try {
    const session = createSession(kernel);
    const [columns, rows] = random.pick(sizes);
    const store = createStore(session, columns, rows);
    const replay = createReplayStore({ kernel, linker: session.linker }, reading, columns, rows);
    const compare = createCompareStore(createCompareSession(kernel, { file: 'vmlinux' }), columns, rows);
    const screens = createScreens(store, replay, compare, terminal);
    stopEvidence = startEvidence(store, reading);
    headerFacts(kernel);
    const wrong: string[] = [];
    const look = (): void => {
      const state = store.getState();
      if (state.screen === 'facts' && state.facts === undefined) {
        store.dispatch({ type: 'facts', facts: kernelFacts(kernel) });
      }
      const layout = layOut(state.columns, state.rows, state.active);
      // Of a terminal that is too small one sentence says so, and no screen is drawn.
      const lines =
        layout.kind === 'tiny'
          ? []
          : state.screen === 'replay'
            ? replayLines(replay.context, replay.getState(), theme, 'vmlinux')
            : state.screen === 'compare'
              ? compareLines(compare.getState(), theme, 'vmlinux')
              : state.screen === 'why'
                ? reportScreen(state).lines.map(({ parts }) => parts.map(({ text }) => text).join(''))
                : state.screen === 'causes'
                  ? causesScreen(state).lines.map((line) => line.cells.map((cell) => cellText(cell)).join(' '))
                  : [
                      ...layout.panes.flatMap((pane) =>
                        paneView(session, state, pane).lines.flatMap(({ cells }) =>
                          cells.map((cell) => cellText(cell)),
                        ),
                      ),
                      ...textLines(state).flatMap((line) => JSON.stringify(line)),
                    ];
      if (state.screen === 'hex') hexView(session, state);
      focusMarks(session, state);
      focusSentence(session, state);
      position(session, state);
      const bad = lines.find((line) => controls.test(line));
      if (bad !== undefined && wrong.length === 0)
        wrong.push(`raw control characters on screen: ${JSON.stringify(bad)}`);
    };
    look();
    const rawHit = hitTexts(session, store.getState()).find((text) => controls.test(text));
    if (rawHit !== undefined) wrong.push(`raw control characters in the search: ${JSON.stringify(rawHit)}`);
    const faultAt = random.below(28);
    for (let step = 0; step < 14; step++) {
      const isReplay = store.getState().screen === 'replay';
      if (random.below(6) === 0) screens.press([...Array.from(random.pick(texts), named), 'enter']);
      else if (random.below(8) === 0) screens.resize(...random.pick<readonly [number, number]>(sizes));
      else screens.press([random.pick(isReplay ? replayKeys : browseKeys)]);
      if (step === faultAt) setFault(random.pick(['error', 'end']));
      if (step === 6) {
        screens.press(['escape', 'escape', 'r']);
        for (let turn = 0; turn < 40 && replay.getState().reading.phase === 'reading'; turn++) await pause();
      }
      // What the answers are drawn from is gathered between keys.
      if (store.getState().screen === 'why' || store.getState().screen === 'causes') await settled();
      look();
    }
    const at = replay.getState().reading;
    if (at.phase === 'failed' && /Cannot read prop|is not a function|undefined|Invalid/.test(at.reason)) {
      wrong.push(`the replay says: ${at.reason}`);
    }
    replay.dispose();
    return wrong;
  } finally {
    setFault('none');
    stopEvidence();
    reading.dispose();
    kernel.close();
  }
}

/** The first symbols and FUNC records as the hits of a search in a wide terminal; the search itself has a thread. */
function hitTexts(session: Session, state: AppState): string[] {
  const { kernel } = session;
  const funcs = readyValue(kernel.btf)?.btf.funcCount ?? 0;
  const symbols = readyValue(kernel.symbols)?.table.count ?? 0;
  const hit = (symbolRows: number[], funcRows: number[]): SearchHit => ({
    name: '',
    indexes: [],
    score: 1,
    match: 'exact',
    symbols: symbolRows,
    symbolCount: symbolRows.length,
    funcs: funcRows,
    funcCount: funcRows.length,
  });
  const first = (count: number): number[] => Array.from({ length: Math.min(count, 24) }, (_, row) => row);
  const hits = [...first(symbols).map((row) => hit([row], [])), ...first(funcs).map((row) => hit([], [row]))];
  const text = 'a';
  const prompt = { kind: 'search', text, cursor: 1, selected: 0, top: 0, accepting: false } as const;
  const results = { text, hits, total: hits.length, complete: true, problem: undefined };
  const { lines } = hitTable(session, { ...state, columns: 200, rows: 60, prompt, results }, 196);
  return lines.flatMap(({ cells }) => cells.map((cell) => cellText(cell)));
}

const named = (key: string): string => (key === ' ' ? 'space' : key);
/** Longer than the evidence waits for a screen's first frame. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
