/** The README's picture: the built program on the bundled sample, after the steps that the README names. */
import { writeFileSync } from 'node:fs';
import { Pty } from './pty.ts';
import { screenSvg, svgToPng } from './screenshot.ts';

/** Drive the program to tty_write and write what the screen shows as a PNG. */
export async function takePicture(program: string, png: string, columns = 120, rows = 36): Promise<void> {
  const pty = new Pty(process.execPath, [program, '--color=always'], { columns, rows });
  try {
    await pty.waitFor('quit');
    pty.send('/');
    await pty.waitFor('Search');
    pty.send('tty_write');
    await pty.waitFor(/▸ tty_write/);
    pty.send('\r');
    await pty.waitFor(/no FUNC record: tty_write *│/);
    writeFileSync(png, svgToPng(screenSvg(pty.screen), 1.2));
  } finally {
    pty.dispose();
  }
}
