/** The parts that facts are made of: see facts.ts. */
import type { Availability } from '../../errors.ts';

export interface Fact {
  /** Stable name for programs: 'machine', 'banner' … */
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Where it was read: a structure, its file offset. Empty where there is nothing to read. */
  readonly where: string;
  readonly state: Availability<unknown>['state'];
  /** The numbers and words in the value, for programs. */
  readonly data?: Readonly<Record<string, FactValue>>;
}

export type FactValue = string | number | boolean | null | readonly FactValue[] | { readonly [key: string]: FactValue };

/** A fact as its reader finds it; what it is called is the table's matter. */
export type Finding = Omit<Fact, 'id' | 'label' | 'state'>;

/** " at file offset 0x…", or nothing. */
export const at = (offset: number | undefined): string =>
  offset === undefined ? '' : ` at file offset 0x${offset.toString(16)}`;
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
/** "1,234 entries" */
export const of = (value: number, noun: string): string => `${count(value)} ${noun}`;
/** "1 slot", "2 slots" */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
