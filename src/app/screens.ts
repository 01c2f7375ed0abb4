/** The screens beside the panes: opening and closing them, and moving in them. */
import { readyValue } from '../errors.ts';
import type { Focus } from '../kernel/links.ts';
import { hexAt, hexLines, moveHex, moveHexToEnd, wordTarget } from './hex-view.ts';
import type { Session } from './session.ts';
import { settle } from './settle.ts';
import type { AppState, Screen } from './state.ts';
import { textHeight, textLineCount } from './text-screens.ts';
import { jump, leave, type Move, moveInPane, rowsOf, say } from './walk.ts';
import { moveInCauses } from './why/causes.ts';
import { openReplay, reduceWhy, subjectOfLinks, targetShown } from './why/reducer.ts';
import { moveInReport } from './why/walk.ts';

/** Open a screen; the key that opened it closes it again. */
export function show(session: Session, state: AppState, screen: Screen): AppState {
  const base = state.screen === 'help' || state.screen === 'facts' ? state.under : state.screen;
  const isOver = state.screen !== base;
  const closed: AppState = { ...state, screen: isOver ? base : 'browse', under: 'browse', message: undefined };
  if (screen === 'browse' || screen === state.screen) return closed;
  if (screen === 'replay') return base === 'replay' ? closed : openReplay(state, targetShown(state));
  const isText = screen === 'help' || screen === 'facts';
  const under = isText && base !== 'hex' ? base : 'browse';
  if (screen !== 'hex') return { ...closed, screen, under, scroll: 0 };
  const address = addressShown(session, state);
  if (address === undefined) return say(state, 'the focus has no address to show bytes at');
  return { ...closed, screen, hex: hexAt(session, state.hex, address) };
}

/** The address that the active pane shows of the focus: of a slot or a relocation its place, else that of the symbol. */
function addressShown({ kernel }: Session, { active, links }: AppState): bigint | undefined {
  if (active === 'mcount' && links.slot.state === 'linked')
    return readyValue(kernel.mcount)?.slot(links.slot.key).place;
  if (active === 'relocations' && links.relocation.state === 'linked') {
    const row = kernel.relocations.row(links.relocation.key);
    // A place in .debug_* is in no memory; what the entry points at is.
    if (row !== undefined && kernel.elf.addressSpace.locate(row.address) !== undefined) return row.address;
  }
  return links.address;
}

/** Focus on something: in the hex view by showing its bytes, elsewhere in the panes. */
export function goToFocus(
  session: Session,
  state: AppState,
  focus: Focus,
  inPanes: (session: Session, state: AppState, focus: Focus) => AppState = jump,
): AppState {
  const links = session.linker.resolve(focus);
  if (state.screen === 'why') return askAbout(session, state, focus, inPanes);
  if (state.screen !== 'hex' || links.address === undefined) return inPanes(session, state, focus);
  return showBytes(session, { ...state, links }, state, links.address);
}

/** In the report by asking about what was found, where that is a function. */
function askAbout(
  session: Session,
  state: AppState,
  focus: Focus,
  inPanes: (session: Session, state: AppState, focus: Focus) => AppState,
): AppState {
  const about = subjectOfLinks(session, session.linker.resolve(focus));
  return about === undefined ? inPanes(session, state, focus) : reduceWhy(session, state, { type: 'why', about });
}

function showBytes(session: Session, to: AppState, from: AppState, address: bigint): AppState {
  const shown: AppState = { ...to, screen: 'hex', hex: hexAt(session, from.hex, address), message: undefined };
  return settle(session, leave(from, shown), 'jump');
}

/** In the hex view, go to what the word under the cursor points at. */
export function followWord(session: Session, state: AppState): AppState {
  const target = wordTarget(session, state);
  if (target === undefined) return say(state, 'this word is no address of the kernel');
  const links = session.linker.resolve(session.linker.focusAt(target));
  return showBytes(session, { ...state, links }, state, target);
}

export function move(session: Session, state: AppState, by: Move): AppState {
  switch (state.screen) {
    case 'browse':
      return moveInPane(session, state, by);
    case 'hex': {
      if (!('end' in by)) return { ...state, hex: moveHex(session, state, rowsOf(by, hexLines(state))) };
      const hex = moveHexToEnd(session, state, by.end);
      return hex === undefined ? say(state, 'no section here to go to the end of') : { ...state, hex };
    }
    case 'help':
    case 'facts': {
      const height = textHeight(state);
      const most = Math.max(0, textLineCount(state) - height);
      const to = 'end' in by ? (by.end === 'first' ? 0 : most) : state.scroll + rowsOf(by, height);
      return { ...state, scroll: Math.max(0, Math.min(to, most)) };
    }
    case 'why':
      return moveInReport(state, by);
    case 'causes':
      return moveInCauses(state, by);
    case 'replay':
    case 'compare':
      // They move in states of their own.
      return state;
  }
}
