/**
 * Mouse reports:
 *
 *   CSI < b ; column ; row M   press, motion, wheel        CSI < b ; column ; row m   release
 *   b = bits 0-1 button (3: none) · 4 shift · 8 alt · 16 control · 32 motion · 64 wheel
 *
 * Columns and rows are from 1 on the wire and from 0 here.
 */

export interface MouseEvent {
  readonly type: 'mouse';
  readonly action: 'press' | 'release' | 'drag' | 'move' | 'wheel-up' | 'wheel-down' | 'wheel-left' | 'wheel-right';
  readonly button: 'left' | 'middle' | 'right' | 'none';
  readonly column: number;
  readonly row: number;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

const BUTTONS = ['left', 'middle', 'right', 'none'] as const;
const WHEELS = ['wheel-up', 'wheel-down', 'wheel-left', 'wheel-right'] as const;
const SGR_REPORT = /^\x1b\[<(\d{1,5});(\d{1,5});(\d{1,5})([Mm])$/;

/** The event in a report, or undefined when `sequence` is not one (or names a button that no mouse of ours has). */
export function decodeMouse(sequence: string): MouseEvent | undefined {
  const match = SGR_REPORT.exec(sequence);
  if (match) return mouseEvent(Number(match[1]), Number(match[2]), Number(match[3]), match[4] === 'm');
  // The old form, for a terminal that knows ?1000 and not ?1006: three bytes, each 32 more than its value.
  if (!sequence.startsWith('\x1b[M') || sequence.length !== 6) return undefined;
  const bits = sequence.charCodeAt(3) - 32;
  const isRelease = (bits & 0b1100011) === 3;
  return mouseEvent(bits, sequence.charCodeAt(4) - 32, sequence.charCodeAt(5) - 32, isRelease);
}

/** Whether `sequence` is a mouse report in its form, whatever it says. */
export function isMouseReport(sequence: string): boolean {
  return sequence.startsWith('\x1b[<') || sequence.startsWith('\x1b[M');
}

function mouseEvent(bits: number, column: number, row: number, isRelease: boolean): MouseEvent | undefined {
  if (bits >= 128 || bits < 0) return undefined;
  const isWheel = (bits & 64) !== 0;
  const button = isWheel ? 'none' : (BUTTONS[bits & 3] ?? 'none');
  return {
    type: 'mouse',
    action: isWheel ? (WHEELS[bits & 3] ?? 'wheel-up') : buttonAction(bits, button, isRelease),
    button,
    column: Math.max(0, column - 1),
    row: Math.max(0, row - 1),
    shift: (bits & 4) !== 0,
    alt: (bits & 8) !== 0,
    ctrl: (bits & 16) !== 0,
  };
}

function buttonAction(bits: number, button: MouseEvent['button'], isRelease: boolean): MouseEvent['action'] {
  if (isRelease) return 'release';
  if ((bits & 32) === 0) return 'press';
  return button === 'none' ? 'move' : 'drag';
}
