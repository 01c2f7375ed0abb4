/** Pictures of screens: what is in the SVG, and that the PNG has the text in it. */
import { describe, expect, test } from 'vitest';
import { linesOf, newScreen } from '../helpers/screen.ts';
import { findFont, screenSvg, svgToPng } from '../helpers/screenshot.ts';

async function screenOf(output: string) {
  const screen = newScreen({ columns: 30, rows: 4 });
  await new Promise<void>((resolve) => screen.write(output, resolve));
  return screen;
}

describe('a picture', () => {
  test('has every style that a cell can have', async () => {
    const screen = await screenOf(
      '\x1b[31mred\x1b[0m \x1b[1mbold\x1b[0m \x1b[2mdim\x1b[0m \x1b[4munder\x1b[0m\r\n\x1b[7minverse\x1b[0m \x1b[38;5;208m256\x1b[0m \x1b[48;2;1;2;3mrgb\x1b[0m <&>',
    );
    const svg = screenSvg(screen, { foreground: '#ffffff', background: '#000000' });
    expect(svg).toMatch(/fill="#e06c75">red</);
    expect(svg).toMatch(/font-weight="bold">bold</);
    expect(svg).toMatch(/opacity="0.6">dim</);
    expect(svg).toMatch(/fill="#000000">inverse</);
    expect(svg).toMatch(/fill="#ff8700">256</);
    expect(svg).toMatch(/<rect [^>]*fill="#010203"/);
    expect(svg).toContain('&#60;&#38;&#62;');
  });

  test('is a PNG whose pixels depend on the text', async () => {
    const [empty, full] = [screenSvg(await screenOf('')), screenSvg(await screenOf('│ tty_write ✓ │'))];
    const png = svgToPng(full);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeGreaterThan(svgToPng(empty).length + 300);
  });

  test('without its font is an error that says what to install', () => {
    expect(() => findFont(['/nowhere'])).toThrow('apt-get install fonts-dejavu-core');
  });
});

test('a screen reads as its rows', async () => {
  expect(await linesOf('one\r\n\x1b[3;5Hthree\x1b[2;1H漢', { columns: 20, rows: 3 })).toEqual([
    'one',
    '漢',
    '    three',
  ]);
});
