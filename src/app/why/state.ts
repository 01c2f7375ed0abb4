/** What the why screen and the overview of causes show, as plain data. */
import type { Cause, CauseDetail } from '../../explain/causes.ts';
import type { Census } from '../../explain/census.ts';
import type { Subject } from '../../explain/why-facts.ts';

export interface WhyState {
  /** Undefined before the screen was opened. */
  readonly subject: Subject | undefined;
  /** Row of the report; a row has several lines. */
  readonly cursor: number;
  /** First visible line of the report. */
  readonly top: number;
}

/** The functions of one cause. */
export interface CauseList {
  readonly cause: Cause;
  /** Those with this detail alone. */
  readonly detail: CauseDetail | undefined;
  readonly filter: string;
  readonly cursor: number;
  readonly top: number;
}

export interface CausesState {
  /** Undefined until it is taken. */
  readonly census: Census | undefined;
  /** Done of the census that is being taken, from 0 to 1; undefined when none is. */
  readonly share: number | undefined;
  /** Row of the table of causes. */
  readonly cursor: number;
  readonly top: number;
  readonly list: CauseList | undefined;
}

export const closedWhy: WhyState = { subject: undefined, cursor: 0, top: 0 };
export const closedCauses: CausesState = { census: undefined, share: undefined, cursor: 0, top: 0, list: undefined };
