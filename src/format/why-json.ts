/** The answer about one function as JSON; docs/json.md and docs/schema/why.json describe it. */
import type { Counterfactual } from '../explain/counterfactuals.ts';
import type { WhyAnswer } from '../explain/why.ts';
import type { JsonObject } from './json.ts';

/** @param file as it was given; names in it are latin1 and made text by `rowToJson` */
export function whyJson(answer: WhyAnswer, file: string): JsonObject {
  return {
    schema: 1,
    command: 'why',
    file,
    function: answer.name,
    records: answer.records,
    record: answer.hasRecord,
    cause: answer.cause,
    detail: answer.detail ?? null,
    inferred: answer.inferred,
    sentence: answer.sentence,
    encoder: answer.encoder === undefined ? null : { ...answer.encoder, rulesOnly: answer.encoder.rulesOnly ?? null },
    facts: answer.facts.map(({ id, label, sign, value, where, data }) => ({ id, label, sign, value, where, data })),
    changes: answer.counterfactuals.map(changeJson),
    nearest: answer.nearest,
  };
}

const changeJson = ({ id, variant, verdict, line, records, gained, lost, stops }: Counterfactual): JsonObject => ({
  id,
  mcount: variant.bytes,
  encoder: variant.version,
  verdict: verdict ?? null,
  line: line ?? null,
  records,
  gained,
  lost,
  stops: stops ?? null,
});
