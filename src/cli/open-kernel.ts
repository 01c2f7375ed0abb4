/** From the options to an open kernel, and to what is known of it while it runs. */
import { inFile } from '../bytes/in-file.ts';
import { findLive, type LiveMachine, type LiveOptions } from '../kernel/live.ts';
import { RunningKernel } from '../kernel/running.ts';
import { Vmlinux } from '../kernel/vmlinux.ts';
import type { KernelFiles, RunningFiles } from './args.ts';

/** What {@link withLive} adds to the options. */
export interface RunningTarget {
  /** This machine, with --live. */
  readonly machine: LiveMachine | undefined;
}

type Options = KernelFiles & RunningFiles & { readonly file: string | undefined };

/**
 * Options as if what --live finds had been given one by one; what was given stays. Without any image of the kernel,
 * kallsyms stands for it, or where that has no addresses the BTF alone.
 */
export function withLive<T extends Options>(options: T, where: LiveOptions): T & RunningTarget {
  const machine = findLive(where);
  const withoutImage = machine.hasAddresses ? machine.kallsyms : (machine.btf ?? machine.kallsyms);
  return {
    ...options,
    file: options.file ?? machine.image ?? withoutImage,
    kallsyms: options.kallsyms ?? machine.kallsyms,
    ftrace: options.ftrace ?? machine.ftrace,
    // The BTF of the running kernel says what a program can attach to here; that of a file may be another's.
    btf: options.btf ?? machine.btf,
    machine,
  };
}

export interface OpenKernel {
  readonly kernel: Vmlinux;
  /** Undefined unless something of a running kernel is given. */
  readonly running: RunningKernel | undefined;
}

/** @throws ParseError when the file cannot be opened or is no kernel */
export function openKernel(path: string, options: KernelFiles & RunningFiles & RunningTarget): OpenKernel {
  const { btf, btfBase, kallsyms, ftrace, machine } = options;
  const kernel = Vmlinux.open(path, { btf, btfBase, kallsyms });
  const isRunning = kallsyms !== undefined || ftrace !== undefined || machine !== undefined;
  return { kernel, running: isRunning ? new RunningKernel(kernel, { ftrace, machine }) : undefined };
}

/** The kernel of --like. @throws ParseError, which names it, when the file cannot be opened or is no kernel */
export const openLike = (path: string): Vmlinux => inFile(path, () => Vmlinux.open(path));
