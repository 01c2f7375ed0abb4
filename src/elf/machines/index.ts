/** The relocation table of an ELF file, by e_machine. */
import { EM } from '../constants.ts';
import { aarch64 } from './aarch64.ts';
import { arm } from './arm.ts';
import { defineMachine, type RelocationMachine } from './define.ts';
import { i386 } from './i386.ts';
import { loongarch } from './loongarch.ts';
import { mips } from './mips.ts';
import { ppc64 } from './ppc64.ts';
import { riscv } from './riscv.ts';
import { s390x } from './s390x.ts';
import { x8664 } from './x86-64.ts';

export type { RelocationClass, RelocationMachine } from './define.ts';

const unknown = defineMachine({ prefix: '', names: '', relative: [], absolute: {}, none: [0] });

const machines: Readonly<Record<number, RelocationMachine>> = {
  [EM.AARCH64]: aarch64,
  [EM.X86_64]: x8664,
  [EM[386]]: i386,
  [EM.ARM]: arm,
  [EM.PPC64]: ppc64,
  [EM.S390]: s390x,
  [EM.RISCV]: riscv,
  [EM.MIPS]: mips,
  [EM.LOONGARCH]: loongarch,
};

/** The table of a machine; for one that kinspect does not know, every type is "Unknown" and none can be computed. */
export const relocationMachine = (e_machine: number): RelocationMachine => machines[e_machine] ?? unknown;
