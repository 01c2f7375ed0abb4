/** One expression on display: "1: functions_cnt = 0", "2: /x func->addr = 0x…", or the memory that x would show. */
import { Complaint } from './complaint.ts';
import { examine, isMemoryFormat } from './examine.ts';
import { innerValue, printFormat, printValue } from './expression/print.ts';
import { evaluate, type Situation, selectedPlace } from './situation.ts';
import type { Display } from './state.ts';

/** @throws Complaint when the expression is not in sight */
export function displayText(situation: Situation, { number, format, text }: Display): string[] {
  if (situation.state.phase === 'ready') throw new Complaint('No process.');
  if (isMemoryFormat(format)) {
    const { lines } = examine(situation, format, text);
    return [`${number}: x/${format} ${text}`, ...lines];
  }
  const value = evaluate(situation, text);
  const place = selectedPlace(situation);
  const letter = printFormat(format);
  const shown =
    letter === undefined
      ? printValue(situation.world, place, value)
      : innerValue(situation.world, place, value.type, value.raw, letter);
  return [`${number}: ${format === '' ? '' : `/${format} `}${text} = ${shown}`];
}
