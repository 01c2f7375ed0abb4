/**
 * Names that are the rest of the file, each of thousands: what is drawn costs what a screen holds. Without a limit each of
 * these takes seconds a frame, and gigabytes. The limit here is for a busy machine.
 */
import { describe, expect, test } from 'vitest';
import { cellWidth } from '../../components/paint.ts';
import { replayLines } from '../../components/replay/replay-lines.ts';
import { pressReplayKeys } from '../../src/app/replay/commands.ts';
import { targetOf } from '../../src/app/replay/focus.ts';
import { createReplaySession } from '../../src/app/replay/reading.ts';
import { createReplayStore } from '../../src/app/replay/store.ts';
import { Census } from '../../src/explain/census.ts';
import { Classifier } from '../../src/explain/classify.ts';
import { gatherEvidence } from '../../src/explain/evidence.ts';
import { Linker } from '../../src/kernel/links.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { symbolIndex } from '../../src/units.ts';
import { Desk, sessionOf } from '../app/kernels.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { count, dwarf, farName, symbols } from '../helpers/far-names.ts';
import { eventually } from '../helpers/patience.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { asciiTheme, colourTheme, drawRaw } from './draw.tsx';

const mostTime = 6000;
const [columns, rows] = [200, 60];

function records(make: (b: BtfWriter, name: number, int: number) => void): Uint8Array {
  const b = new BtfWriter();
  const int = b.int('int', 4, 1);
  make(b, b.string(farName), int);
  return b.build();
}

const host = {
  terminal: { copy: () => true, exit() {}, suspend() {}, redraw() {}, toggleMouse: () => true },
  leave() {},
  help() {},
  why() {},
};

const files: readonly (readonly [what: string, make: () => Uint8Array])[] = [
  ['symbols', symbols],
  [
    'FUNC records',
    () =>
      records((b, name, int) => {
        const proto = b.proto(int, []);
        for (let i = 0; i < count; i++) b.record([name + i * 2, 0x0c000000, proto]);
      }),
  ],
  [
    'parameters',
    () =>
      records((b, name, int) => {
        const parameters = Array.from({ length: 1000 }, () => [name, int]).flat();
        const proto = b.record([0, 0x0d000000 + 1000, int, ...parameters]);
        for (let i = 0; i < count; i++) b.func(`f_${i}`, proto);
      }),
  ],
];

describe.each(files)('names of %s', (_, make) => {
  test.each([
    ['colour', colourTheme],
    ['ASCII', asciiTheme],
  ] as const)('every pane, its rows, its sorts and its bytes are drawn, %s', (_theme, theme) => {
    const file = tempFile(make());
    const took = cpuTime(() => {
      const at = new Desk(sessionOf(file), columns, rows);
      const look = (): void => {
        const lines = drawRaw(at, theme)
          .replace(/\x1b\[[\d;]*m/g, '')
          .split('\n');
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
      };
      look();
      for (const pane of ['1', '2', '3', '4']) {
        at.press(pane);
        for (const key of ['j', 'G', 'k', 's', 'g', 'x', 'b', 'escape']) {
          at.press(key);
          look();
        }
      }
    });
    expect(took).toBeLessThan(mostTime);
  });
});

test('the causes of all functions are counted', async () => {
  const { kernel } = sessionOf(tempFile(symbols()));
  const classifier = new Classifier(await gatherEvidence(kernel, {}));
  const took = cpuTime(() => {
    expect(new Census(classifier).counts()).toMatchObject([{ cause: 'unknown', symbols: count, names: count }]);
  });
  expect(took).toBeLessThan(mostTime);
});

test('the replay stops at a function, and draws it', async () => {
  const kernel = Vmlinux.open(tempFile(dwarf()));
  const linker = new Linker(kernel);
  const reading = createReplaySession(kernel, { file: 'vmlinux' });
  const store = createReplayStore({ kernel, linker }, reading, columns, rows);
  const before = process.cpuUsage();
  try {
    store.dispatch({ type: 'open', target: targetOf(linker.resolve({ kind: 'symbol', row: symbolIndex(1) })) });
    await eventually(() => expect(store.getState().reading.phase).toBe('ready'));
    for (const key of ['n', 'n', 's', 'm', 'c', 'p']) {
      pressReplayKeys(store, host, [key]);
      const drawn = replayLines(store.context, store.getState(), colourTheme, 'vmlinux');
      for (const line of drawn) expect(cellWidth(line.replace(/\x1b\[[\d;]*m/g, ''))).toBe(columns);
    }
  } finally {
    reading.dispose();
    kernel.close();
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(mostTime);
});
