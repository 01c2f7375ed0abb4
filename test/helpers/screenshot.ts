/**
 * A picture of a terminal's screen: the buffer's cells as SVG, and that as PNG.
 *
 *   row   → runs of cells of the same style → <rect> for a background, <text> with one x for each character
 *   style → colour (16, 256, RGB), bold, dim, italic, underline, inverse
 */
import { existsSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import type { IBufferCell, Terminal } from '@xterm/headless';

export interface PictureOptions {
  readonly fontSize?: number;
  /** Shown as the title of a window frame. */
  readonly title?: string;
  readonly foreground?: string;
  readonly background?: string;
}

const FONT_DIRECTORIES = [
  '/usr/share/fonts/truetype/dejavu',
  '/usr/share/fonts/dejavu-sans-mono-fonts',
  '/usr/share/fonts/TTF',
  '/usr/share/fonts/dejavu',
];
const FONT_FILES = ['DejaVuSansMono.ttf', 'DejaVuSansMono-Bold.ttf'];
/** DejaVu Sans Mono: the advance of every glyph, and the height at which vertical lines meet. */
const ADVANCE = 0.602;
const LINE = 1.164;
const BASELINE = 0.928;
const MARGIN = 14;
const TITLE_HEIGHT = 28;

const PALETTE = [
  ['#1e1e1e', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#c8ccd4'],
  ['#7f848e', '#ff7b86', '#b5e890', '#ffd68a', '#7cc4ff', '#dd9bf2', '#70d6e3', '#ffffff'],
].flat();

/** The screen as SVG. */
export function screenSvg(screen: Terminal, options: PictureOptions = {}): string {
  const { fontSize = 14, title, foreground = '#d7dae0', background = '#16181d' } = options;
  const width = ADVANCE * fontSize;
  const height = LINE * fontSize;
  const top = MARGIN + (title === undefined ? 0 : TITLE_HEIGHT);
  const shapes: string[] = [];
  for (let row = 0; row < screen.rows; row++) {
    for (const run of runsOf(screen, row, foreground, background)) {
      const x = MARGIN + run.column * width;
      const y = top + row * height;
      const runWidth = run.columns * width;
      if (run.back !== background) shapes.push(rect(x, y, runWidth, height, run.back));
      if (run.text.trim() !== '') shapes.push(textOf(run, x, y + BASELINE * fontSize, width));
      if (run.underline) shapes.push(rect(x, y + 1.06 * fontSize, runWidth, fontSize / 14, run.fore));
    }
  }
  const fullWidth = Math.ceil(screen.cols * width + 2 * MARGIN);
  const fullHeight = Math.ceil(screen.rows * height + top + MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${fullHeight}" viewBox="0 0 ${fullWidth} ${fullHeight}">`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    title === undefined ? '' : windowTitle(title, fullWidth, foreground),
    `<g font-family="DejaVu Sans Mono" font-size="${fontSize}" xml:space="preserve">`,
    ...shapes,
    '</g></svg>',
  ].join('\n');
}

/** The SVG as PNG; `scale` 2 for a dense display. */
export function svgToPng(svg: string, scale = 1): Buffer {
  const fontFiles = findFont();
  const resvg = new Resvg(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans Mono' },
    fitTo: { mode: 'zoom', value: scale },
  });
  return resvg.render().asPng();
}

/** The files of the font; an error that says how to get it when it is missing, since resvg would draw no text. */
export function findFont(directories: readonly string[] = FONT_DIRECTORIES): string[] {
  const directory = directories.find((candidate) => existsSync(`${candidate}/${FONT_FILES[0]}`));
  if (directory === undefined) {
    throw new Error(
      `screenshots need the font DejaVu Sans Mono, and it is in none of ${directories.join(', ')}; apt-get install fonts-dejavu-core`,
    );
  }
  return FONT_FILES.map((file) => `${directory}/${file}`).filter((file) => existsSync(file));
}

interface Run {
  readonly column: number;
  columns: number;
  text: string;
  readonly fore: string;
  readonly back: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

function runsOf(screen: Terminal, row: number, foreground: string, background: string): Run[] {
  const line = screen.buffer.active.getLine(screen.buffer.active.baseY + row);
  const runs: Run[] = [];
  for (let column = 0; column < screen.cols; column++) {
    const cell = line?.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const fore = colourOf(cell, 'fg', foreground);
    const back = colourOf(cell, 'bg', background);
    const isInverse = cell.isInverse() !== 0;
    const next: Run = {
      column,
      columns: cell.getWidth(),
      text: cell.isInvisible() ? ' ' : cell.getChars() || ' ',
      fore: isInverse ? back : fore,
      back: isInverse ? fore : back,
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      italic: cell.isItalic() !== 0,
      underline: cell.isUnderline() !== 0,
    };
    const last = runs.at(-1);
    if (last && styleKey(last) === styleKey(next) && next.columns === 1 && last.columns === last.text.length) {
      last.text += next.text;
      last.columns += next.columns;
    } else {
      runs.push(next);
    }
  }
  return runs;
}

function styleKey(run: Run): string {
  return [run.fore, run.back, run.bold, run.dim, run.italic, run.underline].join();
}

function colourOf(cell: IBufferCell, which: 'fg' | 'bg', otherwise: string): string {
  const value = which === 'fg' ? cell.getFgColor() : cell.getBgColor();
  if (which === 'fg' ? cell.isFgRGB() : cell.isBgRGB()) return `#${value.toString(16).padStart(6, '0')}`;
  if (which === 'fg' ? cell.isFgPalette() : cell.isBgPalette()) return paletteColour(value);
  return otherwise;
}

/** 0..15 named, 16..231 a cube of 6×6×6, 232..255 greys. */
function paletteColour(index: number): string {
  if (index < 16) return PALETTE[index] ?? '#000000';
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const cube = index - 16;
  const [r, g, b] =
    index < 232
      ? [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]
      : [8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)];
  return `#${[r, g, b].map((part) => (part ?? 0).toString(16).padStart(2, '0')).join('')}`;
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`;
}

function textOf(run: Run, x: number, y: number, width: number): string {
  const positions = Array.from(run.text, (_, index) => round(x + index * width)).join(' ');
  const weight = run.bold ? ' font-weight="bold"' : '';
  const style = run.italic ? ' font-style="italic"' : '';
  const opacity = run.dim ? ' opacity="0.6"' : '';
  return `<text x="${positions}" y="${round(y)}" fill="${run.fore}"${weight}${style}${opacity}>${escapeXml(run.text)}</text>`;
}

function windowTitle(title: string, width: number, foreground: string): string {
  const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
    (fill, index) => `<circle cx="${20 + index * 18}" cy="20" r="6" fill="${fill}"/>`,
  );
  const text = `<text x="${width / 2}" y="25" text-anchor="middle" font-family="DejaVu Sans Mono" font-size="13" fill="${foreground}" opacity="0.7">${escapeXml(title)}</text>`;
  return dots.join('') + text;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
