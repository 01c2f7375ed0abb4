/** The same file read by one thread and by several. The worker is bundled as scripts/build.mjs does it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFunctionEntries, readFunctionEntriesSync } from '../../src/dwarf/read-function-entries.ts';
import type { DwarfSections, SectionBytes } from '../../src/dwarf/sections.ts';
import * as write from '../helpers/dwarf-writer.ts';
import { compiled, compileUnit, unitsOf } from './read.ts';

const { die, strp, ref4 } = write;
let directory: string;
let workerUrl: URL;
let sections: DwarfSections;

/** Enough units for many chunks, with inline names, foreign references and a damaged unit in several of them. */
function manyUnits(): write.Written {
  const filler = die('variable', { const_value: write.block4(new Array(40_000).fill(1)) });
  return write.writeDwarf(
    {},
    Array.from({ length: 120 }, (_, i) =>
      compileUnit([
        die('base_type', {}, undefined, `int${i}`),
        die('subprogram', { name: write.string(`f${i % 7}`), type: ref4(`int${i}`), external: write.flagPresent() }, [
          die('formal_parameter', { name: write.string(`p${i}`), type: write.refSig8(i) }),
        ]),
        die('subprogram', { name: strp(`g${i}`), type: write.refAddr('int0') }),
        filler,
        ...(i % 50 === 49 ? [die('variable', { location: write.raw(0x7f, []) })] : []),
      ]),
    ),
  );
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kinspect-dwarf-'));
  const outfile = join(directory, 'dwarf-worker.mjs');
  await build({
    entryPoints: [new URL('../../src/dwarf/dwarf-worker.ts', import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  workerUrl = pathToFileURL(outfile);
  const written = manyUnits();
  // As a file, with one section from memory: both kinds cross to the other thread.
  const path = join(directory, 'sections');
  writeFileSync(path, Buffer.concat([Buffer.alloc(64), written.info, written.abbrev]));
  const file = (offset: number, size: number): SectionBytes => ({ kind: 'file', path, offset, size });
  sections = {
    ...write.sectionsOf(written),
    info: file(64, written.info.length),
    abbrev: file(64 + written.info.length, written.abbrev.length),
  };
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('several threads', () => {
  test.each([
    ['the calling thread alone', { threads: 1, here: true }],
    ['one worker', { threads: 1 }],
    ['three workers', { threads: 3 }],
    ['two workers and the calling thread', { threads: 3, here: true }],
    ['two workers and the calling thread, with the compiled reader', { threads: 3, here: true, compiled }],
    ['one worker with the compiled reader', { threads: 1, compiled }],
  ])('%s: the same result as read at once', async (_, options) => {
    const expected = readFunctionEntriesSync(sections);
    expect(expected.count).toBe(236);
    const progress: (readonly [number, number])[] = [];
    const onProgress = (...step: [number, number]) => progress.push(step);
    const found = await readFunctionEntries(sections, { ...options, workerUrl, onProgress });
    expect(unitsOf(found)).toEqual(
      unitsOf(expected).map((one) => expect.objectContaining({ name: one.name, state: one.state })),
    );
    const plain = (entries: typeof found) =>
      unitsOf(entries).map(({ functions, ...one }) => ({
        ...one,
        // Rows of foreign references may stand in another order.
        functions: functions.map(({ type: _type, params, ...rest }) => ({
          ...rest,
          params: params.map(({ name }) => name),
        })),
      }));
    expect(plain(found)).toEqual(plain(expected));
    const foreign = ({ foreign: rows, paramType }: typeof found) =>
      [...paramType].map((ref) => [rows.kind[ref - 2 ** 31], rows.value[ref - 2 ** 31]]);
    expect(foreign(found)).toEqual(foreign(expected));
    expect(progress.at(-1)).toEqual([sections.info.size, sections.info.size]);
    expect(progress.length).toBeGreaterThan(3);
  });

  test('an aborted read rejects with the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const reading = readFunctionEntries(sections, {
      threads: 2,
      here: true,
      workerUrl,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(reading).rejects.toBe(reason);
    await expect(readFunctionEntries(sections, { signal: controller.signal })).rejects.toBe(reason);
  });

  test('a read aborted before the first answer rejects with the reason', async () => {
    const controller = new AbortController();
    const reading = readFunctionEntries(sections, { threads: 2, workerUrl, signal: controller.signal });
    controller.abort(new Error('at once'));
    await expect(reading).rejects.toThrow('at once');
  });

  test('a worker that cannot start makes the read fail', async () => {
    const missing = new URL('./no-such-worker.mjs', workerUrl);
    await expect(readFunctionEntries(sections, { threads: 2, workerUrl: missing })).rejects.toThrow();
  });

  test('a section that is not there makes the read fail', async () => {
    const info: SectionBytes = { kind: 'file', path: join(directory, 'missing'), offset: 0, size: 100 };
    await expect(readFunctionEntries({ ...sections, info }, { threads: 2, workerUrl })).rejects.toThrow('no such file');
    expect(() => readFunctionEntriesSync({ ...sections, info })).toThrow('no such file');
  });
});
