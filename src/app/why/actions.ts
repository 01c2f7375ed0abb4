/** What can happen to the why screen and the overview of causes. */
import type { Census } from '../../explain/census.ts';
import type { Subject } from '../../explain/why-facts.ts';
import type { EvidenceState } from '../evidence.ts';

export type WhyAction =
  /** Ask about the focus; about a function that is known already; about one by its name. */
  | { readonly type: 'why'; readonly about?: Subject | string }
  | { readonly type: 'causes' }
  /** Enter: where the row leads. */
  | { readonly type: 'open-row' }
  /** Scroll without the cursor, as a wheel does. */
  | { readonly type: 'scroll-answer'; readonly by: number }
  /** A click on a visible line of the report, of the table or of the list. */
  | { readonly type: 'click-line'; readonly line: number }
  /** Back to the screen below, or in the overview from the list to the table. */
  | { readonly type: 'close' }
  /** Filter the functions of a cause. */
  | { readonly type: 'narrow'; readonly filter: string }
  | { readonly type: 'evidence'; readonly evidence: Partial<EvidenceState> }
  | { readonly type: 'census'; readonly census: Census | undefined; readonly share: number | undefined };
