/** What a terminal shows, as text: one string a row, without the blanks at its end. */
import xterm, { type IBuffer, type ITerminalOptions, type Terminal } from '@xterm/headless';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal without a window. */
export function newScreen({ columns, rows }: ScreenSize, options: ITerminalOptions = {}): Terminal {
  // The package is CommonJS and its names are not seen by Node's import of them.
  const { Terminal } = xterm;
  return new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000, ...options });
}

/** The visible rows of the buffer that is shown, or of another one. */
export function screenLines(screen: Terminal, buffer: IBuffer = screen.buffer.active): string[] {
  return Array.from(
    { length: screen.rows },
    // A row that was longer before the terminal became narrower keeps what is not seen of it.
    (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true, 0, screen.cols) ?? '',
  );
}

/** The visible rows as one text. */
export function screenText(screen: Terminal): string {
  return screenLines(screen).join('\n');
}

/** What a terminal of this size shows after it was sent `output`. */
export async function linesOf(output: string, size: ScreenSize): Promise<string[]> {
  // What a terminal's driver does with line feeds that come from a program.
  const screen = newScreen(size, { convertEol: true });
  await new Promise<void>((resolve) => screen.write(output, resolve));
  return screenLines(screen);
}
