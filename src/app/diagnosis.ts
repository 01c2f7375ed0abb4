/**
 * One sentence on the focus: its prototype where it has a record, or what is wrong with its types; else the root cause in the
 * words of the report. What pahole really decided is known when the DWARF is read; until then a sentence that reasons about it
 * says so.
 */

import { STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { causeOf } from '../explain/why.ts';
import type { Links } from '../kernel/links.ts';
import type { EvidenceState } from './evidence.ts';
import type { Session } from './session.ts';
import { orProblem } from './unreadable.ts';

export interface Diagnosis {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

/** The last one: a screen is drawn more often than the focus moves. */
let last:
  | { readonly links: Links; readonly of: string; readonly by: object; readonly diagnosis: Diagnosis }
  | undefined;

export function diagnose(session: Session, links: Links, { classifier, prepared }: EvidenceState): Diagnosis {
  const of = String(prepared);
  if (last?.links === links && last.by === classifier && last.of === of) return last.diagnosis;
  const diagnosis = orProblem<Diagnosis>(
    () => diagnosisOf(session, links, classifier),
    (text) => ({ text, tone: 'bad' }),
  );
  last = { links, of, by: classifier, diagnosis };
  return diagnosis;
}

function diagnosisOf(session: Session, links: Links, classifier: EvidenceState['classifier']): Diagnosis {
  const { kernel } = session;
  if (links.focus.kind === 'module' && links.symbol.state === 'missing') {
    return { text: links.symbol.reason, tone: 'plain' };
  }
  const table = readyValue(kernel.symbols)?.table;
  const row = links.symbol.state === 'linked' ? links.symbol.key : undefined;
  const isFunction = row !== undefined && table?.type(row) === STT.FUNC;
  if (links.func.state === 'linked' && !isFunction) {
    return recordOf(session, links.func.key);
  }
  if (kernel.btf.state !== 'ready') return { text: kernel.btf.reason, tone: 'bad' };
  if (row === undefined) return { text: links.symbol.state === 'missing' ? links.symbol.reason : '', tone: 'plain' };
  const { cause, sentence } = causeOf(classifier, { name: table?.name(row) ?? '', row });
  if (links.func.state === 'linked' && cause !== 'repeated-name') {
    return recordOf(session, links.func.key);
  }
  return { text: sentence, tone: !isFunction || cause === 'clone' || cause === 'unknown' ? 'plain' : 'bad' };
}

/** The prototype, or what is wrong with its types: the pane has the prototype as far as it goes. */
function recordOf({ kernel, linker }: Session, id: number): Diagnosis {
  const problem = kernel.btfComplaint(id);
  return problem === undefined ? { text: linker.prototypeOf(id), tone: 'good' } : { text: problem, tone: 'bad' };
}
