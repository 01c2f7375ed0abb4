/**
 * All sound inputs, in a fixed order: the seed and the index of an input choose from these lists, so what is added goes to
 * the end.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Base } from './base.ts';
import { makeBootBases } from './boot-bases.ts';
import { cutSlice } from './kernel-slice.ts';
import { makeBases } from './made-bases.ts';
import { makeRareBases } from './rare-bases.ts';
import { makeRunningBases } from './running-bases.ts';

export interface Bases {
  /** A few kB each, of which most inputs are made. */
  readonly small: readonly Base[];
  readonly large: readonly Base[];
  /** The slice of a real kernel; undefined without the corpus. */
  readonly slice: Base | undefined;
}

/** Above this size an input takes its time, and fewer are made. */
const mostSmall = 13_000;
const debugFiles = /\.debug$/;

/** @param fixtures the folder of that name */
export function loadBases(fixtures: string): Bases {
  const files = ['elf', 'sample', 'pahole/elf'].flatMap((folder) =>
    readdirSync(join(fixtures, folder))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  const all: Base[] = files.map((name) => {
    const bytes = new Uint8Array(readFileSync(join(fixtures, name)));
    return { name, bytes, as: debugFiles.test(name) ? 'debug' : 'file' };
  });
  all.push(...makeBases(), ...makeBootBases(), ...makeRunningBases(), ...makeRareBases());
  const isSmall = ({ bytes }: Base): boolean => bytes.length <= mostSmall;
  return { small: all.filter(isSmall), large: all.filter((base) => !isSmall(base)), slice: loadSlice() };
}

const corpus = process.env['KINSPECT_CORPUS'] ?? join(homedir(), '.cache', 'kinspect', 'corpus');
const kernel = join(corpus, 'arm64-5.10', 'vmlinux');
const sliceFile = join(corpus, 'arm64-5.10', 'slice-1');

/** Cut once and kept beside the kernel: cutting reads all of it. */
function loadSlice(): Base | undefined {
  if (!existsSync(sliceFile)) {
    if (!existsSync(kernel)) return undefined;
    writeFileSync(`${sliceFile}.${process.pid}`, cutSlice(readFileSync(kernel)));
    renameSync(`${sliceFile}.${process.pid}`, sliceFile);
  }
  return { name: 'slice of arm64-5.10', bytes: new Uint8Array(readFileSync(sliceFile)), as: 'file' };
}
