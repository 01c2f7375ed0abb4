/** The answer about one function as JSON; docs/json.md and docs/schema/why.schema.json describe it. */
import type { Counterfactual } from '../explain/counterfactuals.ts';
import type { WhyAnswer } from '../explain/why.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { signatureBody } from './signature-report.ts';

/** @param file as it was given; names in it are latin1 and made text by `answerToJson` */
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
    signature: answer.signature === undefined ? null : signatureBody(answer.signature),
    standIns: standInsJson(answer.standIns),
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

/** null where it has a record, and where no types are known. */
function standInsJson(part: WhyAnswer['standIns']): JsonValue {
  if (part?.state !== 'ready') return null;
  const { sameTypes, common, standIns } = part.value;
  return {
    sameTypes,
    common,
    functions: standIns.map(
      ({ id, name, prototype, symbol, address, traceable, unit, sameUnit, similarity, tables }) => ({
        function: name,
        typeId: id,
        prototype,
        symbol,
        address,
        traceable: traceable ?? null,
        cu: unit ?? null,
        sameUnit,
        similarity,
        tables: tables.map((table) => ({ ...table })),
      }),
    ),
  };
}
