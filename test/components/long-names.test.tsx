/**
 * Names that are the rest of the file, each of thousands: what is drawn costs what a screen holds. Without a limit each of
 * these takes seconds a frame, and gigabytes. The limit here is for a busy machine.
 */
import { describe, expect, test } from 'vitest';
import { cellWidth } from '../../components/paint.ts';
import { Census } from '../../src/explain/census.ts';
import { Classifier } from '../../src/explain/classify.ts';
import { gatherEvidence } from '../../src/explain/evidence.ts';
import { Desk, sessionOf } from '../app/kernels.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { asciiTheme, colourTheme, drawRaw } from './draw.tsx';

const mostTime = 6000;
const [columns, rows] = [200, 60];
const count = 2000;
const far = 'é'.repeat(8 << 20);
const text = 0xffff_8000_1000_0000n;

/** Symbols, slots and relocations of {@link count} functions, whose names all end in the same place. */
function symbols(): Uint8Array {
  const elf = new ElfWriter({ machine: 'aarch64', type: 'DYN' });
  const slots = text + 0x100000n;
  elf.section('.text', { flags: 'AX', addr: text, bytes: new Uint8Array(count * 16) });
  elf.section('.init.data', { flags: 'WA', addr: slots, bytes: new Uint8Array(count * 8) });
  const places = Array.from({ length: count }, (_, i) => ({
    place: slots + BigInt(i * 8),
    type: 1027,
    addend: text + BigInt(i * 16),
  }));
  elf.rela('.rela.dyn', places, { flags: 'A' });
  const name = Buffer.from(far, 'utf8').toString('latin1');
  for (let i = 0; i < count; i++) {
    const named = i === 0 ? name : `f_${i}`;
    elf.symbol(named, { type: 'FUNC', section: '.text', value: text + BigInt(i * 16), size: 16, bind: 'GLOBAL' });
  }
  elf.symbol('__start_mcount_loc', { section: '.init.data', value: slots, bind: 'GLOBAL' });
  elf.symbol('__stop_mcount_loc', { section: '.init.data', value: slots + BigInt(count * 8), bind: 'GLOBAL' });
  let built = elf.build();
  const { bytes } = built;
  const strings = Buffer.from(bytes).indexOf(Buffer.from('éé', 'utf8'));
  const table = Buffer.from(bytes).lastIndexOf('\0', strings - 1);
  for (let i = 0; i < count; i++) built = built.patchSymbol(i + 1, 'st_name', strings - table + i * 2);
  return built.bytes;
}

function records(make: (b: BtfWriter, name: number, int: number) => void): Uint8Array {
  const b = new BtfWriter();
  const int = b.int('int', 4, 1);
  make(b, b.string(Buffer.from(far, 'utf8').toString('latin1')), int);
  return b.build();
}

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
