/**
 * The names of keys, as the key table writes them: a printable character is its own name ('j', 'J', '?'); the others
 * are words ('enter', 'pageup', 'space', 'f1'), with their modifiers before them in this order: ctrl-, alt-, shift-.
 * Shift shows in the character itself ('J') and is written only before a word ('shift-tab').
 */
import type { Key } from 'ink';

const FLAGS = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/**
 * The keystrokes in one event of Ink's useInput: more than one when keys came in faster than they were read, none for
 * the release of a key.
 */
export function decodeKeys(input: string, key: Key): string[] {
  if (key.eventType === 'release') return [];
  for (const [flag, name] of FLAGS) {
    if (key[flag]) return [modified(name, key.ctrl, key.meta, key.shift)];
  }
  const prefix = modified('', key.ctrl, key.meta, false);
  return Array.from(input, (character) => prefix + characterName(character));
}

/** A word with its modifiers before it. */
function modified(name: string, ctrl: boolean, alt: boolean, shift: boolean): string {
  return (ctrl ? 'ctrl-' : '') + (alt ? 'alt-' : '') + (shift ? 'shift-' : '') + name;
}

/** The name of one character as it comes from the terminal. */
function characterName(character: string): string {
  const code = character.charCodeAt(0);
  if (character === ' ') return 'space';
  if (code === 0x7f || code === 0x08) return 'backspace';
  if (code === 0x0d) return 'enter';
  if (code === 0x09) return 'tab';
  if (code === 0x1b) return 'escape';
  if (code === 0) return 'ctrl-space';
  if (code < 0x20) return `ctrl-${String.fromCharCode(code + (code <= 26 ? 96 : 64))}`;
  return character;
}

/*
 * Keys that Ink reads and then cannot tell apart, or does not know:
 *
 *   ESC O P..S, ESC [ [ A..E, CSI 11..34 ~       F1 to F20       CSI 2 ~   Insert
 *   CSI 1 ; m P..S, CSI n ; m ~                  the same with modifiers, m - 1 = 1 shift + 2 alt + 4 control + 8 meta
 */
const F1_TO_F4 = 'PQRS';
const CONSOLE_F1_TO_F5 = 'ABCDE';
const BY_NUMBER = new Map([
  [2, 'insert'],
  ...[11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34].map(
    (code, index): [number, string] => [code, `f${index + 1}`],
  ),
]);

/** The name of a key that `sequence` stands for, when it is one that Ink loses; else undefined. */
export function functionKeyName(sequence: string): string | undefined {
  const console = /^\x1b\[\[([A-E])$/.exec(sequence);
  if (console) return `f${CONSOLE_F1_TO_F5.indexOf(console[1] ?? '') + 1}`;
  const letter = /^\x1b(?:O(\d?)|\[(?:1;(\d{1,2}))?)([PQRS])$/.exec(sequence);
  if (letter) return withModifiers(`f${F1_TO_F4.indexOf(letter[3] ?? '') + 1}`, letter[1] || letter[2]);
  const number = /^\x1b\[(\d{1,2})(?:;(\d{1,2}))?~$/.exec(sequence);
  const name = number ? BY_NUMBER.get(Number(number[1])) : undefined;
  return name === undefined ? undefined : withModifiers(name, number?.[2]);
}

function withModifiers(name: string, parameter: string | undefined): string {
  const bits = Math.max(0, Number(parameter ?? '1') - 1);
  return modified(name, (bits & 4) !== 0, (bits & 10) !== 0, (bits & 1) !== 0);
}
