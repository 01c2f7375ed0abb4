/**
 * The escape sequences that kinspect writes itself, beside those of Ink. Each mode has its number, so that what was
 * turned on is known and turned off again: see {@link TerminalOutput}.
 *
 *   ?1000 button press and release   ?1002 and motion while a button is down   ?1006 reports as text (SGR)
 *   ?2004 bracketed paste            ?2026 synchronized output                 ?1049 alternate screen   ?25 cursor
 */

/** Turn private modes on (CSI ? n h). */
function setModes(...modes: readonly number[]): string {
  return modes.map((mode) => `\x1b[?${mode}h`).join('');
}

/** Turn private modes off (CSI ? n l). */
export function resetModes(...modes: readonly number[]): string {
  return modes.map((mode) => `\x1b[?${mode}l`).join('');
}

/** ?1006 first when turning on, last when turning off: no report is ever sent in the old binary form. */
export const MOUSE_ON = setModes(1006, 1000, 1002);
export const MOUSE_OFF = resetModes(1002, 1000, 1006);
export const PASTE_ON = setModes(2004);
export const PASTE_OFF = resetModes(2004);
export const SYNC_BEGIN = setModes(2026);
export const SYNC_END = resetModes(2026);
export const ALTERNATE_SCREEN = 1049;
export const CURSOR_SHOW = setModes(25);
export const CURSOR_HIDE = resetModes(25);
export const STYLE_RESET = '\x1b[0m';
/** Cursor home, and nothing from there on. */
export const SCREEN_CLEAR = '\x1b[H\x1b[J';

/** Terminals cut or drop longer OSC 52 texts; xterm's limit is the lowest of the common ones. */
export const OSC52_LIMIT = 74_994;

/** The sequence that puts `text` on the clipboard (OSC 52), or undefined when it is too long for terminals to take. */
export function osc52(text: string): string | undefined {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  return encoded.length > OSC52_LIMIT ? undefined : `\x1b]52;c;${encoded}\x07`;
}
