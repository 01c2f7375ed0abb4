/**
 * `kinspect why FILE FUNCTION --signature`: the prototype of a function in this kernel, where it was read, and which of
 * its known variants it is.
 *
 *   text    a report of at most 80 columns     json, ndjson   one object on one line
 */
import type { Evidence } from '../explain/evidence.ts';
import { functionNames, nearestNames } from '../explain/nearest-names.ts';
import { signatureOf } from '../explain/signature.ts';
import { answerToJson } from '../format/json.ts';
import { noSignatureJson, signatureJson, signatureText } from '../format/signature-report.ts';
import { visible, visibleText } from '../format/visible.ts';
import { type CliIo, exitCode } from './io.ts';
import { openLike } from './open-kernel.ts';
import type { WhyTarget } from './why.ts';

const width = 80;

/** Print it. @returns 0, or 1 when the prototype is not known @throws ParseError (--like), OutputClosed, OutputFailed */
export async function runSignature(evidence: Evidence, options: WhyTarget, io: CliIo): Promise<number> {
  const name = Buffer.from(options.function ?? '', 'utf8').toString('latin1');
  const like = options.like === undefined ? undefined : openLike(options.like);
  try {
    const answer = signatureOf(evidence, name, like);
    const isText = options.format === 'text';
    if (answer.state === 'known') {
      const file = isText ? visibleText(options.file) : latin1(options.file);
      await io.out(
        isText
          ? signatureText(answer.signature, file, width)
          : `${answerToJson(signatureJson(answer.signature, file))}\n`,
      );
      return exitCode.ok;
    }
    const isFunction = evidence.linker.focusNamed(name) !== undefined;
    const near = isFunction ? [] : nearestNames(name, functionNames(evidence.kernel));
    const hint = near.length === 0 ? '' : `; did you mean ${near.map(visible).join(', ')}?`;
    io.err(`kinspect: ${visibleText(options.file)}: ${visible(answer.reason)}${hint}\n`);
    if (!isText) await io.out(`${answerToJson(noSignatureJson(name, answer.reason, latin1(options.file)))}\n`);
    return exitCode.no;
  } finally {
    like?.close();
  }
}

/** A path among names that are latin1, from which the JSON makes text again. */
const latin1 = (path: string): string => Buffer.from(path, 'utf8').toString('latin1');
