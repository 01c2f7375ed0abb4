/**
 * A kernel of four functions for tests: code, an mcount region between the usual symbols, and whatever relocations a
 * test adds. Everything is where {@link place} and {@link address} say.
 *
 *   .text       alpha +0  beta +0x40  gamma +0x80  delta +0xc0      0x20 bytes each
 *   .init.data  16 bytes, the region, 16 bytes
 */
import { onTestFinished } from 'vitest';
import { readyValue } from '../../src/errors.ts';
import type { McountRegion } from '../../src/kernel/mcount.ts';
import { type OpenOptions, Vmlinux } from '../../src/kernel/vmlinux.ts';
import { type BuiltElf, type ElfOptions, ElfWriter, type Num } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';

export const functions = ['alpha', 'beta', 'gamma', 'delta'] as const;
export type FunctionName = (typeof functions)[number];

export interface KernelOptions extends ElfOptions {
  /** The region's words as they are in the file. */
  readonly raw: readonly Num[];
  /** Bytes behind the last word that still belong to the region. */
  readonly rest?: number;
  /** Which of the region's two symbols are there. */
  readonly bounds?: 'both' | 'start' | 'stop' | 'none';
}

export class SmallKernel {
  readonly writer: ElfWriter;
  readonly base: bigint;

  constructor(options: KernelOptions) {
    const writer = new ElfWriter(options);
    this.writer = writer;
    this.base = writer.is64 ? 0xffff800010000000n : 0xc0008000n;
    const bytes = Buffer.concat([
      new Uint8Array(16),
      writer.words(options.raw),
      new Uint8Array(16 + (options.rest ?? 0)),
    ]);
    writer.section('.text', { flags: 'AX', addr: this.base, bytes: new Uint8Array(0x100) });
    writer.section('.init.data', { flags: 'WA', addr: this.base + 0x1000n, bytes });
    functions.forEach((name) => {
      writer.symbol(name, { type: 'FUNC', section: '.text', value: this.address(name), size: 0x20 });
    });
    const bounds = options.bounds ?? 'both';
    const stop = this.place(options.raw.length) + BigInt(options.rest ?? 0);
    const symbol = (name: string, value: bigint) =>
      writer.symbol(name, { bind: 'GLOBAL', section: '.init.data', value });
    if (bounds === 'both' || bounds === 'start') symbol('__start_mcount_loc', this.place(0));
    if (bounds === 'both' || bounds === 'stop') symbol('__stop_mcount_loc', stop);
  }

  /** Address of a function. */
  address(name: FunctionName): bigint {
    return this.base + BigInt(functions.indexOf(name) * 0x40);
  }

  /** Address of a slot. */
  place(slot: number): bigint {
    return this.base + 0x1010n + BigInt(slot * this.writer.wordSize);
  }

  open(): Vmlinux {
    return openKernel(this.writer.build());
  }

  region(): McountRegion {
    return regionOf(this.open());
  }
}

/** A file opened as a kernel, closed after the test. */
export function openKernel(file: BuiltElf | Uint8Array, options: OpenOptions = {}): Vmlinux {
  const kernel = Vmlinux.open(tempFile(file instanceof Uint8Array ? file : file.bytes), options);
  onTestFinished(() => kernel.close());
  return kernel;
}

export function regionOf(kernel: Vmlinux): McountRegion {
  const region = readyValue(kernel.mcount);
  if (region === undefined) throw new Error(kernel.mcount.state === 'ready' ? '' : kernel.mcount.reason);
  return region;
}

/** "malformed: mcount region at …", or the warning of a region that is there. */
export function reasonOf(kernel: Vmlinux): string {
  const { mcount } = kernel;
  return mcount.state === 'ready'
    ? `ready: ${mcount.value.warning ?? 'no warning'}`
    : `${mcount.state}: ${mcount.reason}`;
}
