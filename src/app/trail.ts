/**
 * Which screens are below the one that is shown: Escape goes back to the last of them. A screen is there once, so that
 * two that lead to each other do not pile up.
 */
import type { AppState, Screen } from './state.ts';

/** The screen that is worked with: that below the help, while the keys are shown. */
const here = ({ screen, under }: AppState): Screen => (screen === 'help' || screen === 'facts' ? under : screen);

/** Put a screen on top. */
export function enter(state: AppState, screen: Screen): AppState {
  const from = here(state);
  const below = from === 'browse' ? [] : [...state.trail.filter((row) => row !== from), from];
  return { ...state, screen, under: 'browse', trail: below.filter((row) => row !== screen), message: undefined };
}

/** Back to the screen below. */
export const leaveScreen = (state: AppState): AppState => ({
  ...state,
  screen: state.trail.at(-1) ?? 'browse',
  trail: state.trail.slice(0, -1),
  under: 'browse',
  message: undefined,
});
