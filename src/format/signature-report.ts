/** The prototype of a function, and the variants that are known of it, as text and as JSON. */
import type { KnownVariant } from '../explain/known-variants.ts';
import type { Signature, SignatureSource, SignatureVariant } from '../explain/signature.ts';
import type { JsonObject } from './json.ts';
import { type ReportBlock, type ReportRow, reportText, unbroken } from './report.ts';
import { visible, visibleText } from './visible.ts';

function signatureReport(signature: Signature, file: string): readonly ReportBlock[] {
  const { name, prototype, source, variant } = signature;
  const head: ReportBlock = {
    title: `${visible(name)}: ${headline(variant)}`,
    rows: [
      { label: 'file', sign: 'plain', value: file, where: '' },
      { label: 'prototype', sign: 'plain', value: unbroken(visible(prototype)), where: signatureSource(source) },
      ...otherRows(source),
    ],
  };
  if (variant.kind === 'not-listed') return [head];
  const here = variant.kind === 'known' ? variant.index : -1;
  const rows = variant.known.map(
    (row, i): ReportRow => ({
      label: since(row),
      sign: i === here ? 'yes' : 'plain',
      value: unbroken(row.prototype),
      where: [...(i === here ? ['this kernel'] : []), ...reason(row)].join('; '),
    }),
  );
  return [head, { title: 'Known variants', rows }];
}

function headline(variant: SignatureVariant): string {
  switch (variant.kind) {
    case 'known':
      return `variant ${variant.index + 1} of the ${variant.known.length} that are known`;
    case 'unknown':
      return `none of the ${variant.known.length} variants that are known`;
    case 'not-listed':
      return 'no changes of its prototype are known';
  }
}

/** Where the prototype was read, or what it was told by. */
export function signatureSource(source: SignatureSource): string {
  switch (source.kind) {
    case 'record':
      return `FUNC record, type id ${source.id}, ${visibleText(source.from)}`;
    case 'dwarf': {
      const unit = source.unit === undefined ? '' : ` in ${visible(source.unit)}`;
      return `no FUNC record; DWARF, DIE 0x${source.offset.toString(16)}${unit}`;
    }
    case 'stand-in': {
      const { standIn, id, tie } = source;
      const told = `no FUNC record and no DIE; told by ${visible(standIn)}, type id ${id}`;
      if (tie.kind === 'commits') return `${told}, which the same commits changed`;
      const slot = `at ${visible(tie.table.standIn)} as this one is at ${visible(tie.table.wanted)}`;
      return `${told}, which is kept ${slot} and has the types of the record in ${visibleText(tie.path)}`;
    }
  }
}

const otherRows = (source: SignatureSource): ReportRow[] =>
  source.kind === 'record'
    ? source.others.map((value) => ({
        label: 'also',
        sign: 'plain',
        value: unbroken(visible(value)),
        where: 'a record of the same name',
      }))
    : [];

const since = (row: KnownVariant): string => (row.since === undefined ? 'at first' : `since ${row.since}`);

function reason({ commit, stable }: KnownVariant): string[] {
  if (commit === undefined) return [];
  return [`${commit.id} ${commit.subject}`, ...(stable.length === 0 ? [] : [`also in ${stable.join(', ')}`])];
}

/** The report as lines of a width. @param file as it is shown */
export const signatureText = (signature: Signature, file: string, width: number): string =>
  reportText(signatureReport(signature, file), width);

/** @param file as it was given; names in it are latin1 and made text by `answerToJson` */
export const signatureJson = (signature: Signature, file: string): JsonObject => ({
  schema: 1,
  command: 'why',
  file,
  function: signature.name,
  signature: signatureBody(signature),
  reason: null,
});

/** The prototype, where it was read, and its variants. */
export const signatureBody = ({ prototype, types, source, variant }: Signature): JsonObject => ({
  prototype,
  types,
  source: sourceJson(source),
  variant: variant.kind === 'known' ? variant.index : null,
  listed: variant.kind !== 'not-listed',
  variants: variant.kind === 'not-listed' ? [] : variant.known.map(variantJson),
});

/** The same where the prototype is not known. */
export const noSignatureJson = (name: string, reason: string, file: string): JsonObject => ({
  schema: 1,
  command: 'why',
  file,
  function: name,
  signature: null,
  reason,
});

function sourceJson(source: SignatureSource): JsonObject {
  switch (source.kind) {
    case 'record':
      return { kind: 'record', from: source.from, typeId: source.id, others: source.others };
    case 'dwarf':
      return { kind: 'dwarf', from: source.path, die: BigInt(source.offset), unit: source.unit ?? null };
    case 'stand-in':
      return {
        kind: 'stand-in',
        function: source.standIn,
        typeId: source.id,
        tie: source.tie.kind,
        like: source.tie.kind === 'like' ? source.tie.path : null,
        table: source.tie.kind === 'like' ? { ...source.tie.table } : null,
      };
  }
}

const variantJson = ({ prototype, since: release, stable, commit }: KnownVariant): JsonObject => ({
  prototype,
  since: release ?? null,
  stable,
  commit: commit?.id ?? null,
  subject: commit?.subject ?? null,
});
