/**
 * Why a function has, or has not, a BTF FUNC record: the root cause, the chain of facts that leads to it, and what would
 * change it, as plain data. The screen, the text and the JSON are made from this.
 */
import { STT } from '../elf/constants.ts';
import { type Availability, readyValue, unreadable } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { EncoderVersion } from '../pahole/encoders.ts';
import { type SymbolIndex, symbolIndex } from '../units.ts';
import type { Cause, CauseDetail } from './causes.ts';
import type { Classified, Classifier } from './classify.ts';
import { baseRecords, type Counterfactual, counterfactuals, isPrepared } from './counterfactuals.ts';
import { dieFacts, elsewhereFact, missingUnits } from './die-facts.ts';
import { functionNames, nearestNames } from './nearest-names.ts';
import { rootCause } from './root-cause.ts';
import { runningFacts } from './running-facts.ts';
import { type Signature, type SignatureAnswer, signatureOf } from './signature.ts';
import { findStandIns, type StandIns } from './stand-ins.ts';
import {
  decisionFact,
  linkFact,
  listFact,
  namesFact,
  recordFact,
  relocationFact,
  type Subject,
  slotFact,
  symbolFact,
  type WhyFact,
} from './why-facts.ts';

export interface WhyAnswer {
  /** latin1, as names of the file are. */
  readonly name: string;
  /** Whose records are meant: the file's BTF, or those that a version writes which the user named. */
  readonly records: 'btf' | 'replay';
  /** Whether the function has a FUNC record there. */
  readonly hasRecord: boolean;
  /** The BTF is there and cannot be read, so that nobody knows. */
  readonly isHidden: boolean;
  readonly cause: Cause;
  readonly detail: CauseDetail | undefined;
  readonly inferred: boolean;
  /** The root cause in one sentence, without its full stop. */
  readonly sentence: string;
  readonly facts: readonly WhyFact[];
  /** The pahole whose decisions are explained; undefined without DWARF, and while its replays are not at hand. */
  readonly encoder: WhyEncoder | undefined;
  readonly counterfactuals: readonly Counterfactual[];
  /** The prototype and which known variant it is; undefined where neither a record nor a DIE tells. */
  readonly signature: Signature | undefined;
  /** What to attach to in its place; undefined where it has a record, or does not exist. */
  readonly standIns: Availability<StandIns> | undefined;
  /** Names that may have been meant, where no function has this one. */
  readonly nearest: readonly string[];
}

export interface WhyEncoder {
  readonly version: EncoderVersion;
  readonly by: 'named' | 'btf' | 'default';
  /** FUNC records that it leaves in the file. */
  readonly records: number;
  readonly onlyReplay: number;
  readonly onlyBtf: number;
  readonly rulesOnly: string | undefined;
}

export interface CauseSentence {
  readonly cause: Cause;
  readonly sentence: string;
}

/** What a user's word stands for: a name, or an address of a function's code. @returns undefined for an address in none */
export function subjectOf(classifier: Classifier, word: string): Subject | undefined {
  const symbols = readyValue(classifier.evidence.kernel.symbols);
  if (/^(0x[\da-f]{1,16}|[\da-f]{8,16})$/i.test(word)) {
    const address = BigInt(word.startsWith('0x') ? word : `0x${word}`);
    const linked = classifier.evidence.running?.linkAddress(address);
    const found = symbols?.containing(address) ?? (linked === undefined ? undefined : symbols?.containing(linked));
    if (found !== undefined) return { name: found.name, row: found.symbol };
    if (word.startsWith('0x')) return undefined;
  }
  return { name: word, row: symbolNamed(classifier, word) };
}

/** Of the symbols of a name: a function, and of several functions the one that the record is of. */
function symbolNamed(classifier: Classifier, name: string): SymbolIndex | undefined {
  const table = readyValue(classifier.evidence.kernel.symbols)?.table;
  const rows = table?.findAll(name) ?? [];
  const functions = rows.filter((row) => table?.type(row) === STT.FUNC);
  const recorded =
    functions.length > 1 && functions.find((row) => classifier.ofSymbol(symbolIndex(row)).cause === 'in-btf');
  return recorded || functions[0] || rows[0];
}

/** The root cause in one sentence, as {@link why} has it, for one line on the screen: quick, and of what is at hand. */
export function causeOf(classifier: Classifier, subject: Subject & { readonly row: SymbolIndex }): CauseSentence {
  const found = classifier.ofSymbol(subject.row);
  const facts = [
    slotFact(classifier, subject),
    relocationFact(classifier, subject),
    linkFact(classifier, subject, true),
  ];
  const present = facts.filter((fact) => fact !== undefined);
  return { cause: found.cause, sentence: rootCause(classifier, subject, found, present) };
}

export interface WhyOptions {
  /** A kernel that has a record of it, where this one has no DWARF. */
  readonly like?: Vmlinux | undefined;
  /** Leave out what takes long and was not made yet: `preparing` and `countingApplied` make it. */
  readonly atHand?: boolean | undefined;
}

/** The answer about one function. */
export function why(classifier: Classifier, subject: Subject, { like, atHand = false }: WhyOptions = {}): WhyAnswer {
  const { name, row } = subject;
  const { kernel } = classifier.evidence;
  const found = row === undefined ? classifier.ofName(name) : classifier.ofSymbol(row);
  const all = classifier.entries?.named(name) ?? [];
  const own = (row === undefined ? undefined : classifier.ownEntries(row, all)) ?? all;
  // An encoder knows names only: the entry of a weak function that lost to this one may be what gives it the record.
  const deciding = classifier.isRepeated(name) ? own : all;
  // Of a name that nothing has there is nothing to show.
  const isNothing = found.cause === 'no-symbol';
  const live = runningFacts(classifier.evidence.running, subject);
  // Of a name that only a module has, that is all there is to show.
  const facts = isNothing
    ? live.filter(({ id }) => id === 'modules')
    : chain(classifier, subject, found, all, own, live, atHand);
  const isPartial = atHand && (classifier.evidence.unread === true || !isPrepared(classifier));
  return {
    name,
    records: classifier.records,
    hasRecord: found.cause === 'in-btf',
    isHidden: classifier.records === 'btf' && unreadable(kernel.btf) !== undefined,
    cause: found.cause,
    detail: found.detail,
    inferred: found.inferred,
    sentence: rootCause(classifier, subject, found, facts),
    facts,
    encoder: isPartial ? undefined : encoderOf(classifier),
    counterfactuals: isPartial || isNothing ? [] : counterfactuals(classifier, deciding),
    signature: isNothing ? undefined : known(signatureOf(classifier.evidence, name, like)),
    standIns:
      isPartial || isNothing || found.cause === 'in-btf'
        ? undefined
        : findStandIns(classifier.evidence, name, { like, entry: meantEntry(classifier, name, found) }),
    nearest: isNothing ? nearestNames(name, functionNames(kernel)) : [],
  };
}

const known = (answer: SignatureAnswer): Signature | undefined =>
  answer.state === 'known' ? answer.signature : undefined;

/** The entry to take the types from, where several functions have the name. */
const meantEntry = (classifier: Classifier, name: string, { entry }: Classified): number | undefined =>
  classifier.isRepeated(name) ? entry : undefined;

function chain(
  classifier: Classifier,
  subject: Subject,
  found: Classified,
  all: readonly number[],
  own: readonly number[],
  live: readonly WhyFact[],
  atHand: boolean,
): readonly WhyFact[] {
  const facts = [
    symbolFact(classifier, subject),
    namesFact(classifier, subject),
    slotFact(classifier, subject),
    relocationFact(classifier, subject),
    linkFact(classifier, subject, atHand),
    ...live,
    ...dieFacts(classifier, all, own),
    missingUnits(classifier),
    elsewhereFact(classifier, own),
    listFact(classifier),
    // The DIE that stands for a renamed symbol is another name's, and decided by that.
    decisionFact(classifier, all.length === 0 ? { ...found, entry: undefined } : found, subject.name),
    recordFact(classifier, subject),
  ];
  return facts.filter((fact) => fact !== undefined);
}

function encoderOf(classifier: Classifier): WhyEncoder | undefined {
  const { encoder } = classifier;
  if (encoder === undefined) return undefined;
  const { version, by, onlyReplay, onlyBtf, rulesOnly } = encoder;
  return { version, by, records: baseRecords(classifier), onlyReplay, onlyBtf, rulesOnly };
}
